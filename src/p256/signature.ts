/** ECDSA over P-256 on integers, as the circuits verify it. */
import {
  addComplete,
  basePoint,
  inverse,
  isOnCurve,
  modulo,
  multiply,
  n,
  type Point,
  p,
} from '../../circuits/p256/curve.ts'
import { SignatureInvalidError } from './errors.ts'

/** `digest` is the hash of the message as a big-endian integer of 256 bits, not reduced. */
export type Signature = { readonly digest: bigint; readonly r: bigint; readonly s: bigint }

export type VerifiedSignature = {
  /** R = u1 G + u2 Q, whose x is r or r + n. */
  readonly point: Point
  readonly wrapped: boolean
  readonly u1: bigint
  readonly u2: bigint
}

/** @throws {SignatureInvalidError} */
export function verifySignature({ digest, r, s }: Signature, publicKey: Point): VerifiedSignature {
  const require = (holds: boolean, reason: string) => {
    if (!holds) throw new SignatureInvalidError(reason)
  }
  require(0n <= digest && digest < 1n << 256n, 'the digest is not one of 256 bits')
  require(0n < r && r < n && 0n < s && s < n, 'r or s is not in [1, n - 1]')
  const { x, y } = publicKey
  require(0n <= x && x < p && 0n <= y && y < p && isOnCurve(publicKey), 'the public key is not a point of the curve')
  const inverseS = inverse(s, n)
  const [u1, u2] = [modulo(digest * inverseS, n), modulo(r * inverseS, n)]
  const point = addComplete(multiply(u1, basePoint), multiply(u2, publicKey))
  if (!point || point.x % n !== r) throw new SignatureInvalidError('the signature does not belong to digest and key')
  return { point, wrapped: point.x >= n, u1, u2 }
}
