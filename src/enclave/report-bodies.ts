/** The two bodies that Intel's quotes carry: a TDX domain's and an SGX enclave's report. */
import { ByteReader } from './byte-reader.ts'

/** What a TDX module reports about a trust domain. */
export type TdBody = {
  readonly tee: 'tdx'
  /** Interface version of the report: 1.5 adds the last two fields. */
  readonly module: '1.0' | '1.5'
  readonly bytes: Buffer
  readonly teeTcbSvn: Buffer
  readonly mrSeam: Buffer
  readonly mrSignerSeam: Buffer
  readonly seamAttributes: Buffer
  readonly tdAttributes: Buffer
  readonly xfam: Buffer
  readonly mrTd: Buffer
  readonly mrConfigId: Buffer
  readonly mrOwner: Buffer
  readonly mrOwnerConfig: Buffer
  readonly rtmrs: readonly Buffer[]
  readonly reportData: Buffer
  readonly teeTcbSvn2?: Buffer
  readonly mrServiceTd?: Buffer
}

/** What an SGX processor reports about an enclave. */
export type SgxReport = {
  readonly tee: 'sgx'
  readonly bytes: Buffer
  readonly cpuSvn: Buffer
  readonly miscSelect: Buffer
  readonly attributes: Buffer
  readonly mrEnclave: Buffer
  readonly mrSigner: Buffer
  readonly isvProdId: number
  readonly isvSvn: number
  readonly reportData: Buffer
}

export const SGX_REPORT_LENGTH = 384
export const TD_BODY_LENGTH = { '1.0': 584, '1.5': 648 } as const

export function parseTdBody(bytes: Buffer, module: TdBody['module']): TdBody {
  const reader = new ByteReader(bytes, 'TD report')
  const digest = (field: string) => reader.take(48, field)
  const teeTcbSvn = reader.take(16, 'TEE TCB SVN')
  const mrSeam = digest('MRSEAM')
  const mrSignerSeam = digest('MRSIGNERSEAM')
  const seamAttributes = reader.take(8, 'SEAM attributes')
  const tdAttributes = reader.take(8, 'TD attributes')
  const xfam = reader.take(8, 'XFAM')
  const mrTd = digest('MRTD')
  const mrConfigId = digest('MRCONFIGID')
  const mrOwner = digest('MROWNER')
  const mrOwnerConfig = digest('MROWNERCONFIG')
  const rtmrs = [0, 1, 2, 3].map((i) => digest(`RTMR${i}`))
  const reportData = reader.take(64, 'report data')
  const later =
    module === '1.5' ? { teeTcbSvn2: reader.take(16, 'TEE TCB SVN 2'), mrServiceTd: digest('MRSERVICETD') } : {}
  reader.end({ padding: false })
  const registers = { mrTd, mrConfigId, mrOwner, mrOwnerConfig, rtmrs, reportData, ...later }
  return {
    tee: 'tdx',
    module,
    bytes,
    teeTcbSvn,
    mrSeam,
    mrSignerSeam,
    seamAttributes,
    tdAttributes,
    xfam,
    ...registers,
  }
}

/** Reserved fields are kept as they are: the report's signature covers them. */
export function parseSgxReport(bytes: Buffer): SgxReport {
  const reader = new ByteReader(bytes, 'SGX report')
  const cpuSvn = reader.take(16, 'CPUSVN')
  const miscSelect = reader.take(4, 'MISCSELECT')
  reader.take(28, 'ISVEXTPRODID')
  const attributes = reader.take(16, 'attributes')
  const mrEnclave = reader.take(32, 'MRENCLAVE')
  reader.take(32, 'reserved')
  const mrSigner = reader.take(32, 'MRSIGNER')
  reader.take(96, 'CONFIGID')
  const isvProdId = reader.u16('ISVPRODID')
  const isvSvn = reader.u16('ISVSVN')
  reader.take(60, 'CONFIGSVN')
  const reportData = reader.take(64, 'report data')
  reader.end({ padding: false })
  return { tee: 'sgx', bytes, cpuSvn, miscSelect, attributes, mrEnclave, mrSigner, isvProdId, isvSvn, reportData }
}
