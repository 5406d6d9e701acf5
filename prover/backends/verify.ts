/** Verifies Groth16 proofs that may come from an enemy. */
import * as snarkjs from 'snarkjs'
import { curve, useSingleThread } from '../../circuits/setup/curve.ts'
import { q, r } from '../../circuits/setup/field.ts'
import { ProverError } from '../errors.ts'
import type { Groth16Proof } from '../prover.ts'
import type { VerificationKey } from './backend.ts'

/**
 * @returns false for a well-formed proof that does not verify.
 * @throws {ProverError} `BAD_PROOF`: wrong shape, a number that is not canonical or out of range, a point that is not in its
 * group, the point at infinity (which no honest prover meets).
 */
export async function verifyProof(
  verificationKey: VerificationKey,
  publicSignals: readonly bigint[],
  proof: Groth16Proof,
): Promise<boolean> {
  checkSignals(verificationKey.nPublic, publicSignals)
  await checkProof(proof)
  await useSingleThread()
  const { pi_a, pi_b, pi_c } = proof
  const copy = {
    pi_a: [...pi_a],
    pi_b: pi_b.map((pair) => [...pair]),
    pi_c: [...pi_c],
    protocol: 'groth16',
    curve: 'bn128',
  }
  return snarkjs.groth16.verify(verificationKey, publicSignals.map(String), copy)
}

function checkSignals(expected: number, publicSignals: unknown): void {
  if (!Array.isArray(publicSignals)) throw bad('the public signals are not an array')
  if (publicSignals.length !== expected) throw bad(`there are ${publicSignals.length} public signals, not ${expected}`)
  for (const [i, signal] of publicSignals.entries()) {
    if (typeof signal !== 'bigint' || signal < 0n || signal >= r) throw bad(`public signal ${i} is not a field element`)
  }
}

async function checkProof(proof: unknown): Promise<void> {
  if (typeof proof !== 'object' || proof === null) throw bad('the proof is not an object')
  const { pi_a, pi_b, pi_c, protocol, curve: name } = proof as Record<string, unknown>
  if (protocol !== 'groth16') throw bad('protocol is not groth16')
  if (name !== 'bn128') throw bad('curve is not bn128')
  const { G1, G2 } = await curve()
  for (const [where, value] of Object.entries({ pi_a, pi_c })) {
    const point = tuple(where, value, 3).map((coordinate) => number(where, coordinate))
    if (point[2] !== 1n) throw bad(`${where} is not affine`)
    if (!G1.isValid(G1.fromObject(point))) throw bad(`${where} is not on the curve`)
  }
  const pairs = tuple('pi_b', pi_b, 3).map((pair) => tuple('pi_b', pair, 2).map((half) => number('pi_b', half)))
  if (pairs[2]![0] !== 1n || pairs[2]![1] !== 0n) throw bad('pi_b is not affine')
  const point = G2.fromObject(pairs)
  if (!G2.isValid(point)) throw bad('pi_b is not on the curve')
  // G1 has prime order; the curve of G2 has other points too, which the pairing must not meet.
  if (!G2.isZero(G2.timesScalar(point, r))) throw bad('pi_b is not in the group')
}

function tuple(where: string, value: unknown, length: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw bad(`${where} is not an array of ${length}`)
  return value
}

/** Canonical decimal only, so that one proof has one spelling. */
function number(where: string, value: unknown): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9]\d{0,76})$/.test(value))
    throw bad(`${where} is not made of decimal strings`)
  const result = BigInt(value)
  if (result >= q) throw bad(`${where} is not below the field's order`)
  return result
}

function bad(message: string): ProverError {
  return new ProverError('BAD_PROOF', message)
}
