/** Fills a circuit's witness from any inputs, where the witness program would stop at the first row that does not hold. */
import assert from 'node:assert/strict'
import type { CompiledCircuit } from '../../../circuits/compile.ts'
import { type Inputs, modulo, Subject } from '../harness.ts'
import type { ConstraintSystem, Plan } from '../r1cs.ts'

type Nested = number | bigint | string | readonly Nested[]

export class Forger {
  readonly system: ConstraintSystem
  /** What follows before the bits of hashes are known, and from them too. */
  readonly #before: Plan
  readonly #plan: Plan
  /** Bits of Poseidon hashes, which have two decompositions: the forger takes the canonical one. */
  readonly #hashed: readonly (readonly [bits: readonly number[], value: number])[]

  private constructor(system: ConstraintSystem, hashes: readonly string[]) {
    this.system = system
    this.#hashed = hashes.map((path) => [system.array(`${path}.bits`), system.wire(`${path}.in`)])
    this.#before = system.plan()
    this.#plan = hashes.length === 0 ? this.#before : system.plan(this.#hashed.flatMap(([bits]) => bits))
    // So the inputs fix the witness: whatever a forger wants to choose, it chooses as an input.
    assert.deepEqual(this.#plan.undetermined, [])
  }

  static async of(compiled: CompiledCircuit, hashes: readonly string[] = []): Promise<Forger> {
    return new Forger((await Subject.of(compiled)).system, hashes)
  }

  static async template(name: string, file: string, call: string, inputs: readonly string[], declarations = '') {
    const subject = await Subject.template(`p256-${name}`, file, call, inputs, declarations)
    return new Forger(subject.system, [])
  }

  /** The witness that the inputs fix, whether or not every row holds; with other bits than a hash has, if so asked. */
  witness(inputs: Inputs, forgedHash?: bigint): bigint[] {
    const values: (readonly [number, bigint])[] = []
    const visit = (name: string, value: Nested) => {
      if (!Array.isArray(value)) values.push([this.system.wire(name), modulo(BigInt(value as bigint))])
      else for (const [i, each] of value.entries()) visit(`${name}[${i}]`, each)
    }
    for (const [name, value] of Object.entries(inputs)) visit(`main.${name}`, value)
    const empty = Array.from({ length: this.system.wires }, (_, wire) => (wire === 0 ? 1n : 0n))
    let witness = this.system.complete(this.system.set(empty, values), this.#before)
    if (this.#hashed.length === 0) return witness
    for (const [bits, value] of this.#hashed) {
      const hash = forgedHash ?? witness[value]!
      witness = this.system.set(
        witness,
        bits.map((wire, i) => [wire, (hash >> BigInt(i)) & 1n] as const),
      )
    }
    const hashes = this.#hashed.map(([, value]) => value)
    return this.system.complete(witness, this.#plan, hashes)
  }

  assertHolds(inputs: Inputs): void {
    assert.deepEqual(this.system.broken(this.witness(inputs)), [])
  }

  /** Every row holds but some that have a wire of these names; and of each name some row breaks. */
  assertBreaksOnly(inputs: Inputs, patterns: readonly RegExp[]): void {
    this.assertWitnessBreaksOnly(this.witness(inputs), patterns)
  }

  assertWitnessBreaksOnly(witness: readonly bigint[], patterns: readonly RegExp[]): void {
    const named = patterns.map((pattern) => new Set(this.system.matching(pattern)))
    const seen = new Set<number>()
    for (const row of this.system.broken(witness)) {
      const wires = this.system.rows[row]!.flatMap((terms) => [...terms.keys()])
      const owner = named.findIndex((names) => wires.some((wire) => names.has(wire)))
      assert.ok(owner >= 0, `row ${row} breaks, of none of ${patterns.join(', ')}`)
      seen.add(owner)
    }
    assert.deepEqual([...seen].sort(), [...patterns.keys()], `rows break of each of ${patterns.join(', ')}`)
  }
}
