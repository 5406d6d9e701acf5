/** Stake, collateral, proofs and fee for a target of security and of calm: searched in the simulations, not looked up. */
import { workProfileOf } from '../../circuits/circuits.ts'
import { defaultParameters } from '../../verifier-contracts/index.ts'
import { readScenario } from './scenario.ts'
import type { ScenarioOf } from './scenario-schema.ts'
import { type SimulateOptions, type Simulation, simulate } from './simulate.ts'
import { round, type Table } from './study.ts'

export type Advice = {
  readonly summary: string
  readonly seed: number
  readonly targets: { readonly security: number; readonly volatility: number }
  readonly parameters: readonly Parameter[]
  readonly table: Table
}

export type Parameter = {
  readonly name: string
  readonly unit: string
  /** undefined: no value within the contracts' bounds meets the targets. */
  readonly recommended: number | undefined
  readonly inUse: number
  readonly safe: boolean
  readonly reason: string
}

export type RecommendOptions = SimulateOptions & {
  /** Least chance a round to catch a node that makes up `WATCHED` of its outputs. */
  readonly targetSecurity: number
  /** Most standard deviation of a day's logarithmic price changes. */
  readonly targetVolatility: number
}

/** Share of wrong outputs that the security target speaks of. */
const WATCHED = 0.1
/** Rounds whose sample an attacker is assumed to control: one block proposer in ten. */
const CONTROL = 0.1
/** `INodeRegistry.requiredStake`, and the proofs of a round in `pocps demo`. */
const STAKE_IN_USE = 7
const PROOFS_IN_USE = 1
/** The registry's and the pool's bounds. */
const MOST_PROOFS = 128
const WINDOW_DAYS = [1, 2, 3, 4, 5, 6, 7]
const STAKE_DAYS = [1, 2, 3, 4, 5, 7, 10, 14, 21, 28]
const COLLATERALS = [1, 2, 3, 5, 10, 20, 50, 100]
const RISE_LIMITS = [0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001]
const FRACTIONS = [0.01, 0.03, 0.1, 0.3, 1]

export async function recommend(market: ScenarioOf<'volatility'>, options: RecommendOptions): Promise<Advice> {
  const { targetSecurity, targetVolatility, seed } = options
  const profile = workProfileOf('work-dev')
  const catching = WATCHED * (1 - 4 ** -profile.sampledNeurons)
  const proofsFor = (columns: number) => Math.ceil(columns / profile.sampledColumns)
  const proofs = proofsFor(Math.log(1 - Math.min(targetSecurity, 1 - 1e-12)) / Math.log(1 - catching))
  const columns = Math.min(proofs, MOST_PROOFS) * profile.sampledColumns

  const stakes = await cheatingByStake(STAKE_DAYS, columns, options)
  const collaterals = await cheatingByStake(COLLATERALS, columns, options, 1)
  const calm = await calmByWindow(market, options)
  const feeFor = async (riseLimit: number) => {
    const { figures } = await washOf({ ...market, pool: { ...market.pool, riseLimit } }, options)
    const ways = ['break-even fee, pump, anchor', 'break-even fee, price held with own nodes']
    return Math.max(0, ...ways.map((way) => figures[way]!))
  }
  const fee = await feeFor(market.pool.riseLimit)
  const rise = await firstThat(RISE_LIMITS, async (limit) => (await feeFor(limit)) <= market.pool.fee)

  const { failureSlash, unbondingSeconds } = defaultParameters.stake
  const slashShare = failureSlash / 10_000
  const stake = stakes.find(({ gain }) => gain <= 0)
  const collateral = collaterals.find(({ gain }) => gain <= 0)
  const window = calm.find(({ volatility }) => volatility <= targetVolatility)
  const windowInUse = market.pool.windowHours / 24
  const inUse = calm.find(({ days }) => days === windowInUse)
  const chance = 1 - (1 - catching) ** (PROOFS_IN_USE * profile.sampledColumns)
  const locked = market.pool.collateralMultiple * market.supply.capitalRate * (7 / 365)
  const percent = (value: number) => `${round(100 * value, 3)} %`

  const parameters: Parameter[] = [
    {
      name: 'proofs a round',
      unit: `${profile.sampledColumns} columns each`,
      recommended: proofs <= MOST_PROOFS ? proofs : undefined,
      inUse: PROOFS_IN_USE,
      safe: chance >= targetSecurity,
      reason: `${PROOFS_IN_USE} proof catches ${percent(WATCHED)} of wrong outputs with ${percent(chance)} a round; the target is ${percent(targetSecurity)}`,
    },
    {
      name: 'stake',
      unit: 'days of value',
      recommended: stake?.value,
      inUse: STAKE_IN_USE,
      safe: stake !== undefined && STAKE_IN_USE >= stake.value,
      reason: `a failed round costs ${percent(slashShare)} of it; at ${columns} columns, no reward and r = ${CONTROL}, the best cheat gains ${round(stakes.find(({ value }) => value === STAKE_IN_USE)?.gain ?? 0, 2)} days a round`,
    },
    {
      name: 'collateral of a sale',
      unit: 'times the proceeds',
      recommended: collateral?.value,
      inUse: market.pool.collateralMultiple,
      safe: collateral !== undefined && market.pool.collateralMultiple >= collateral.value,
      reason: `a failed day forfeits its part; without any stake ${collateral?.value ?? 'none'} is the least that makes cheating lose. ${market.pool.collateralMultiple} costs a seller ${percent(locked)} of a week’s sale in capital`,
    },
    {
      name: 'window of provided hours',
      unit: 'days',
      recommended: window?.days,
      inUse: windowInUse,
      safe: inUse !== undefined && inUse.volatility <= targetVolatility,
      reason: `σ a day is ${calm.map(({ days, volatility }) => `${round(volatility, 3)} at ${days} d`).join(', ')}; the target is ${targetVolatility}`,
    },
    {
      name: 'fee',
      unit: 'share of rents',
      recommended: Math.ceil(fee * 1000) / 1000,
      inUse: market.pool.fee,
      safe: market.pool.fee >= fee,
      reason: `renting own nodes to lift the price of a sale pays below ${percent(fee)} while sales may follow the market by ${percent(market.pool.riseLimit)} an hour`,
    },
    {
      name: 'rise of the sale price',
      unit: 'an hour',
      recommended: rise,
      inUse: market.pool.riseLimit,
      safe: rise !== undefined && market.pool.riseLimit <= rise,
      reason:
        rise === undefined
          ? `at none of ${RISE_LIMITS.join(', ')} does the fee in use, ${percent(market.pool.fee)}, take all that renting own nodes first brings: a seller wins back part of its own slippage`
          : `the fastest of ${RISE_LIMITS.join(', ')} at which the fee in use, ${percent(market.pool.fee)}, takes all that lifting a price brings`,
    },
    {
      name: 'unbonding',
      unit: 'days',
      recommended: windowInUse,
      inUse: unbondingSeconds / 86_400,
      safe: unbondingSeconds / 86_400 >= windowInUse,
      reason: 'stake must stay within reach as long as hours that were promised on it',
    },
  ]
  const unsafe = parameters.filter(({ safe }) => !safe)
  return {
    summary:
      unsafe.length === 0
        ? 'Every parameter in use meets the targets.'
        : `Not safe for these targets: ${unsafe.map(({ name }) => name).join(', ')}.`,
    seed,
    targets: { security: targetSecurity, volatility: targetVolatility },
    parameters,
    table: {
      columns: ['parameter', 'recommended', 'in use', 'verdict', 'why'],
      rows: parameters.map(({ name, unit, recommended, inUse: used, safe, reason }) => [
        name,
        recommended === undefined ? `none (${unit})` : `${round(recommended)} ${unit}`,
        round(used),
        safe ? 'safe' : 'NOT SAFE',
        reason,
      ]),
    },
  }
}

/**
 * The most that a lazy node gains a round, in days of value, for each stake. With `forfeits` the amounts are what a failed
 * round costs themselves, in days of value; else a failed round costs the registry's share of them.
 */
async function cheatingByStake(
  values: readonly number[],
  columns: number,
  options: RecommendOptions,
  forfeits = defaultParameters.stake.failureSlash / 10_000,
): Promise<{ value: number; gain: number }[]> {
  const { scenario } = await readScenario('cartel')
  const cartel = scenario as ScenarioOf<'cartel'>
  const slashes = values.map((value) => value * forfeits)
  const study = { ...cartel.study, slashes, rewards: [0], samples: [columns], fractions: FRACTIONS, control: [CONTROL] }
  const { table } = await simulate('cartel', { ...cartel, study }, options)
  const best = table.columns.indexOf('best gain a round (days)')
  return values.map((value, i) => ({ value, gain: Number(table.rows[i]![best]) }))
}

/** The first of the values that holds, where all after it hold too: by bisection. */
async function firstThat(
  values: readonly number[],
  holds: (value: number) => Promise<boolean>,
): Promise<number | undefined> {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (await holds(values[middle]!)) high = middle
    else low = middle + 1
  }
  return values[low]
}

/** The attacks on sales, in the market's own pool. */
async function washOf(market: ScenarioOf<'volatility'>, options: RecommendOptions): Promise<Simulation> {
  const { scenario } = await readScenario('wash')
  const wash = scenario as ScenarioOf<'wash'>
  const study = { ...wash.study, strategies: [market.pool.strategy] }
  return simulate('wash', { ...wash, pool: market.pool, study }, options)
}

/** Volatility of the scenario's market for each length of the window. */
async function calmByWindow(
  market: ScenarioOf<'volatility'>,
  options: RecommendOptions,
): Promise<{ days: number; volatility: number }[]> {
  const calm: { days: number; volatility: number }[] = []
  const arrivals = market.demand.arrivalsPerHour
  for (const days of WINDOW_DAYS) {
    const study = {
      ...market.study,
      windowsHours: [days * 24, days * 24] as [number, number],
      arrivalsPerHour: [arrivals],
    }
    const { table } = await simulate('volatility', { ...market, study }, options)
    calm.push({ days, volatility: Number(table.rows[0]![table.columns.indexOf(`σ/day ${days * 24} h`)]) })
  }
  return calm
}
