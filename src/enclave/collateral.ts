/** Intel's collateral, verified: signed by Intel's TCB key, current, and with no revoked certificate in sight. */
import { z } from 'zod'
import { type ParsedCertificate, parseCertificates } from './certificate.ts'
import { verifyChain } from './chain.ts'
import { IntelCollateral, QeIdentity, TcbInfo } from './collateral-schema.ts'
import { readRevocationList, requireUnrevoked } from './crl.ts'
import { AppraisalError } from './errors.ts'
import { decodePem } from './pem.ts'
import type { Trust } from './roots.ts'
import { rawSignatureHolds } from './signature.ts'

export type VerifiedCollateral = {
  readonly tcbInfo: TcbInfo
  readonly qeIdentity: QeIdentity
  /** The first moment at which some part of it is out of date. */
  readonly validUntil: Date
}

/** @throws {AppraisalError} COLLATERAL_MALFORMED */
export function parseCollateral(json: unknown): IntelCollateral {
  return shaped(IntelCollateral, json, 'collateral')
}

/**
 * @param chain the quote's own PCK chain, already verified up to a pinned root.
 * @throws {AppraisalError} of the COLLATERAL_ and CERTIFICATE_ kinds.
 */
export function verifyCollateral(
  collateral: IntelCollateral,
  [leaf, ca, root]: readonly [ParsedCertificate, ParsedCertificate, ParsedCertificate],
  trust: Trust,
  now: Date,
): VerifiedCollateral {
  const rootList = readRevocationList(Buffer.from(collateral.root_ca_crl, 'hex'), root, now)
  const pckList = readRevocationList(Buffer.from(collateral.pck_crl, 'hex'), ca, now)
  requireUnrevoked(ca, rootList)
  requireUnrevoked(leaf, pckList)

  const signed = (text: string, signature: string, issuers: string, what: string): unknown => {
    const chain = parseCertificates(decodePem(issuers))
    verifyChain(chain, { roots: trust.intel, algorithm: 'ecdsa-p256-sha256', length: 2, now })
    const signer = chain[0]!
    if (signer.commonName !== trust.intelNames.tcbSigning) {
      throw new AppraisalError('COLLATERAL_BAD_SIGNATURE', `${what} is signed by “${signer.commonName}”`)
    }
    requireUnrevoked(signer, rootList)
    if (!rawSignatureHolds(signer.publicKey, Buffer.from(text, 'utf8'), Buffer.from(signature, 'hex'))) {
      throw new AppraisalError('COLLATERAL_BAD_SIGNATURE', `${what} is not what Intel signed`)
    }
    return parsedJson(text, what)
  }
  const { tcb_info, tcb_info_signature, tcb_info_issuer_chain } = collateral
  const tcbInfo = shaped(
    TcbInfo,
    signed(tcb_info, tcb_info_signature, tcb_info_issuer_chain, 'the TCB info'),
    'the TCB info',
  )
  const { qe_identity, qe_identity_signature, qe_identity_issuer_chain } = collateral
  const qeIdentity = shaped(
    QeIdentity,
    signed(qe_identity, qe_identity_signature, qe_identity_issuer_chain, 'the QE identity'),
    'the QE identity',
  )
  requireCurrent('the TCB info', tcbInfo, now)
  requireCurrent('the QE identity', qeIdentity, now)
  const ends = [tcbInfo.nextUpdate, qeIdentity.nextUpdate, rootList.nextUpdate, pckList.nextUpdate]
  return { tcbInfo, qeIdentity, validUntil: new Date(Math.min(...ends.map(Number))) }
}

function requireCurrent(what: string, period: { issueDate: Date; nextUpdate: Date }, now: Date): void {
  const { issueDate, nextUpdate } = period
  const text = `${what} holds from ${issueDate.toISOString()} to ${nextUpdate.toISOString()}, not at ${now.toISOString()}`
  if (!(now >= issueDate)) throw new AppraisalError('COLLATERAL_NOT_YET_VALID', text)
  if (!(now <= nextUpdate)) throw new AppraisalError('COLLATERAL_EXPIRED', text)
}

function parsedJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppraisalError('COLLATERAL_MALFORMED', `${what} is not JSON`, { cause })
  }
}

function shaped<Value>(schema: z.ZodType<Value>, json: unknown, what: string): Value {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw new AppraisalError('COLLATERAL_MALFORMED', `${what} is malformed:\n${z.prettifyError(result.error)}`)
}
