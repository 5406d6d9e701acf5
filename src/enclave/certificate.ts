/** One X.509 certificate, strictly: version 3, canonical DER, an algorithm and a key that some vendor uses. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  type Extension,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyUsage,
  type Name,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509'
import { AppraisalError } from './errors.ts'
import { algorithmOf, type SignatureAlgorithm } from './signature.ts'

export type ParsedCertificate = {
  readonly der: Buffer
  /** What its issuer signed. */
  readonly tbs: Buffer
  /** Lower-case hex of the DER integer. */
  readonly serial: string
  /** DER of the names: links compare bytes. */
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly commonName: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly algorithm: SignatureAlgorithm
  readonly signature: Buffer
  readonly publicKey: KeyObject
  /** SHA-256 of the subject public key info, hex: what roots are pinned by. */
  readonly keyHash: string
  /** DER of each extension's value by its object identifier. */
  readonly extensions: ReadonlyMap<string, Buffer>
  readonly critical: readonly string[]
  /** Absent where the certificate has no such extension. */
  readonly constraints?: { readonly ca: boolean; readonly pathLength?: number }
  readonly keyUsage?: number
  readonly authorityKeyId?: Buffer
  readonly subjectKeyId?: Buffer
}

/** The largest real one has 1.7 kB. */
const LARGEST = 8192
const VERSION_3 = 2
/** Parsing takes milliseconds and chains repeat: what was accepted is kept, a few hundred certificates at most. */
const MOST_CACHED = 256
const cache = new Map<string, ParsedCertificate>()

const malformed = (detail: string, options?: ErrorOptions) =>
  new AppraisalError('CERTIFICATE_MALFORMED', `a certificate is malformed: ${detail}`, options)

/** @throws {AppraisalError} CERTIFICATE_MALFORMED, CERTIFICATE_UNFIT: an algorithm or curve that no vendor uses. */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  if (der.length > LARGEST) throw malformed(`it has ${der.length} bytes, more than ${LARGEST}`)
  const hash = createHash('sha256').update(der).digest('hex')
  const known = cache.get(hash)
  if (known) return known
  const parsed = parse(Buffer.from(der))
  if (cache.size >= MOST_CACHED) cache.delete(cache.keys().next().value!)
  cache.set(hash, parsed)
  return parsed
}

/** No vendor's chain comes near; parsing thousands would take seconds. */
const LONGEST_CHAIN = 16

/** @throws {AppraisalError} CERTIFICATE_CHAIN_BROKEN: too many; or of parseCertificate. */
export function parseCertificates(ders: readonly Uint8Array[]): ParsedCertificate[] {
  if (ders.length <= LONGEST_CHAIN) return ders.map(parseCertificate)
  throw new AppraisalError('CERTIFICATE_CHAIN_BROKEN', `${ders.length} certificates are more than ${LONGEST_CHAIN}`)
}

function parse(der: Buffer): ParsedCertificate {
  const certificate = decode(der)
  const { tbsCertificate, signatureAlgorithm, signatureValue } = certificate
  if (tbsCertificate.version !== VERSION_3) throw malformed('it is not version 3')
  if (!encode(signatureAlgorithm).equals(encode(tbsCertificate.signature))) {
    throw malformed('it names two signature algorithms')
  }
  const extensions = [...(tbsCertificate.extensions ?? [])]
  const values = new Map(extensions.map(({ extnID, extnValue }) => [extnID, Buffer.from(extnValue.buffer)]))
  if (values.size !== extensions.length) throw malformed('an extension occurs twice')
  const spki = encode(tbsCertificate.subjectPublicKeyInfo)
  return {
    der,
    tbs: Buffer.from(certificate.tbsCertificateRaw!),
    serial: Buffer.from(tbsCertificate.serialNumber).toString('hex'),
    issuer: encode(tbsCertificate.issuer),
    subject: encode(tbsCertificate.subject),
    commonName: commonName(tbsCertificate.subject),
    notBefore: tbsCertificate.validity.notBefore.getTime(),
    notAfter: tbsCertificate.validity.notAfter.getTime(),
    algorithm: algorithmOf(signatureAlgorithm),
    signature: Buffer.from(signatureValue),
    publicKey: publicKeyOf(spki),
    keyHash: createHash('sha256').update(spki).digest('hex'),
    extensions: values,
    critical: extensions.filter(({ critical }) => critical).map(({ extnID }) => extnID),
    ...knownExtensions(extensions),
  }
}

/** Decoding is lenient, so what was decoded must encode to the very same bytes. */
function decode(der: Buffer): Certificate {
  try {
    const certificate = AsnConvert.parse(der, Certificate)
    if (encode(certificate).equals(der) && certificate.tbsCertificateRaw) return certificate
  } catch (cause) {
    throw malformed('it is no DER', { cause })
  }
  throw malformed('its DER is not canonical')
}

function encode(value: object): Buffer {
  return Buffer.from(AsnConvert.serialize(value))
}

function publicKeyOf(spki: Buffer): KeyObject {
  let key: KeyObject
  try {
    key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch (cause) {
    throw malformed('its public key cannot be read', { cause })
  }
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {}
  const known = key.asymmetricKeyType === 'ec' ? /^(prime256v1|secp384r1)$/.test(namedCurve ?? '') : false
  if (known || (key.asymmetricKeyType === 'rsa' && modulusLength === 4096)) return key
  throw new AppraisalError(
    'CERTIFICATE_UNFIT',
    `a certificate has a key of type ${key.asymmetricKeyType} ${namedCurve ?? modulusLength}; vendors use P-256, P-384 and RSA-4096`,
  )
}

const COMMON_NAME = '2.5.4.3'

/** For comparison and for terminals: what could steer one is replaced. */
function commonName(name: Name): string {
  const found = [...name].flatMap((relative) => [...relative]).filter(({ type }) => type === COMMON_NAME)
  return found.length === 1 ? found[0]!.value.toString().replace(/[^\x20-\x7e]/g, '?') : ''
}

function knownExtensions(
  extensions: readonly Extension[],
): Pick<ParsedCertificate, 'constraints' | 'keyUsage' | 'authorityKeyId' | 'subjectKeyId'> {
  const read = <Value extends object>(id: string, type: new () => Value): Value | undefined => {
    const extension = extensions.find(({ extnID }) => extnID === id)
    if (!extension) return undefined
    try {
      const value = AsnConvert.parse(extension.extnValue.buffer, type)
      if (encode(value).equals(Buffer.from(extension.extnValue.buffer))) return value
    } catch (cause) {
      throw malformed(`extension ${id} is no DER`, { cause })
    }
    throw malformed(`extension ${id} is not canonical`)
  }
  const constraints = read(id_ce_basicConstraints, BasicConstraints)
  const usage = read(id_ce_keyUsage, KeyUsage)
  const authority = read(id_ce_authorityKeyIdentifier, AuthorityKeyIdentifier)?.keyIdentifier
  const subject = read(id_ce_subjectKeyIdentifier, SubjectKeyIdentifier)
  const { pathLenConstraint } = constraints ?? {}
  return {
    ...(constraints && {
      constraints: { ca: constraints.cA, ...(pathLenConstraint !== undefined && { pathLength: pathLenConstraint }) },
    }),
    ...(usage && { keyUsage: usage.toNumber() }),
    ...(authority && { authorityKeyId: Buffer.from(authority.buffer) }),
    ...(subject && { subjectKeyId: Buffer.from(subject.buffer) }),
  }
}
