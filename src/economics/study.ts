/** What a study is: independent jobs, and a conclusion drawn from their outcomes. */
import type { FastPoolParameters } from './fast-pool.ts'
import type { MarketInput } from './market.ts'
import { Random } from './random.ts'
import type { MarketScenario, Scenario, ScenarioKind, ScenarioOf } from './scenario-schema.ts'

/** Plain data that crosses to a worker: what to vary, and which stream of random numbers to use. */
export type Job = { readonly stream: number; readonly vary: Readonly<Record<string, number | string>> }

/** Plain data that comes back: numbers by name, and series for charts. */
export type Outcome = {
  readonly vary: Job['vary']
  readonly values: Readonly<Record<string, number>>
  readonly series?: Readonly<Record<string, readonly number[]>>
  /** Decisions that agents took. */
  readonly agentSteps: number
}

export type Table = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

export type Conclusion = {
  /** One sentence, made from the numbers. */
  readonly finding: string
  /** The figures behind it, by name with unit. */
  readonly figures: Readonly<Record<string, number>>
  readonly table: Table
  readonly charts: readonly { readonly name: string; readonly svg: string }[]
}

export type Study<Kind extends ScenarioKind> = {
  readonly jobs: (scenario: ScenarioOf<Kind>) => readonly Job[]
  readonly run: (scenario: ScenarioOf<Kind>, vary: Job['vary'], random: Random) => Omit<Outcome, 'vary'>
  readonly conclude: (scenario: ScenarioOf<Kind>, outcomes: readonly Outcome[]) => Conclusion
}

/** One job of the scenario; the same seed and job give the same outcome wherever it runs. */
export function randomOf(seed: number, job: Job): Random {
  return new Random(seed, job.stream)
}

/** Every combination of the lists, once for each run; a run has the same stream in all combinations, so they can be compared. */
export function combinations(
  runs: number,
  lists: Readonly<Record<string, readonly (number | string)[]>>,
): readonly Job[] {
  let varied: Record<string, number | string>[] = [{}]
  for (const [name, values] of Object.entries(lists)) {
    varied = varied.flatMap((others) => values.map((value) => ({ ...others, [name]: value })))
  }
  return varied.flatMap((vary) => Array.from({ length: runs }, (_, run) => ({ stream: run, vary: { ...vary, run } })))
}

export function poolOf({ pool }: { pool: MarketScenario['pool'] }): FastPoolParameters {
  return {
    kind: pool.strategy,
    alpha: pool.alpha,
    base: pool.basePrice,
    floor: pool.floorPrice,
    ceiling: pool.ceilingPrice,
    windowHours: pool.windowHours,
    fee: pool.fee,
    burnShare: pool.burnShare,
    riseLimit: pool.riseLimit,
  }
}

/** The market that a scenario describes, before a study changes anything. */
export function marketOf(scenario: MarketScenario): MarketInput {
  return {
    pool: poolOf(scenario),
    demand: scenario.demand,
    supply: scenario.supply,
    collateralMultiple: scenario.pool.collateralMultiple,
    days: scenario.days,
    warmupDays: scenario.warmupDays,
    tokenPrice: () => scenario.tokenPrice,
  }
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return values.length === 0 ? 0 : sum / values.length
}

export function deviation(values: ArrayLike<number>): number {
  const middle = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - middle) ** 2
  return values.length < 2 ? 0 : Math.sqrt(sum / (values.length - 1))
}

export function median(values: ArrayLike<number>): number {
  const sorted = Array.from(values).sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Median over days of ln(highest / lowest) of an hourly price. */
export function dailySwing(hourly: Float64Array): number {
  const swings: number[] = []
  for (let from = 0; from + 24 <= hourly.length; from += 24) {
    const day = hourly.subarray(from, from + 24)
    swings.push(Math.log(Math.max(...day) / Math.min(...day)))
  }
  return median(swings)
}

/** Standard deviation of the hourly logarithmic returns, as of one day. */
export function dailyVolatility(hourly: Float64Array): number {
  const returns = new Float64Array(Math.max(0, hourly.length - 1))
  for (let i = 0; i < returns.length; i++) returns[i] = Math.log(hourly[i + 1]! / hourly[i]!)
  return deviation(returns) * Math.sqrt(24)
}

/** Every `step`-th value. */
export function thin(values: Float64Array, step: number): number[] {
  const kept: number[] = []
  for (let i = 0; i < values.length; i += step) kept.push(values[i]!)
  return kept
}

/** Outcomes of the same variation, runs together. */
export function grouped(outcomes: readonly Outcome[], ...names: readonly string[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) {
    const key = names.map((name) => outcome.vary[name]).join(' ')
    groups.set(key, [...(groups.get(key) ?? []), outcome])
  }
  return groups
}

export function meanOf(outcomes: readonly Outcome[], name: string): number {
  return mean(outcomes.map(({ values }) => values[name]!))
}

export function round(value: number, digits = 3): number {
  return value === 0 || !Number.isFinite(value) ? value : Number(value.toPrecision(digits))
}

/** The scenario with other values where a study varies them. */
export function isMarket(scenario: Scenario): scenario is MarketScenario {
  return 'pool' in scenario
}
