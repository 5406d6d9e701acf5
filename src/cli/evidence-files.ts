/** Reads the files of `pocps enclave`: evidence, certificates and collateral, none larger than it may be. */
import { open } from 'node:fs/promises'
import { parseCollateral } from '../enclave/collateral.ts'
import type { IntelCollateral } from '../enclave/collateral-schema.ts'
import { AppraisalError } from '../enclave/errors.ts'
import type { Evidence } from '../enclave/evidence.ts'
import { LARGEST_INPUT, readEvidence } from '../enclave/input.ts'
import { decodePem } from '../enclave/pem.ts'
import { BadArgumentError } from '../errors.ts'

const LARGEST_COLLATERAL = 16 * 1024 * 1024

async function readBounded(path: string, what: string, most: number): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      if (size > most) {
        throw new AppraisalError('EVIDENCE_TOO_LARGE', `${what} ${path} has ${size} bytes, more than ${most}`)
      }
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof AppraisalError) throw cause
    throw new BadArgumentError(`cannot read ${what} ${path}: ${(cause as Error).message}`, { cause })
  }
}

export async function readEvidenceFile(
  path: string,
  certificates: readonly string[] = [],
): Promise<readonly Evidence[]> {
  const chains = await Promise.all(certificates.map(readCertificateFile))
  return readEvidence(await readBounded(path, 'evidence', LARGEST_INPUT), chains.flat())
}

/** PEM, or one certificate in DER. */
async function readCertificateFile(path: string): Promise<Buffer[]> {
  const bytes = await readBounded(path, 'certificates', LARGEST_INPUT)
  const found = decodePem(bytes.toString('latin1'))
  if (found.length > 0) return found
  if (bytes[0] === 0x30) return [bytes]
  throw new BadArgumentError(`${path} holds no certificate; it must be PEM or DER`)
}

export async function readCollateralFile(path: string): Promise<IntelCollateral> {
  const bytes = await readBounded(path, 'collateral', LARGEST_COLLATERAL)
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new BadArgumentError(`collateral ${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
  return parseCollateral(json)
}

export function readManifestFiles(paths: readonly string[]): Promise<string[]> {
  return Promise.all(
    paths.map(async (path) => (await readBounded(path, 'reference manifest', LARGEST_INPUT)).toString('utf8')),
  )
}
