/** The part of circomlibjs 0.1.7 that this project uses; the package ships no types. */
declare module 'circomlibjs' {
  export type PoseidonField = {
    e(value: bigint): Uint8Array
    toObject(element: Uint8Array): bigint
  }
  export type Poseidon = {
    (inputs: bigint[], capacity: Uint8Array | bigint, outputs: 1): Uint8Array
    F: PoseidonField
  }
  export function buildPoseidon(): Promise<Poseidon>

  export type BabyJubPoint = [Uint8Array, Uint8Array]
  export type BabyJub = {
    F: PoseidonField
    Base8: BabyJubPoint
    subOrder: bigint
    addPoint(p: BabyJubPoint, q: BabyJubPoint): BabyJubPoint
    mulPointEscalar(p: BabyJubPoint, scalar: bigint): BabyJubPoint
    inCurve(p: BabyJubPoint): boolean
    inSubgroup(p: BabyJubPoint): boolean
  }
  export function buildBabyjub(): Promise<BabyJub>
}
