/** Reads the .r1cs files that circom writes (iden3 r1csfile, version 1). */
import { readFile } from 'node:fs/promises'
import { CircuitError } from '../errors.ts'
import { r } from './field.ts'

export type R1cs = {
  readonly wires: number
  readonly outputs: number
  readonly publicInputs: number
  readonly privateInputs: number
  readonly constraints: number
  /** Outputs and public inputs: wires `1 .. publicSignals`. */
  readonly publicSignals: number
  /** log2 of the evaluation domain of Groth16: a row for each constraint, each public signal and the constant. */
  readonly domainBits: number
  /** Calls `visit` for each coefficient of each constraint's A (0), B (1) and C (2), in the order of the file. */
  forEach(visit: (matrix: 0 | 1 | 2, constraint: number, wire: number, value: bigint) => void): void
  /** The label of each wire: what .sym files name. */
  labels(): BigUint64Array
}

const HEADER = 1
const CONSTRAINTS = 2
const LABELS = 3

/** @throws {CircuitError} `CIRCUIT_PRODUCT_INVALID` the file is not an R1CS over BN254. */
export async function readR1cs(file: string): Promise<R1cs> {
  const bytes = await readFile(file)
  const sections = sectionsOf(bytes, file)
  const header = sections.get(HEADER)!
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(header, true) !== 32 || fieldElement(view, header + 4) !== r) {
    throw new CircuitError('CIRCUIT_PRODUCT_INVALID', `${file} is not over the scalar field of BN254`)
  }
  const word = (index: number) => view.getUint32(header + 36 + 4 * index, true)
  const [wires, outputs, publicInputs, privateInputs] = [word(0), word(1), word(2), word(3)]
  const constraints = word(6) // after the 64-bit number of labels
  const publicSignals = outputs + publicInputs
  return {
    wires,
    outputs,
    publicInputs,
    privateInputs,
    constraints,
    publicSignals,
    domainBits: Math.floor(Math.log2(constraints + publicSignals)) + 1,
    forEach(visit) {
      let at = sections.get(CONSTRAINTS)!
      for (let constraint = 0; constraint < constraints; constraint++) {
        for (const matrix of [0, 1, 2] as const) {
          const terms = view.getUint32(at, true)
          at += 4
          for (let i = 0; i < terms; i++, at += 36) {
            visit(matrix, constraint, view.getUint32(at, true), fieldElement(view, at + 4))
          }
        }
      }
    },
    labels() {
      const start = sections.get(LABELS)!
      return new BigUint64Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + start + 8 * wires))
    },
  }
}

/** Where the body of each section starts. */
function sectionsOf(bytes: Buffer, file: string): ReadonlyMap<number, number> {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'r1cs')
    throw new CircuitError('CIRCUIT_PRODUCT_INVALID', `${file} is not an R1CS file`)
  const starts = new Map<number, number>()
  let at = 12
  for (let i = bytes.readUInt32LE(8); i > 0 && at + 12 <= bytes.length; i--) {
    starts.set(bytes.readUInt32LE(at), at + 12)
    at += 12 + Number(bytes.readBigUInt64LE(at + 4))
  }
  if (at !== bytes.length || ![HEADER, CONSTRAINTS, LABELS].every((id) => starts.has(id))) {
    throw new CircuitError('CIRCUIT_PRODUCT_INVALID', `${file} is cut short`)
  }
  return starts
}

function fieldElement(view: DataView, at: number): bigint {
  const low = view.getBigUint64(at, true)
  const [second, third, fourth] = [8, 16, 24].map((k) => view.getBigUint64(at + k, true)) as [bigint, bigint, bigint]
  // Most coefficients are small.
  if (fourth === 0n && third === 0n && second === 0n) return low
  return low | (second << 64n) | (third << 128n) | (fourth << 192n)
}
