/** A certificate chain from a leaf to a pinned root, by RFC 5280 as far as these vendors use it. */
import { id_ce_basicConstraints, id_ce_keyUsage, KeyUsageFlags } from '@peculiar/asn1-x509'
import type { ParsedCertificate } from './certificate.ts'
import { AppraisalError, type AppraisalErrorCode } from './errors.ts'
import { type SignatureAlgorithm, signatureHolds } from './signature.ts'

export type ChainRules = {
  /** SHA-256 of the subject public key info of each accepted root, hex. */
  readonly roots: ReadonlySet<string>
  readonly algorithm: SignatureAlgorithm
  /** How many certificates the vendor's chains have, root included. */
  readonly length: number
  readonly now: Date
}

/** Extensions whose meaning is checked here: any other that is critical makes a certificate unfit. */
const understood = new Set<string>([id_ce_basicConstraints, id_ce_keyUsage])

/**
 * Leaf first, root last. The root is pinned by its key, and is checked like the others, its own signature included.
 *
 * Revocation is not checked here (crl.ts).
 *
 * @throws {AppraisalError} CERTIFICATE_CHAIN_BROKEN, _UNTRUSTED, _UNFIT, _EXPIRED, _NOT_YET_VALID, _BAD_SIGNATURE
 */
export function verifyChain(chain: readonly ParsedCertificate[], rules: ChainRules): void {
  const fail = (code: AppraisalErrorCode, message: string) => {
    throw new AppraisalError(code, message)
  }
  if (chain.length !== rules.length) {
    fail('CERTIFICATE_CHAIN_BROKEN', `a chain of ${rules.length} certificates is needed, there are ${chain.length}`)
  }
  const root = chain.at(-1)!
  if (!rules.roots.has(root.keyHash)) {
    fail(
      'CERTIFICATE_UNTRUSTED',
      `the chain ends in “${root.commonName}”, key ${root.keyHash}, which is no pinned root`,
    )
  }
  chain.forEach((certificate, i) => {
    const issuer = chain[i + 1] ?? certificate
    const name = `the certificate of “${certificate.commonName}”`
    if (certificate.algorithm !== rules.algorithm) fail('CERTIFICATE_UNFIT', `${name} is signed by another algorithm`)
    checkRole(certificate, i)
    checkValidity(certificate, rules.now)
    const keyIds = [certificate.authorityKeyId, issuer.subjectKeyId]
    const linked = keyIds.every((id) => id !== undefined) ? keyIds[0]!.equals(keyIds[1]!) : true
    if (!certificate.issuer.equals(issuer.subject) || !linked) {
      fail('CERTIFICATE_CHAIN_BROKEN', `${name} was not issued by “${issuer.commonName}”`)
    }
    if (!signedBy(certificate, issuer)) {
      fail('CERTIFICATE_BAD_SIGNATURE', `${name} is not signed by “${issuer.commonName}”`)
    }
  })
}

/** Which pairs were found to hold: chains repeat, and a signature that holds once holds for ever. */
const verified = new WeakMap<ParsedCertificate, WeakSet<ParsedCertificate>>()

function signedBy(certificate: ParsedCertificate, issuer: ParsedCertificate): boolean {
  const issuers = verified.get(certificate) ?? new WeakSet()
  if (issuers.has(issuer)) return true
  if (!signatureHolds(certificate.algorithm, issuer.publicKey, certificate.tbs, certificate.signature)) return false
  verified.set(certificate, issuers.add(issuer))
  return true
}

/** @throws {AppraisalError} CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID */
function checkValidity({ commonName, notBefore, notAfter }: ParsedCertificate, now: Date): void {
  const period = `the certificate of “${commonName}” is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}, not at ${now.toISOString()}`
  if (!(now >= notBefore)) throw new AppraisalError('CERTIFICATE_NOT_YET_VALID', period)
  if (!(now <= notAfter)) throw new AppraisalError('CERTIFICATE_EXPIRED', period)
}

/** @param depth 0 for the leaf: so many less one authorities may be below an authority. */
function checkRole(certificate: ParsedCertificate, depth: number): void {
  const { commonName, constraints, keyUsage, critical } = certificate
  const unfit = (why: string) => new AppraisalError('CERTIFICATE_UNFIT', `the certificate of “${commonName}” ${why}`)
  const foreign = critical.find((id) => !understood.has(id))
  if (foreign !== undefined) throw unfit(`has the critical extension ${foreign}, whose meaning is unknown`)
  if (depth === 0) {
    if (constraints?.ca) throw unfit('is an authority’s, not a device’s')
    if (keyUsage !== undefined && !(keyUsage & KeyUsageFlags.digitalSignature)) throw unfit('may not sign')
    return
  }
  if (!constraints?.ca || !critical.includes(id_ce_basicConstraints)) throw unfit('is not an authority’s')
  if (keyUsage === undefined || !(keyUsage & KeyUsageFlags.keyCertSign)) throw unfit('may not sign certificates')
  const { pathLength } = constraints
  if (pathLength !== undefined && depth - 1 > pathLength) throw unfit(`allows ${pathLength} authorities below it`)
}
