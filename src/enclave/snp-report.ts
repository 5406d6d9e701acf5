/** AMD's SEV-SNP attestation report by its format (ABI revision 1.58, versions 2 to 5). Nothing is verified here. */
import { ByteReader } from './byte-reader.ts'
import { AppraisalError } from './errors.ts'

export type SnpReport = {
  readonly version: number
  readonly guestSvn: number
  readonly policy: bigint
  readonly vmpl: number
  readonly platformInfo: bigint
  /** What signed it: 0 the chip's key (VCEK), 1 a provider's (VLEK), 7 nothing. */
  readonly signingKey: number
  readonly chipKeyMasked: boolean
  readonly reportData: Buffer
  readonly measurement: Buffer
  readonly hostData: Buffer
  readonly idKeyDigest: Buffer
  readonly currentTcb: Buffer
  readonly reportedTcb: Buffer
  readonly committedTcb: Buffer
  readonly launchTcb: Buffer
  readonly chipId: Buffer
  readonly signed: Buffer
  /** r || s, big-endian. */
  readonly signature: Buffer
}

export const SNP_REPORT_LENGTH = 1184
const SIGNED_LENGTH = 0x2a0
const ECDSA_P384_SHA384 = 1
/** A signature's halves have room for 576 bits. */
const HALF = { used: 48, length: 72 } as const

/** Reserved fields of the signed part are kept as they are: the signature covers them, and newer firmware may use them. */
export function parseSnpReport(bytes: Uint8Array): SnpReport {
  const reader = new ByteReader(bytes, 'SNP report')
  const version = reader.u32('version')
  if (version < 2 || version > 5) {
    throw new AppraisalError('EVIDENCE_UNKNOWN_VERSION', `SNP report version ${version} is not supported; 2 to 5 are`)
  }
  const guestSvn = reader.u32('guest SVN')
  const policy = reader.u64('policy')
  reader.take(32, 'family and image id')
  const vmpl = reader.u32('VMPL')
  const algorithm = reader.u32('signature algorithm')
  if (algorithm !== ECDSA_P384_SHA384) {
    throw new AppraisalError(
      'EVIDENCE_UNKNOWN_VERSION',
      `signature algorithm ${algorithm} is not supported; only 1, ECDSA P-384, is`,
    )
  }
  const currentTcb = reader.take(8, 'current TCB')
  const platformInfo = reader.u64('platform info')
  const key = reader.u32('key information')
  reader.take(4, 'reserved')
  const reportData = reader.take(64, 'report data')
  const measurement = reader.take(48, 'measurement')
  const hostData = reader.take(32, 'host data')
  const idKeyDigest = reader.take(48, 'id key digest')
  reader.take(48 + 32 + 32, 'author key digest and report ids')
  const reportedTcb = reader.take(8, 'reported TCB')
  reader.take(24, 'CPUID')
  const chipId = reader.take(64, 'chip id')
  const committedTcb = reader.take(8, 'committed TCB')
  reader.take(8, 'firmware versions')
  const launchTcb = reader.take(8, 'launch TCB')
  reader.take(SIGNED_LENGTH - reader.position, 'reserved')
  const signed = reader.since(0)
  const signature = Buffer.concat([takeHalf(reader, 'r'), takeHalf(reader, 's')])
  reader.zeros(SNP_REPORT_LENGTH - reader.position, 'what follows the signature')
  reader.end({ padding: false })
  return {
    ...{ version, guestSvn, policy, vmpl, platformInfo, signingKey: (key >> 2) & 7, chipKeyMasked: (key & 2) !== 0 },
    ...{ reportData, measurement, hostData, idKeyDigest },
    ...{ currentTcb, reportedTcb, committedTcb, launchTcb, chipId, signed, signature },
  }
}

/** Little-endian in the report, big-endian here. */
function takeHalf(reader: ByteReader, name: string): Buffer {
  const half = Buffer.from(reader.take(HALF.used, `signature ${name}`)).reverse()
  reader.zeros(HALF.length - HALF.used, `the top of signature ${name}`)
  return half
}
