/** Witnesses of combs over constant points (circuits/circom/p256/comb_sum.circom). */
import { combTable } from '../../circuits/p256/comb-table.ts'
import { addAlong, modulo, n, negate, type Point, slope } from '../../circuits/p256/curve.ts'
import { COMB_BITS, combWindows, exceptionalScalar, SCALAR_BITS } from '../../circuits/p256/shape.ts'
import { SignatureExceptionalError } from './errors.ts'

export type CombWitness = {
  /** The odd integer that the digits add up to. */
  readonly scalar: bigint
  readonly digits: readonly bigint[]
  /** Of each window: index, least significant first; then sign. */
  readonly bits: readonly boolean[]
  readonly slopes: readonly bigint[]
  readonly points: readonly Point[]
  readonly sum: Point
}

const tables = new Map<string, readonly (readonly Point[])[]>()

function tableOf(base: Point): readonly (readonly Point[])[] {
  const key = `${base.x},${base.y}`
  if (!tables.has(key)) tables.set(key, combTable(base))
  return tables.get(key)!
}

/** The odd representative of a scalar, below n in size. */
export function oddRepresentative(scalar: bigint): bigint {
  const value = modulo(scalar, n)
  return value & 1n ? value : value - n
}

/** The digits of an odd integer below 2^bits in size. */
export function digitsOf(scalar: bigint, bits: number): bigint[] {
  // scalar = sum (2 c_i - 1) 2^i with bits c_i.
  let rest = (scalar + (1n << BigInt(bits)) - 1n) >> 1n
  return combWindows(bits).map((size) => {
    const window = BigInt.asUintN(size, rest)
    rest >>= BigInt(size)
    return 2n * window - (1n << BigInt(size)) + 1n
  })
}

/** What the windows choose for an odd scalar below 2^bits in size. */
export function combChoices(scalar: bigint, base: Point, bits = SCALAR_BITS) {
  const digits = digitsOf(scalar, bits)
  const indexes = digits.map((digit) => ((digit < 0n ? -digit : digit) - 1n) >> 1n)
  const points = digits.map((digit, t) => {
    const point = tableOf(base)[t]![Number(indexes[t])]!
    return digit < 0n ? negate(point) : point
  })
  const sizes = combWindows(bits)
  const choices = digits.flatMap((digit, t) => {
    const index = Array.from({ length: sizes[t]! - 1 }, (_, i) => ((indexes[t]! >> BigInt(i)) & 1n) === 1n)
    return [...index, digit < 0n]
  })
  return { scalar, digits, bits: choices, points }
}

/**
 * The comb of an odd scalar.
 *
 * @throws {SignatureExceptionalError} the scalar is one that the circuit refuses.
 */
export function combWitness(scalar: bigint, base: Point, bits = SCALAR_BITS): CombWitness {
  if (scalar === exceptionalScalar || scalar === -exceptionalScalar || scalar % n === 0n) {
    throw new SignatureExceptionalError('a scalar that the comb cannot reach without doubling')
  }
  const choices = combChoices(scalar, base, bits)
  let sum = choices.points[0]!
  const slopes = choices.points.slice(1).map((point) => {
    const lambda = slope(sum, point)
    sum = addAlong(lambda, sum, point)
    return lambda
  })
  return { ...choices, slopes, sum }
}

/** The scalar that the bits of a random number stand for: what the circuit's comb makes of them. */
export function scalarOfBits(random: bigint, windows: number): bigint {
  return Array.from({ length: windows }, (_, t) => t * COMB_BITS).reduce((sum, at) => {
    const index = (random >> BigInt(at)) & 255n
    const digit = (2n * index + 1n) * ((random >> BigInt(at + 8)) & 1n ? -1n : 1n)
    return sum + (digit << BigInt(at))
  }, 0n)
}
