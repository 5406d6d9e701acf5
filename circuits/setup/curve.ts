/** The curve of snarkjs, BN254, with the types that snarkjs leaves out. */

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

let single: Promise<Curve> | undefined

/** The curve, computing in the calling thread. One instance a thread. */
export function curve(): Promise<Curve> {
  single ??= load()
  return single
}

/** snarkjs takes a third of a second to load, so nobody pays who computes no point. */
async function load(): Promise<Curve> {
  const { curves } = (await import('snarkjs')) as unknown as { readonly curves: Curves }
  return curves.getCurveFromName('bn128', { singleThread: true })
}

/**
 * Makes snarkjs use `curve()` wherever it would start threads of its own. Without it the first call of a
 * thread starts one worker a core, and Node does not exit until they are terminated.
 */
export async function useSingleThread(): Promise<void> {
  const holder = globalThis as { curve_bn128?: Curve | null }
  holder.curve_bn128 ??= await curve()
}
