/** The price strategies in bigint: the same digits as PriceStrategy.sol, ConstantProduct.sol and UtilisationCurve.sol. */
import { WAD } from '../score.ts'
import { least, most, mulDiv, mulDivUp, powWad } from './fixed-point.ts'

/** `PoolState` in IPriceStrategy.sol: seconds of one node, wei, and wei a second in WAD. */
export type PoolState = {
  readonly available: bigint
  readonly rented: bigint
  readonly remaining: bigint
  readonly tokens: bigint
  readonly base: bigint
  readonly floor: bigint
  readonly ceiling: bigint
}

export type Strategy = {
  spot(state: PoolState): bigint
  costOf(state: PoolState, secs: bigint): bigint
  refundOf(state: PoolState, secs: bigint): bigint
  proceedsOf(state: PoolState, secs: bigint): bigint
  /** Of every paid rent, basis points. */
  readonly burnShare: bigint
}

/** What a curve says before it is held between floor and ceiling; the names are the contract's. */
type Curve = {
  /** `state` has hours. */
  spot(state: PoolState): bigint
  /** At most all available seconds. */
  cost(state: PoolState, secs: bigint): bigint
  /** At most all rented seconds. */
  refund(state: PoolState, secs: bigint): bigint
  proceeds(state: PoolState, secs: bigint): bigint
}

function held(curve: Curve, burnShare: bigint): Strategy {
  const paid = ({ floor, ceiling }: PoolState, amount: bigint, secs: bigint) =>
    clamp(amount, mulDiv(secs, floor, WAD), mulDiv(secs, ceiling, WAD))
  return {
    burnShare,
    spot: (state) => clamp(state.remaining === 0n ? state.base : curve.spot(state), state.floor, state.ceiling),
    costOf(state, secs) {
      const highest = mulDivUp(secs, state.ceiling, WAD)
      if (secs > state.available) return highest
      return clamp(secs === 0n ? 0n : curve.cost(state, secs), mulDivUp(secs, state.floor, WAD), highest)
    },
    refundOf(state, secs) {
      const back = least(secs, state.rented)
      return paid(state, back === 0n ? 0n : curve.refund(state, back), secs)
    },
    proceedsOf: (state, secs) => paid(state, secs === 0n ? 0n : curve.proceeds(state, secs), secs),
  }
}

/** LooPIN's curve: x y = const over a trade. */
export function constantProduct(): Strategy {
  const brings = ({ tokens, available }: PoolState, secs: bigint) => mulDiv(tokens, secs, available + secs)
  return held(
    {
      spot: ({ tokens, available, ceiling }) => (available === 0n ? ceiling : mulDiv(tokens, WAD, available)),
      cost: ({ tokens, available }, secs) => (secs === available ? NO_BOUND : mulDivUp(tokens, secs, available - secs)),
      refund: brings,
      proceeds: brings,
    },
    0n,
  )
}

/** P = base (D / R)^alpha; alpha in WAD, beta in basis points. */
export function utilisationCurve(alpha: bigint, burnShare: bigint): Strategy {
  const exponent = WAD + alpha
  const power = (rented: bigint, remaining: bigint, to: bigint) => {
    const use = (rented * WAD) / remaining
    return use === 0n ? 0n : powWad(use, to)
  }
  const price = ({ base, rented }: PoolState, remaining: bigint) => mulDiv(base, power(rented, remaining, alpha), WAD)
  const rise = ({ remaining }: PoolState, from: bigint, to: bigint) =>
    most(0n, power(to, remaining, exponent) - power(from, remaining, exponent))
  return held(
    {
      spot: (state) => price(state, state.remaining),
      cost(state, secs) {
        const difference = rise(state, state.rented, state.rented + secs)
        return mulDivUp(mulDivUp(state.base, difference, WAD), state.remaining, exponent)
      },
      refund(state, secs) {
        const difference = rise(state, state.rented - secs, state.rented)
        return mulDiv(mulDiv(state.base, difference, WAD), state.remaining, exponent)
      },
      proceeds: (state, secs) => mulDiv(secs, price(state, state.remaining + secs), WAD),
    },
    burnShare,
  )
}

/** Solady's `clamp`: the upper bound wins. */
const clamp = (value: bigint, low: bigint, high: bigint) => least(most(value, low), high)

/** type(uint256).max: the pool makes it the ceiling. */
const NO_BOUND = 2n ** 256n - 1n
