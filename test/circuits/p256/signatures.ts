/** P-256 signatures for the tests: made with a known nonce or by node:crypto, which is the oracle. */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { addComplete, basePoint, inverse, modulo, multiply, n, type Point } from '../../../circuits/p256/curve.ts'
import { deriveKey } from '../../../src/enclave/synthetic/keys.ts'
import type { Signature } from '../../../src/p256/signature.ts'
import { type Inputs, randomElement } from '../harness.ts'

export const bytesOf = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
export const integerOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

/** In [1, n - 1]. */
export const randomScalar = () => (((randomElement() << 200n) + randomElement()) % (n - 1n)) + 1n
/** Of 256 bits, above n too. */
export const randomDigest = () => ((randomElement() << 128n) ^ randomElement()) & ((1n << 256n) - 1n)

export const publicPoint = (secret: bigint): Point => multiply(secret, basePoint)!

/** A signature of a digest with a nonce of the caller's choice. */
export function signWith(secret: bigint, digest: bigint, nonce: bigint): Signature {
  const r = multiply(nonce, basePoint)!.x % n
  return { digest, r, s: modulo(inverse(nonce, n) * (digest + r * secret), n) }
}

function keyObject({ x, y }: Point): KeyObject {
  const part = (value: bigint) => bytesOf(value).toString('base64url')
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(x), y: part(y) }, format: 'jwk' })
}

/**
 * What node:crypto says of a signature of any digest z, though it only takes messages.
 *
 * (r, s) verifies for z under Q exactly when it does for z' under Q' = Q + ((z - z') / r) G: the point R is the same.
 */
export function oracle({ digest, r, s }: Signature, key: Point): boolean {
  const message = Buffer.from('pocps')
  const ofMessage = integerOf(createHash('sha256').update(message).digest())
  const shifted = addComplete(key, multiply((digest - ofMessage) * inverse(r, n), basePoint))
  assert.ok(shifted, 'the shifted key is infinity')
  const signature = Buffer.concat([bytesOf(r), bytesOf(s)])
  return verify('sha256', message, { key: keyObject(shifted), dsaEncoding: 'ieee-p1363' }, signature)
}

const halves = (value: bigint) => [value >> 128n, value & ((1n << 128n) - 1n)] as const

/** Inputs of P256Any. */
export function anyInputs({ digest, r, s }: Signature, { x, y }: Point, hint: readonly bigint[]): Inputs {
  const [digestHigh, digestLow] = halves(digest)
  const [keyXHigh, keyXLow] = halves(x)
  const [keyYHigh, keyYLow] = halves(y)
  return { digestHigh, digestLow, keyXHigh, keyXLow, keyYHigh, keyYLow, r: halves(r), s: halves(s), hint }
}

/** Inputs of P256Constant. */
export function constantInputs({ digest, r, s }: Signature, hint: readonly bigint[]): Inputs {
  const [digestHigh, digestLow] = halves(digest)
  return { digestHigh, digestLow, r: halves(r), s: halves(s), hint }
}

/** The key of EcdsaP256Constant(KEY_DEVELOPMENT_PLATFORM()). */
export const developmentSecret = integerOf(deriveKey('development authority', 'platform').privateKey)

export const digestOf = (message: Uint8Array) => integerOf(createHash('sha256').update(message).digest())

export function pointOf(key: KeyObject): Point {
  const { x, y } = key.export({ format: 'jwk' })
  const value = (part: string) => integerOf(Buffer.from(part, 'base64url'))
  return { x: value(x!), y: value(y!) }
}
