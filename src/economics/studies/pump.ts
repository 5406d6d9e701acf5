/** One pumped sale beside the same sale made honestly: rent to raise the price, sell, give back. */
import { EPOCH_HOURS, FastPool } from '../fast-pool.ts'
import type { Random } from '../random.ts'
import type { ScenarioOf } from '../scenario-schema.ts'
import { type Outcome, poolOf } from '../study.ts'

export type PumpRules = {
  readonly kind: 'constant-product' | 'utilisation'
  readonly riseLimit: number
  /** Of the idle GPUs. */
  readonly share: number
  /** 0: in one block, anybody's GPUs. Else one's own are rented, so that the rent of those hours comes home. */
  readonly hours: number
}

/** Share of the providers' GPUs that are rented before anybody attacks, each for so many hours. */
const RENTED = 0.3
const RENTED_HOURS = 8

/** Without any fee: `fee` is the one at which nothing is left of the gain. */
export function pump(scenario: ScenarioOf<'wash'>, rules: PumpRules, random: Random): Omit<Outcome, 'vary'> {
  const { providers } = scenario.supply
  const window = scenario.pool.windowHours
  const starts = Array.from({ length: providers }, () => random.below(window))
  const rented = Array.from({ length: providers }, () => random.chance(RENTED))
  const sellers = Math.max(1, Math.round(providers * scenario.study.saleShare))

  const honestPool = playedPool(scenario, rules, starts, rented, sellers)
  wait(honestPool, rules.hours)
  const honest = sellAll(honestPool, providers, sellers, window)

  const pool = playedPool(scenario, rules, starts, rented, sellers)
  const idle = starts.flatMap((_, node) =>
    pool.busyUntil[node]! <= pool.now && pool.end[node]! > pool.now ? [node] : [],
  )
  const taken = idle.slice(0, Math.floor(idle.length * rules.share))
  let paid = 0
  let home = 0
  for (const node of taken) {
    const hours = pool.end[node]! - pool.now
    const cost = pool.buy(node, hours)
    paid += cost
    home += (cost * Math.min(rules.hours, hours) * (1 - scenario.pool.burnShare)) / hours
  }
  wait(pool, rules.hours)
  const proceeds = sellAll(pool, providers, sellers, window)
  let refunded = 0
  for (const node of taken.reverse()) refunded += pool.terminate(node)
  const gain = proceeds - honest - (paid - refunded - home)
  const volume = paid + refunded
  return { values: { price: 0, gain, fee: volume > 0 ? gain / volume : 0 }, agentSteps: 2 * providers }
}

/** A pool into which providers came at different times, some of them rented. */
function playedPool(
  scenario: ScenarioOf<'wash'>,
  { kind, riseLimit }: PumpRules,
  starts: readonly number[],
  rented: readonly boolean[],
  sellers: number,
): FastPool {
  const terms = { ...poolOf(scenario), kind, riseLimit, fee: 0 }
  const pool = new FastPool(terms, starts.length + sellers, 3 * terms.windowHours)
  for (let hour = 0; hour < terms.windowHours; hour++) {
    pool.advance(hour)
    starts.forEach((start, node) => {
      if (start === hour) pool.provide(node)
    })
  }
  rented.forEach((isRented, node) => {
    if (isRented && pool.end[node]! - pool.now >= RENTED_HOURS) pool.buy(node, RENTED_HOURS)
  })
  pool.advance(pool.now + 1)
  return pool
}

/** Lets hours pass, with what they settle. */
function wait(pool: FastPool, hours: number): void {
  for (let left = hours; left > 0; left--) {
    pool.advance(pool.now + 1)
    if (pool.now % EPOCH_HOURS !== 0) continue
    for (let node = 0; node < pool.status.length; node++) pool.settle(node, pool.now / EPOCH_HOURS - 1, true)
  }
}

function sellAll(pool: FastPool, first: number, count: number, window: number): number {
  const days = Math.min(7, Math.floor(window / 24))
  let proceeds = 0
  for (let i = 0; i < count; i++) proceeds += pool.sell(first + i, days)
  return proceeds
}
