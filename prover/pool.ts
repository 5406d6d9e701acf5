/** The prover as a pool of worker threads. */
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { typescriptWorker } from '../circuits/setup/typescript-worker.ts'
import { type ArtifactStore, pinnedArtifacts } from './artifacts.ts'
import type { BackendName, CircuitArtifacts, FlatInputs } from './backends/backend.ts'
import { ProverError, type ProverErrorCode } from './errors.ts'
import { flattenInputs } from './inputs.ts'
import { admittedWorkers, defaultBudgetMb } from './memory.ts'
import { buildNativeProver } from './native-build.ts'
import type { Groth16Proof, ProofRequest, ProofResult, Prover } from './prover.ts'
import { DeadlineQueue } from './queue.ts'
import type { WorkerResult, WorkerTask } from './worker.ts'

export type ProverOptions = {
  /** `auto`, unless given: native when this machine can build it (once, in about two minutes), else snarkjs. */
  readonly backend?: BackendName | 'auto'
  /** Proofs made at once, at most; as many as there are cores unless given. Fewer when the budget does not hold them. */
  readonly workers?: number
  /** What all workers and the shared keys may take, in MiB; three quarters of the machine's unless given. */
  readonly memoryMb?: number
  /** Jobs that may wait; 64 unless given. */
  readonly queue?: number
  /** The circuits this prover serves; all with keys unless given. The largest decides how many workers fit. */
  readonly circuits?: readonly string[]
  readonly artifacts?: ArtifactStore
}

/** The thread's entry and the native process can be other ones: tests put faulty ones here. */
export type PoolOptions = ProverOptions & { readonly worker?: URL; readonly proverExecutable?: string }

type Job = {
  readonly circuit: ProofRequest['circuit']
  readonly inputs: FlatInputs
  /** Milliseconds of the epoch; infinity without one. */
  readonly deadline: number
  /** Ends the worker that runs the job. */
  readonly controller: AbortController
  readonly resolve: (result: ProofResult) => void
  readonly reject: (error: ProverError) => void
}

type ChosenBackend = { readonly backend: BackendName; readonly proverExecutable?: string }

type Engine = {
  readonly threads: Piscina
  readonly workers: number
  readonly backend: ChosenBackend
  readonly artifacts: ReadonlyMap<string, CircuitArtifacts>
}

/** Timers of Node do not reach further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** What proves lies in buffers outside the heap; a heap beyond this is a fault, and ends the one thread. */
const resourceLimits = { maxOldGenerationSizeMb: 256 }

type Optional = 'circuits' | 'proverExecutable'

export class ProverPool implements Prover {
  readonly #options: Required<Omit<PoolOptions, Optional>> & Pick<PoolOptions, Optional>
  readonly #waiting = new DeadlineQueue<Job>()
  readonly #running = new Set<Job>()
  #engine: Engine | undefined
  #starting: Promise<void> | undefined
  #state: 'open' | 'draining' | 'closed' = 'open'
  readonly #onIdle: (() => void)[] = []

  constructor(options: PoolOptions) {
    this.#options = {
      backend: 'auto',
      workers: availableParallelism(),
      memoryMb: defaultBudgetMb(),
      queue: 64,
      artifacts: pinnedArtifacts(),
      worker: new URL('./worker.ts', import.meta.url),
      ...options,
    }
    for (const [name, least] of [
      ['workers', 1],
      ['memoryMb', 1],
      ['queue', 0],
    ] as const) {
      const value = this.#options[name]
      if (!Number.isSafeInteger(value) || value < least)
        throw new RangeError(`${name} = ${value} is not a number >= ${least}`)
    }
  }

  async prove(request: ProofRequest, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ProofResult> {
    const deadline = request.deadline?.getTime() ?? Number.POSITIVE_INFINITY
    if (Number.isNaN(deadline)) throw new ProverError('BAD_INPUT', 'the deadline is not a date')
    this.#admit(deadline, signal)
    if (this.#options.circuits && !this.#options.circuits.includes(request.circuit)) {
      throw new ProverError('BAD_INPUT', `this prover does not serve ${request.circuit}`)
    }
    const inputs = flattenInputs(await this.#options.artifacts.inputs(request.circuit), request.inputs)
    this.#admit(deadline, signal) // time has passed
    const free = (this.#engine?.workers ?? this.#options.workers) - this.#running.size
    if (this.#waiting.size >= this.#options.queue + free) {
      throw new ProverError('QUEUE_FULL', `${this.#waiting.size} jobs wait already`)
    }
    return this.#accept({ circuit: request.circuit, inputs, deadline, controller: new AbortController() }, signal)
  }

  async verify(circuit: string, publicSignals: readonly bigint[], proof: Groth16Proof): Promise<boolean> {
    if (this.#state === 'closed') throw new ProverError('SHUT_DOWN', 'the prover is closed')
    const verificationKey = await this.#options.artifacts.verificationKey(circuit)
    const { verifyProof } = await import('./backends/verify.ts')
    return verifyProof(verificationKey, publicSignals, proof)
  }

  async drain(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining'
    if (this.#waiting.size + this.#running.size === 0) return
    await new Promise<void>((resolve) => this.#onIdle.push(resolve))
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    for (const job of this.#waiting.takeAll()) job.reject(new ProverError('ABORTED', 'the prover was closed'))
    for (const job of this.#running) job.controller.abort()
    this.#notifyIdle()
    await this.#starting?.catch(() => undefined)
    await this.#engine?.threads.destroy()
  }

  #admit(deadline: number, signal: AbortSignal | undefined): void {
    if (this.#state !== 'open') throw new ProverError('SHUT_DOWN', 'the prover takes no new jobs')
    if (signal?.aborted) throw new ProverError('ABORTED', 'aborted before it began')
    if (deadline <= Date.now()) throw new ProverError('DEADLINE_PASSED', 'the deadline has passed')
  }

  /** Queues the job until a worker is free, its signal aborts or its deadline passes. */
  #accept(request: Omit<Job, 'resolve' | 'reject'>, signal?: AbortSignal): Promise<ProofResult> {
    let timer: NodeJS.Timeout | undefined
    let onAbort = () => {}
    const result = new Promise<ProofResult>((resolve, reject) => {
      const job: Job = { ...request, resolve, reject }
      onAbort = () => {
        if (this.#waiting.remove(job)) this.#fail(job, 'ABORTED', 'aborted while it waited')
        else job.controller.abort()
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const arm = () => {
        const left = job.deadline - Date.now()
        if (left > 0) timer = setTimeout(arm, Math.min(left, LONGEST_TIMER_MS)).unref()
        else if (this.#waiting.remove(job))
          this.#fail(job, 'DEADLINE_PASSED', 'the deadline passed while the job waited')
      }
      if (job.deadline < Number.POSITIVE_INFINITY) arm()
      this.#waiting.push(job)
      this.#pump()
    })
    return result.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    })
  }

  #pump(): void {
    if (this.#state === 'closed' || this.#waiting.size === 0) return
    const engine = this.#engine
    if (!engine) {
      this.#starting ??= this.#start()
      return
    }
    while (this.#running.size < engine.workers) {
      const job = this.#waiting.shift()
      if (!job) break
      if (job.deadline > Date.now()) void this.#run(engine, job)
      else this.#fail(job, 'DEADLINE_PASSED', 'the deadline passed while the job waited')
    }
  }

  /** Loads what the workers share, once for all jobs that wait; when that fails, all of them fail. */
  async #start(): Promise<void> {
    try {
      this.#engine = await this.#createEngine()
    } catch (error) {
      const cause = error instanceof ProverError ? error : internal(error)
      for (const job of this.#waiting.takeAll()) job.reject(cause)
      this.#notifyIdle()
    } finally {
      this.#starting = undefined
    }
    if (this.#engine) this.#pump()
  }

  async #createEngine(): Promise<Engine> {
    const { circuits, artifacts: store, workers: wanted, memoryMb, worker } = this.#options
    const artifacts = new Map<string, CircuitArtifacts>()
    for (const circuit of circuits ?? (await store.circuits())) artifacts.set(circuit, await store.load(circuit))
    const keys = [...artifacts.values()].map(({ provingKey }) => provingKey.byteLength)
    const backend = await this.#chooseBackend()
    const workers = admittedWorkers(backend.backend, wanted, memoryMb, keys)
    const threads = new Piscina({
      ...typescriptWorker,
      filename: worker.href,
      minThreads: workers,
      maxThreads: workers,
      resourceLimits,
    })
    const engine = { threads, workers, backend, artifacts }
    // A worker died without a job, as it started: jobs that piscina holds back for it would wait for ever.
    threads.on('error', () => this.#discard(engine))
    return engine
  }

  /** @throws {ProverError} `BACKEND_UNAVAILABLE`: the native one is asked for and cannot be built. */
  async #chooseBackend(): Promise<ChosenBackend> {
    const { backend, proverExecutable } = this.#options
    if (backend === 'snarkjs') return { backend }
    if (proverExecutable !== undefined) return { backend: 'native', proverExecutable }
    const built = await buildNativeProver()
    if ('executable' in built) return { backend: 'native', proverExecutable: built.executable }
    if (backend === 'auto') return { backend: 'snarkjs' }
    throw new ProverError('BACKEND_UNAVAILABLE', built.unavailable)
  }

  /** The next job starts another engine. */
  #discard(engine: Engine): void {
    if (this.#engine === engine) this.#engine = undefined
    void engine.threads.destroy()
  }

  async #run({ threads, backend, artifacts }: Engine, job: Job): Promise<void> {
    this.#running.add(job)
    const { circuit, inputs, controller } = job
    const task: WorkerTask = { ...backend, circuit, inputs, artifacts: artifacts.get(circuit)! }
    try {
      const result: WorkerResult = await threads.run(task, { signal: controller.signal })
      if (result.ok) {
        const { proof, publicSignals, witnessMs, proveMs } = result
        job.resolve({ circuit, proof, publicSignals, witnessMs, proveMs })
      } else this.#fail(job, result.code, result.message)
    } catch (error) {
      if (controller.signal.aborted) this.#fail(job, 'ABORTED', 'aborted while it ran')
      else this.#fail(job, 'WORKER_CRASHED', `the worker died: ${error instanceof Error ? error.message : 'no reason'}`)
    } finally {
      this.#running.delete(job)
      this.#pump()
      this.#notifyIdle()
    }
  }

  #fail(job: Job, code: ProverErrorCode, message: string): void {
    job.reject(new ProverError(code, `${job.circuit}: ${message}`))
    this.#notifyIdle()
  }

  #notifyIdle(): void {
    if (this.#waiting.size + this.#running.size > 0) return
    for (const resolve of this.#onIdle.splice(0)) resolve()
  }
}

function internal(error: unknown): ProverError {
  return new ProverError('INTERNAL', error instanceof Error ? error.message : 'not an error', { cause: error })
}

/**
 * The prover. It reads keys and starts threads when the first proof is asked for; `verify` needs neither.
 *
 * @throws {RangeError} an option is out of range.
 */
export async function createProver(options: ProverOptions = {}): Promise<Prover> {
  return new ProverPool(options)
}
