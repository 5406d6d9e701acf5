/** Doubles a point of BN254's twist, in affine coordinates over Fp[i] / (i² + 1): enough to malleate a proof. */

/** real + imaginary i. */
export type Element = readonly [real: bigint, imaginary: bigint]
export type TwistPoint = readonly [x: Element, y: Element]

const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

const reduce = (value: bigint) => ((value % Q) + Q) % Q
const subtract = ([a, b]: Element, [c, d]: Element): Element => [reduce(a - c), reduce(b - d)]
const multiply = ([a, b]: Element, [c, d]: Element): Element => [reduce(a * c - b * d), reduce(a * d + b * c)]
const scale = ([a, b]: Element, by: bigint): Element => [reduce(a * by), reduce(b * by)]

/** Fermat: a^(q-2). */
function inverse(value: bigint): bigint {
  let result = 1n
  for (let base = reduce(value), exponent = Q - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % Q
    base = (base * base) % Q
  }
  return result
}

/** The point must not be of order two. */
export function double([x, y]: TwistPoint): TwistPoint {
  const denominator = scale(y, 2n)
  const norm = inverse(denominator[0] * denominator[0] + denominator[1] * denominator[1])
  const slope = multiply(scale(multiply(x, x), 3n), scale([denominator[0], -denominator[1]], norm))
  const doubledX = subtract(multiply(slope, slope), scale(x, 2n))
  return [doubledX, subtract(multiply(slope, subtract(x, doubledX)), y)]
}
