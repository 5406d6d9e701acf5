/** Plays a scenario: its jobs over worker threads, its conclusion from their outcomes in order. */
import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { typescriptWorker } from '../../circuits/setup/typescript-worker.ts'
import { SimulationFailedError } from '../errors.ts'
import type { Scenario } from './scenario-schema.ts'
import type { SimulationResult, SimulationTask } from './simulation-worker.ts'
import { studyOf } from './studies.ts'
import type { Conclusion, Job, Outcome } from './study.ts'

export type SimulateOptions = {
  readonly seed: number
  /** Repetitions; the scenario's own unless given. */
  readonly runs?: number
  /** Threads; as many as there are cores unless given. 0: none, all in the calling thread. */
  readonly workers?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, of: number) => void
}

export type Simulation = Conclusion & {
  readonly name: string
  readonly seed: number
  /** All parameters, as played. */
  readonly scenario: Scenario
  readonly jobs: number
  readonly agentSteps: number
}

/**
 * The result depends on scenario, seed and runs only, not on the number of threads or the order in which they end.
 *
 * @throws {SimulationFailedError} a job failed: a parameter that no range excludes, or a bug.
 */
export async function simulate(name: string, asked: Scenario, options: SimulateOptions): Promise<Simulation> {
  const scenario = options.runs === undefined ? asked : { ...asked, runs: options.runs }
  const study = studyOf(scenario.kind)
  const jobs = study.jobs(scenario)
  const outcomes = await playAll(scenario, jobs, options)
  const agentSteps = outcomes.reduce((sum, outcome) => sum + outcome.agentSteps, 0)
  const conclusion = study.conclude(scenario, outcomes)
  return { name, seed: options.seed, scenario, jobs: jobs.length, agentSteps, ...conclusion }
}

/** Jobs that a thread is given at once: a short job must not cost more to hand over than to play. */
const BATCH = 4

async function playAll(
  scenario: Scenario,
  jobs: readonly Job[],
  { seed, workers = availableParallelism(), signal, onProgress }: SimulateOptions,
): Promise<Outcome[]> {
  const batches: Job[][] = []
  for (let from = 0; from < jobs.length; from += BATCH) batches.push(jobs.slice(from, from + BATCH))
  const threads =
    workers === 0
      ? undefined
      : new Piscina<SimulationTask, SimulationResult>({
          ...typescriptWorker,
          filename: new URL('./simulation-worker.ts', import.meta.url).href,
          minThreads: Math.min(workers, batches.length),
          maxThreads: workers,
        })
  // Each waiting batch listens; none is leaked.
  if (signal) setMaxListeners(0, signal)
  let done = 0
  try {
    const results = await Promise.all(
      batches.map(async (batch) => {
        const task: SimulationTask = { scenario, seed, jobs: batch }
        const result = threads ? await threads.run(task, signal ? { signal } : {}) : await playHere(task, signal)
        if (!result.ok) throw new SimulationFailedError(scenario.kind, result.message)
        done += batch.length
        onProgress?.(done, jobs.length)
        return result.outcomes
      }),
    )
    return results.flat()
  } finally {
    await threads?.destroy()
  }
}

async function playHere(task: SimulationTask, signal?: AbortSignal): Promise<SimulationResult> {
  signal?.throwIfAborted()
  const { default: play } = await import('./simulation-worker.ts')
  return play(task)
}
