/** Sums of points as the circuit computes them, also where they mean nothing. */
import { addAlong, b, modulo, type Point, p, slope } from '../../../circuits/p256/curve.ts'
import { type CombWitness, combChoices } from '../../../src/p256/comb.ts'
import type { Sum } from '../../../src/p256/joint.ts'

/** The "sum" that any slope leads to. */
export function sumAlong(lambda: bigint, left: Point, right: Point): Sum {
  return { slope: lambda, point: addAlong(lambda, left, right) }
}

/** The sum; for opposite points, which have none, what the slope 0 leads to. */
export function formalSum(left: Point, right: Point): Sum {
  try {
    return sumAlong(slope(left, right), left, right)
  } catch (error) {
    if (error instanceof RangeError) return sumAlong(0n, left, right)
    throw error
  }
}

/** A square root modulo p, which is 3 modulo 4. */
export function squareRoot(value: bigint): bigint | undefined {
  let [result, base, exponent] = [1n, modulo(value, p), (p + 1n) / 4n]
  const square = base
  while (exponent > 0n) {
    if (exponent & 1n) result = (result * base) % p
    base = (base * base) % p
    exponent >>= 1n
  }
  return (result * result) % p === square ? result : undefined
}

/** A comb for any odd scalar; the sums with these numbers (1 … 28) have slopes of the forger's choice. */
export function formalComb(scalar: bigint, base: Point, chosen: Readonly<Record<number, bigint>> = {}): CombWitness {
  const choices = combChoices(scalar, base)
  let sum = choices.points[0]!
  const slopes = choices.points.slice(1).map((point, t) => {
    const lambda = chosen[t + 1] ?? formalSum(sum, point).slope
    // y is on the line through the window's point, as the circuit has it.
    sum = addAlong(lambda, point, sum)
    return lambda
  })
  return { ...choices, slopes, sum }
}

/** The point with the smallest x from a given one on. */
export function pointFrom(x: bigint): Point {
  for (let candidate = x; ; candidate++) {
    const y = squareRoot(candidate ** 3n - 3n * candidate + b)
    if (y !== undefined) return { x: candidate, y }
  }
}
