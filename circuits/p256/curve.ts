/** The curve P-256 (FIPS 186-5, SP 800-186 §3.2.1.3): constants, and affine arithmetic on integers. */

export const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
/** The prime order of the group. */
export const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
/** The curve is y² = x³ - 3x + b. */
export const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

/** A point but infinity, which has no coordinates. */
export type Point = { readonly x: bigint; readonly y: bigint }

export const basePoint: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
}

export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

/** @throws {RangeError} the value has no inverse. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, c, x, y] = [modulus, modulo(value, modulus), 0n, 1n]
  while (c !== 0n) {
    const quotient = a / c
    ;[a, c, x, y] = [c, a - quotient * c, y, x - quotient * y]
  }
  if (a !== 1n) throw new RangeError('no inverse')
  return modulo(x, modulus)
}

export function isOnCurve({ x, y }: Point): boolean {
  return modulo(y * y - x * x * x + 3n * x - b, p) === 0n
}

export function negate({ x, y }: Point): Point {
  return { x, y: modulo(-y, p) }
}

/**
 * Slope of the chord through two points, or of the tangent.
 *
 * @throws {RangeError} the points are opposite.
 */
export function slope(first: Point, second: Point): bigint {
  const [rise, run] =
    first.x === second.x && first.y === second.y
      ? [3n * first.x * first.x - 3n, 2n * first.y]
      : [second.y - first.y, second.x - first.x]
  return modulo(rise * inverse(run, p), p)
}

/** @throws {RangeError} the sum is infinity. */
export function add(first: Point, second: Point): Point {
  return addAlong(slope(first, second), first, second)
}

/** The sum of two points whose chord or tangent has this slope. */
export function addAlong(lambda: bigint, first: Point, second: Point): Point {
  const x = modulo(lambda * lambda - first.x - second.x, p)
  return { x, y: modulo(lambda * (first.x - x) - first.y, p) }
}

/** `scalar` times a point; nothing for infinity. */
export function multiply(scalar: bigint, point: Point): Point | undefined {
  let sum = { x: 0n, y: 1n, z: 0n }
  const digits = modulo(scalar, n).toString(2)
  for (const digit of digits) {
    sum = doubleJacobian(sum)
    if (digit === '1') sum = addJacobian(sum, point)
  }
  if (sum.z === 0n) return undefined
  const inverseZ = inverse(sum.z, p)
  const square = (inverseZ * inverseZ) % p
  return { x: (sum.x * square) % p, y: (sum.y * square * inverseZ) % p }
}

/** The sum of two points, either of which may be infinity. */
export function addComplete(first: Point | undefined, second: Point | undefined): Point | undefined {
  if (!first || !second) return first ?? second
  return first.x === second.x && first.y !== second.y ? undefined : add(first, second)
}

/** x = X / Z², y = Y / Z³; infinity has Z = 0. */
type Jacobian = { readonly x: bigint; readonly y: bigint; readonly z: bigint }

function doubleJacobian({ x, y, z }: Jacobian): Jacobian {
  const yy = (y * y) % p
  const s = (4n * x * yy) % p
  const zz = (z * z) % p
  const m = (3n * (x - zz) * (x + zz)) % p
  const x3 = modulo(m * m - 2n * s, p)
  return { x: x3, y: modulo(m * (s - x3) - 8n * yy * yy, p), z: (2n * y * z) % p }
}

function addJacobian(sum: Jacobian, point: Point): Jacobian {
  if (sum.z === 0n) return { ...point, z: 1n }
  const zz = (sum.z * sum.z) % p
  const h = modulo(point.x * zz - sum.x, p)
  const rise = modulo(point.y * zz * sum.z - sum.y, p)
  if (h === 0n) return rise === 0n ? doubleJacobian(sum) : { x: 1n, y: 1n, z: 0n }
  const hh = (h * h) % p
  const hhh = (hh * h) % p
  const v = (sum.x * hh) % p
  const x = modulo(rise * rise - hhh - 2n * v, p)
  return { x, y: modulo(rise * (v - x) - sum.y * hhh, p), z: (sum.z * h) % p }
}
