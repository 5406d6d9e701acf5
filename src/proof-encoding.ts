/** A Groth16 proof from snarkjs's JSON to the contract's struct. */
import type { Groth16Proof } from '../prover/index.ts'

export type SolidityProof = {
  readonly a: readonly [bigint, bigint]
  readonly b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]]
  readonly c: readonly [bigint, bigint]
}

/** Affine points; an extension element is (imaginary, real) as EIP-197 wants it, snarkjs has (real, imaginary). */
export function toSolidity({ pi_a, pi_b, pi_c }: Groth16Proof): SolidityProof {
  const pair = (values: readonly string[] | undefined): [bigint, bigint] => [BigInt(values![0]!), BigInt(values![1]!)]
  const swapped = (values: readonly string[] | undefined): [bigint, bigint] => [
    BigInt(values![1]!),
    BigInt(values![0]!),
  ]
  return { a: pair(pi_a), b: [swapped(pi_b[0]), swapped(pi_b[1])], c: pair(pi_c) }
}
