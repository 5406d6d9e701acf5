/** What the pools of a deployment trade on, and the GPU classes that it may begin with. */
import type { ClassParameters } from './parameters.ts'

export type StrategyRole = 'constantProduct' | 'utilisationCurve'

/** `PoolTerms` in IPoolRules.sol; prices as parts of the class's daily value, shares in basis points. */
export type PoolParameters = {
  readonly strategy: StrategyRole
  /** T: how long provided hours last; whole hours, seven days at most. */
  readonly windowSeconds: number
  /** Of every purchase and refund, burned. */
  readonly fee: number
  /** What a sale locks, as a multiple of its proceeds. */
  readonly collateralMultiple: number
  /** How fast the price of sales may follow the market upwards, an hour. */
  readonly riseLimit: number
  readonly floorShare: number
  readonly ceilingShare: number
}

export type MarketParameters = {
  /** Exponent of the utilisation curve, in WAD. */
  readonly alpha: bigint
  /** Part of every rent that the utilisation curve burns. */
  readonly burnShare: number
  /** Of each class's pool. */
  readonly pool: PoolParameters
}

/** `WorkPolicy` in IRounds.sol, basis points. */
export type WorkParameters = {
  readonly loadedShare: number
  readonly leastShare: number
}

/**
 * LooPIN's curve, window and collateral. Floor and ceiling keep an empty or hoarded pool within a factor of ten of what the class is worth.
 * A rise of 1 % an hour doubles the price of sales in three days at the earliest: longer than anyone pushes a price up for free.
 */
export const defaultMarket = {
  alpha: 10n ** 18n,
  burnShare: 1000,
  pool: {
    strategy: 'constantProduct',
    windowSeconds: 7 * 86_400,
    fee: 100,
    collateralMultiple: 100,
    riseLimit: 100,
    floorShare: 1000,
    ceilingShare: 100_000,
  },
} as const satisfies MarketParameters

export const defaultWork = { loadedShare: 2500, leastShare: 1000 } as const satisfies WorkParameters

const WAD = 10n ** 18n
const DAY = 86_400n
const BASIS_POINTS = 10_000n

/** The struct as PoolRules takes it. */
export function poolTerms(
  pool: PoolParameters,
  { dailyValue }: Pick<ClassParameters, 'dailyValue'>,
  strategies: Readonly<Record<StrategyRole, string>>,
) {
  const { strategy, floorShare, ceilingShare, ...rest } = pool
  const base = (dailyValue * WAD) / DAY
  return {
    ...rest,
    strategy: strategies[strategy],
    floor: (base * BigInt(floorShare)) / BASIS_POINTS,
    ceiling: (base * BigInt(ceilingShare)) / BASIS_POINTS,
  }
}

export type GpuClass = {
  readonly name: string
  readonly memoryGib: number
  /** Dense INT8 rate of the vendor's data sheet, 10^12 operations per second. */
  readonly int8Tops: number
}

/** The protocol's list. Nothing here was measured by us. */
export const gpuClasses: readonly GpuClass[] = [
  { name: 'H100-SXM', memoryGib: 80, int8Tops: 1979 },
  { name: 'H100-PCIe', memoryGib: 80, int8Tops: 1513 },
  { name: 'L40', memoryGib: 48, int8Tops: 362 },
  { name: 'L40S', memoryGib: 48, int8Tops: 733 },
  { name: 'A100', memoryGib: 80, int8Tops: 624 },
  { name: 'RTX 4090', memoryGib: 24, int8Tops: 661 },
  { name: 'RTX 5090', memoryGib: 32, int8Tops: 838 },
]

/** What a class needs besides its GPU. */
export type ClassWork = Pick<
  ClassParameters,
  'datasetRoot' | 'circuit' | 'kernel' | 'operationsPerStep' | 'maxSteps' | 'proofsPerRound'
>

/** Tokens (wei) a day for each 10^12 operations per second of the data sheet: about 100 for an H100-SXM. */
const DAILY_VALUE_PER_TOPS = WAD / 20n

/**
 * A class as a start: value and weight follow the data sheet, the benchmark is a tenth of it.
 * Memory, hashing and the window's margin keep a kernel below a data sheet, by how much must be measured before money depends on it.
 */
export function gpuClassParameters({ int8Tops }: GpuClass, work: ClassWork): ClassParameters {
  return {
    ...work,
    benchmark: BigInt(int8Tops) * 10n ** 11n,
    weight: int8Tops,
    dailyValue: BigInt(int8Tops) * DAILY_VALUE_PER_TOPS,
  }
}
