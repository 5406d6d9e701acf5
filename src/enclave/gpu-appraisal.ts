/** A GPU report, verified from NVIDIA's pinned root down to the firmware that signed it. */
import { BaseBlock, fromBER, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { type ParsedCertificate, parseCertificates } from './certificate.ts'
import { verifyChain } from './chain.ts'
import { AppraisalError } from './errors.ts'
import type { GpuReport } from './gpu-report.ts'
import type { Trust } from './roots.ts'
import { coordinates, rawSignatureHolds } from './signature.ts'

export type VerifiedGpu = {
  /** Such as GH100. */
  readonly chip: string
  /** x || y of the device certificate's P-384 key: stable across firmware, unlike the key that signs. */
  readonly deviceKey: Buffer
}

/** Firmware key, device key, provisioner, family, root. */
const CHAIN_LENGTH = 5
/** tcg-dice: the Hopper and the Blackwell form of what firmware a key was certified for. */
const DICE_TCB_INFO = ['2.23.133.5.4.1', '2.23.133.5.4.1.1'] as const
const SHA384 = '2.16.840.1.101.3.4.2.2'
const HOPPER_OR_BLACKWELL = /^(G[HB]\d{3}) .*GSP/

/** @throws {AppraisalError} EVIDENCE_NONCE_MISMATCH and what is wrong with chain, firmware or signature. */
export function verifyGpu(
  report: GpuReport,
  certificates: readonly Buffer[],
  trust: Trust,
  now: Date,
  nonce?: Buffer,
): VerifiedGpu {
  const chain = parseCertificates(certificates)
  verifyChain(chain, { roots: trust.nvidia, algorithm: 'ecdsa-p384-sha384', length: CHAIN_LENGTH, now })
  const [firmware, device] = chain as [ParsedCertificate, ParsedCertificate]
  const chip = HOPPER_OR_BLACKWELL.exec(device.commonName)?.[1]
  if (!chip || HOPPER_OR_BLACKWELL.exec(firmware.commonName)?.[1] !== chip) {
    throw new AppraisalError('EVIDENCE_UNKNOWN_VERSION', `“${device.commonName}” is no Hopper or Blackwell GPU`)
  }
  if (!rawSignatureHolds(firmware.publicKey, report.signed, report.signature)) {
    throw new AppraisalError('EVIDENCE_BAD_SIGNATURE', 'the GPU report is not signed by the GPU’s firmware key')
  }
  requireCertifiedFirmware(report, firmware)
  if (nonce && !report.nonce.equals(nonce)) {
    const text = `the GPU report answers ${report.nonce.toString('hex')}, not ${nonce.toString('hex')}`
    throw new AppraisalError('EVIDENCE_NONCE_MISMATCH', text)
  }
  return { chip, deviceKey: coordinates(device.publicKey) }
}

function requireCertifiedFirmware({ firmwareId }: GpuReport, firmware: ParsedCertificate): void {
  if (!firmwareId) {
    throw new AppraisalError('GPU_FIRMWARE_MISMATCH', 'the GPU report names no firmware: its driver is older than 550')
  }
  const certified = certifiedFirmware(firmware)
  if (!certified.some((id) => id.equals(firmwareId)) || firmwareId.every((byte) => byte === 0)) {
    throw new AppraisalError(
      'GPU_FIRMWARE_MISMATCH',
      `the GPU reports firmware ${firmwareId.toString('hex')}, its key is certified for ${certified.map((id) => id.toString('hex')).join(', ')}`,
    )
  }
}

/** The SHA-384 firmware ids, (algorithm, digest) pairs, wherever in the extension its form puts them. */
function certifiedFirmware(certificate: ParsedCertificate): Buffer[] {
  const value = DICE_TCB_INFO.map((id) => certificate.extensions.get(id)).find((bytes) => bytes !== undefined)
  const decoded = value && fromBER(value)
  if (!decoded || decoded.offset !== value.length) {
    throw new AppraisalError('CERTIFICATE_MALFORMED', 'the GPU’s firmware certificate has no TCB info')
  }
  return firmwareIds(decoded.result)
}

function firmwareIds(block: BaseBlock): Buffer[] {
  const inner = (block.valueBlock as { value?: unknown }).value
  const children = Array.isArray(inner) ? inner.filter((child): child is BaseBlock => child instanceof BaseBlock) : []
  const [algorithm, digest] = children
  const pair =
    block instanceof Sequence &&
    children.length === 2 &&
    algorithm instanceof ObjectIdentifier &&
    algorithm.valueBlock.toString() === SHA384 &&
    digest instanceof OctetString
  return pair ? [Buffer.from(digest.getValue())] : children.flatMap(firmwareIds)
}
