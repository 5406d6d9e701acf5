/** Intel's DCAP quotes by their format: TDX v4 and v5, SGX v3. What they claim is not verified here. */
import { ByteReader } from './byte-reader.ts'
import { AppraisalError } from './errors.ts'
import { decodeCanonicalPem } from './pem.ts'
import {
  parseSgxReport,
  parseTdBody,
  SGX_REPORT_LENGTH,
  type SgxReport,
  TD_BODY_LENGTH,
  type TdBody,
} from './report-bodies.ts'

export type Quote = {
  readonly version: 3 | 4 | 5
  readonly tee: 'sgx' | 'tdx'
  readonly header: {
    readonly qeSvn: number
    readonly pceSvn: number
    readonly qeVendorId: Buffer
    readonly userData: Buffer
  }
  readonly body: TdBody | SgxReport
  /** Header and body: what the attestation key signed. */
  readonly signed: Buffer
  /** r || s, big-endian. */
  readonly signature: Buffer
  /** x || y, big-endian, on P-256. */
  readonly attestationKey: Buffer
  readonly qeReport: SgxReport
  readonly qeReportSignature: Buffer
  readonly qeAuthData: Buffer
  /** DER of the PCK certificate, its CA and the root. */
  readonly pckChain: readonly [leaf: Buffer, ca: Buffer, root: Buffer]
  /** Where the quote ends in what was read; only zeros follow. */
  readonly length: number
}

const ECDSA_P256 = 2
const TEE_TYPES = new Map([
  [0x00, 'sgx'],
  [0x81, 'tdx'],
] as const)
/** Types of certification data: a PCK chain in PEM, and a QE report that carries another of them. */
const CERTIFICATION = { pckChain: 5, qeReport: 6 } as const
/** A quoting enclave's authentication data; Intel's has 32 bytes. */
const LONGEST_AUTH_DATA = 1024
const LONGEST_CHAIN = 16_384

const unknown = (message: string) => new AppraisalError('EVIDENCE_UNKNOWN_VERSION', message)

export function parseQuote(bytes: Uint8Array): Quote {
  const reader = new ByteReader(bytes, 'quote')
  const version = reader.u16('version')
  if (version !== 3 && version !== 4 && version !== 5) {
    throw unknown(`quote version ${version} is not supported; there are 3 (SGX), 4 and 5 (TDX)`)
  }
  const keyType = reader.u16('attestation key type')
  if (keyType !== ECDSA_P256) throw unknown(`attestation key type ${keyType} is not supported; only 2, ECDSA P-256, is`)
  const teeType = reader.u32('TEE type')
  const tee = TEE_TYPES.get(teeType as 0x00 | 0x81)
  if (tee === undefined) throw unknown(`TEE type 0x${teeType.toString(16)} is neither SGX (0) nor TDX (0x81)`)
  if ((version === 3) !== (tee === 'sgx')) throw unknown(`a version ${version} quote of ${tee} is not supported`)
  const header = {
    qeSvn: reader.u16('QE SVN'),
    pceSvn: reader.u16('PCE SVN'),
    qeVendorId: reader.take(16, 'QE vendor id'),
    userData: reader.take(20, 'user data'),
  }

  const body = takeBody(reader, version)
  const signed = reader.since(0)
  const signatureLength = reader.u32('signature data length')
  const start = reader.position
  const signature = reader.take(64, 'signature')
  const attestationKey = reader.take(64, 'attestation key')
  const certificationLength = version === 3 ? undefined : openCertification(reader, CERTIFICATION.qeReport)
  const certificationStart = reader.position
  const qeReport = parseSgxReport(reader.take(SGX_REPORT_LENGTH, 'QE report'))
  const qeReportSignature = reader.take(64, 'QE report signature')
  const qeAuthData = reader.take(bounded(reader, reader.u16('QE auth data length'), LONGEST_AUTH_DATA), 'QE auth data')
  const chainLength = bounded(reader, openCertification(reader, CERTIFICATION.pckChain), LONGEST_CHAIN)
  const pckChain = parseChain(reader.take(chainLength, 'PCK certificate chain'))
  if (certificationLength !== undefined && certificationLength !== reader.position - certificationStart) {
    throw reader.malformed(`certification data declares ${certificationLength} bytes`)
  }
  if (signatureLength !== reader.position - start) {
    throw reader.malformed(`signature data declares ${signatureLength} bytes, it has ${reader.position - start}`)
  }
  const length = reader.position
  reader.end({ padding: true })
  return {
    ...{ version, tee, header, body, signed, signature, attestationKey },
    ...{ qeReport, qeReportSignature, qeAuthData, pckChain, length },
  }
}

function takeBody(reader: ByteReader, version: 3 | 4 | 5): Quote['body'] {
  if (version === 3) return parseSgxReport(reader.take(SGX_REPORT_LENGTH, 'enclave report'))
  if (version === 4) return parseTdBody(reader.take(TD_BODY_LENGTH['1.0'], 'TD report'), '1.0')
  const type = reader.u16('body type')
  if (type !== 2 && type !== 3) throw unknown(`body type ${type} is neither TD 1.0 (2) nor TD 1.5 (3)`)
  const module = type === 2 ? '1.0' : '1.5'
  reader.exactly(TD_BODY_LENGTH[module], 4, 'body length')
  return parseTdBody(reader.take(TD_BODY_LENGTH[module], 'TD report'), module)
}

/** @returns the declared length. */
function openCertification(reader: ByteReader, expected: number): number {
  const type = reader.u16('certification data type')
  if (type !== expected) throw unknown(`certification data of type ${type} is not supported here; only ${expected} is`)
  return reader.u32('certification data length')
}

function bounded(reader: ByteReader, length: number, most: number): number {
  if (length > most) throw reader.malformed(`a part declares ${length} bytes, more than ${most}`)
  return length
}

/** The text may end in one zero byte, as C strings do. */
function parseChain(bytes: Buffer): Quote['pckChain'] {
  const text = bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes
  const [leaf, ca, root, ...more] = decodeCanonicalPem(text.toString('latin1'))
  if (!leaf || !ca || !root || more.length > 0) {
    throw new AppraisalError('CERTIFICATE_CHAIN_BROKEN', 'the PCK chain must have three certificates: PCK, CA, root')
  }
  return [leaf, ca, root]
}
