/** The TCB status of a platform, by Intel's rule: the first level in the list that the platform reaches. */
import type { VerifiedCollateral } from './collateral.ts'
import type { QeIdentity, TcbInfo, TcbStatus } from './collateral-schema.ts'
import { AppraisalError } from './errors.ts'
import type { PckIdentity } from './pck.ts'
import type { Quote } from './quote.ts'
import type { TdBody } from './report-bodies.ts'

export type TcbVerdict = {
  /** Of platform, TDX module and quoting enclave together. */
  readonly status: TcbStatus
  readonly platform: TcbStatus
  readonly module?: TcbStatus
  readonly quotingEnclave: TcbStatus
  readonly advisories: readonly string[]
  /** When the vendor last changed what this level must withstand. */
  readonly tcbDate: Date
  readonly evaluationNumber: number
  /** Until when the collateral holds. */
  readonly validUntil: Date
}

/** TEE TCB SVN bytes: the TDX module's SVN, and its major version. */
const moduleSvn = { isvSvn: 0, major: 1 } as const

/** @throws {AppraisalError} COLLATERAL_MISMATCH, QE_MISMATCH, EVIDENCE_MALFORMED, TCB_UNKNOWN */
export function appraiseTcb(quote: Quote, pck: PckIdentity, collateral: VerifiedCollateral): TcbVerdict {
  const { tcbInfo, qeIdentity, validUntil } = collateral
  requireSubject(quote, pck, tcbInfo, qeIdentity)
  const tdx = quote.body.tee === 'tdx' ? quote.body : undefined
  const platform = platformLevel(pck, tdx, tcbInfo)
  const module = tdx && moduleLevel(tdx, tcbInfo)
  const quotingEnclave = quotingEnclaveLevel(quote, qeIdentity)
  const parts = [platform, ...(module ? [module] : []), quotingEnclave]
  return {
    status: parts.slice(1).reduce((status, part) => converge(status, part.tcbStatus), platform.tcbStatus),
    platform: platform.tcbStatus,
    ...(module && { module: module.tcbStatus }),
    quotingEnclave: quotingEnclave.tcbStatus,
    advisories: [...new Set(parts.flatMap(({ advisoryIDs }) => advisoryIDs))].sort(),
    tcbDate: new Date(Math.min(...parts.map(({ tcbDate }) => tcbDate.getTime()))),
    evaluationNumber: Math.min(tcbInfo.tcbEvaluationDataNumber, qeIdentity.tcbEvaluationDataNumber),
    validUntil,
  }
}

function requireSubject(quote: Quote, pck: PckIdentity, tcbInfo: TcbInfo, qeIdentity: QeIdentity): void {
  const ids = quote.tee === 'tdx' ? (['TDX', 'TD_QE'] as const) : (['SGX', 'QE'] as const)
  if (tcbInfo.id !== ids[0] || qeIdentity.id !== ids[1]) {
    throw new AppraisalError(
      'COLLATERAL_MISMATCH',
      `the collateral is for ${tcbInfo.id} and ${qeIdentity.id}, the quote needs ${ids.join(' and ')}`,
    )
  }
  if (!tcbInfo.fmspc.equals(pck.fmspc) || !tcbInfo.pceId.equals(pck.pceId)) {
    const pair = (of: { fmspc: Buffer; pceId: Buffer }) =>
      `FMSPC ${of.fmspc.toString('hex')}, PCE ${of.pceId.toString('hex')}`
    throw new AppraisalError(
      'COLLATERAL_MISMATCH',
      `the collateral is for ${pair(tcbInfo)}, the platform is ${pair(pck)}`,
    )
  }
}

type PlatformLevel = TcbInfo['tcbLevels'][number]

function platformLevel(pck: PckIdentity, td: TdBody | undefined, { tcbLevels }: TcbInfo): PlatformLevel {
  const reaches = (level: PlatformLevel): boolean => {
    const { sgxtcbcomponents, pcesvn, tdxtcbcomponents } = level.tcb
    if (pck.pceSvn < pcesvn || !sgxtcbcomponents.every(({ svn }, i) => pck.components[i]! >= svn)) return false
    if (!td) return true
    if (!tdxtcbcomponents) throw new AppraisalError('COLLATERAL_MALFORMED', 'a TDX level has no TDX components')
    // A module with a version has a list of its own: its two bytes are not compared here.
    const first = td.teeTcbSvn[moduleSvn.major]! > 0 ? 2 : 0
    return tdxtcbcomponents.every(({ svn }, i) => i < first || td.teeTcbSvn[i]! >= svn)
  }
  const level = tcbLevels.find(reaches)
  if (!level) {
    throw new AppraisalError(
      'TCB_UNKNOWN',
      `components ${pck.components.join(' ')}, PCE SVN ${pck.pceSvn} reach no level`,
    )
  }
  return level
}

type IsvLevel = QeIdentity['tcbLevels'][number]

/** Of a module before versions there is no list: only its identity is checked. */
function moduleLevel(td: TdBody, tcbInfo: TcbInfo): IsvLevel | undefined {
  const major = td.teeTcbSvn[moduleSvn.major]!
  const id = `TDX_${major.toString(16).toUpperCase().padStart(2, '0')}`
  const versioned = major > 0 ? tcbInfo.tdxModuleIdentities?.find((identity) => identity.id === id) : undefined
  const identity = major > 0 ? versioned : tcbInfo.tdxModule
  if (!identity) throw new AppraisalError('TCB_UNKNOWN', `the collateral knows no TDX module ${id}`)
  const attributes = masked(td.seamAttributes, identity.attributesMask)
  if (!td.mrSignerSeam.equals(identity.mrsigner) || !attributes.equals(identity.attributes)) {
    throw new AppraisalError('TCB_UNKNOWN', `the TDX module is not Intel's ${id}: its signer or attributes differ`)
  }
  return versioned && isvLevel(versioned.tcbLevels, td.teeTcbSvn[moduleSvn.isvSvn]!, `TDX module ${id}`)
}

function quotingEnclaveLevel({ qeReport }: Quote, identity: QeIdentity): IsvLevel {
  const same =
    qeReport.mrSigner.equals(identity.mrsigner) &&
    qeReport.isvProdId === identity.isvprodid &&
    masked(qeReport.miscSelect, identity.miscselectMask).equals(identity.miscselect) &&
    masked(qeReport.attributes, identity.attributesMask).equals(identity.attributes)
  if (!same) {
    throw new AppraisalError('QE_MISMATCH', `the quoting enclave is not the ${identity.id} that Intel describes`)
  }
  return isvLevel(identity.tcbLevels, qeReport.isvSvn, 'quoting enclave')
}

function isvLevel(levels: readonly IsvLevel[], isvSvn: number, what: string): IsvLevel {
  const level = levels.find(({ tcb }) => isvSvn >= tcb.isvsvn)
  if (!level) throw new AppraisalError('TCB_UNKNOWN', `${what} with SVN ${isvSvn} reaches no level`)
  return level
}

function masked(value: Buffer, mask: Buffer): Buffer {
  return Buffer.from(value.map((byte, i) => byte & mask[i]!))
}

/** Intel's rule: an outdated part makes the whole outdated; a revoked one, revoked. */
function converge(status: TcbStatus, part: TcbStatus): TcbStatus {
  if (status === 'Revoked' || part === 'Revoked') return 'Revoked'
  if (part === 'UpToDate') return status
  if (part !== 'OutOfDate') throw new AppraisalError('COLLATERAL_MALFORMED', `a module or QE cannot be ${part}`)
  const configuration: readonly TcbStatus[] = [
    'ConfigurationNeeded',
    'ConfigurationAndSWHardeningNeeded',
    'OutOfDateConfigurationNeeded',
  ]
  return configuration.includes(status) ? 'OutOfDateConfigurationNeeded' : 'OutOfDate'
}
