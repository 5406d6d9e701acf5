/** Writes certificates and revocation lists in the layout of Intel's, from keys of our own. */
import { createHash } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateList,
  CRLDistributionPoints,
  CRLNumber,
  DistributionPoint,
  DistributionPointName,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_cRLNumber,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import { type SigningKey, signDer } from './keys.ts'

/** A key as certificates see it. */
export type CertificateKey = {
  readonly info: SubjectPublicKeyInfo
  readonly algorithm: AlgorithmIdentifier
  readonly sign: (message: Uint8Array) => Buffer
}

export type CertificateRequest = {
  readonly subject: string
  readonly key: CertificateKey
  /** Up to 20 bytes, big-endian. */
  readonly serial: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
  /** Where its issuer publishes its list. */
  readonly revocationUrl: string
  /** Of an authority, how many may be below it. */
  readonly authority?: { readonly pathLength: number }
  readonly extensions?: readonly Extension[]
}

export type Issuer = { readonly commonName: string; readonly signer: CertificateKey }

const ECDSA = { 'P-256': '1.2.840.10045.4.3.2', 'P-384': '1.2.840.10045.4.3.3' } as const
const EC_KEY = '1.2.840.10045.2.1'
const CURVE = { 'P-256': '06082a8648ce3d030107', 'P-384': '06052b81040022' } as const

/** The organisation's name has as many letters as Intel's, so that every field is where it is in real certificates. */
export function nameOf(commonName: string): Name {
  const attributes: readonly (readonly [type: string, value: string])[] = [
    ['2.5.4.3', commonName],
    ['2.5.4.10', 'Pocps Development'],
    ['2.5.4.7', 'Santa Clara'],
    ['2.5.4.8', 'CA'],
    ['2.5.4.6', 'US'],
  ]
  const relative = attributes.map(([type, text]) => {
    const value = new AttributeValue(type === '2.5.4.6' ? { printableString: text } : { utf8String: text })
    return new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })])
  })
  return new Name(relative)
}

export function writeCertificate(request: CertificateRequest, issuer: Issuer): Buffer {
  const { subject, key, serial, notBefore, notAfter, revocationUrl, authority } = request
  const usage = authority
    ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
    : KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation
  const constraints = authority
    ? new BasicConstraints({ cA: true, pathLenConstraint: authority.pathLength })
    : new BasicConstraints({ cA: false })
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: derInteger(serial),
    signature: issuer.signer.algorithm,
    issuer: nameOf(issuer.commonName),
    validity: new Validity({ notBefore, notAfter }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: key.info,
    extensions: new Extensions([
      extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: keyId(issuer.signer) })),
      extension(id_ce_cRLDistributionPoints, distributionPoint(revocationUrl)),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyId(key).buffer)),
      extension(id_ce_keyUsage, new KeyUsage(usage), true),
      extension(id_ce_basicConstraints, constraints, true),
      ...(request.extensions ?? []),
    ]),
  })
  return signed(tbs, issuer.signer, Certificate, (signature) => ({ tbsCertificate: tbs, signatureValue: signature }))
}

export function writeRevocationList(
  issuer: Issuer,
  { revoked, thisUpdate, nextUpdate }: { revoked: readonly Buffer[]; thisUpdate: Date; nextUpdate: Date },
): Buffer {
  const entries = revoked.map(
    (serial) => new RevokedCertificate({ userCertificate: derInteger(serial), revocationDate: new Time(thisUpdate) }),
  )
  const tbs = new TBSCertList({
    version: Version.v2,
    signature: issuer.signer.algorithm,
    issuer: nameOf(issuer.commonName),
    thisUpdate: new Time(thisUpdate),
    nextUpdate: new Time(nextUpdate),
    ...(entries.length > 0 && { revokedCertificates: entries }),
    crlExtensions: [
      extension(id_ce_cRLNumber, new CRLNumber(1)),
      extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: keyId(issuer.signer) })),
    ],
  })
  return signed(tbs, issuer.signer, CertificateList, (signature) => ({ tbsCertList: tbs, signature }))
}

export function extension(id: string, value: object, critical = false): Extension {
  const der = value instanceof Uint8Array ? bytes(value) : AsnConvert.serialize(value)
  return new Extension({ extnID: id, critical, extnValue: new OctetString(der) })
}

function signed<Value extends object, Fields extends object>(
  tbs: object,
  { algorithm, sign }: CertificateKey,
  type: new (fields: Fields & { signatureAlgorithm: AlgorithmIdentifier }) => Value,
  fields: (signature: ArrayBuffer) => Fields,
): Buffer {
  const signature = bytes(sign(Buffer.from(AsnConvert.serialize(tbs))))
  return Buffer.from(AsnConvert.serialize(new type({ ...fields(signature), signatureAlgorithm: algorithm })))
}

export function ecCertificateKey(key: SigningKey): CertificateKey {
  const parameters = bytes(Buffer.from(CURVE[key.curve], 'hex'))
  const info = new SubjectPublicKeyInfo({
    algorithm: new AlgorithmIdentifier({ algorithm: EC_KEY, parameters }),
    subjectPublicKey: bytes(Buffer.concat([Buffer.from([4]), key.publicKey])),
  })
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA[key.curve] })
  return { info, algorithm, sign: (message) => signDer(key, message) }
}

function keyId({ info }: CertificateKey): KeyIdentifier {
  return new KeyIdentifier(bytes(createHash('sha1').update(Buffer.from(info.subjectPublicKey)).digest()))
}

function distributionPoint(url: string): CRLDistributionPoints {
  const fullName = [new GeneralName({ uniformResourceIdentifier: url })]
  const point = new DistributionPoint({ distributionPoint: new DistributionPointName({ fullName }) })
  return new CRLDistributionPoints([point])
}

/** The content of a DER integer: no zero bytes in front, but one where the top bit is set. */
function derInteger(unsigned: Buffer): ArrayBuffer {
  const first = unsigned.findIndex((byte) => byte !== 0)
  const least = unsigned.subarray(first < 0 ? -1 : first)
  return bytes(least[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), least]) : least)
}

function bytes(of: Uint8Array): ArrayBuffer {
  return new Uint8Array(of).buffer
}
