/** The studies by kind: how each scenario is played and what is concluded. */

import type { Random } from './random.ts'
import type { Scenario, ScenarioKind } from './scenario-schema.ts'
import { bankRun } from './studies/bank-run.ts'
import { cartel } from './studies/cartel.ts'
import { earnings } from './studies/earnings.ts'
import { equilibrium } from './studies/equilibrium.ts'
import { inference } from './studies/inference.ts'
import { token } from './studies/token.ts'
import { volatility } from './studies/volatility.ts'
import { wash } from './studies/wash.ts'
import { whale } from './studies/whale.ts'
import type { Conclusion, Job, Outcome, Study } from './study.ts'

const studies: { readonly [Kind in ScenarioKind]: Study<Kind> } = {
  'bank-run': bankRun,
  cartel,
  equilibrium,
  inference,
  return: earnings,
  token,
  volatility,
  wash,
  whale,
}

/** The study that fits the scenario's kind, with types that say no more than that. */
export type AnyStudy = {
  readonly jobs: (scenario: Scenario) => readonly Job[]
  readonly run: (scenario: Scenario, vary: Job['vary'], random: Random) => Omit<Outcome, 'vary'>
  readonly conclude: (scenario: Scenario, outcomes: readonly Outcome[]) => Conclusion
}

/** A study is called with scenarios of its own kind only, which the table above ensures and a cast has to repeat. */
export function studyOf(kind: ScenarioKind): AnyStudy {
  return studies[kind] as unknown as AnyStudy
}
