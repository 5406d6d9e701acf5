/** Poseidon over BN254 with a domain tag in the capacity (circuits/README.md §1). */
import { buildPoseidon } from 'circomlibjs'

export const FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n

/** No tag, the capacity 0: circomlib's plain Poseidon, for hashes that contracts compute too. */
export const PLAIN = ''
export type Tag = `pocps.${string}` | typeof PLAIN

const permutation = await buildPoseidon()
const field = permutation.F
const capacities = new Map<Tag, Uint8Array>()

/** The big-endian integer of the tag's ASCII bytes. */
export function tagValue(tag: Tag): bigint {
  return BigInt(`0x0${Buffer.from(tag, 'ascii').toString('hex')}`)
}

function capacityOf(tag: Tag): Uint8Array {
  const known = capacities.get(tag)
  if (known) return known
  const capacity = field.e(tagValue(tag))
  capacities.set(tag, capacity)
  return capacity
}

/** `H_tag(inputs)`: 1 to 16 field elements to one. Inputs must already be reduced. */
export function hash(tag: Tag, inputs: readonly bigint[]): bigint {
  return field.toObject(permutation(inputs as bigint[], capacityOf(tag), 1))
}

/** `digest_tag(elements)`: Poseidon(16) of each block of 16, then one hash of the block digests. */
export function digest(tag: Tag, elements: readonly bigint[]): bigint {
  const blocks: bigint[] = []
  for (let start = 0; start < elements.length; start += 16) blocks.push(hash(tag, elements.slice(start, start + 16)))
  return blocks.length === 1 ? blocks[0]! : hash(tag, blocks)
}

/** An index in `[0, n)` from lane 0, 1 or 2 (64 bits each) of a canonical hash. */
export function draw(value: bigint, lane: number, n: bigint | number): number {
  const u = BigInt.asUintN(64, value >> BigInt(64 * lane))
  return Number((u * BigInt(n)) >> 64n)
}
