/** Certificates in PEM, in the one spelling that re-encoding gives. */
import { AppraisalError } from './errors.ts'

const LINE = 64
const BLOCK = /-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n-----END CERTIFICATE-----/g

export function encodePem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(new RegExp(`.{1,${LINE}}`, 'g'))!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** The certificates of a text whose every byte is accounted for: a quote's text is outside every signature. */
export function decodeCanonicalPem(text: string): Buffer[] {
  const found = decodePem(text)
  if (found.map(encodePem).join('') !== text) {
    throw new AppraisalError(
      'CERTIFICATE_MALFORMED',
      'the PEM text holds more than certificates of 64-character lines, or base64 with loose bits',
    )
  }
  return found
}

/** The certificates in a file that people pass around: other text around the blocks is allowed. */
export function decodePem(text: string): Buffer[] {
  return [...text.matchAll(BLOCK)].map(([, base64]) => Buffer.from(base64!, 'base64'))
}
