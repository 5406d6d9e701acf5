/** One identity of the model against its proven bounds and ranges. */
import assert from 'node:assert/strict'
import { provenIdentities } from '../../../circuits/p256/identities.ts'
import { quotientAndCarry } from '../../../circuits/p256/vanishing.ts'
import type { ModelIdentity } from './model.ts'

const identities = provenIdentities()

/** The identity vanishes, its coefficients are within their bounds, and its quotient and carry within their ranges. */
export function checkIdentity({ component, name, place, polynomial }: ModelIdentity) {
  const { check, bound, ranges } = identities[name][place]!
  const size = (value: bigint) => (value < 0n ? -value : value)
  assert.ok(
    polynomial.every((value, k) => size(value) <= bound[k]!),
    `${component} has a coefficient beyond its bound`,
  )
  const found = quotientAndCarry(polynomial, check)
  assert.ok(found, `${component} does not vanish`)
  const fits = (value: bigint, bits: number) => BigInt.asIntN(bits, value) === value
  assert.ok(fits(found.quotient, ranges.quotientBits) && fits(found.carry, ranges.carryBits), `${component}: ranges`)
  return { ...found, ...ranges, points: check.points }
}
