/** The two price strategies in floating point, for simulation: hours and tokens. `strategy.ts` has them to the last wei. */

/** What a price depends on: hours free, tokens behind them, hours rented, hours in all. */
export type PoolState = {
  readonly free: number
  readonly tokens: number
  readonly rented: number
  readonly hours: number
}

export type PriceCurve = {
  /** Tokens an hour for the next instant. */
  spot(state: PoolState): number
  /** What `amount` more hours cost. */
  buy(state: PoolState, amount: number): number
  /** What giving `amount` rented hours back is worth. */
  giveBack(state: PoolState, amount: number): number
  /** What `amount` hours of new supply are worth. */
  sell(state: PoolState, amount: number): number
}

export type CurveParameters = {
  readonly kind: 'constant-product' | 'utilisation'
  /** Exponent of the utilisation curve. */
  readonly alpha: number
  /** Tokens an hour: the price of an empty pool, and the utilisation curve's price at full use. */
  readonly base: number
  readonly floor: number
  readonly ceiling: number
}

export function priceCurve(parameters: CurveParameters): PriceCurve {
  const { base, floor, ceiling } = parameters
  const raw = parameters.kind === 'constant-product' ? constantProduct() : utilisation(base, parameters.alpha)
  const clamp = (value: number, amount: number) => Math.min(Math.max(value, floor * amount), ceiling * amount)
  return {
    spot(state) {
      if (state.hours <= 0) return base
      return state.free <= 0 ? ceiling : clamp(raw.spot(state), 1)
    },
    buy: (state, amount) => clamp(raw.buy(state, amount), amount),
    giveBack: (state, amount) => clamp(raw.giveBack(state, amount), amount),
    sell: (state, amount) => clamp(raw.sell(state, amount), amount),
  }
}

function constantProduct(): PriceCurve {
  return {
    spot: ({ free, tokens }) => tokens / free,
    buy: ({ free, tokens }, amount) =>
      amount >= free ? Number.POSITIVE_INFINITY : (tokens * amount) / (free - amount),
    giveBack: ({ free, tokens }, amount) => (tokens * amount) / (free + amount),
    sell: ({ free, tokens }, amount) => (tokens * amount) / (free + amount),
  }
}

function utilisation(base: number, alpha: number): PriceCurve {
  const exponent = alpha + 1
  const between = (hours: number, from: number, to: number) =>
    ((base * hours) / exponent) * ((to / hours) ** exponent - (from / hours) ** exponent)
  return {
    spot: ({ rented, hours }) => base * (rented / hours) ** alpha,
    buy: ({ rented, hours }, amount) => between(hours, rented, rented + amount),
    giveBack: ({ rented, hours }, amount) => between(hours, Math.max(0, rented - amount), rented),
    sell: ({ rented, hours }, amount) => amount * base * (rented / (hours + amount)) ** alpha,
  }
}
