/** A circuit's witness program with an instance that is used again. */
import { readFileSync } from 'node:fs'
import type { CompiledCircuit } from '../../../circuits/compile.ts'
import { WitnessCalculator } from '../../../prover/backends/witness.ts'
import { type Inputs, modulo } from '../harness.ts'

type Nested = number | bigint | string | readonly Nested[]
const flat = (value: Nested): bigint[] =>
  Array.isArray(value) ? value.flatMap(flat) : [modulo(BigInt(value as bigint))]

export class WitnessProgram {
  readonly #calculator: WitnessCalculator

  constructor({ wasm }: CompiledCircuit) {
    this.#calculator = new WitnessCalculator(readFileSync(wasm))
  }

  /** @throws {ProverError} `WITNESS_UNSATISFIED` */
  run(inputs: Inputs): void {
    this.#calculator.calculate(Object.entries(inputs).map(([name, value]) => [name, flat(value)]))
  }
}
