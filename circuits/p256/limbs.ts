/** Integers as limbs of 32 bits, least significant first. */
import { p } from './curve.ts'

export const LIMBS = 8
export const LIMB_BITS = 32n
const BASE = 1n << LIMB_BITS
const HALF = BASE >> 1n

export function integerOfLimbs(limbs: readonly bigint[]): bigint {
  return limbs.reduceRight((sum, limb) => sum * BASE + limb, 0n)
}

/** Limbs in [0, 2^32) of a non-negative integer. */
export function unsignedLimbs(value: bigint, count = LIMBS): bigint[] {
  return Array.from({ length: count }, (_, i) => (value >> (LIMB_BITS * BigInt(i))) & (BASE - 1n))
}

/** The largest integer that eight limbs in [-2^31, 2^31) hold. */
const largestBalanced = integerOfLimbs(Array.from({ length: LIMBS }, () => HALF - 1n))

/** Limbs in [-2^31, 2^31) of a representative of an element of Fp, given in [0, p). */
export function balancedLimbs(element: bigint): bigint[] {
  let rest = element > largestBalanced ? element - p : element
  return Array.from({ length: LIMBS }, () => {
    const limb = BigInt.asIntN(32, rest)
    rest = (rest - limb) >> LIMB_BITS
    return limb
  })
}
