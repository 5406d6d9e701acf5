/** Builds what a command needs and a fresh checkout lacks: circuit, keys, contracts, each once. */
import type { CircuitId } from '../../circuits/circuits.ts'
import { buildKeys, checkKeys } from '../../circuits/setup.ts'
import { compileContracts } from '../../verifier-contracts/index.ts'
import { BadArgumentError } from '../errors.ts'
import { progress } from './output.ts'

/** Work that takes longer than this is said to be done. Milliseconds. */
const WORTH_SAYING_MS = 500

async function step<Value>(text: string, work: () => Promise<Value>): Promise<Value> {
  const started = performance.now()
  const timer = setTimeout(() => progress(`… ${text}`), WORTH_SAYING_MS)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
    const elapsed = performance.now() - started
    if (elapsed > WORTH_SAYING_MS) progress(`✓ ${text} (${(elapsed / 1000).toFixed(1)} s)`)
  }
}

/** Percent lines at every tenth. */
function tenths(text: string): (at: { readonly done: number; readonly total: number }) => void {
  let last = 0
  return ({ done, total }) => {
    const tenth = Math.floor((10 * done) / total)
    if (tenth > last && tenth < 10) progress(`  ${text}: ${10 * tenth} %`)
    last = Math.max(last, tenth)
  }
}

/** @throws {BadArgumentError} an artifact on disk is not the pinned one. */
export async function prepareCircuit(id: CircuitId): Promise<void> {
  await step(`circuit ${id} and its development keys`, () => buildKeys(id, { onProgress: tenths('keys') }))
  const differing = await checkKeys([id])
  if (differing.length === 0) return
  const lines = differing.map(
    ({ artifact, file, expected, actual }) => `${artifact} ${file}: pinned ${expected}, found ${actual}`,
  )
  throw new BadArgumentError(
    `artifacts of ${id} are not the pinned ones (see \`npm run keys:check\`):\n${lines.join('\n')}`,
  )
}

export async function prepareContracts(): Promise<void> {
  await step('contracts', () => compileContracts())
}
