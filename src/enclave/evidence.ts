/** Evidence as it is handed over, before anything about it is known to be true. */
import { type GpuReport, parseGpuReport } from './gpu-report.ts'
import { parseQuote, type Quote } from './quote.ts'
import { parseSnpReport, type SnpReport } from './snp-report.ts'

export type QuoteEvidence = { readonly kind: 'quote'; readonly bytes: Buffer }
/** With the certificates of VCEK, ASK and ARK in DER, in any order. */
export type SnpEvidence = { readonly kind: 'snp'; readonly bytes: Buffer; readonly certificates: readonly Buffer[] }
/** With the certificates from the firmware's up to the root in DER. */
export type GpuEvidence = { readonly kind: 'gpu'; readonly bytes: Buffer; readonly certificates: readonly Buffer[] }
export type Evidence = QuoteEvidence | SnpEvidence | GpuEvidence

export type ParsedEvidence =
  | { readonly kind: 'quote'; readonly quote: Quote }
  | { readonly kind: 'snp'; readonly report: SnpReport }
  | { readonly kind: 'gpu'; readonly report: GpuReport }

/** @throws {AppraisalError} of the EVIDENCE_ kind, or CERTIFICATE_ for the chain inside a quote. */
export function parseEvidence(evidence: Evidence): ParsedEvidence {
  if (evidence.kind === 'quote') return { kind: 'quote', quote: parseQuote(evidence.bytes) }
  if (evidence.kind === 'snp') return { kind: 'snp', report: parseSnpReport(evidence.bytes) }
  return { kind: 'gpu', report: parseGpuReport(evidence.bytes) }
}
