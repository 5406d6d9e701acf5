/** An SEV-SNP report, verified from AMD's pinned root down; it names a chip, or it is refused. */
import { fromBER, IA5String, Integer } from 'asn1js'
import { type ParsedCertificate, parseCertificates } from './certificate.ts'
import { verifyChain } from './chain.ts'
import { AppraisalError } from './errors.ts'
import type { SnpProduct, Trust } from './roots.ts'
import { rawSignatureHolds } from './signature.ts'
import type { SnpReport } from './snp-report.ts'

export type VerifiedSnp = {
  readonly product: SnpProduct
  readonly chipId: Buffer
  /** Security versions that the chip's key was derived for, by name. */
  readonly tcb: Readonly<Record<string, number>>
}

const AMD = '1.3.6.1.4.1.3704.1'
const PRODUCT_NAME = `${AMD}.2`
const HARDWARE_ID = `${AMD}.4`
/** Which byte of a TCB version holds what, with the certificate extension that must equal it. */
const tcbLayouts: Readonly<Record<SnpProduct, readonly (readonly [name: string, byte: number, oid: string])[]>> =
  (() => {
    const older = [
      ['bootloader', 0, `${AMD}.3.1`],
      ['tee', 1, `${AMD}.3.2`],
      ['snp', 6, `${AMD}.3.3`],
      ['microcode', 7, `${AMD}.3.8`],
    ] as const
    const turin = [
      ['fmc', 0, `${AMD}.3.9`],
      ['bootloader', 1, `${AMD}.3.1`],
      ['tee', 2, `${AMD}.3.2`],
      ['snp', 3, `${AMD}.3.3`],
      ['microcode', 7, `${AMD}.3.8`],
    ] as const
    return { Milan: older, Genoa: older, Turin: turin }
  })()
/** Turin identifies a chip by 8 bytes; the rest of the field is zero. */
const CHIP_ID_LENGTH: Readonly<Record<SnpProduct, number>> = { Milan: 64, Genoa: 64, Turin: 8 }

const SIGNING_KEY = { vcek: 0, vlek: 1 } as const
const POLICY = { alwaysOne: 1n << 17n, migratable: 1n << 18n, debug: 1n << 19n } as const

/**
 * @param certificates DER of VCEK, its ASK and the ARK, in any order, among others.
 * @throws {AppraisalError}
 */
export function verifySnp(report: SnpReport, certificates: readonly Buffer[], trust: Trust, now: Date): VerifiedSnp {
  if (report.signingKey === SIGNING_KEY.vlek) {
    throw new AppraisalError('SNP_VLEK', 'the report is signed by a VLEK, which many machines of a provider share')
  }
  if (report.signingKey !== SIGNING_KEY.vcek || report.chipKeyMasked) {
    throw new AppraisalError(
      'SNP_CHIP_MASKED',
      `the report is not signed by the chip's key (kind ${report.signingKey})`,
    )
  }
  if (report.chipId.every((byte) => byte === 0)) throw new AppraisalError('SNP_CHIP_MASKED', 'the chip id is all zero')

  const chain = orderChain(parseCertificates(certificates))
  verifyChain(chain, { roots: new Set(trust.amd.keys()), algorithm: 'rsa-pss-sha384', length: 3, now })
  const [vcek, , root] = chain as [ParsedCertificate, ParsedCertificate, ParsedCertificate]
  const product = trust.amd.get(root.keyHash)!
  const tcb = requireSameChip(report, vcek, product)
  if (!rawSignatureHolds(vcek.publicKey, report.signed, report.signature)) {
    throw new AppraisalError('EVIDENCE_BAD_SIGNATURE', 'the SNP report is not signed by the chip')
  }
  requireProductionGuest(report)
  return { product, chipId: report.chipId.subarray(0, CHIP_ID_LENGTH[product]), tcb }
}

/** From the certificate with AMD's chip extensions upwards, by names; a longer or shorter chain is refused later. */
function orderChain(certificates: readonly ParsedCertificate[]): ParsedCertificate[] {
  const leaf = certificates.find(({ extensions }) => extensions.has(HARDWARE_ID))
  if (!leaf)
    throw new AppraisalError('CERTIFICATE_CHAIN_BROKEN', 'no VCEK among the certificates; it has the chip’s id')
  const chain = [leaf]
  while (chain.length < 3) {
    const { issuer, commonName } = chain.at(-1)!
    const next = certificates.find(({ subject }) => subject.equals(issuer))
    if (!next) throw new AppraisalError('CERTIFICATE_CHAIN_BROKEN', `no certificate of the issuer of “${commonName}”`)
    chain.push(next)
  }
  return chain
}

function requireSameChip(report: SnpReport, vcek: ParsedCertificate, product: SnpProduct): Record<string, number> {
  const mismatch = (why: string) => new AppraisalError('SNP_CHIP_MISMATCH', `the VCEK ${why}`)
  const name = readExtension(vcek, PRODUCT_NAME, IA5String).getValue()
  if (name.split('-')[0] !== product) throw mismatch(`is of product ${name}, its root of ${product}`)
  const length = CHIP_ID_LENGTH[product]
  // AMD writes the id bare, not wrapped in a DER type.
  const id = vcek.extensions.get(HARDWARE_ID)!
  const padded = Buffer.concat([id, Buffer.alloc(64 - length)])
  if (id.length !== length || !padded.equals(report.chipId)) throw mismatch('is of another chip')
  const layout = tcbLayouts[product].map(([part, byte, oid]) => {
    const certified = readExtension(vcek, oid, Integer).valueBlock.valueDec
    const reported = report.reportedTcb[byte]!
    if (certified !== reported) throw mismatch(`is for ${part} version ${certified}, the report says ${reported}`)
    return [part, reported] as const
  })
  return Object.fromEntries(layout)
}

function readExtension<Value extends IA5String | Integer>(
  certificate: ParsedCertificate,
  id: string,
  type: new () => Value,
): Value {
  const value = certificate.extensions.get(id)
  const decoded = value && fromBER(value)
  if (decoded && decoded.offset === value.length && decoded.result instanceof type) return decoded.result
  throw new AppraisalError('CERTIFICATE_MALFORMED', `the VCEK's extension ${id} is absent or of another type`)
}

function requireProductionGuest({ policy }: SnpReport): void {
  const text = `0x${policy.toString(16)}`
  if (policy & POLICY.debug) throw new AppraisalError('EVIDENCE_DEBUG', `guest policy ${text} allows debugging`)
  if (policy & POLICY.migratable) {
    throw new AppraisalError('EVIDENCE_MIGRATABLE', `guest policy ${text} allows a migration agent`)
  }
  if (!(policy & POLICY.alwaysOne)) throw new AppraisalError('EVIDENCE_MALFORMED', `guest policy ${text} lacks bit 17`)
}
