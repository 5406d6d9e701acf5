/** An ECDSA signature on P-256 as the circuits take it: its octets, and the hint that spares them a scalar multiplication. */
import { createHash } from 'node:crypto'
import { ecdsaConstantHint, ecdsaHint } from '../../p256/hint.ts'
import { StatementError } from './errors.ts'
import { numberOf } from './octets.ts'

/** r || s, big-endian, from a DER `SEQUENCE { r, s }`. */
export function rawSignature(der: Buffer): Buffer {
  const integer = (at: number): [value: Buffer, end: number] => {
    const length = der[at + 1]!
    return [der.subarray(at + 2, at + 2 + length), at + 2 + length]
  }
  const [r, afterR] = integer(2)
  const [s, end] = integer(afterR)
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der[2] !== 2 || der[afterR] !== 2 || end !== der.length) {
    throw new StatementError('STATEMENT_LAYOUT_UNKNOWN', 'a signature is no pair of integers')
  }
  return Buffer.concat([r, s].map((part) => Buffer.from(numberOf(part).toString(16).padStart(64, '0'), 'hex')))
}

function signatureOf(message: Uint8Array, raw: Uint8Array) {
  const digest = numberOf(createHash('sha256').update(message).digest())
  return { digest, r: numberOf(raw.subarray(0, 32)), s: numberOf(raw.subarray(32, 64)) }
}

/** @param publicKey x || y, big-endian. */
export function hintFor(message: Uint8Array, raw: Uint8Array, publicKey: Uint8Array): bigint[] {
  const [x, y] = [numberOf(publicKey.subarray(0, 32)), numberOf(publicKey.subarray(32, 64))]
  return ecdsaHint(signatureOf(message, raw), { x, y })
}

/** @param key place in circuits/p256/keys.ts. */
export function constantHintFor(message: Uint8Array, raw: Uint8Array, key: number): bigint[] {
  return ecdsaConstantHint(signatureOf(message, raw), key)
}
