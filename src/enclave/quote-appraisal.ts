/** A DCAP quote, verified from Intel's pinned root down to the enclave's report; its TCB level is for tcb.ts. */
import { createHash } from 'node:crypto'
import { type ParsedCertificate, parseCertificate } from './certificate.ts'
import { verifyChain } from './chain.ts'
import { AppraisalError } from './errors.ts'
import { type PckIdentity, readPck } from './pck.ts'
import type { Quote } from './quote.ts'
import type { SgxReport, TdBody } from './report-bodies.ts'
import type { Trust } from './roots.ts'
import { p256Key, rawSignatureHolds } from './signature.ts'

export type VerifiedQuote = {
  readonly pck: PckIdentity
  readonly authority: 'platform' | 'processor'
  readonly chain: readonly [leaf: ParsedCertificate, ca: ParsedCertificate, root: ParsedCertificate]
}

/** Intel's quoting enclaves: the vendor that a header names, the signer and product that a QE report names. */
const INTEL_QE_VENDOR = '939a7233f79c4ca9940a0db3957f0607'
export const quotingEnclaves = {
  sgx: { mrSigner: '8c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff', isvProdId: 1 },
  tdx: { mrSigner: 'dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5', isvProdId: 2 },
} as const

/** SGX attributes, byte 0. */
const SGX_FLAG = { init: 0x01, debug: 0x02 } as const
/** TD attributes, from bit 0: the low byte opens the domain to the host in one way or another, DEBUG is its bit 0. */
const TD_ATTRIBUTE = { migratable: 1n << 29n } as const
/** The attributes that Intel's TDX module 1.5 defines outside the low byte: 27 to 31, 62 and 63. */
const TD_ATTRIBUTES_KNOWN = (0xf8n << 24n) | (0xc0n << 56n)

/**
 * Verifies every signature of the quote, and that neither the quoting enclave nor the enclave itself is debuggable.
 *
 * @throws {AppraisalError}
 */
export function verifyQuote(quote: Quote, trust: Trust, now: Date): VerifiedQuote {
  const chain = [
    parseCertificate(quote.pckChain[0]),
    parseCertificate(quote.pckChain[1]),
    parseCertificate(quote.pckChain[2]),
  ] as const
  verifyChain(chain, { roots: trust.intel, algorithm: 'ecdsa-p256-sha256', length: chain.length, now })
  const [leaf, ca] = chain
  const { platform, processor } = trust.intelNames.pckAuthorities
  const authority = ca.commonName === platform ? 'platform' : 'processor'
  if (leaf.commonName !== trust.intelNames.pck || ![platform, processor].includes(ca.commonName)) {
    throw new AppraisalError(
      'CERTIFICATE_UNFIT',
      `“${leaf.commonName}” of “${ca.commonName}” is no PCK certificate of this vendor`,
    )
  }
  const pck = readPck(leaf)
  verifyQuotingEnclave(quote, leaf)
  const key = p256Key(quote.attestationKey)
  if (!key || !rawSignatureHolds(key, quote.signed, quote.signature)) {
    throw new AppraisalError('EVIDENCE_BAD_SIGNATURE', 'the quote is not signed by its attestation key')
  }
  if (quote.body.tee === 'tdx') requireProductionDomain(quote.body)
  else requireProductionEnclave(quote.body, 'the enclave')
  return { pck, authority, chain }
}

function verifyQuotingEnclave(quote: Quote, leaf: ParsedCertificate): void {
  const { qeReport, header } = quote
  const mismatch = (why: string) => new AppraisalError('QE_MISMATCH', why)
  if (!rawSignatureHolds(leaf.publicKey, qeReport.bytes, quote.qeReportSignature)) {
    throw new AppraisalError('EVIDENCE_BAD_SIGNATURE', 'the QE report is not signed by the PCK')
  }
  if (header.qeVendorId.toString('hex') !== INTEL_QE_VENDOR) {
    throw mismatch(`QE vendor ${header.qeVendorId.toString('hex')} is not Intel`)
  }
  const { mrSigner, isvProdId } = quotingEnclaves[quote.tee]
  if (qeReport.mrSigner.toString('hex') !== mrSigner || qeReport.isvProdId !== isvProdId) {
    throw mismatch(`the quoting enclave's signer ${qeReport.mrSigner.toString('hex')} is not Intel's for ${quote.tee}`)
  }
  requireProductionEnclave(qeReport, 'the quoting enclave')
  const bound = createHash('sha256').update(quote.attestationKey).update(quote.qeAuthData).digest()
  if (!qeReport.reportData.equals(Buffer.concat([bound, Buffer.alloc(32)]))) {
    throw mismatch('the quoting enclave does not vouch for the attestation key')
  }
}

function requireProductionEnclave({ attributes }: SgxReport, what: string): void {
  const flags = attributes[0]!
  if (flags & SGX_FLAG.debug) throw new AppraisalError('EVIDENCE_DEBUG', `${what} is debuggable`)
  if (!(flags & SGX_FLAG.init)) throw new AppraisalError('EVIDENCE_MALFORMED', `${what} is not initialised`)
}

/** Also of the module itself: Intel's has no signer and no attributes. */
function requireProductionDomain(body: TdBody): void {
  const attributes = body.tdAttributes.readBigUInt64LE()
  const text = `0x${attributes.toString(16)}`
  if (attributes & 0xffn)
    throw new AppraisalError('EVIDENCE_DEBUG', `TD attributes ${text} open the domain to the host`)
  if (attributes & TD_ATTRIBUTE.migratable) {
    throw new AppraisalError('EVIDENCE_MIGRATABLE', `TD attributes ${text} allow migration`)
  }
  if (attributes & ~TD_ATTRIBUTES_KNOWN) {
    throw new AppraisalError('EVIDENCE_MALFORMED', `TD attributes ${text} have bits whose meaning is unknown`)
  }
  if ([...body.mrSignerSeam, ...body.seamAttributes].some((byte) => byte !== 0)) {
    throw new AppraisalError('EVIDENCE_MALFORMED', 'the TDX module is not Intel’s: it has a signer or attributes')
  }
}
