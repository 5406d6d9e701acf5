/** Compiles one template on its own and runs its witness program. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { type CompiledCircuit, compileMain } from '../../circuits/compile.ts'
import { repositoryRoot } from '../../circuits/source.ts'
import { FIELD_ORDER } from '../../src/work/poseidon.ts'
import { ConstraintSystem } from './r1cs.ts'

type SignalValue = number | bigint | string | readonly SignalValue[]
export type Inputs = Readonly<Record<string, SignalValue>>

/** A compiled circuit whose witnesses can be made, and forged. */
export class Subject {
  readonly system: ConstraintSystem
  readonly #wasm: string

  private constructor(system: ConstraintSystem, wasm: string) {
    this.system = system
    this.#wasm = wasm
  }

  static async of(compiled: CompiledCircuit): Promise<Subject> {
    return new Subject(await ConstraintSystem.load(compiled), compiled.wasm)
  }

  /** A template with its parameters. All inputs are public unless `publicInputs` says which. */
  static async template(
    name: string,
    file: string,
    call: string,
    publicInputs: readonly string[],
    declarations = '',
  ): Promise<Subject> {
    const source = `pragma circom 2.2.3;
include "${file}";
${declarations}
component main {public [${publicInputs.join(', ')}]} = ${call};
`
    return Subject.of(await compileMain(name, source, { buildDirectory: testBuildDirectory }))
  }

  witness(inputs: Inputs): Promise<bigint[]> {
    return calculateWitness(this.#wasm, inputs)
  }
}

/** Rejects when an `===` or an assertion of the circuit fails. */
export async function calculateWitness(wasm: string, inputs: Inputs): Promise<bigint[]> {
  const file: { type: 'mem'; data?: Uint8Array } = { type: 'mem' }
  const print = console.error // the witness program also prints what it throws
  console.error = () => {}
  try {
    await snarkjs.wtns.calculate(inputs as snarkjs.CircuitSignals, wasm, file)
  } finally {
    console.error = print
  }
  return readWitness(Buffer.from(file.data!))
}

export const testBuildDirectory = join(repositoryRoot, 'build', 'test-circuits')

/** A field element below 2^253. */
export function randomElement(): bigint {
  return BigInt(`0x${randomBytes(32).toString('hex')}`) >> 3n
}

export function modulo(value: bigint): bigint {
  return ((value % FIELD_ORDER) + FIELD_ORDER) % FIELD_ORDER
}

/** The values of a .wtns file: its second section, 32 bytes little-endian each. */
function readWitness(bytes: Buffer): bigint[] {
  let at = 12
  while (bytes.readUInt32LE(at) !== 2) at += 12 + Number(bytes.readBigUInt64LE(at + 4))
  const size = Number(bytes.readBigUInt64LE(at + 4))
  return Array.from({ length: size / 32 }, (_, i) => {
    const word = (k: number) => bytes.readBigUInt64LE(at + 12 + 32 * i + 8 * k)
    return word(0) | (word(1) << 64n) | (word(2) << 128n) | (word(3) << 192n)
  })
}
