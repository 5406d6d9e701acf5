/** Keys and signatures of synthetic evidence: derived from public seeds, so worthless, and the same on every machine. */
import { createHash } from 'node:crypto'
import { p256 } from '@noble/curves/p256'
import { p384 } from '@noble/curves/p384'

export type SigningKey = {
  readonly curve: 'P-256' | 'P-384'
  readonly privateKey: Buffer
  /** x || y, big-endian. */
  readonly publicKey: Buffer
}

const curves = {
  'P-256': { curve: p256, hash: 'sha256' },
  'P-384': { curve: p384, hash: 'sha384' },
} as const

/** As many bytes as asked for, from a seed and a label. */
export function deriveBytes(seed: string, label: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, i) =>
    createHash('sha512').update(`pocps synthetic enclave\0${seed}\0${label}\0${i}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

export function deriveKey(seed: string, label: string, name: SigningKey['curve'] = 'P-256'): SigningKey {
  const { curve } = curves[name]
  const size = curve.CURVE.nByteLength
  // Half as many bytes again leave no bias that matters.
  const wide = BigInt(`0x${deriveBytes(seed, label, size + size / 2).toString('hex')}`)
  const scalar = (wide % (curve.CURVE.n - 1n)) + 1n
  const privateKey = Buffer.from(scalar.toString(16).padStart(2 * size, '0'), 'hex')
  return { curve: name, privateKey, publicKey: Buffer.from(curve.getPublicKey(privateKey, false).subarray(1)) }
}

/** ECDSA with the nonce of RFC 6979: byte for byte the same each time. */
function sign({ curve: name, privateKey }: SigningKey, message: Uint8Array) {
  const { curve, hash } = curves[name]
  return curve.sign(createHash(hash).update(message).digest(), privateKey, { lowS: false })
}

/** r || s, big-endian: as quotes and reports carry it. */
export function signRaw(key: SigningKey, message: Uint8Array): Buffer {
  return Buffer.from(sign(key, message).toCompactRawBytes())
}

/** As certificates carry it. */
export function signDer(key: SigningKey, message: Uint8Array): Buffer {
  return Buffer.from(sign(key, message).toDERRawBytes())
}
