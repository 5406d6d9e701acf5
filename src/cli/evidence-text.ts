/** Evidence and verdicts as people read them, and as JSON. */
import type { Verdict } from '../enclave/appraise.ts'
import { parseCertificate } from '../enclave/certificate.ts'
import type { ParsedEvidence } from '../enclave/evidence.ts'
import { readPck } from '../enclave/pck.ts'
import type { Quote } from '../enclave/quote.ts'

/** A field's name and its value: hex for bytes. */
export type Line = readonly [name: string, value: string | number]

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

export function evidenceLines(parsed: ParsedEvidence): Line[] {
  if (parsed.kind === 'quote') return quoteLines(parsed.quote)
  if (parsed.kind === 'snp') {
    const { report } = parsed
    return [
      ['kind', `SEV-SNP report, version ${report.version}`],
      ['policy', `0x${report.policy.toString(16)}`],
      ['VMPL', report.vmpl],
      ['signing key', ['VCEK', 'VLEK'][report.signingKey] ?? `kind ${report.signingKey}`],
      ['chip id', hex(report.chipId)],
      ['measurement', hex(report.measurement)],
      ['host data', hex(report.hostData)],
      ['reported TCB', hex(report.reportedTcb)],
      ['current TCB', hex(report.currentTcb)],
      ['committed TCB', hex(report.committedTcb)],
      ['report data', hex(report.reportData)],
    ]
  }
  const { report } = parsed
  return [
    ['kind', 'NVIDIA GPU report'],
    ['driver', report.driverVersion],
    ['VBIOS', report.vbiosVersion],
    ['firmware id', report.firmwareId ? hex(report.firmwareId) : 'absent'],
    ['measurements', report.measurements.length],
    ['nonce', hex(report.nonce)],
  ]
}

function quoteLines(quote: Quote): Line[] {
  const { body } = quote
  const leaf = parseCertificate(quote.pckChain[0])
  const pck = readPck(leaf)
  const registers: Line[] =
    body.tee === 'tdx'
      ? [
          ['kind', `TDX quote, version ${quote.version}, TD ${body.module}`],
          ['TD attributes', hex(body.tdAttributes)],
          ['XFAM', hex(body.xfam)],
          ['TEE TCB SVN', hex(body.teeTcbSvn)],
          ['MRSEAM', hex(body.mrSeam)],
          ['MRTD', hex(body.mrTd)],
          ['MRCONFIGID', hex(body.mrConfigId)],
          ['MROWNER', hex(body.mrOwner)],
          ...body.rtmrs.map((rtmr, i): Line => [`RTMR${i}`, hex(rtmr)]),
          ...(body.mrServiceTd ? [['MRSERVICETD', hex(body.mrServiceTd)] as const] : []),
        ]
      : [
          ['kind', `SGX quote, version ${quote.version}`],
          ['attributes', hex(body.attributes)],
          ['MRENCLAVE', hex(body.mrEnclave)],
          ['MRSIGNER', hex(body.mrSigner)],
          ['ISVPRODID', body.isvProdId],
          ['ISVSVN', body.isvSvn],
        ]
  return [
    ...registers,
    ['report data', hex(body.reportData)],
    ['QE ISVSVN', quote.qeReport.isvSvn],
    ['QE MRSIGNER', hex(quote.qeReport.mrSigner)],
    ['attestation key', hex(quote.attestationKey)],
    ['FMSPC', hex(pck.fmspc)],
    ['PCE', `id ${hex(pck.pceId)}, SVN ${pck.pceSvn}`],
    ['components', pck.components.join(' ')],
    ['PPID', hex(pck.ppid)],
    ['PCK valid', `${leaf.notBefore.toISOString()} to ${leaf.notAfter.toISOString()}`],
    ['PCK issued by', parseCertificate(quote.pckChain[1]).commonName],
    ['length', quote.length],
  ]
}

/** Without the platform's identity: a verdict may be shown around. */
export function verdictLines({
  kind,
  trust,
  level,
  refusal,
  caveats,
  tcb,
  platform,
  gpu,
  ...verdict
}: Verdict): Line[] {
  const level0 = refusal ? ` (${refusal.code})` : ''
  return [
    ['level', `${level}${level0}`],
    ['evidence', `${kind}, genuine under the ${trust} roots at ${verdict.appraisedAt.toISOString()}`],
    ['platform', platform.description],
    ...(gpu ? [['GPU', `${gpu.chip}, driver ${gpu.driverVersion}`] as const] : []),
    ['report data', hex(verdict.reportData)],
    ...(tcb
      ? ([
          ['TCB status', tcb.status],
          ['of its parts', `platform ${tcb.platform}, module ${tcb.module ?? '–'}, QE ${tcb.quotingEnclave}`],
          ['advisories', tcb.advisories.join(', ') || 'none'],
          ['collateral until', tcb.validUntil.toISOString()],
        ] as const)
      : []),
    ...caveats.map(({ code, message }): Line => ['not checked', `${code}: ${message}`]),
  ]
}

export function verdictJson({ platform, gpu, reportData, ...verdict }: Verdict): object {
  return {
    ...verdict,
    platform: platform.description,
    reportData: hex(reportData),
    ...(gpu && { gpu: { chip: gpu.chip, driverVersion: gpu.driverVersion } }),
  }
}

export function asText(lines: readonly Line[]): string {
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}
