/** Openings of sampled places anywhere in a trace, without the steps in between: only sampled steps are computed. */
import { createHash } from 'node:crypto'
import type { WorkProfile } from '../../circuits/circuits.ts'
import type { Opening } from '../../prover/index.ts'
import { type Dataset, entriesOf } from '../../src/work/dataset.ts'
import { MerkleTree } from '../../src/work/merkle-tree.ts'
import { openPlaces, type Place, samplePlaces } from '../../src/work/open.ts'
import { digest } from '../../src/work/poseidon.ts'
import { dotProduct, outputBits, runStep, type Step, stepSeed } from '../../src/work/step.ts'

/** All inputs of one `work` proof, by the circuit's names. */
export type WorkInputs = Opening & {
  readonly challenge: bigint
  readonly datasetRoot: bigint
  readonly traceRoot: bigint
  readonly steps: bigint
  readonly sampleSeed: bigint
  readonly sampleIndex: bigint
}

export type Trial = {
  readonly challenge: bigint
  readonly steps: number
  readonly sampleSeed: bigint
  readonly sampleIndex: number
}

/** A field element that depends on nothing but `name`. */
export function element(name: string): bigint {
  return BigInt(`0x${createHash('sha256').update(name).digest('hex')}`) >> 3n
}

/**
 * Opens the places that `trial` samples in a trace of arbitrary leaves.
 *
 * Outputs that no place samples are arbitrary too: the statement does not look at them.
 *
 * @param commit what a step commits instead of the honest outputs.
 */
export function openTrial(
  profile: WorkProfile,
  dataset: Dataset,
  trial: Trial,
  commit: (step: Step, place: Place) => Step = (step) => step,
): WorkInputs {
  const places = samplePlaces(profile, trial.steps, trial.sampleSeed, trial.sampleIndex)
  const sampled = new Set(places.map((place) => place.step))
  const trace = new MerkleTree('pocps.trace', profile.traceDepth)
  for (let i = 0; i < 24; i++) {
    const t = Number(element(`position ${trial.sampleSeed} ${i}`) % BigInt(trial.steps))
    if (!sampled.has(t)) trace.set(t, element(`leaf ${trial.sampleSeed} ${i}`))
  }

  const committed = new Map<bigint, Step>()
  for (const t of [...sampled].sort((a, b) => a - b)) {
    const here = places.filter((place) => place.step === t)
    const neurons = new Set(here.flatMap((place) => place.neurons))
    const seed = stepSeed(trial.challenge, t, trace.path(t))
    const honest = runStep(profile, dataset, seed, (layer, input) =>
      Uint8Array.from({ length: profile.entries }, (_, j) =>
        neurons.has(j) ? outputBits(dotProduct(dataset.entries(layer * profile.entries + j), input)) : (j * 7) % 4,
      ),
    )
    const step = here.reduce(commit, honest)
    committed.set(seed, step)
    trace.set(t, step.leaf)
  }

  const opening = openPlaces(profile, dataset, trace, trial.challenge, places, (seed) => committed.get(seed)!)
  return {
    challenge: trial.challenge,
    datasetRoot: dataset.root,
    traceRoot: trace.root,
    steps: BigInt(trial.steps),
    sampleSeed: trial.sampleSeed,
    sampleIndex: BigInt(trial.sampleIndex),
    ...opening,
  }
}

/** `step` with the outputs of one column replaced, and committed like any other. */
export function withOutputs(profile: WorkProfile, step: Step, column: number, outputs: readonly bigint[]): Step {
  const all = step.outputs.with(column, outputs)
  const columns = MerkleTree.of(
    'pocps.columns',
    profile.columnDepth,
    all.map((elements) => digest('pocps.output', elements)),
  )
  return { leaf: columns.root, outputs: all, columns }
}

/** A dataset in which row `i` is `rows[i mod rows.length]`; for rows that no keystream gives. */
export class PatternDataset implements Dataset {
  readonly #rows: readonly (readonly bigint[])[]
  readonly #entries: readonly Int8Array[]
  readonly #tree: MerkleTree

  constructor(profile: WorkProfile, rows: readonly (readonly bigint[])[]) {
    this.#rows = rows
    this.#entries = rows.map((elements) => entriesOf(elements))
    const digests = rows.map((elements) => digest('pocps.row', elements))
    this.#tree = MerkleTree.of(
      'pocps.dataset',
      profile.datasetDepth,
      Array.from({ length: profile.datasetRows }, (_, index) => digests[index % rows.length]!),
    )
  }

  row(index: number): readonly bigint[] {
    return this.#rows[index % this.#rows.length]!
  }

  entries(index: number): Int8Array {
    return this.#entries[index % this.#rows.length]!
  }

  get root(): bigint {
    return this.#tree.root
  }

  path(index: number): readonly bigint[] {
    return this.#tree.path(index)
  }
}
