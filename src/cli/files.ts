/** Reads the JSON files that commands are given: hostile until checked. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type CircuitId, circuitIds, isCircuitId } from '../../circuits/circuits.ts'
import type { CircuitInputs, Groth16Proof } from '../../prover/index.ts'
import { BadArgumentError } from '../errors.ts'

const Decimal = z.string().regex(/^\d{1,78}$/, 'not a decimal field element')
const Signal = z.union([Decimal.transform(BigInt), z.number().int().nonnegative().transform(BigInt)])
type SignalTree = bigint | SignalTree[]
/** No circuit has deeper arrays; a file might, to overflow the stack. */
const DEEPEST = 4
const tree = (depth: number): z.ZodType<SignalTree> =>
  depth === 0 ? Signal : z.union([Signal, z.array(tree(depth - 1))])
const Tree = tree(DEEPEST)
const Inputs = z.record(z.string(), Tree)
const PublicSignals = z.array(Signal)
const Proof = z.object({
  pi_a: z.array(Decimal).length(3),
  pi_b: z.array(z.array(Decimal).length(2)).length(3),
  pi_c: z.array(Decimal).length(3),
  protocol: z.literal('groth16'),
  curve: z.literal('bn128'),
})

async function read<Value>(path: string, what: string, schema: z.ZodType<Value>): Promise<Value> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new BadArgumentError(`cannot read ${what} ${path}: ${(cause as Error).message}`, { cause })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new BadArgumentError(`${what} ${path} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const result = schema.safeParse(json)
  if (!result.success) throw new BadArgumentError(`${what} ${path} is malformed:\n${z.prettifyError(result.error)}`)
  return result.data
}

export const readInputs = (path: string): Promise<CircuitInputs> => read(path, 'inputs', Inputs)
export const readPublicSignals = (path: string): Promise<bigint[]> => read(path, 'public signals', PublicSignals)
export const readProof = (path: string): Promise<Groth16Proof> => read(path, 'proof', Proof)

export function parseCircuit(id: string): CircuitId {
  if (!isCircuitId(id)) throw new BadArgumentError(`no circuit ${id}; there are ${circuitIds.join(', ')}`)
  return id
}
