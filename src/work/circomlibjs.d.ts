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
}
