/** Constants by which a circuit works with polynomials that it knows by their values. */
import { inverse, modulo } from './curve.ts'
import { LIMB_BITS } from './limbs.ts'
import { type Check, fieldOrder, foldTable, lowModulus } from './vanishing.ts'

/** The points 0, 1, -1, 2, -2, …; a longer list begins with the shorter one. */
export function points(count: number): bigint[] {
  return Array.from({ length: count }, (_, j) => (j % 2 === 1 ? BigInt(j + 1) / 2n : -BigInt(j) / 2n))
}

/** Row j: the powers of point j. */
export function powers(count: number, length: number): bigint[][] {
  return points(count).map((point) => Array.from({ length }, (_, k) => point ** BigInt(k)))
}

/** Row j: the coefficients, in the field, of the polynomial of degree below `count` that is 1 at point j, 0 at the others. */
function lagrangeBasis(count: number): bigint[][] {
  const xs = points(count)
  return xs.map((x) => {
    let coefficients = [1n]
    let denominator = 1n
    for (const other of xs) {
      if (other === x) continue
      denominator *= x - other
      coefficients = [0n, ...coefficients].map((value, k) => value - other * (coefficients[k] ?? 0n))
    }
    const scale = inverse(denominator, fieldOrder)
    return coefficients.map((value) => modulo(value * scale, fieldOrder))
  })
}

/** Row i: what the values at the first `from` points weigh in the value at point `from + i`. */
export function extension(from: number, to: number): bigint[][] {
  const basis = lagrangeBasis(from)
  return points(to)
    .slice(from)
    .map((x) =>
      basis.map((coefficients) =>
        modulo(
          coefficients.reduceRight((sum, value) => sum * x + value, 0n),
          fieldOrder,
        ),
      ),
    )
}

/** What each value weighs in the quotient and in the carry of `vanishing.ts`, as elements of the field. */
export function quotientAndCarryRows(check: Check): { readonly quotient: bigint[]; readonly carry: bigint[] } {
  const { points: count, modulus, lowLimbs } = check
  const table = foldTable(check)
  const partial = (limbs: number) =>
    table.map((row) => row.slice(0, limbs).reduce((sum, value, i) => sum + (value << (LIMB_BITS * BigInt(i))), 0n))
  const [whole, low] = [partial(table[0]!.length), partial(lowLimbs)]
  const overModulus = inverse(modulus, fieldOrder)
  const overPower = inverse(1n << (LIMB_BITS * BigInt(lowLimbs)), fieldOrder)
  const weigh = (coefficients: readonly bigint[], weights: readonly bigint[]) =>
    coefficients.reduce((sum, value, k) => sum + value * weights[k]!, 0n)
  const basis = lagrangeBasis(count)
  const quotient = basis.map((coefficients) => modulo(weigh(coefficients, whole) * overModulus, fieldOrder))
  const carry = basis.map((coefficients, j) =>
    modulo((weigh(coefficients, low) - quotient[j]! * lowModulus(check)) * overPower, fieldOrder),
  )
  return { quotient, carry }
}
