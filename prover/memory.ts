/** How many workers fit a memory budget. */
import { totalmem } from 'node:os'
import type { BackendName } from './backends/backend.ts'
import { ProverError } from './errors.ts'

const MIB = 2 ** 20

/** Copies of the largest key that a worker holds at its peak: measured for snarkjs, counted for the native prover. */
const keyCopies: Readonly<Record<BackendName, number>> = {
  native: 3, // while the process prepares the key: the bytes it was sent, the checked points and the prepared ones
  snarkjs: 4, // the key's sections in WebAssembly memory
}

/**
 * What one worker holds at its peak beyond the shared proving key, in bytes: the thread with its compiled modules (the
 * native one verifies with snarkjs too), and what the backend makes of the key.
 */
export function workerBytes(backend: BackendName, provingKeyBytes: number): number {
  return 96 * MIB + keyCopies[backend] * provingKeyBytes
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
export function admittedWorkers(
  backend: BackendName,
  wanted: number,
  budgetMb: number,
  provingKeyBytes: readonly number[],
): number {
  const shared = provingKeyBytes.reduce((sum, bytes) => sum + bytes, 0)
  const each = workerBytes(backend, Math.max(0, ...provingKeyBytes))
  const fitting = Math.floor((budgetMb * MIB - shared) / each)
  if (fitting >= 1) return Math.min(wanted, fitting)
  const neededMb = Math.ceil((shared + each) / MIB)
  throw new ProverError('OUT_OF_MEMORY_BUDGET', `one worker needs ${neededMb} MiB; the budget is ${budgetMb} MiB`)
}
