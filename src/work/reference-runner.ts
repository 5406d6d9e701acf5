/** The runner where no compiler is found: the plain reference in a thread of its own. */
import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { typescriptWorker } from '../../circuits/setup/typescript-worker.ts'
import { type Opening, ProverError, type Runner, type RunProgress, type RunResult } from '../../prover/index.ts'
import type { Answer, Call } from './reference-worker.ts'

export type ReferenceRunnerOptions = {
  /** The module that serves the calls; another one may compute by another rule. */
  readonly worker?: URL
}

/** One thread; calls queue. About a hundredth of the native runner's speed. */
export function createReferenceRunner(options: ReferenceRunnerOptions = {}): Runner {
  const { worker = new URL('./reference-worker.ts', import.meta.url) } = options
  const pool = new Piscina({
    filename: fileURLToPath(worker),
    ...typescriptWorker,
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
  })

  async function call<Value>(task: Call, signal?: AbortSignal): Promise<Value> {
    const transferList = task.method === 'run' && task.progress ? [task.progress] : []
    let answer: Answer
    try {
      answer = await pool.run(task, { transferList, ...(signal ? { signal } : {}) })
    } catch (cause) {
      if (signal?.aborted) throw new ProverError('ABORTED', `${task.method} was aborted`, { cause })
      throw new ProverError('RUNNER_CRASHED', `the reference runner died in ${task.method}`, { cause })
    }
    if (answer.ok) return answer.value as Value
    throw new ProverError(answer.code, answer.message)
  }

  return {
    info: async () => ({ kind: 'reference', path: 'typescript', threads: 1 }),
    datasetRoot: (request) => call<bigint>({ method: 'datasetRoot', request }),
    async run(request, { signal, onProgress } = {}) {
      if (!onProgress) return call<RunResult>({ method: 'run', request }, signal)
      const { port1, port2 } = new MessageChannel()
      port1.on('message', (progress: RunProgress) => onProgress(progress))
      try {
        return await call<RunResult>({ method: 'run', request, progress: port2 }, signal)
      } finally {
        port1.close()
      }
    },
    open: (request) => call<Opening>({ method: 'open', request }),
    close: () => pool.destroy(),
  }
}
