/** Compares how often sampling catches a lazy node with what the soundness bound says. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { workProfileOf } from '../../circuits/circuits.ts'
import { COMPUTED_SHARE, lazyRule } from '../../src/demo/lazy-worker.ts'
import { detectionProbability } from '../../src/sampling.ts'
import { GeneratedDataset } from '../../src/work/dataset.ts'
import { MerkleTree } from '../../src/work/merkle-tree.ts'
import { samplePlaces, wrongOutputs } from '../../src/work/open.ts'
import { runStep, stepSeed } from '../../src/work/step.ts'

const profile = workProfileOf('work-dev')
const ROUNDS = 200
const STEPS = 2

const bytes = (text: string) => createHash('sha256').update(text).digest()
const element = (text: string) => BigInt(`0x${bytes(text).toString('hex')}`) >> 3n

describe('sampling', () => {
  it(`catches a node that computes ${COMPUTED_SHARE} of its outputs as often as the bound says, in ${ROUNDS} rounds`, () => {
    const dataset = new GeneratedDataset(profile, bytes('detection'))
    const lazy = lazyRule(COMPUTED_SHARE)(dataset, profile)
    let caught = 0
    for (let round = 0; round < ROUNDS; round++) {
      const challenge = element(`challenge ${round}`)
      const trace = new MerkleTree('pocps.trace', profile.traceDepth)
      const steps = Array.from({ length: STEPS }, (_, t) => {
        const step = runStep(profile, dataset, stepSeed(challenge, t, trace.path(t)), lazy)
        trace.set(t, step.leaf)
        return step
      })
      // What the contract derives from later randomness and the committed root.
      const sampleSeed = element(`samples ${round} ${trace.root}`)
      const places = samplePlaces(profile, STEPS, sampleSeed, 0)
      if (wrongOutputs(profile, dataset, trace, challenge, places, (t) => steps[t]!).length > 0) caught++
    }

    const expected = detectionProbability(1 - COMPUTED_SHARE, {
      columns: profile.sampledColumns,
      neurons: profile.sampledNeurons,
    })
    const deviation = Math.sqrt((expected * (1 - expected)) / ROUNDS)
    const observed = caught / ROUNDS
    console.log(`      observed ${observed.toFixed(3)}, bound ${expected.toFixed(3)} ± ${deviation.toFixed(3)}`)
    assert.ok(Math.abs(observed - expected) < 4 * deviation, `observed ${observed}, expected ${expected}`)
  })
})
