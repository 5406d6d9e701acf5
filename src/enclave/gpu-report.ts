/** NVIDIA's GPU attestation report by its format: an SPDM 1.1 request and response, signed as one. */
import { ByteReader } from './byte-reader.ts'
import { AppraisalError } from './errors.ts'

export type GpuReport = {
  /** What the requester chose: freshness. */
  readonly nonce: Buffer
  /** By index, ascending. */
  readonly measurements: readonly { readonly index: number; readonly value: Buffer }[]
  readonly driverVersion: string
  readonly vbiosVersion: string
  /** Firmware id that the GPU reports of itself; drivers before 550 leave it out. */
  readonly firmwareId?: Buffer
  /** The video decoder is off, so nobody measures it. */
  readonly decoderDisabled: boolean
  readonly signed: Buffer
  /** r || s on P-384, big-endian. */
  readonly signature: Buffer
}

const SPDM_1_1 = 0x11
const MESSAGE = { getMeasurements: 0xe0, measurements: 0x60 } as const
/** Ask for a signature, over all measurements. */
const SIGNED_REQUEST = 0x01
const ALL_MEASUREMENTS = 0xff
const DMTF = 0x01
/** NVIDIA's types of opaque data that are read here; the rest is signed and skipped. */
const OPAQUE = { driver: 3, vbios: 6, decoder: 11, firmwareId: 20 } as const
const DECODER_DISABLED = Buffer.from([0x55])

export function parseGpuReport(bytes: Uint8Array): GpuReport {
  const reader = new ByteReader(bytes, 'GPU report')
  const version = reader.u8('SPDM version')
  const request = reader.u8('request code')
  if (version !== SPDM_1_1 || request !== MESSAGE.getMeasurements) {
    throw new AppraisalError(
      'EVIDENCE_UNKNOWN_VERSION',
      `SPDM version 0x${version.toString(16)}, request 0x${request.toString(16)} is no GET_MEASUREMENTS of SPDM 1.1`,
    )
  }
  reader.exactly(SIGNED_REQUEST, 1, 'request attributes')
  reader.exactly(ALL_MEASUREMENTS, 1, 'requested measurement')
  const nonce = reader.take(32, 'nonce')
  reader.u8('slot')
  reader.exactly(SPDM_1_1, 1, 'SPDM version of the response')
  reader.exactly(MESSAGE.measurements, 1, 'response code')
  reader.take(2, 'response parameters')
  const count = reader.u8('number of measurements')
  const measurements = parseMeasurements(reader.take(reader.u24('measurement record length'), 'measurements'), count)
  reader.take(32, 'responder nonce')
  const opaque = parseOpaque(reader.take(reader.u16('opaque data length'), 'opaque data'))
  const signed = reader.since(0)
  const signature = reader.take(96, 'signature')
  reader.end({ padding: true })
  const firmwareId = opaque.get(OPAQUE.firmwareId)
  return {
    nonce,
    measurements,
    driverVersion: printable(opaque.get(OPAQUE.driver)),
    vbiosVersion: vbiosText(opaque.get(OPAQUE.vbios)),
    ...(firmwareId && { firmwareId }),
    decoderDisabled: opaque.get(OPAQUE.decoder)?.equals(DECODER_DISABLED) ?? false,
    signed,
    signature,
  }
}

function parseMeasurements(bytes: Buffer, count: number): GpuReport['measurements'] {
  const reader = new ByteReader(bytes, 'GPU measurement record')
  const measurements = Array.from({ length: count }, () => {
    const index = reader.u8('measurement index')
    reader.exactly(DMTF, 1, 'measurement specification')
    const size = reader.u16('measurement size')
    reader.u8('measurement value type')
    const length = reader.u16('measurement value size')
    if (size !== length + 3) throw reader.malformed(`measurement ${index} declares ${size} and ${length} bytes`)
    return { index, value: reader.take(length, 'measurement value') }
  })
  reader.end({ padding: false })
  if (measurements.some(({ index }, i) => i > 0 && index <= measurements[i - 1]!.index)) {
    throw reader.malformed('measurement indices do not ascend')
  }
  return measurements
}

function parseOpaque(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const reader = new ByteReader(bytes, 'GPU opaque data')
  const fields = new Map<number, Buffer>()
  while (reader.remaining > 0) {
    const type = reader.u16('opaque type')
    if (fields.has(type)) throw reader.malformed(`opaque type ${type} occurs twice`)
    fields.set(type, reader.take(reader.u16('opaque length'), 'opaque value'))
  }
  return fields
}

/** Signed by the GPU, yet shown on terminals. */
function printable(bytes: Buffer | undefined): string {
  return (bytes ?? Buffer.alloc(0))
    .toString('latin1')
    .replace(/\0+$/, '')
    .replace(/[^\x20-\x7e]/g, '?')
}

/** Eight bytes such as 00 9f 00 96 01 00 00 00, shown as NVIDIA does: 96.00.9F.00.01. */
function vbiosText(bytes: Buffer | undefined): string {
  if (bytes?.length !== 8) return ''
  const text = Buffer.concat([Buffer.from(bytes.subarray(0, 4)).reverse(), bytes.subarray(4, 5)]).toString('hex')
  return text.toUpperCase().match(/../g)!.join('.')
}
