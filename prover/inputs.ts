/** Checks named circuit inputs against the shapes that the circuit declares. */
import { r } from '../circuits/setup/field.ts'
import type { InputShapes } from '../circuits/setup/inputs.ts'
import type { FlatInputs } from './backends/backend.ts'
import { ProverError } from './errors.ts'

/**
 * @param inputs of any origin.
 * @throws {ProverError} `BAD_INPUT`, naming the signal; never its value, which may be secret.
 */
export function flattenInputs(shapes: InputShapes, inputs: unknown): FlatInputs {
  if (typeof inputs !== 'object' || inputs === null) throw bad('the inputs are not an object')
  const given = inputs as Readonly<Record<string, unknown>>
  const extra = Object.keys(given).find((signal) => !Object.hasOwn(shapes, signal))
  if (extra !== undefined) throw bad(`the circuit has no input ${extra}`)
  return Object.entries(shapes).map(([signal, shape]) => {
    if (!Object.hasOwn(given, signal)) throw bad(`input ${signal} is missing`)
    const values: bigint[] = []
    collect(signal, shape, given[signal], values)
    return [signal, values]
  })
}

function collect(where: string, [size, ...inner]: readonly number[], value: unknown, into: bigint[]): void {
  if (size === undefined) {
    into.push(element(where, value))
    return
  }
  if (!Array.isArray(value)) throw bad(`${where} is not an array of ${size}`)
  if (value.length !== size) throw bad(`${where} has ${value.length} entries, not ${size}`)
  for (const [i, entry] of value.entries()) collect(`${where}[${i}]`, inner, entry, into)
}

function element(where: string, value: unknown): bigint {
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isSafeInteger(value))) {
    throw bad(`${where} is not a whole number`)
  }
  const result = BigInt(value)
  if (result < 0n || result >= r) throw bad(`${where} is not in [0, r)`)
  return result
}

function bad(message: string): ProverError {
  return new ProverError('BAD_INPUT', message)
}
