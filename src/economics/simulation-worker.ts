/** The thread that plays jobs of a scenario (piscina entry). It returns results and never throws. */
import type { Scenario } from './scenario-schema.ts'
import { studyOf } from './studies.ts'
import { type Job, type Outcome, randomOf } from './study.ts'

export type SimulationTask = { readonly scenario: Scenario; readonly seed: number; readonly jobs: readonly Job[] }

export type SimulationResult =
  | { readonly ok: true; readonly outcomes: readonly Outcome[] }
  | { readonly ok: false; readonly message: string }

// biome-ignore lint/style/noDefaultExport: piscina calls a worker's default export.
export default function play({ scenario, seed, jobs }: SimulationTask): SimulationResult {
  try {
    const study = studyOf(scenario.kind)
    const outcomes = jobs.map((job) => {
      const outcome = study.run(scenario, job.vary, randomOf(seed, job))
      const wrong = Object.entries(outcome.values).find(([, value]) => !Number.isFinite(value))
      if (wrong) throw new RangeError(`${wrong[0]} is not a finite number for ${JSON.stringify(job.vary)}`)
      return { vary: job.vary, ...outcome }
    })
    return { ok: true, outcomes }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'not an error' }
  }
}
