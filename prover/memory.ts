/** How many workers fit a memory budget. */
import { totalmem } from 'node:os'
import { ProverError } from './errors.ts'

const MIB = 2 ** 20

/**
 * What one worker of the snarkjs backend holds at its peak beyond the shared proving key, in bytes: the thread with its
 * compiled modules, and copies of the key's sections in WebAssembly memory. Fitted to bench/prover.ts.
 */
export function workerBytes(provingKeyBytes: number): number {
  return 96 * MIB + 4 * provingKeyBytes
}

/** Three quarters of what the machine, or the container, has. */
export function defaultBudgetMb(): number {
  // 0 or an absurdly large number mean no limit.
  const limit = process.constrainedMemory()
  const bytes = limit > 0 && limit < totalmem() ? limit : totalmem()
  return Math.floor((0.75 * bytes) / MIB)
}

/**
 * At most `wanted` workers, each fit for the largest of the keys.
 *
 * @throws {ProverError} `OUT_OF_MEMORY_BUDGET`: not one fits.
 */
export function admittedWorkers(wanted: number, budgetMb: number, provingKeyBytes: readonly number[]): number {
  const shared = provingKeyBytes.reduce((sum, bytes) => sum + bytes, 0)
  const each = workerBytes(Math.max(0, ...provingKeyBytes))
  const fitting = Math.floor((budgetMb * MIB - shared) / each)
  if (fitting >= 1) return Math.min(wanted, fitting)
  const neededMb = Math.ceil((shared + each) / MIB)
  throw new ProverError('OUT_OF_MEMORY_BUDGET', `one worker needs ${neededMb} MiB; the budget is ${budgetMb} MiB`)
}
