/** The scenarios that come with the program, made small enough for tests. */
import { readScenario } from '../../src/economics/scenario.ts'
import type { Scenario, ScenarioKind, ScenarioOf } from '../../src/economics/scenario-schema.ts'
import { type Simulation, simulate } from '../../src/economics/simulate.ts'

/** What a test leaves out: most runs, most days, most of each grid. */
const smaller: { readonly [Kind in ScenarioKind]: (scenario: ScenarioOf<Kind>) => ScenarioOf<Kind> } = {
  'bank-run': (s) => ({ ...s, runs: 3, warmupDays: 20, study: { ...s.study, windowsHours: [24, 168] } }),
  cartel: (s) => ({ ...s, study: { ...s.study, nodes: 10, rounds: 300, fractions: [0.03, 0.3, 1] } }),
  equilibrium: (s) => ({ ...s, runs: 1, days: 40, study: { ...s.study, alphas: [0.1, 0.5, 2], betas: [0, 0.3] } }),
  inference: (s) => ({ ...s, runs: 3, study: { ...s.study, days: 30, lazyShares: [0, 0.2, 0.4] } }),
  return: (s) => ({ ...s, runs: 2, days: 30, warmupDays: 30 }),
  token: (s) => ({ ...s, runs: 2, days: 50, warmupDays: 30, study: { ...s.study, factors: [0.5, 1, 2] } }),
  volatility: (s) => ({ ...s, runs: 3, days: 40, warmupDays: 30, study: { ...s.study, arrivalsPerHour: [1.5, 2] } }),
  wash: (s) => ({ ...s, runs: 2, study: { ...s.study, pumpShares: [0.1, 0.5], holdHours: [0, 72] } }),
  whale: (s) => ({ ...s, runs: 2, days: 30, warmupDays: 20, study: { ...s.study, shares: [0.25, 0.75] } }),
}

export async function smallScenario<Kind extends ScenarioKind>(name: string, kind: Kind): Promise<ScenarioOf<Kind>> {
  const { scenario } = await readScenario(name)
  if (scenario.kind !== kind) throw new Error(`${name} is a scenario of kind ${scenario.kind}`)
  return smaller[kind](scenario as ScenarioOf<Kind>)
}

/** Played in this thread: a test of a study needs no other. */
export async function playSmall(name: ScenarioKind, seed = 1): Promise<Simulation> {
  const scenario: Scenario = await smallScenario(name, name)
  return simulate(name, scenario, { seed, workers: 0 })
}
