/** The numbers that fix the shape of the P-256 circuits: windows, digits and the limbs they fall in. */
import { n } from './curve.ts'
import { LIMB_BITS, LIMBS } from './limbs.ts'

/** A comb over a constant point reads its scalar in signed odd digits of this many bits, sign included. */
export const COMB_BITS = 9
/** Bits of a whole scalar: 28 windows of 9 bits and one of 4. */
export const SCALAR_BITS = 256
/** Windows of the random offset, 126 bits. */
export const OFFSET_WINDOWS = 14
/** Windows of two digits of both half-size scalars. */
export const JOINT_WINDOWS = 64
/** The offset counts 2^128 times in the sum, for it is quadrupled in every joint window. */
export const OFFSET_SHIFT = 2 * JOINT_WINDOWS

/** Sizes of the windows that cover `bits` bits, least significant first. */
export function combWindows(bits: number): readonly number[] {
  return Array.from({ length: Math.ceil(bits / COMB_BITS) }, (_, t) => Math.min(COMB_BITS, bits - t * COMB_BITS))
}

/** Sums digits of the given weights into limbs without carries: digit t counts 2^weights[t]. */
export function limbsOfDigits(digits: readonly bigint[], weights: readonly number[]): bigint[] {
  const limbs = Array.from({ length: LIMBS }, () => 0n)
  digits.forEach((digit, t) => {
    const bit = BigInt(weights[t]!)
    limbs[Number(bit / LIMB_BITS)]! += digit << (bit % LIMB_BITS)
  })
  return limbs
}

/** Weights of a comb's digits. */
export function combWeights(bits: number, shift = 0): readonly number[] {
  return combWindows(bits).map((_, t) => shift + t * COMB_BITS)
}

/** Weights of a half-size scalar's digits, most significant first. */
export const jointWeights: readonly number[] = Array.from(
  { length: JOINT_WINDOWS },
  (_, i) => 2 * (JOINT_WINDOWS - 1 - i),
)

/**
 * The scalar, beside its opposite, whose comb ends with a doubling: the top term is the largest one, and n less than
 * the sum below it. circuits/circom/p256/ordinary_scalar.circom refuses both.
 */
export const exceptionalScalar = (() => {
  const sizes = combWindows(SCALAR_BITS)
  const term = ((1n << BigInt(sizes.at(-1)!)) - 1n) << BigInt((sizes.length - 1) * COMB_BITS)
  return 2n * term - n
})()
