/** Public signals and witness of `enclave-platform`, from a quote of the platform (circuits/enclave.md §3). */
import { constantKeys } from '../../../circuits/p256/keys.ts'
import type { CircuitInputs } from '../../../prover/index.ts'
import { parseCertificate } from '../certificate.ts'
import { readPck } from '../pck.ts'
import type { Quote } from '../quote.ts'
import { constantHintFor, hintFor, rawSignature } from './ecdsa.ts'
import { StatementError } from './errors.ts'
import { numberOf, padded } from './octets.ts'
import { authorityHash, type Platform, platformLeaf, platformNullifier } from './platform-leaf.ts'
import type { Revocations } from './revocations.ts'

export type PlatformRequest = {
  readonly quote: Quote
  /** Place of the PCK certificate's issuer in circuits/p256/keys.ts. */
  readonly authority: number
  readonly revocations: Revocations
  readonly nullifierKey: bigint
  /** The registrant's address. */
  readonly owner: bigint
  /** Below the year in which the certificate ends. The later, the more it tells. */
  readonly validThroughYear: number
}

export type PlatformStatement = {
  readonly platform: Platform
  /** In the order of circuits.json. */
  readonly publicSignals: readonly bigint[]
  readonly inputs: CircuitInputs
}

/** Octets of a padded certificate of either CA, at most: the circuits are made for these, and for a block less of the latter. */
const TBS_OCTETS = { platform: 19 * 64, processor: 18 * 64 } as const
/** The Processor CAs have the odd places in circuits/p256/keys.ts. */
const isProcessor = (authority: number) => authority % 2 === 1
const QE_AUTH_OCTETS = 32

export function platformOf(quote: Quote, nullifierKey: bigint): Platform {
  const { fmspc, pceId, pceSvn, components } = readPck(parseCertificate(quote.pckChain[0]))
  const { attestationKey, tee, qeReport } = quote
  return { attestationKey, fmspc, pceId, pceSvn, components, tee, qeSvn: qeReport.isvSvn, nullifierKey }
}

/**
 * Takes the evidence as it is: whether it is genuine, the circuit decides.
 *
 * @throws {StatementError} STATEMENT_CERTIFICATE_REVOKED, STATEMENT_LAYOUT_UNKNOWN
 */
export function platformStatement(request: PlatformRequest): PlatformStatement {
  const { quote, authority, revocations, nullifierKey, owner, validThroughYear } = request
  const certificate = parseCertificate(quote.pckChain[0])
  const octets = isProcessor(authority) ? TBS_OCTETS.processor : TBS_OCTETS.platform
  const blocks = padded(certificate.tbs)
  const fits = blocks.length === octets || (isProcessor(authority) && blocks.length === octets - 64)
  const tbs = Buffer.concat([blocks, Buffer.alloc(Math.max(0, octets - blocks.length))])
  if (!fits || quote.qeAuthData.length !== QE_AUTH_OCTETS) {
    throw new StatementError(
      'STATEMENT_LAYOUT_UNKNOWN',
      `${blocks.length} octets of certificate and ${quote.qeAuthData.length} of QE data; the circuit reads ${octets} and ${QE_AUTH_OCTETS}`,
    )
  }
  const authorityKey = keyOf(authority)
  const gap = revocations.gapOf(BigInt(`0x${certificate.serial}`))
  const platform = platformOf(quote, nullifierKey)
  const { ppid } = readPck(certificate)
  const publicSignals = {
    platformNullifier: platformNullifier(authorityHash(authorityKey), ppid),
    platformLeaf: platformLeaf(platform),
    revocationRoot: revocations.root,
    validThroughYear: BigInt(validThroughYear),
    owner,
  }
  const certificateSignature = rawSignature(certificate.signature)
  const pckKey = certificate.publicKey.export({ format: 'der', type: 'spki' }).subarray(-64)
  return {
    platform,
    publicSignals: Object.values(publicSignals),
    inputs: {
      ...publicSignals,
      tbs: [...tbs],
      certificateSignature: [...certificateSignature],
      certificateHint: constantHintFor(certificate.tbs, certificateSignature, authority),
      qeReport: [...quote.qeReport.bytes],
      qeReportSignature: [...quote.qeReportSignature],
      qeReportHint: hintFor(quote.qeReport.bytes, quote.qeReportSignature, pckKey),
      attestationKey: [...quote.attestationKey],
      qeAuthData: [...quote.qeAuthData],
      nullifierKey,
      revokedLow: gap.low,
      revokedHigh: gap.high,
      revokedPosition: gap.position,
      revokedPath: gap.path,
    },
  }
}

/** x || y of an authority's key, by its place in circuits/p256/keys.ts. */
export function keyOf(authority: number): Buffer {
  const key = constantKeys[authority]
  if (!key) throw new RangeError(`there is no authority ${authority}`)
  const { x, y } = key.point
  return Buffer.from([x, y].map((value) => value.toString(16).padStart(64, '0')).join(''), 'hex')
}

/** The serial number of a quote's PCK certificate. */
export function serialOf(quote: Quote): bigint {
  return numberOf(Buffer.from(parseCertificate(quote.pckChain[0]).serial, 'hex'))
}
