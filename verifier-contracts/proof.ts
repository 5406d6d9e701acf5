/** A Groth16 proof in the form that the contracts take. */
import type { BigNumberish } from 'ethers'

/** snarkjs's JSON: projective points, decimal strings, extension elements (real, imaginary). */
export type SnarkjsProof = {
  readonly pi_a: readonly string[]
  readonly pi_b: readonly (readonly string[])[]
  readonly pi_c: readonly string[]
}

/** `Groth16Proof` in Types.sol: affine points; b is x imaginary, x real, y imaginary, y real. */
export type SolidityProof = {
  readonly a: readonly [BigNumberish, BigNumberish]
  readonly b: readonly [BigNumberish, BigNumberish, BigNumberish, BigNumberish]
  readonly c: readonly [BigNumberish, BigNumberish]
}

/** @throws {TypeError} a point is not affine, as it is in every proof that snarkjs makes. */
export function toSolidityProof({ pi_a, pi_b, pi_c }: SnarkjsProof): SolidityProof {
  const [[bx0, bx1], [by0, by1], bz] = pi_b as [[string, string], [string, string], [string, string]]
  if (pi_a[2] !== '1' || pi_c[2] !== '1' || bz[0] !== '1' || bz[1] !== '0') throw new TypeError('a point is not affine')
  return {
    a: [pi_a[0]!, pi_a[1]!],
    b: [bx1, bx0, by1, by0],
    c: [pi_c[0]!, pi_c[1]!],
  }
}
