/** What every template's forged-witness test asks of its constraint system. */
import assert from 'node:assert/strict'
import { randomElement, type Subject } from './harness.ts'
import type { Plan } from './r1cs.ts'

/**
 * A valid witness breaks no row; and no wire of it but a public input can move alone, by one or by a random amount.
 */
export function assertEveryWireIsHeld({ system }: Subject, witness: readonly bigint[]): void {
  assert.deepEqual(system.broken(witness), [])
  assert.deepEqual(system.loose(witness, [1n, randomElement()]), [])
}

/** The inputs, with the wires of `assumed`, fix the whole witness; gives the plan by which they do. */
export function assertDetermined({ system }: Subject, assumed: readonly number[] = []): Plan {
  const plan = system.plan(assumed)
  assert.deepEqual(plan.undetermined, [])
  return plan
}

/** The witness breaks exactly one row. */
export function assertOneRowBreaks({ system }: Subject, witness: readonly bigint[]): void {
  assert.equal(system.broken(witness).length, 1)
}
