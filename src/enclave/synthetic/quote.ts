/** Synthetic quotes: TDX v4 and v5, SGX v3, byte for byte in Intel's formats and signed down from the development root. */
import { createHash } from 'node:crypto'
import { quotingEnclaves } from '../quote-appraisal.ts'
import { deriveBytes, signRaw } from './keys.ts'
import type { SyntheticPlatform } from './platform.ts'

export type QuoteFormat = 'tdx-v4' | 'tdx-v5' | 'tdx-v5-td10' | 'sgx-v3'

/** Fields of the body that differ from a plain production enclave. */
export type TdFields = Partial<
  Record<
    | 'teeTcbSvn'
    | 'mrSeam'
    | 'mrSignerSeam'
    | 'seamAttributes'
    | 'tdAttributes'
    | 'xfam'
    | 'mrTd'
    | 'mrConfigId'
    | 'mrOwner'
    | 'mrOwnerConfig'
    | 'teeTcbSvn2'
    | 'mrServiceTd',
    Buffer
  >
> & { readonly rtmrs?: readonly Buffer[] }
export type EnclaveFields = {
  readonly attributes?: Buffer
  readonly mrEnclave?: Buffer
  readonly mrSigner?: Buffer
  readonly isvProdId?: number
  readonly isvSvn?: number
}

export type QuoteRequest = {
  readonly format: QuoteFormat
  /** Up to 64 bytes; zeros follow. */
  readonly reportData: Uint8Array
  readonly td?: TdFields
  readonly enclave?: EnclaveFields
  readonly qe?: EnclaveFields & { readonly authData?: Buffer; readonly vendorId?: Buffer; readonly reportData?: Buffer }
}

const INTEL_VENDOR = Buffer.from('939a7233f79c4ca9940a0db3957f0607', 'hex')
/** INIT and PROVISION_KEY, and the extended features that Intel's quoting enclaves run with. */
const QE_ATTRIBUTES = Buffer.from('1100000000000000e700000000000000', 'hex')
const ENCLAVE_ATTRIBUTES = Buffer.from('0500000000000000e700000000000000', 'hex')
/** SEPT_VE_DISABLE: no surprise exits from the host. */
const TD_ATTRIBUTES = Buffer.from('0000001000000000', 'hex')
const XFAM = Buffer.from('e702060000000000', 'hex')
const TDX_MODULE_SVN = Buffer.from('06010300000000000000000000000000', 'hex')

export function syntheticQuote(platform: SyntheticPlatform, request: QuoteRequest): Buffer {
  const { format, qe = {} } = request
  const sgx = format === 'sgx-v3'
  const version = sgx ? 3 : format === 'tdx-v4' ? 4 : 5
  const reportData = padded(request.reportData, 64)
  const body = sgx
    ? sgxReport(platform, { attributes: ENCLAVE_ATTRIBUTES, ...request.enclave }, reportData)
    : tdBody(platform, request, reportData)
  const signed = Buffer.concat([
    header(platform, version, sgx, qe.vendorId ?? INTEL_VENDOR),
    bodyHeader(format, body),
    body,
  ])

  const { attestationKey, pckKey } = platform
  const authData = qe.authData ?? Buffer.from(Array.from({ length: 32 }, (_, i) => i))
  const bound = createHash('sha256').update(attestationKey.publicKey).update(authData).digest()
  const expected = quotingEnclaves[sgx ? 'sgx' : 'tdx']
  const qeReport = sgxReport(
    platform,
    {
      attributes: QE_ATTRIBUTES,
      mrSigner: Buffer.from(expected.mrSigner, 'hex'),
      isvProdId: expected.isvProdId,
      isvSvn: sgx ? 9 : 6,
      ...qe,
    },
    qe.reportData ?? padded(bound, 64),
  )
  const chain = Buffer.from(`${platform.chainPem}\0`, 'latin1')
  const inner = Buffer.concat([
    ...[qeReport, signRaw(pckKey, qeReport), u16(authData.length), authData],
    ...[u16(5), u32(chain.length), chain],
  ])
  const certification = sgx ? inner : Buffer.concat([u16(6), u32(inner.length), inner])
  const signature = Buffer.concat([signRaw(attestationKey, signed), attestationKey.publicKey, certification])
  return Buffer.concat([signed, u32(signature.length), signature])
}

function header(platform: SyntheticPlatform, version: number, sgx: boolean, vendorId: Buffer): Buffer {
  const svns = sgx ? [u16(9), u16(platform.pceSvn)] : [u16(0), u16(0)]
  const userData = padded(deriveBytes(platform.seed, 'user data', 16), 20)
  return Buffer.concat([u16(version), u16(2), u32(sgx ? 0 : 0x81), ...svns, vendorId, userData])
}

function bodyHeader(format: QuoteFormat, body: Buffer): Buffer {
  if (format === 'tdx-v5') return Buffer.concat([u16(3), u32(body.length)])
  if (format === 'tdx-v5-td10') return Buffer.concat([u16(2), u32(body.length)])
  return Buffer.alloc(0)
}

function tdBody({ seed }: SyntheticPlatform, { format, td = {} }: QuoteRequest, reportData: Buffer): Buffer {
  const digest = (label: string) => deriveBytes(seed, label, 48)
  const zero = Buffer.alloc(48)
  const rtmrs = td.rtmrs ?? [0, 1, 2, 3].map((i) => digest(`rtmr ${i}`))
  return Buffer.concat([
    td.teeTcbSvn ?? TDX_MODULE_SVN,
    td.mrSeam ?? deriveBytes('', 'module', 48),
    td.mrSignerSeam ?? zero,
    td.seamAttributes ?? Buffer.alloc(8),
    td.tdAttributes ?? TD_ATTRIBUTES,
    td.xfam ?? XFAM,
    td.mrTd ?? digest('mrtd'),
    td.mrConfigId ?? zero,
    td.mrOwner ?? zero,
    td.mrOwnerConfig ?? zero,
    ...rtmrs,
    reportData,
    ...(format === 'tdx-v5' ? [td.teeTcbSvn2 ?? TDX_MODULE_SVN, td.mrServiceTd ?? zero] : []),
  ])
}

function sgxReport({ components }: SyntheticPlatform, fields: EnclaveFields, reportData: Buffer): Buffer {
  const { attributes = ENCLAVE_ATTRIBUTES, isvProdId = 0, isvSvn = 0 } = fields
  return Buffer.concat([
    Buffer.from(components),
    Buffer.alloc(4 + 28),
    attributes,
    fields.mrEnclave ?? deriveBytes('', `enclave ${isvProdId} ${isvSvn}`, 32),
    Buffer.alloc(32),
    fields.mrSigner ?? deriveBytes('', 'signer', 32),
    Buffer.alloc(96),
    u16(isvProdId),
    u16(isvSvn),
    Buffer.alloc(60),
    reportData,
  ])
}

function padded(bytes: Uint8Array, length: number): Buffer {
  if (bytes.length > length) throw new RangeError(`${bytes.length} bytes do not fit ${length}`)
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length)])
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
