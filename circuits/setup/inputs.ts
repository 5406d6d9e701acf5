/** The inputs of a compiled circuit, by name and shape, from its .r1cs and .sym files. */
import { readFile } from 'node:fs/promises'
import { CircuitError } from '../errors.ts'
import { readR1cs } from './r1cs.ts'

/** Sizes of the nested arrays of each input, outermost first; none for a single field element. */
export type InputShapes = Record<string, number[]>

/** @throws {CircuitError} `CIRCUIT_PRODUCT_INVALID` the two files do not belong together. */
export async function inputShapes(r1csFile: string, symFile: string): Promise<InputShapes> {
  const r1cs = await readR1cs(r1csFile)
  const labels = r1cs.labels()
  const first = 1 + r1cs.outputs
  const wanted = new Set(labels.slice(first, first + r1cs.publicInputs + r1cs.privateInputs))
  const shapes: InputShapes = {}
  let found = 0
  for (const line of (await readFile(symFile, 'utf8')).split('\n')) {
    const [label, , , symbol] = line.split(',')
    if (symbol === undefined || !wanted.has(BigInt(label!))) continue
    const match = /^main\.(\w+)((?:\[\d+\])*)$/.exec(symbol)
    if (!match) throw new CircuitError('CIRCUIT_PRODUCT_INVALID', `${symFile} names an input ${symbol}`)
    const indices = [...match[2]!.matchAll(/\d+/g)].map(Number)
    const shape = shapes[match[1]!] ?? indices.map(() => 0)
    shapes[match[1]!] = indices.map((index, axis) => Math.max(shape[axis] ?? 0, index + 1))
    found++
  }
  if (found !== wanted.size)
    throw new CircuitError(
      'CIRCUIT_PRODUCT_INVALID',
      `${symFile} names ${found} of the ${wanted.size} inputs of ${r1csFile}`,
    )
  return shapes
}
