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
  const signals = readSignals(verificationKey.nPublic, publicSignals)
  const points = readPoints(proof)
  await checkGroups(points)
  await useSingleThread()
  const { pi_a, pi_b, pi_c } = points
  const plain = {
    pi_a: [...pi_a.map(String), '1'],
    pi_b: [...pi_b.map((pair) => pair.map(String)), ['1', '0']],
    pi_c: [...pi_c.map(String), '1'],
    protocol: 'groth16',
    curve: 'bn128',
  }
  return snarkjs.groth16.verify(verificationKey, signals, plain)
}

function readSignals(expected: number, publicSignals: unknown): string[] {
  if (!Array.isArray(publicSignals)) throw bad('the public signals are not an array')
  if (publicSignals.length !== expected) throw bad(`there are ${publicSignals.length} public signals, not ${expected}`)
  return Array.from(publicSignals, (signal: unknown, i) => {
    if (typeof signal === 'bigint' && signal >= 0n && signal < r) return String(signal)
    throw bad(`public signal ${i} is not a field element`)
  })
}

/** Affine coordinates. */
type Points = { readonly pi_a: readonly bigint[]; readonly pi_b: readonly bigint[][]; readonly pi_c: readonly bigint[] }

/** Reads every property once: what is checked is what is verified. */
function readPoints(proof: unknown): Points {
  if (typeof proof !== 'object' || proof === null) throw bad('the proof is not an object')
  let copy: Readonly<Record<string, unknown>>
  try {
    copy = structuredClone(proof as Readonly<Record<string, unknown>>)
  } catch {
    throw bad('the proof is not plain data')
  }
  if (copy.protocol !== 'groth16') throw bad('protocol is not groth16')
  if (copy.curve !== 'bn128') throw bad('curve is not bn128')
  const affine = (where: string): bigint[] => {
    const [x, y, z] = tuple(where, copy[where], 3).map((coordinate) => number(where, coordinate))
    if (z !== 1n) throw bad(`${where} is not affine`)
    return [x!, y!]
  }
  const [x, y, z] = tuple('pi_b', copy.pi_b, 3).map((pair) =>
    tuple('pi_b', pair, 2).map((half) => number('pi_b', half)),
  )
  if (z![0] !== 1n || z![1] !== 0n) throw bad('pi_b is not affine')
  return { pi_a: affine('pi_a'), pi_b: [x!, y!], pi_c: affine('pi_c') }
}

async function checkGroups({ pi_a, pi_b, pi_c }: Points): Promise<void> {
  const { G1, G2 } = await curve()
  if (!G1.isValid(G1.fromObject([...pi_a, 1n]))) throw bad('pi_a is not on the curve')
  if (!G1.isValid(G1.fromObject([...pi_c, 1n]))) throw bad('pi_c is not on the curve')
  const point = G2.fromObject([...pi_b, [1n, 0n]])
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
