/** The appraiser: evidence in, a privacy level out, and a code for whatever stands in its way. */
import { type Binding, gpuCommitment, reportHash, requireBindable } from './binding.ts'
import { verifyCollateral } from './collateral.ts'
import type { IntelCollateral } from './collateral-schema.ts'
import { AppraisalError, type AppraisalErrorCode, appraisalErrorCodes } from './errors.ts'
import type { Evidence, GpuEvidence, QuoteEvidence, SnpEvidence } from './evidence.ts'
import { verifyGpu } from './gpu-appraisal.ts'
import { parseGpuReport } from './gpu-report.ts'
import { type EvidenceKind, levelOf } from './levels.ts'
import { requireMeasured, verifyManifest } from './manifest.ts'
import { parseQuote } from './quote.ts'
import { verifyQuote } from './quote-appraisal.ts'
import type { Trust } from './roots.ts'
import { verifySnp } from './snp-appraisal.ts'
import { parseSnpReport } from './snp-report.ts'
import { appraiseTcb, type TcbVerdict } from './tcb.ts'

/**
 * What the report data (a GPU's nonce) must be: the hash of a key and a challenge in its first 32 bytes, those 32 bytes, all
 * 64, or anything. Evidence that may say anything can be old, or another node's: the verdict then says so.
 */
export type Expected = Omit<Binding, 'gpuCommitment'> | { readonly reportData: Uint8Array } | 'anything'

export type AppraisalOptions = {
  readonly now: Date
  readonly trust: Trust
  readonly expected: Expected
  /** Intel's, for quotes: without it the level is 0. */
  readonly collateral?: IntelCollateral
  /** NVIDIA's for the GPU's driver and VBIOS, in XML: without them its measurements are not compared. */
  readonly manifests?: readonly string[]
}

export type Remark = { readonly code: AppraisalErrorCode; readonly message: string }

/** Evidence that is genuine. Whatever is not throws instead. */
export type Verdict = {
  readonly kind: EvidenceKind
  readonly trust: Trust['name']
  readonly appraisedAt: Date
  /** 0 unless nothing stands in its way; see levels.ts. */
  readonly level: number
  /** Why the level is 0. */
  readonly refusal?: Remark
  /** What was not checked, or could not be. */
  readonly caveats: readonly Remark[]
  readonly reportData: Buffer
  readonly tcb?: TcbVerdict
  /** Identifies the machine for ever: never to be published. Also the chip's kind, for people. */
  readonly platform: { readonly identity: Buffer; readonly description: string }
  readonly gpu?: { readonly chip: string; readonly deviceKey: Buffer; readonly driverVersion: string }
}

/**
 * @param gpu evidence of the GPU that the CPU's evidence claims: both are verified, and that they belong together.
 * @throws {AppraisalError} the evidence is not genuine, not this vendor's, not fresh, or not production's.
 */
export function appraise(evidence: Evidence, options: AppraisalOptions, gpu?: GpuEvidence): Verdict {
  if (Number.isNaN(options.now.getTime())) throw new RangeError('evidence is appraised at a time')
  requireExpectable(options.expected)
  if (evidence.kind === 'quote') return appraiseQuote(evidence, options, gpu)
  if (gpu) throw new AppraisalError('NO_CHAIN_ROUTE', 'GPU evidence is appraised beside a TDX quote only')
  return evidence.kind === 'snp' ? appraiseSnp(evidence, options) : appraiseGpu(evidence, options)
}

function appraiseQuote(evidence: QuoteEvidence, options: AppraisalOptions, gpuEvidence?: GpuEvidence): Verdict {
  const { trust, now, expected, collateral } = options
  const quote = parseQuote(evidence.bytes)
  const { reportData } = quote.body
  if (gpuEvidence && quote.tee !== 'tdx') {
    throw new AppraisalError('NO_CHAIN_ROUTE', 'GPU evidence is appraised beside a TDX quote only, this is SGX’s')
  }
  const { pck, chain, authority } = verifyQuote(quote, trust, now)
  const gpu = gpuEvidence && verifiedGpu(gpuEvidence, options, reportData.subarray(0, 32))
  requireReportData(reportData, expected, gpu ? gpuCommitment(gpu.deviceKey) : 0n)
  const bound = gpu && isBinding(expected)
  const kind = bound ? 'tdx+gpu' : quote.tee
  const caveats = [
    ...unboundCaveat(expected),
    ...(gpu ? gpuCaveats(options) : []),
    ...(gpu && !bound ? [remark('GPU_UNBOUND')] : []),
  ]
  const tcb = collateral && appraiseTcb(quote, pck, verifyCollateral(collateral, chain, trust, now))
  const level = tcb ? levelOf(kind, tcb.status) : 0
  return {
    ...{ kind, trust: trust.name, appraisedAt: now, level, caveats, reportData },
    ...(level === 0 && { refusal: refusalOf(tcb) }),
    ...(tcb && { tcb }),
    platform: {
      identity: pck.ppid,
      description: `FMSPC ${pck.fmspc.toString('hex')}, certified by the ${authority} CA`,
    },
    ...(gpu && { gpu }),
  }
}

function appraiseSnp(evidence: SnpEvidence, { trust, now, expected }: AppraisalOptions): Verdict {
  const report = parseSnpReport(evidence.bytes)
  const { product, chipId } = verifySnp(report, evidence.certificates, trust, now)
  requireReportData(report.reportData, expected, 0n)
  return {
    ...{ kind: 'snp', trust: trust.name, appraisedAt: now, level: 0, reportData: report.reportData },
    refusal: remark('NO_CHAIN_ROUTE'),
    caveats: [...unboundCaveat(expected), remark('REVOCATION_UNCHECKED')],
    platform: { identity: chipId, description: `AMD ${product}` },
  }
}

function appraiseGpu(evidence: GpuEvidence, options: AppraisalOptions): Verdict {
  const { trust, now, expected } = options
  const gpu = verifiedGpu(evidence, options)
  requireReportData(gpu.nonce, expected, gpuCommitment(gpu.deviceKey), 'EVIDENCE_NONCE_MISMATCH')
  return {
    ...{ kind: 'gpu', trust: trust.name, appraisedAt: now, level: 0, reportData: gpu.nonce, gpu },
    refusal: remark('NO_CHAIN_ROUTE'),
    caveats: [...unboundCaveat(expected), ...gpuCaveats(options)],
    platform: { identity: gpu.deviceKey, description: `NVIDIA ${gpu.chip}` },
  }
}

function verifiedGpu({ bytes, certificates }: GpuEvidence, options: AppraisalOptions, nonce?: Buffer) {
  const { trust, now, manifests } = options
  const report = parseGpuReport(bytes)
  const { chip, deviceKey } = verifyGpu(report, certificates, trust, now, nonce)
  if (manifests) {
    const verified = manifests.map((xml) => verifyManifest(xml, trust, now))
    requireMeasured(report, chip, verified)
  }
  return { chip, deviceKey, driverVersion: report.driverVersion, nonce: report.nonce }
}

function isBinding(expected: Expected): expected is Omit<Binding, 'gpuCommitment'> {
  return typeof expected === 'object' && 'publicKey' in expected
}

/** Fewer bytes than a hash would bind nothing. */
function requireExpectable(expected: Expected): void {
  if (expected === 'anything') return
  if (isBinding(expected)) {
    requireBindable(expected)
    return
  }
  const { length } = expected.reportData
  if (length === 32 || length === 64) return
  throw new AppraisalError('EVIDENCE_BINDING_INVALID', `report data of ${length} bytes was demanded, not of 32 or 64`)
}

/** What is demanded begins the report data. */
function requireReportData(
  found: Buffer,
  expected: Expected,
  commitment: bigint,
  code: AppraisalErrorCode = 'EVIDENCE_REPORT_DATA_MISMATCH',
): void {
  if (expected === 'anything') return
  const wanted = isBinding(expected)
    ? reportHash({ ...expected, gpuCommitment: commitment })
    : Buffer.from(expected.reportData)
  if (found.subarray(0, wanted.length).equals(wanted)) return
  const what = code === 'EVIDENCE_NONCE_MISMATCH' ? 'nonce' : 'report data'
  throw new AppraisalError(
    code,
    `the ${what} is ${found.toString('hex')}, it should begin with ${wanted.toString('hex')}`,
  )
}

function gpuCaveats({ manifests }: AppraisalOptions): Remark[] {
  const unmeasured = manifests ? [] : [remark('GPU_MEASUREMENTS_UNCHECKED')]
  return [...unmeasured, remark('REVOCATION_UNCHECKED')]
}

function unboundCaveat(expected: Expected): Remark[] {
  return expected === 'anything' ? [remark('EVIDENCE_UNBOUND')] : []
}

function refusalOf(tcb: TcbVerdict | undefined): Remark {
  if (!tcb) return remark('COLLATERAL_MISSING')
  const code = tcb.status === 'Revoked' ? 'TCB_REVOKED' : 'TCB_UNACCEPTABLE'
  return { code, message: `${appraisalErrorCodes[code].meaning} It is ${tcb.status}.` }
}

function remark(code: AppraisalErrorCode): Remark {
  return { code, message: appraisalErrorCodes[code].meaning }
}
