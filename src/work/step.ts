/** One step of the `work` kernel: from everything before it to a leaf of the trace. */
import type { WorkProfile } from '../../circuits/circuits.ts'
import { type Dataset, entriesOf, NIBBLES_PER_ELEMENT } from './dataset.ts'
import { MerkleTree } from './merkle-tree.ts'
import { digest, draw, hash } from './poseidon.ts'

/** Which matrix and which vector a column multiplies. */
export type ColumnInput = {
  readonly layer: number
  readonly row: number
  /** Replaces element 0 of the row; below 2^248. */
  readonly fresh: bigint
}

/** Outputs `y_j` in 0..3 of `layer` times `input` (K entries in [-8, 7]). */
export type Multiply = (layer: number, input: Int8Array) => Uint8Array

export type Step = {
  readonly leaf: bigint
  /** The packed outputs of each column, `16 m` field elements. */
  readonly outputs: readonly (readonly bigint[])[]
  /** Tree over the columns' digests; its root is the leaf. */
  readonly columns: MerkleTree
}

/**
 * The seed of step `t`.
 *
 * @param siblings the siblings on leaf `t`'s path, from the leaf upwards; those on the right do not count.
 */
export function stepSeed(challenge: bigint, t: number, siblings: readonly bigint[]): bigint {
  const left = siblings.map((sibling, height) => (Math.floor(t / 2 ** height) % 2 === 1 ? sibling : 0n))
  return hash('pocps.seed', [challenge, BigInt(t), digest('pocps.fold', left)])
}

export function columnInput(profile: WorkProfile, seed: bigint, column: number): ColumnInput {
  const group = Math.floor(column / profile.width)
  return {
    layer: draw(hash('pocps.layer', [seed, BigInt(group)]), 0, profile.layers),
    row: draw(hash('pocps.input', [seed, BigInt(column)]), 0, profile.datasetRows),
    fresh: BigInt.asUintN(248, hash('pocps.fresh', [seed, BigInt(column)])),
  }
}

/** The vector `x` of a column: K entries in [-8, 7]. */
export function inputEntries(dataset: Dataset, { row, fresh }: ColumnInput): Int8Array {
  const entries = Int8Array.from(dataset.entries(row))
  entries.set(entriesOf([fresh]))
  return entries
}

/** `y = ((a >> 3) ^ (a >> 9)) & 3` of `a = dot + 2^20`. */
export function outputBits(dot: number): number {
  const a = dot + 2 ** 20
  return ((a >> 3) ^ (a >> 9)) & 3
}

export function dotProduct(weights: Int8Array, input: Int8Array): number {
  let sum = 0
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * input[i]!
  return sum
}

/** The honest product: every output, exactly. */
export function multiplyBy(dataset: Dataset, profile: WorkProfile): Multiply {
  return (layer, input) =>
    Uint8Array.from({ length: profile.entries }, (_, j) =>
      outputBits(dotProduct(dataset.entries(layer * profile.entries + j), input)),
    )
}

/** Packs outputs, 62 of two bits to an element, least significant first. */
export function packOutputs(outputs: Uint8Array): bigint[] {
  const elements: bigint[] = []
  for (let start = 0; start < outputs.length; start += NIBBLES_PER_ELEMENT) {
    let element = 0n
    for (let i = NIBBLES_PER_ELEMENT - 1; i >= 0; i--) element = (element << 2n) | BigInt(outputs[start + i]!)
    elements.push(element)
  }
  return elements
}

export function unpackOutput(elements: readonly bigint[], neuron: number): number {
  const element = elements[Math.floor(neuron / NIBBLES_PER_ELEMENT)]!
  return Number((element >> BigInt(2 * (neuron % NIBBLES_PER_ELEMENT))) & 3n)
}

export function runStep(profile: WorkProfile, dataset: Dataset, seed: bigint, multiply: Multiply): Step {
  const outputs = Array.from({ length: profile.columns }, (_, column) => {
    const input = columnInput(profile, seed, column)
    return packOutputs(multiply(input.layer, inputEntries(dataset, input)))
  })
  const digests = outputs.map((elements) => digest('pocps.output', elements))
  const columns = MerkleTree.of('pocps.columns', profile.columnDepth, digests)
  return { leaf: columns.root, outputs, columns }
}
