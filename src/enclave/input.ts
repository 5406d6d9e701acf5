/** Finds the evidence in a file, in whichever of the forms that people pass around. */
import { z } from 'zod'
import { AppraisalError } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { decodePem } from './pem.ts'
import { SNP_REPORT_LENGTH } from './snp-report.ts'

/** Eight GPUs with their certificates have 200 kB. */
export const LARGEST_INPUT = 2 * 1024 * 1024
const MOST_GPUS = 64

const FORMS =
  'Known are: the bytes themselves, one value in hex or base64, Azure’s HCL report, and JSON: {"quote": …}, {"report": …, "vcek": …}, or NVIDIA’s list of {"evidence": …, "certificate": …}.'

/** @param what is wrong with the input. */
const unreadable = (what: string, options?: ErrorOptions) =>
  new AppraisalError('EVIDENCE_UNREADABLE', `${what}. ${FORMS}`, options)

/**
 * @param certificates DER, for forms that carry none: a bare SNP or GPU report.
 * @returns one piece of evidence, or one a GPU.
 * @throws {AppraisalError} EVIDENCE_TOO_LARGE, EVIDENCE_UNREADABLE
 */
export function readEvidence(input: Uint8Array, certificates: readonly Buffer[] = []): readonly Evidence[] {
  if (input.length > LARGEST_INPUT) {
    throw new AppraisalError('EVIDENCE_TOO_LARGE', `the input has ${input.length} bytes, more than ${LARGEST_INPUT}`)
  }
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  const text = asText(bytes)
  if (text === undefined) return [classify(bytes, certificates)]
  if (/^[[{]/.test(text)) return fromJson(text, certificates)
  return [classify(decodeText(text), certificates)]
}

/** Undefined for bytes that no text file has. */
function asText(bytes: Buffer): string | undefined {
  const binary = bytes.some((byte) => byte > 0x7e || (byte < 0x20 && ![0x09, 0x0a, 0x0d].includes(byte)))
  return binary ? undefined : bytes.toString('latin1').trim()
}

/** One value, perhaps broken into lines. */
function decodeText(text: string): Buffer {
  const joined = text.trim().replace(/\r?\n/g, '')
  if (/^(0x)?([0-9a-fA-F]{2})+$/.test(joined)) return Buffer.from(joined.replace(/^0x/, ''), 'hex')
  const bytes = Buffer.from(joined, 'base64')
  // Two hex values on two lines would pass for base64.
  if (!joined.startsWith('0x') && bytes.length > 0 && bytes.toString('base64') === joined) return bytes
  throw unreadable(joined === '' ? 'the input is empty' : 'the text is not one value in hex or base64')
}

function classify(bytes: Buffer, certificates: readonly Buffer[]): Evidence {
  if (bytes.subarray(0, 4).toString('latin1') === 'HCLA') return { kind: 'snp', bytes: unwrapHcl(bytes), certificates }
  // A quote says in bytes 2 and 3 which kind of key signed it; an SNP report has the rest of its version there.
  if (bytes.length >= 4) {
    const version = bytes.readUInt16LE(0)
    const next = bytes.readUInt16LE(2)
    if (bytes[0] === 0x11 && bytes[1] === 0xe0) return { kind: 'gpu', bytes, certificates }
    if (version < 0x100 && next === 0) return { kind: 'snp', bytes, certificates }
    if (version < 0x100 && next < 0x100) return { kind: 'quote', bytes }
  }
  throw unreadable(
    `bytes ${bytes.subarray(0, 8).toString('hex') || '(none)'}… begin no quote, SNP report or GPU report`,
  )
}

/** Azure wraps the SNP report of its paravisor; what follows it is for the virtual TPM. */
function unwrapHcl(bytes: Buffer): Buffer {
  const HEADER = 32
  const SNP = 2
  const report = bytes.subarray(HEADER, HEADER + SNP_REPORT_LENGTH)
  const type = HEADER + SNP_REPORT_LENGTH + 8
  if (bytes.length < type + 4) throw new AppraisalError('EVIDENCE_TRUNCATED', `the HCL report ends at ${bytes.length}`)
  if (bytes.readUInt32LE(type) !== SNP) throw unreadable('the HCL report carries no SNP report')
  return report
}

const Text = z.string().max(2 * LARGEST_INPUT)
const Bytes = z.union([
  Text.transform(decodeText),
  z.array(z.number().int().min(0).max(0xff)).max(LARGEST_INPUT).transform(Buffer.from),
])
const Gpu = z.object({ evidence: Text, certificate: Text })
const Snp = z.object({ report: Bytes, vcek: Text.optional() })
const Quote = z.object({ quote: Bytes })

function fromJson(text: string, certificates: readonly Buffer[]): readonly Evidence[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw unreadable(`the JSON is broken: ${(cause as Error).message}`, { cause })
  }
  const gpus = z.array(Gpu).min(1).max(MOST_GPUS).safeParse(json)
  if (gpus.success) {
    return gpus.data.map(({ evidence, certificate }) => ({
      kind: 'gpu',
      bytes: decodeText(evidence),
      certificates: decodePem(decodeText(certificate).toString('latin1')),
    }))
  }
  const snp = Snp.safeParse(json)
  if (snp.success) {
    const { report, vcek = '' } = snp.data
    return [classify(report, [...decodePem(vcek), ...certificates])]
  }
  const quote = Quote.safeParse(json)
  if (quote.success) return [classify(quote.data.quote, certificates)]
  throw unreadable('the JSON has none of the known forms')
}
