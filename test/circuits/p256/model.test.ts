/** The circuits against the plain algebra: every identity of a signature, its quotient and its carry. */
import assert from 'node:assert/strict'
import { compile } from '../../../circuits/compile.ts'
import { powers } from '../../../circuits/p256/functionals.ts'
import { constantKeys } from '../../../circuits/p256/keys.ts'
import { constantWitness, ecdsaConstantHint, ecdsaHint, ecdsaWitness } from '../../../src/p256/hint.ts'
import { modulo } from '../harness.ts'
import { checkIdentity } from './check-identity.ts'
import { Forger } from './forger.ts'
import { anyModel, constantModel, type ModelIdentity } from './model.ts'
import {
  anyInputs,
  constantInputs,
  developmentSecret,
  oracle,
  publicPoint,
  randomDigest,
  randomScalar,
  signWith,
} from './signatures.ts'

/** The circuit's own values of each identity are those of the model, and so are the bits of quotient and carry. */
function assertSame(forger: Forger, witness: readonly bigint[], model: readonly ModelIdentity[]): void {
  const powersOf = powers(29, 29)
  for (const identity of model) {
    const { quotient, carry, quotientBits, carryBits, points } = checkIdentity(identity)
    const wires = forger.system.array(`${identity.component}.values`)
    assert.equal(wires.length, points)
    for (const [j, wire] of wires.entries()) {
      const value = identity.polynomial.reduce((sum, coefficient, k) => sum + coefficient * powersOf[j]![k]!, 0n)
      assert.equal(witness[wire], modulo(value), `${identity.component}.values[${j}]`)
    }
    for (const [name, value, bits] of [
      ['quotientBits', quotient, quotientBits],
      ['carryBits', carry, carryBits],
    ] as const) {
      const found = forger.system.array(`${identity.component}.check.${name}`).map((wire) => witness[wire]!)
      const shifted = (value + (1n << BigInt(bits - 1))) >> 1n
      assert.deepEqual(
        found,
        Array.from({ length: bits - 1 }, (_, i) => (shifted >> BigInt(i)) & 1n),
        `${identity.component}.check.${name}`,
      )
    }
  }
}

/** A component that checks a polynomial has its values under this name. */
const checkers = (forger: Forger) => forger.system.matching(/\.check\.quotientBits\[0\]$/).length

describe('circuits: P-256 against its model', () => {
  const trials = process.env.POCPS_SLOW ? 3000 : 25

  it(`verifies as node:crypto does, identity by identity: ${trials} random signatures of each kind`, function () {
    this.timeout(3_600_000)
    for (let trial = 0; trial < trials; trial++) {
      const secret = randomScalar()
      const [key, signature] = [publicPoint(secret), signWith(secret, randomDigest(), randomScalar())]
      assert.ok(oracle(signature, key))
      const model = anyModel(signature, key, ecdsaWitness(signature, key))
      assert.equal(model.length, 272)
      model.forEach(checkIdentity)
      const bySecret = signWith(developmentSecret, randomDigest(), randomScalar())
      assert.ok(oracle(bySecret, constantKeys[0]!.point))
      const constant = constantModel(bySecret, constantWitness(bySecret, 0))
      assert.equal(constant.length, 61)
      constant.forEach(checkIdentity)
    }
  })

  it('has in the circuit for any key the same identities, quotients and carries, and the inputs fix all else', async () => {
    const forger = await Forger.of(await compile('p256-any'), ['main.ecdsa.offset.random'])
    const kinds = new Set<string>()
    while (kinds.size < (process.env.POCPS_SLOW ? 5 : 2)) {
      const secret = randomScalar()
      const [key, signature] = [publicPoint(secret), signWith(secret, randomDigest(), randomScalar())]
      const made = ecdsaWitness(signature, key)
      const { combined, onR, plus } = made.half
      const kind = combined ? `combined ${onR} ${plus}` : 'plain'
      if (kinds.has(kind)) continue
      kinds.add(kind)
      const witness = forger.witness(anyInputs(signature, key, ecdsaHint(signature, key)))
      assert.deepEqual(forger.system.broken(witness), [])
      const model = anyModel(signature, key, made)
      assert.equal(new Set(model.map(({ component }) => component)).size, checkers(forger))
      assertSame(forger, witness, model)
    }
  })

  it('has in the circuit for a constant key the same identities, quotients and carries, and the inputs fix all else', async () => {
    const forger = await Forger.of(await compile('p256-constant'))
    const signature = signWith(developmentSecret, randomDigest(), randomScalar())
    const witness = forger.witness(constantInputs(signature, ecdsaConstantHint(signature, 0)))
    assert.deepEqual(forger.system.broken(witness), [])
    const model = constantModel(signature, constantWitness(signature, 0))
    assert.equal(new Set(model.map(({ component }) => component)).size, checkers(forger))
    assertSame(forger, witness, model)
  })
})
