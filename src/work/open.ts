/** Opens the sampled places of a trace: from a sample seed to the private inputs of one `work` proof. */
import type { WorkProfile } from '../../circuits/circuits.ts'
import type { Opening } from '../../prover/index.ts'
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

/** A sampled column with what the seed of its step demands of it. */
function demandedAt(profile: WorkProfile, trace: MerkleTree, challenge: bigint, { step, column, neurons }: Place) {
  const tracePath = trace.path(step)
  const seed = stepSeed(challenge, step, tracePath)
  const input = columnInput(profile, seed, column)
  const weightRows = neurons.map((neuron) => input.layer * profile.entries + neuron)
  return { tracePath, seed, input, weightRows }
}

/** The sampled outputs that differ from what they should be; the statement is true when there are none. */
export function wrongOutputs(
  profile: WorkProfile,
  dataset: Dataset,
  trace: MerkleTree,
  challenge: bigint,
  places: readonly Place[],
  committedStep: (step: number) => Step,
): WrongOutput[] {
  return places.flatMap((place) => {
    const { input, weightRows } = demandedAt(profile, trace, challenge, place)
    const entries = inputEntries(dataset, input)
    return place.neurons.flatMap((neuron, k) => {
      const computed = outputBits(dotProduct(dataset.entries(weightRows[k]!), entries))
      const committed = unpackOutput(committedStep(place.step).outputs[place.column]!, neuron)
      return committed === computed ? [] : [{ step: place.step, column: place.column, neuron, committed, computed }]
    })
  })
}

/**
 * The witness inputs for `places`, whether or not the outputs there are right.
 *
 * @param stepAt recomputes a step as it was committed, from its seed.
 */
export function openPlaces(
  profile: WorkProfile,
  dataset: Dataset,
  trace: MerkleTree,
  challenge: bigint,
  places: readonly Place[],
  stepAt: (seed: bigint, step: number) => Step,
): Opening {
  const columns = places.map((place) => {
    const { tracePath, seed, input, weightRows } = demandedAt(profile, trace, challenge, place)
    const committed = stepAt(seed, place.step)
    return {
      tracePath,
      columnPath: committed.columns.path(place.column),
      rowElements: dataset.row(input.row),
      rowPath: dataset.path(input.row),
      weightElements: weightRows.map((row) => dataset.row(row)),
      weightPath: weightRows.map((row) => dataset.path(row)),
      outputElements: committed.outputs[place.column]!,
    }
  })
  return {
    tracePath: columns.map((column) => column.tracePath),
    columnPath: columns.map((column) => column.columnPath),
    rowElements: columns.map((column) => column.rowElements),
    rowPath: columns.map((column) => column.rowPath),
    weightElements: columns.map((column) => column.weightElements),
    weightPath: columns.map((column) => column.weightPath),
    outputElements: columns.map((column) => column.outputElements),
  }
}
