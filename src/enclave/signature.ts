/** The three signature algorithms that the vendors use, each with the only key that fits it. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import type { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { AppraisalError } from './errors.ts'

export type SignatureAlgorithm = 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pss-sha384'

const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
const ECDSA_SHA384 = '1.2.840.10045.4.3.3'
/** RSASSA-PSS with SHA-384, MGF1 with SHA-384, 48 bytes of salt, trailer 1: as AMD writes it, defaults spelt out. */
const PSS_SHA384 = Buffer.from(
  '304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130',
  'hex',
)
/** The same with the trailer field, which DER leaves out as a default: AMD's certificates have it. */
const PSS_SHA384_TRAILER = Buffer.from(
  '304606092a864886f70d01010a3039a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130a303020101',
  'hex',
)

/** @throws {AppraisalError} CERTIFICATE_UNFIT */
export function algorithmOf(identifier: AlgorithmIdentifier): SignatureAlgorithm {
  if (identifier.parameters === undefined) {
    if (identifier.algorithm === ECDSA_SHA256) return 'ecdsa-p256-sha256'
    if (identifier.algorithm === ECDSA_SHA384) return 'ecdsa-p384-sha384'
  }
  const der = Buffer.from(AsnConvert.serialize(identifier))
  if (der.equals(PSS_SHA384) || der.equals(PSS_SHA384_TRAILER)) return 'rsa-pss-sha384'
  throw new AppraisalError(
    'CERTIFICATE_UNFIT',
    `signature algorithm ${identifier.algorithm} with these parameters is not one that a vendor uses`,
  )
}

/** A signature as certificates carry it: ECDSA in DER, or RSA-PSS. False also for a key of another kind. */
export function signatureHolds(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (algorithm === 'rsa-pss-sha384') {
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return key.asymmetricKeyType === 'rsa' && verify('sha384', message, { key, padding, saltLength: 48 }, signature)
  }
  const p256 = algorithm === 'ecdsa-p256-sha256'
  if (key.asymmetricKeyDetails?.namedCurve !== (p256 ? 'prime256v1' : 'secp384r1')) return false
  return verify(p256 ? 'sha256' : 'sha384', message, { key, dsaEncoding: 'der' }, signature)
}

/** A signature as quotes and reports carry it: r || s, big-endian; P-256 with SHA-256 or P-384 with SHA-384. */
export function rawSignatureHolds(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (curve !== 'prime256v1' && curve !== 'secp384r1') return false
  return verify(curve === 'prime256v1' ? 'sha256' : 'sha384', message, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/** DER of a P-256 subject public key info up to the point's coordinates. */
const P256_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex')

/** @returns undefined where x || y is no point of the curve. */
export function p256Key(xy: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.concat([P256_PREFIX, xy]), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** x || y of an elliptic curve key, big-endian. */
export function coordinates(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: 'jwk' })
  return Buffer.concat([Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')])
}
