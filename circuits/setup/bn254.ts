/** BN254's scalar field and the curve of snarkjs, with the types that snarkjs leaves out. */
import * as snarkjs from 'snarkjs'

/** Order of the scalar field. */
export const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
/** Order of the base field. */
export const q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

/** Source of uniform bits as ffjavascript wants it. */
export type Rng = { nextU32(): number; nextU64(): bigint; nextBool(): boolean }

/** A point or a field element of ffjavascript: little-endian Montgomery limbs. */
export type Element = Uint8Array

export type Group = {
  /** The generator. */
  readonly g: Element
  fromRng(rng: Rng): Element
  fromObject(coordinates: readonly unknown[]): Element
  toAffine(point: Element): Element
  timesFr(point: Element, scalar: Element): Element
  timesScalar(point: Element, scalar: bigint): Element
  isValid(point: Element): boolean
  isZero(point: Element): boolean
  toRprLEM(target: Uint8Array, offset: number, point: Element): void
  toRprUncompressed(target: Uint8Array, offset: number, point: Element): void
}

export type Curve = {
  readonly Fr: { fromRng(rng: Rng): Element; toObject(element: Element): bigint }
  readonly G1: Group
  readonly G2: Group
  /** The WebAssembly module and where its generators lie. */
  readonly tm: { readonly code: Uint8Array; readonly pG1gen: number; readonly pG2gen: number }
}

type Curves = { getCurveFromName(name: 'bn128', options: { readonly singleThread: boolean }): Promise<Curve> }
const { curves } = snarkjs as unknown as { readonly curves: Curves }

let single: Promise<Curve> | undefined

/** The curve, computing in the calling thread. One instance a thread. */
export function curve(): Promise<Curve> {
  single ??= curves.getCurveFromName('bn128', { singleThread: true })
  return single
}

/**
 * Makes snarkjs use `curve()` wherever it would start threads of its own. Without it the first call of a
 * thread starts one worker a core, and Node does not exit until they are terminated.
 */
export async function useSingleThread(): Promise<void> {
  const holder = globalThis as { curve_bn128?: Curve | null }
  holder.curve_bn128 ??= await curve()
}

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
