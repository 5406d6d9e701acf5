/**
 * A synthetic round of any profile: everything that one proof opens, and nothing else.
 *
 * The steps, columns, outputs and dataset rows that are not opened are absent: leaves and outputs of 0. To the circuit
 * that is a round like any other; it is no evidence that anybody executed it.
 */
import assert from 'node:assert/strict'
import type { WorkProfile } from '../../circuits/circuits.ts'
import { elementsOf, entriesOf, rowBytes } from '../../src/work/dataset.ts'
import { MerkleTree } from '../../src/work/merkle-tree.ts'
import { samplePlaces } from '../../src/work/open.ts'
import { digest } from '../../src/work/poseidon.ts'
import { columnInput, dotProduct, outputBits, packOutputs, stepSeed } from '../../src/work/step.ts'
import { type Inputs, randomElement } from './harness.ts'

export function sparseRound(profile: WorkProfile, steps: number): Inputs {
  const datasetSeed = Buffer.alloc(32, 3)
  const [challenge, sampleSeed] = [randomElement(), randomElement()]
  const sampleIndex = 1
  const places = samplePlaces(profile, steps, sampleSeed, sampleIndex)
  const distinct = new Set(places.map(({ step }) => step))
  assert.equal(distinct.size, places.length, 'two samples in one step would have to share its columns')

  const trace = new MerkleTree('pocps.trace', profile.traceDepth)
  const dataset = new MerkleTree('pocps.dataset', profile.datasetDepth)
  const row = (index: number) => {
    const elements = elementsOf(rowBytes(datasetSeed, index, profile))
    dataset.set(index, digest('pocps.row', elements))
    return elements
  }
  const openings = new Map(
    // In the order of time, so that a later step starts from the earlier ones.
    places
      .toSorted((a, b) => a.step - b.step)
      .map(({ step, column, neurons }) => {
        const input = columnInput(profile, stepSeed(challenge, step, trace.path(step)), column)
        const rowElements = row(input.row)
        const x = entriesOf([input.fresh, ...rowElements.slice(1)])
        const weightRows = neurons.map((neuron) => input.layer * profile.entries + neuron)
        const weightElements = weightRows.map(row)
        const outputs = new Uint8Array(profile.entries)
        neurons.forEach((neuron, k) => {
          outputs[neuron] = outputBits(dotProduct(entriesOf(weightElements[k]!), x))
        })
        const outputElements = packOutputs(outputs)
        const columns = new MerkleTree('pocps.columns', profile.columnDepth)
        columns.set(column, digest('pocps.output', outputElements))
        trace.set(step, columns.root)
        return [
          step,
          { input, rowElements, weightRows, weightElements, outputElements, columnPath: columns.path(column) },
        ]
      }),
  )
  const opened = places.map(({ step }) => openings.get(step)!)
  return {
    challenge,
    datasetRoot: dataset.root,
    traceRoot: trace.root,
    steps,
    sampleSeed,
    sampleIndex,
    tracePath: places.map(({ step }) => trace.path(step)),
    columnPath: opened.map(({ columnPath }) => columnPath),
    rowElements: opened.map(({ rowElements }) => rowElements),
    rowPath: opened.map(({ input }) => dataset.path(input.row)),
    weightElements: opened.map(({ weightElements }) => weightElements),
    weightPath: opened.map(({ weightRows }) => weightRows.map((index) => dataset.path(index))),
    outputElements: opened.map(({ outputElements }) => outputElements),
  }
}
