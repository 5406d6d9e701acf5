/** Polynomials in B = 2^32: with integer coefficients, and with bounds of their absolute values. */

/** What the algebra of `algebra.ts` needs of a polynomial, so that one text gives both values and bounds. */
export type Ring<T> = {
  readonly add: (...terms: readonly T[]) => T
  readonly subtract: (from: T, ...terms: readonly T[]) => T
  readonly multiply: (left: T, right: T) => T
  readonly scale: (factor: bigint, term: T) => T
  /** From limbs that are the same for every witness. */
  readonly constant: (limbs: readonly bigint[]) => T
}

/** Coefficients, constant term first. */
export type Polynomial = readonly bigint[]

function addCoefficients(terms: readonly Polynomial[]): Polynomial {
  const length = Math.max(...terms.map((term) => term.length))
  return Array.from({ length }, (_, i) => terms.reduce((sum, term) => sum + (term[i] ?? 0n), 0n))
}

function convolve(left: Polynomial, right: Polynomial): Polynomial {
  const product: bigint[] = Array.from({ length: left.length + right.length - 1 }, () => 0n)
  left.forEach((x, i) => {
    right.forEach((y, j) => {
      product[i + j]! += x * y
    })
  })
  return product
}

const times = (factor: bigint, term: Polynomial) => term.map((x) => factor * x)
const magnitude = (x: bigint) => (x < 0n ? -x : x)

/** The integers themselves. */
export const exactRing: Ring<Polynomial> = {
  add: (...terms) => addCoefficients(terms),
  subtract: (from, ...terms) => addCoefficients([from, ...terms.map((term) => times(-1n, term))]),
  multiply: convolve,
  scale: times,
  constant: (limbs) => limbs,
}

/**
 * Interval arithmetic: coefficient i of the value lies in [-bound[i], bound[i]].
 *
 * Signs are forgotten, so a bound holds for every choice of limbs within theirs, an attacker's too.
 */
export const boundRing: Ring<Polynomial> = {
  add: (...terms) => addCoefficients(terms),
  subtract: (from, ...terms) => addCoefficients([from, ...terms]),
  multiply: convolve,
  scale: (factor, term) => times(magnitude(factor), term),
  constant: (limbs) => limbs.map(magnitude),
}
