/** Synthetic GPU reports in the form of Hopper's, under a test root; the same bytes each time. */
import { Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import type { GpuEvidence } from '../../src/enclave/evidence.ts'
import type { Trust } from '../../src/enclave/roots.ts'
import { developmentTrust } from '../../src/enclave/synthetic/authority.ts'
import { ecCertificateKey, extension, writeCertificate } from '../../src/enclave/synthetic/certificate-writer.ts'
import { deriveBytes, deriveKey, signRaw } from '../../src/enclave/synthetic/keys.ts'

export type GpuRequest = {
  readonly nonce: Buffer
  /** Of another device where given. */
  readonly device?: string
  readonly deviceName?: string
  /** What the report says of its firmware; null leaves it out. */
  readonly firmwareId?: Buffer | null
  readonly decoderDisabled?: boolean
}

const period = { notBefore: new Date('2022-01-01T00:00:00Z'), notAfter: new Date('9999-12-31T23:59:59Z') }
const revocationUrl = 'https://gpu.pocps-dev.invalid/crl'
const CERTIFIED_FIRMWARE = deriveBytes('gpu', 'firmware', 48)
const DICE_TCB_INFO = '2.23.133.5.4.1'
const SHA384 = '2.16.840.1.101.3.4.2.2'
const DEVICE = 'GH100 A01 GSP BROM'

/** x || y of the key that a composite's report data commits to. */
export const gpuDeviceKey = (device = 'device'): Buffer => deriveKey('gpu', device, 'P-384').publicKey

/** Root, family and provisioner, as above every device. */
const authorities = ['Pocps Device Identity CA', 'Pocps GH100 Identity', 'Pocps GH100 Provisioner ICA 1'].map(
  (name) => {
    const key = deriveKey('gpu', name, 'P-384')
    return { commonName: name, key, signer: ecCertificateKey(key) }
  },
)
const upper = authorities.map((authority, depth) =>
  certify(authority, authorities[Math.max(depth - 1, 0)]!, { pathLength: 3 - depth }),
)

/** The test root of GPUs is that of their manifests too. */
const roots = new Set([parseCertificate(upper[0]!).keyHash])
export const gpuTrust: Trust = { ...developmentTrust, nvidia: roots, nvidiaManifests: roots }

/** What the synthetic GPU runs, and what it measures at a place that counts from 0. */
export const gpuVersions = { driver: '580.00.00', vbios: '96.00.9F.00.01' } as const
export const gpuMeasurement = (place: number): Buffer => deriveBytes('gpu', `measurement ${place}`, 48)

/** The chain of a manifest's signer, and the signer. */
export const manifestSigner = party('Pocps RIM Signer', 'manifest signer')
export const manifestChain: readonly Buffer[] = [certify(manifestSigner, authorities[2]!), ...upper.toReversed()]

type Party = (typeof authorities)[number]

function certify(subject: Party, issuer: Party, authority?: { pathLength: number }, firmware?: Buffer): Buffer {
  return writeCertificate(
    {
      ...{ subject: subject.commonName, key: subject.signer, ...period, revocationUrl },
      serial: deriveBytes('gpu', `serial of ${subject.commonName}`, 16),
      ...(authority && { authority }),
      ...(firmware && { extensions: [extension(DICE_TCB_INFO, tcbInfo(firmware))] }),
    },
    issuer,
  )
}

function party(commonName: string, label: string): Party {
  const key = deriveKey('gpu', label, 'P-384')
  return { commonName, key, signer: ecCertificateKey(key) }
}

export function syntheticGpu(request: GpuRequest): GpuEvidence {
  const { device: label = 'device', deviceName = DEVICE, firmwareId = CERTIFIED_FIRMWARE } = request
  const device = party(deviceName, label)
  const firmware = party(deviceName.replace('BROM', 'FMC LF'), `firmware of ${label}`)
  const certificates = [
    certify(firmware, device, undefined, CERTIFIED_FIRMWARE),
    certify(device, authorities[2]!, { pathLength: 0 }),
    ...upper.toReversed(),
  ]
  const signed = report(request, firmwareId)
  return { kind: 'gpu', bytes: Buffer.concat([signed, signRaw(firmware.key, signed)]), certificates }
}

function tcbInfo(firmware: Buffer): Uint8Array {
  const id = new Sequence({
    value: [new ObjectIdentifier({ value: SHA384 }), new OctetString({ valueHex: new Uint8Array(firmware) })],
  })
  return new Uint8Array(new Sequence({ value: [new Integer({ value: 1 }), id] }).toBER())
}

function report({ nonce, decoderDisabled }: GpuRequest, firmwareId: Buffer | null): Buffer {
  const measurements = Array.from({ length: 64 }, (_, i) => {
    return Buffer.concat([Buffer.from([i + 1, 1, 51, 0, 1, 48, 0]), gpuMeasurement(i)])
  })
  const records = Buffer.concat(measurements)
  const field = (type: number, value: Buffer) => {
    const head = Buffer.alloc(4)
    head.writeUInt16LE(type, 0)
    head.writeUInt16LE(value.length, 2)
    return Buffer.concat([head, value])
  }
  const opaque = Buffer.concat([
    field(3, Buffer.from(`${gpuVersions.driver}\0`, 'latin1')),
    field(6, Buffer.from('009f009601000000', 'hex')),
    ...(decoderDisabled ? [field(11, Buffer.from([0x55]))] : []),
    ...(firmwareId ? [field(20, firmwareId)] : []),
  ])
  const lengths = { records: Buffer.alloc(3), opaque: Buffer.alloc(2) }
  lengths.records.writeUIntLE(records.length, 0, 3)
  lengths.opaque.writeUInt16LE(opaque.length)
  return Buffer.concat([
    Buffer.from([0x11, 0xe0, 0x01, 0xff]),
    nonce,
    Buffer.from([0, 0x11, 0x60, 0, 0, measurements.length]),
    lengths.records,
    records,
    deriveBytes('gpu', 'responder nonce', 32),
    lengths.opaque,
    opaque,
  ])
}
