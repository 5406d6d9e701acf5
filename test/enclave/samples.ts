/** The vendors' public samples, where they lie beside the repository: none is committed. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decodePem } from '../../src/enclave/pem.ts'

const folder = new URL('../../../shared/samples/tee/', import.meta.url)
const present = existsSync(folder)

export const sample = (name: string): Buffer => readFileSync(new URL(name, folder))
export const sampleText = (name: string): string => sample(name).toString('latin1')
export const sampleHex = (name: string): Buffer => Buffer.from(sampleText(name).trim().replace(/^0x/, ''), 'hex')
export const sampleJson = (name: string) => JSON.parse(sampleText(name))
export const samplePem = (name: string): Buffer[] => decodePem(sampleText(name))

/** Describes a suite over samples; without them it is skipped, and says so. */
export function describeSamples(title: string, suite: () => void): void {
  if (present) describe(title, suite)
  else describe.skip(`${title} (skipped: no samples in ${fileURLToPath(folder)})`, suite)
}
