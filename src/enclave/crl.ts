/** A revocation list: signed by its issuer, current, and without the certificates in question. */
import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList } from '@peculiar/asn1-x509'
import type { ParsedCertificate } from './certificate.ts'
import { AppraisalError } from './errors.ts'
import { algorithmOf, signatureHolds } from './signature.ts'

export type RevocationList = {
  readonly issuer: Buffer
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** Serials in lower-case hex of the DER integer. */
  readonly serials: ReadonlySet<string>
}

/** Intel's largest lists have a few hundred kilobytes. */
const LARGEST = 4 * 1024 * 1024

const malformed = (detail: string, options?: ErrorOptions) =>
  new AppraisalError('COLLATERAL_MALFORMED', `a revocation list is malformed: ${detail}`, options)

/** A critical extension, in the list or an entry, could change what the list means: it is refused. */
function decode(der: Buffer): CertificateList {
  let list: CertificateList
  try {
    list = AsnConvert.parse(der, CertificateList)
    if (!Buffer.from(AsnConvert.serialize(list)).equals(der)) throw new Error('its DER is not canonical')
  } catch (cause) {
    throw malformed((cause as Error).message, { cause })
  }
  const algorithms = [list.signatureAlgorithm, list.tbsCertList.signature].map((each) => AsnConvert.serialize(each))
  if (!Buffer.from(algorithms[0]!).equals(Buffer.from(algorithms[1]!))) throw malformed('it names two algorithms')
  const entries = list.tbsCertList.revokedCertificates ?? []
  const extensions = [
    ...(list.tbsCertList.crlExtensions ?? []),
    ...entries.flatMap((e) => [...(e.crlEntryExtensions ?? [])]),
  ]
  const critical = extensions.find((extension) => extension.critical)
  if (critical) throw malformed(`critical extension ${critical.extnID} is unknown`)
  return list
}

/**
 * @param issuer the certificate that signed the list, itself already verified.
 * @throws {AppraisalError} COLLATERAL_MALFORMED, _EXPIRED, _NOT_YET_VALID, CERTIFICATE_CHAIN_BROKEN, CERTIFICATE_BAD_SIGNATURE
 */
export function readRevocationList(der: Buffer, issuer: ParsedCertificate, now: Date): RevocationList {
  if (der.length > LARGEST) throw malformed(`it has ${der.length} bytes, more than ${LARGEST}`)
  const list = decode(der)
  const { tbsCertList, signatureAlgorithm, signature } = list
  const name = `the revocation list of “${issuer.commonName}”`
  const issuerName = Buffer.from(AsnConvert.serialize(tbsCertList.issuer))
  if (!issuerName.equals(issuer.subject)) {
    throw new AppraisalError('CERTIFICATE_CHAIN_BROKEN', `a revocation list was not issued by “${issuer.commonName}”`)
  }
  const algorithm = algorithmOf(signatureAlgorithm)
  const tbs = Buffer.from(list.tbsCertListRaw ?? AsnConvert.serialize(tbsCertList))
  if (!signatureHolds(algorithm, issuer.publicKey, tbs, Buffer.from(signature))) {
    throw new AppraisalError('CERTIFICATE_BAD_SIGNATURE', `${name} is not signed by it`)
  }
  const thisUpdate = tbsCertList.thisUpdate.getTime()
  const nextUpdate = tbsCertList.nextUpdate?.getTime()
  if (!nextUpdate) throw malformed('it names no next update')
  const period = `${name} holds from ${thisUpdate.toISOString()} to ${nextUpdate.toISOString()}, not at ${now.toISOString()}`
  if (!(now >= thisUpdate)) throw new AppraisalError('COLLATERAL_NOT_YET_VALID', period)
  if (!(now <= nextUpdate)) throw new AppraisalError('COLLATERAL_EXPIRED', period)
  const serials = new Set(
    (tbsCertList.revokedCertificates ?? []).map((entry) => Buffer.from(entry.userCertificate).toString('hex')),
  )
  return { issuer: issuerName, thisUpdate, nextUpdate, serials }
}

/** @throws {AppraisalError} CERTIFICATE_REVOKED; CERTIFICATE_CHAIN_BROKEN: the list is another issuer's. */
export function requireUnrevoked(certificate: ParsedCertificate, list: RevocationList): void {
  if (!certificate.issuer.equals(list.issuer)) {
    throw new AppraisalError(
      'CERTIFICATE_CHAIN_BROKEN',
      `no revocation list was given for the issuer of “${certificate.commonName}”`,
    )
  }
  if (list.serials.has(certificate.serial)) {
    throw new AppraisalError(
      'CERTIFICATE_REVOKED',
      `the certificate of “${certificate.commonName}” with serial ${certificate.serial} is revoked`,
    )
  }
}
