/** The signature by which an enclave attests to a round (circuits/README.md §10). */
import { createHash } from 'node:crypto'
import { hash } from '../work/poseidon.ts'
import { add, BASE_POINT, isInSubgroup, isOnCurve, multiply, type Point, SUBGROUP_ORDER } from './curve.ts'

/** What an enclave signs: the round's challenge and the root of its trace. */
export type Attested = { readonly challenge: bigint; readonly traceRoot: bigint }

export type Signature = {
  /** R. */
  readonly point: Point
  /** S, below the subgroup's order. */
  readonly scalar: bigint
}

/** The challenge of the signature has this many bits: a forger must find one of 2^128 (Neven, Smart, Warinschi 2009). */
export const CHALLENGE_BITS = 128

export function publicKeyOf(secretKey: bigint): Point {
  requireSecretKey(secretKey)
  return multiply(BASE_POINT, secretKey)
}

/**
 * Signs with a nonce that follows from key and message, as RFC 8032 does: no randomness can fail.
 *
 * @throws {RangeError} the key is not in [1, l).
 */
export function sign(secretKey: bigint, attested: Attested): Signature {
  const publicKey = publicKeyOf(secretKey)
  const { challenge, traceRoot } = attested
  const text = [secretKey, challenge, traceRoot].map((each) => each.toString(16).padStart(64, '0')).join('')
  const digest = createHash('sha512').update('pocps.nonce').update(Buffer.from(text, 'hex')).digest('hex')
  // 512 bits over 251: the bias is nothing. A nonce of 0 occurs with probability 2^-251.
  const nonce = BigInt(`0x${digest}`) % SUBGROUP_ORDER
  const point = multiply(BASE_POINT, nonce)
  return { point, scalar: (nonce + signatureChallenge(point, publicKey, attested) * secretKey) % SUBGROUP_ORDER }
}

/** Stricter than the circuit, which relies on the enclave for a key in the subgroup. */
export function isSignature(publicKey: Point, attested: Attested, { point, scalar }: Signature): boolean {
  if (!isInSubgroup(publicKey) || isNeutral(publicKey) || !isOnCurve(point)) return false
  if (scalar < 0n || scalar >= SUBGROUP_ORDER) return false
  const [x, y] = add(point, multiply(publicKey, signatureChallenge(point, publicKey, attested)))
  const [expectedX, expectedY] = multiply(BASE_POINT, scalar)
  return x === expectedX && y === expectedY
}

/** e: the low bits of `H_attest(R, pk, challenge, traceRoot)`. */
export function signatureChallenge(point: Point, publicKey: Point, { challenge, traceRoot }: Attested): bigint {
  return BigInt.asUintN(CHALLENGE_BITS, hash('pocps.attest', [...point, ...publicKey, challenge, traceRoot]))
}

function requireSecretKey(secretKey: bigint): void {
  if (secretKey < 1n || secretKey >= SUBGROUP_ORDER) throw new RangeError('the secret key is not in [1, l)')
}

function isNeutral([x, y]: Point): boolean {
  return x === 0n && y === 1n
}
