/** Opens the sampled places of a trace: from a sample seed to the private inputs of one `work` proof. */
import type { WorkProfile } from '../../circuits/circuits.ts'
import type { Opening } from '../../prover/runner.ts'
import type { Dataset } from './dataset.ts'
import type { MerkleTree } from './merkle-tree.ts'
import { draw, hash } from './poseidon.ts'
import { columnInput, dotProduct, inputEntries, outputBits, type Step, stepSeed, unpackOutput } from './step.ts'

export type Place = { readonly step: number; readonly column: number; readonly neurons: readonly number[] }

/** A committed output that is not what the place demands; no proof of it exists. */
export type WrongOutput = {
  readonly step: number
  readonly column: number
  readonly neuron: number
  readonly committed: number
  readonly computed: number
}

export type WorkOpening = { readonly inputs: Opening; readonly wrong: readonly WrongOutput[] }

/** The places that proof number `sampleIndex` opens (circuits/README.md §4). */
export function samplePlaces(profile: WorkProfile, steps: number, sampleSeed: bigint, sampleIndex: number): Place[] {
  return Array.from({ length: profile.sampledColumns }, (_, i) => {
    const drawNumber = (d: number, n: number) =>
      draw(hash('pocps.sample', [sampleSeed, BigInt(sampleIndex), BigInt(i), BigInt(Math.floor(d / 3))]), d % 3, n)
    return {
      step: drawNumber(0, steps),
      column: drawNumber(1, profile.columns),
      neurons: Array.from({ length: profile.sampledNeurons }, (_, k) => drawNumber(2 + k, profile.entries)),
    }
  })
}

/**
 * The witness inputs for `places`.
 *
 * @param stepAt recomputes a step as it was committed, from its seed.
 */
export function openPlaces(
  profile: WorkProfile,
  dataset: Dataset,
  trace: MerkleTree,
  challenge: bigint,
  places: readonly Place[],
  stepAt: (seed: bigint) => Step,
): WorkOpening {
  const wrong: WrongOutput[] = []
  const columns = places.map(({ step, column, neurons }) => {
    const tracePath = trace.path(step)
    const seed = stepSeed(challenge, step, tracePath)
    const committed = stepAt(seed)
    const input = columnInput(profile, seed, column)
    const entries = inputEntries(dataset, input)
    const weightRows = neurons.map((neuron) => input.layer * profile.entries + neuron)
    neurons.forEach((neuron, k) => {
      const computed = outputBits(dotProduct(dataset.entries(weightRows[k]!), entries))
      const claimed = unpackOutput(committed.outputs[column]!, neuron)
      if (claimed !== computed) wrong.push({ step, column, neuron, committed: claimed, computed })
    })
    return {
      tracePath,
      columnPath: committed.columns.path(column),
      rowElements: dataset.row(input.row),
      rowPath: dataset.path(input.row),
      weightElements: weightRows.map((row) => dataset.row(row)),
      weightPath: weightRows.map((row) => dataset.path(row)),
      outputElements: committed.outputs[column]!,
    }
  })
  return {
    wrong,
    inputs: {
      tracePath: columns.map((c) => c.tracePath),
      columnPath: columns.map((c) => c.columnPath),
      rowElements: columns.map((c) => c.rowElements),
      rowPath: columns.map((c) => c.rowPath),
      weightElements: columns.map((c) => c.weightElements),
      weightPath: columns.map((c) => c.weightPath),
      outputElements: columns.map((c) => c.outputElements),
    },
  }
}
