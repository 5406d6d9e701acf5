/** BN254's scalar field, as far as keys need it. */

/** Order of the scalar field. */
export const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
/** Order of the base field. */
export const q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % r
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % r
    square = (square * square) % r
  }
  return result
}

/** Of a non-zero element. */
export function inverse(element: bigint): bigint {
  return power(element, r - 2n)
}

/** A primitive `2^bits`-th root of unity, the one ffjavascript takes: 5 is the least non-residue. */
export function rootOfUnity(bits: number): bigint {
  return power(5n, (r - 1n) >> BigInt(bits))
}

/** All `2^bits` Lagrange polynomials over the powers of `rootOfUnity(bits)`, evaluated at `x` (not such a power). */
export function lagrangeAt(bits: number, x: bigint): bigint[] {
  const size = 2 ** bits
  const root = rootOfUnity(bits)
  const nodes = new Array<bigint>(size)
  const prefix = new Array<bigint>(size)
  let node = 1n
  let product = 1n
  for (let i = 0; i < size; i++) {
    nodes[i] = node
    prefix[i] = product
    product = (product * (x - node + r)) % r
    node = (node * root) % r
  }
  // One inversion for all differences, unwound from the end (Montgomery's trick).
  let suffix = inverse(product)
  const scale = ((power(x, BigInt(size)) - 1n + r) * inverse(BigInt(size))) % r
  const values = new Array<bigint>(size)
  for (let i = size - 1; i >= 0; i--) {
    const reciprocal = (suffix * prefix[i]!) % r
    suffix = (suffix * (x - nodes[i]! + r)) % r
    values[i] = (((nodes[i]! * scale) % r) * reciprocal) % r
  }
  return values
}

/** 32 little-endian bytes an element. */
export function toBytes(elements: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(elements.length * 32)
  const words = new BigUint64Array(bytes.buffer)
  for (const [i, element] of elements.entries()) {
    words[4 * i] = element
    words[4 * i + 1] = element >> 64n
    words[4 * i + 2] = element >> 128n
    words[4 * i + 3] = element >> 192n
  }
  return bytes
}
