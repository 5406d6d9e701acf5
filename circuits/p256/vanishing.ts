/** How a polynomial in 2^32 is shown to be 0 modulo p or n, and the interval checks that make it a proof. */
import { n, p } from './curve.ts'
import { LIMB_BITS, LIMBS, unsignedLimbs } from './limbs.ts'
import type { Polynomial } from './polynomial.ts'

/** Of BN254's scalar field, in which the circuit computes. */
export const fieldOrder = 21888242871839275222246405745257275088548364400416034343698204186575808495617n

/**
 * A way of checking: polynomials of degree below `points`, modulo `modulus`.
 *
 * Folding 2^(32k) for k >= 8 gives eight sums s_i and the integer S = sum s_i 2^(32i), which is 0 modulo the modulus exactly
 * when the polynomial is. The circuit shows S = q modulus: modulo the field's order, and modulo 2^(32 lowLimbs).
 */
export type Check = { readonly points: number; readonly modulus: bigint; readonly lowLimbs: number }

export const checks = {
  quadratic: { points: 15, modulus: p, lowLimbs: 2 },
  cubic: { points: 22, modulus: p, lowLimbs: 3 },
  quartic: { points: 29, modulus: p, lowLimbs: 4 },
  order: { points: 15, modulus: n, lowLimbs: 3 },
} as const satisfies Record<string, Check>

/** Sizes of the two signed ranges that the circuit checks: [-2^(bits - 1), 2^(bits - 1)). */
export type Ranges = { readonly quotientBits: number; readonly carryBits: number }

/** A lazy identity whose bounds do not prove it. */
export class UnprovenBoundError extends Error {
  override readonly name = 'UnprovenBoundError'
}

/** Row k: small integers f_0 … f_7 with sum f_i 2^(32i) = 2^(32k) modulo the modulus. */
export function foldTable({ points, modulus }: Check): readonly (readonly bigint[])[] {
  const rows: bigint[][] = []
  for (let k = 0; k < points; k++) {
    const row: bigint[] = Array.from({ length: LIMBS }, (_, i) => (i === k ? 1n : 0n))
    if (k >= LIMBS && modulus === p) {
      // 2^256 = 2^224 - 2^192 - 2^96 + 1, applied to the row before, shifted by one limb.
      const before = rows[k - 1]!
      const top = before[LIMBS - 1]!
      const solinas = [1n, 0n, 0n, -1n, 0n, 0n, -1n, 1n]
      solinas.forEach((factor, i) => {
        row[i] = (before[i - 1] ?? 0n) + factor * top
      })
    } else if (k >= LIMBS) {
      const rest = (1n << (LIMB_BITS * BigInt(k))) % modulus
      const [sign, size] = 2n * rest > modulus ? [-1n, modulus - rest] : [1n, rest]
      unsignedLimbs(size).forEach((limb, i) => {
        row[i] = sign * limb
      })
    }
    rows.push(row)
  }
  return rows
}

/** The representative of the modulus modulo 2^(32 lowLimbs) that is nearest to 0. */
export function lowModulus({ modulus, lowLimbs }: Check): bigint {
  return BigInt.asIntN(Number(LIMB_BITS) * lowLimbs, modulus)
}

const power = (limb: number) => 1n << (LIMB_BITS * BigInt(limb))
const magnitude = (value: bigint) => (value < 0n ? -value : value)
const bitLength = (value: bigint) => (value === 0n ? 0 : value.toString(2).length)

/** Sums |s_0| …, all of them and the low ones, for coefficients within their bounds. */
function foldedBounds(bound: Polynomial, check: Check): { readonly whole: bigint; readonly low: bigint } {
  if (bound.length > check.points) {
    throw new UnprovenBoundError(`degree ${bound.length - 1} needs more than ${check.points} points`)
  }
  const table = foldTable(check)
  const sums = Array.from({ length: LIMBS }, (_, i) =>
    bound.reduce((sum, coefficient, k) => sum + magnitude(table[k]![i]!) * coefficient, 0n),
  )
  const value = (limbs: readonly bigint[]) => limbs.reduce((sum, limb, i) => sum + limb * power(i), 0n)
  return { whole: value(sums), low: value(sums.slice(0, check.lowLimbs)) }
}

/** The smallest ranges that hold every honest quotient and carry. */
export function rangesFor(bound: Polynomial, check: Check): Ranges {
  const { whole, low } = foldedBounds(bound, check)
  const quotientBits = bitLength(whole / check.modulus) + 1
  const largestQuotient = whole / check.modulus
  const carry = (low + largestQuotient * magnitude(lowModulus(check))) / power(check.lowLimbs)
  return { quotientBits, carryBits: bitLength(carry) + 1 }
}

/**
 * Proves that ranges are complete and sound for all coefficients within their bounds.
 *
 * @throws {UnprovenBoundError} names the inequality that does not hold.
 */
export function proveRanges(bound: Polynomial, check: Check, { quotientBits, carryBits }: Ranges): void {
  const { modulus, lowLimbs } = check
  const { whole, low } = foldedBounds(bound, check)
  const quotient = 1n << BigInt(quotientBits - 1) // magnitude of any quotient that passes its range check
  const carry = 1n << BigInt(carryBits - 1)
  const smallModulus = magnitude(lowModulus(check))
  const require = (holds: boolean, inequality: string) => {
    if (!holds) throw new UnprovenBoundError(inequality)
  }
  // Complete: the honest quotient S / modulus and the honest carry lie strictly within their ranges.
  require(whole / modulus < quotient, 'every honest quotient is in its range')
  require((low + (whole / modulus) * smallModulus) / power(lowLimbs) < carry, 'every honest carry is in its range')
  // No wrap: low sums - q lowModulus = carry 2^(32 lowLimbs) holds over the integers when it holds in the field.
  require(low + quotient * smallModulus + carry * power(lowLimbs) < fieldOrder, 'the low equation cannot wrap')
  // Unique: S - q modulus is a multiple of fieldOrder and of 2^(32 lowLimbs), and too small to be any but 0.
  require(whole + quotient * modulus < fieldOrder * power(lowLimbs), '|S - q modulus| < fieldOrder 2^(32 lowLimbs)')
  // A range check in the field has one reading as an integer.
  require(quotient < fieldOrder / 4n && carry < fieldOrder / 4n, 'the ranges are far below the field order')
}

/** The quotient and carry of integer coefficients; nothing when the polynomial is not 0 modulo the modulus. */
export function quotientAndCarry(
  polynomial: Polynomial,
  check: Check,
): { readonly quotient: bigint; readonly carry: bigint } | undefined {
  const table = foldTable(check)
  const sums = Array.from({ length: LIMBS }, (_, i) =>
    polynomial.reduce((sum, coefficient, k) => sum + table[k]![i]! * coefficient, 0n),
  )
  const whole = sums.reduce((sum, limb, i) => sum + limb * power(i), 0n)
  if (whole % check.modulus !== 0n) return undefined
  const quotient = whole / check.modulus
  const low = sums.slice(0, check.lowLimbs).reduce((sum, limb, i) => sum + limb * power(i), 0n)
  return { quotient, carry: (low - quotient * lowModulus(check)) / power(check.lowLimbs) }
}
