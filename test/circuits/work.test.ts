/** The whole work circuit of the development profile. */
import assert from 'node:assert/strict'
import { circuit, workProfileOf } from '../../circuits/circuits.ts'
import { compile } from '../../circuits/compile.ts'
import { GeneratedDataset } from '../../src/work/dataset.ts'
import { MerkleTree } from '../../src/work/merkle-tree.ts'
import { openPlaces, samplePlaces, wrongOutputs } from '../../src/work/open.ts'
import { type Multiply, multiplyBy, runStep, stepSeed } from '../../src/work/step.ts'
import { assertDetermined, assertEveryWireIsHeld } from './forgery.ts'
import { type Inputs, modulo, randomElement, Subject } from './harness.ts'
import { vectors } from './vectors.ts'

const profile = workProfileOf('work-dev')
const { publicSignals, maxConstraints } = circuit('work-dev')
const openings = ['tracePath', 'columnPath', 'rowElements', 'rowPath', 'weightElements', 'weightPath', 'outputElements']

describe('circuits: work-dev', () => {
  let work: Subject
  before(async () => {
    work = await Subject.of(await compile('work-dev'))
  })

  it('takes the vectors', async () => {
    for (const { inputs } of vectors.proofs) {
      const witness = await work.witness(inputs)
      assert.deepEqual(work.system.broken(witness), [])
      assert.deepEqual(
        witness.slice(1, 1 + publicSignals.length),
        publicSignals.map((name) => BigInt(String(inputs[name]))),
      )
    }
  })

  it('fits a domain of 2^16 with its public signals and the constant', () => {
    assert.ok(work.system.rows.length + publicSignals.length + 1 <= 2 ** 16)
    assert.ok(work.system.rows.length <= maxConstraints)
  })

  it('refuses every other value of a public signal', async () => {
    const { inputs } = vectors.proofs[0]!
    for (const name of publicSignals) {
      const changed = { ...inputs, [name]: BigInt(String(inputs[name])) + 1n }
      await assert.rejects(work.witness(changed), /Assert Failed/, name)
    }
    for (const steps of [0, 2 ** 16 + 1]) await assert.rejects(work.witness({ ...inputs, steps }), /Assert Failed/)
  })

  it('refuses an opening with one element changed', async () => {
    const { inputs } = vectors.proofs[1]!
    for (const name of openings) {
      for (const position of ['first', 'last'] as const) {
        const changed = { ...inputs, [name]: plusOne(inputs[name]!, position) }
        await assert.rejects(work.witness(changed), /Assert Failed/, `${position} of ${name}`)
      }
    }
  })

  it('admits no forged witness: no private wire can move alone', async () => {
    for (const { inputs } of vectors.proofs.slice(0, 2)) assertEveryWireIsHeld(work, await work.witness(inputs))
  })

  it('admits no forged witness: the inputs fix every wire, given that canonical bits and selectors are fixed', () => {
    // These two are fixed by arguments that the plan does not know; tags.test.ts and outputs.test.ts make them.
    const assumed = work.system.matching(/(lanes\[\d\]|drawn|fresh)\.bits\[|committed\.at(Element|Slot)\[/)
    assert.equal(assumed.length, 8 * 254 + 2 * (16 + 62))
    assertDetermined(work, assumed)
  })

  it('admits no forged witness: a proof of one sample, seed, challenge or number of steps is none of another', async () => {
    const { system } = work
    const assumed = system.matching(/(lanes\[\d\]|drawn|fresh)\.bits\[|committed\.at(Element|Slot)\[/)
    const plan = system.plan(assumed)
    const witness = await work.witness(vectors.proofs[0]!.inputs)
    for (const [name, value] of [
      ['sampleIndex', 1n],
      ['sampleSeed', BigInt(vectors.proofs[2]!.sampleSeed)],
      ['challenge', randomElement()],
      ['steps', 65536n],
      ['steps', modulo(-1n)],
      ['datasetRoot', randomElement()],
      ['traceRoot', randomElement()],
    ] as const) {
      const claimed = system.set(witness, [[system.wire(`main.${name}`), value]])
      assert.ok(system.broken(claimed).length > 0, name)
      assert.ok(system.broken(system.complete(claimed, plan)).length > 0, `${name}, the rest computed to fit`)
    }
  })

  describe('on traces that were not computed as they should', () => {
    const dataset = new GeneratedDataset(profile, Buffer.alloc(32, 7))
    const honest = multiplyBy(dataset, profile)
    const challenge = randomElement()

    /** Two steps under a rule, each from the seed that `seedOf` gives. */
    const execute = (multiply: Multiply, seedOf: (t: number, path: readonly bigint[]) => bigint) => {
      const trace = new MerkleTree('pocps.trace', profile.traceDepth)
      const steps = [0, 1].map((t) => {
        const step = runStep(profile, dataset, seedOf(t, trace.path(t)), multiply)
        trace.set(t, step.leaf)
        return step
      })
      const open = (sampleSeed: bigint): { inputs: Inputs; wrong: number; steps: number[] } => {
        const places = samplePlaces(profile, 2, sampleSeed, 0)
        const inputs = openPlaces(profile, dataset, trace, challenge, places, (_, t) => steps[t]!)
        const wrong = wrongOutputs(profile, dataset, trace, challenge, places, (t) => steps[t]!)
        const roots = { datasetRoot: dataset.root, traceRoot: trace.root }
        return {
          inputs: { challenge, ...roots, steps: 2, sampleSeed, sampleIndex: 0, ...inputs } as Inputs,
          wrong: wrong.length,
          steps: places.map(({ step }) => step),
        }
      }
      return open
    }
    const seeds = Array.from({ length: 64 }, randomElement)

    it('refuses exactly the samples that meet a wrong output', async () => {
      const lazy: Multiply = (layer, input) => honest(layer, input).map((y, j) => (j % 4 === 0 ? y ^ 1 : y))
      const opened = seeds.map(execute(lazy, (t, path) => stepSeed(challenge, t, path)))
      const caught = opened.filter(({ wrong }) => wrong > 0)
      const missed = opened.filter(({ wrong }) => wrong === 0)
      assert.ok(caught.length > 0 && missed.length > 0)
      for (const { inputs } of caught.slice(0, 3)) await assert.rejects(work.witness(inputs), /Assert Failed/)
      for (const { inputs } of missed.slice(0, 3)) await work.witness(inputs)
    })

    it('refuses the samples that meet a step computed from another past, unless two bits agree by chance', async () => {
      const spliced = execute(honest, (t, path) => stepSeed(challenge, t, t === 1 ? [5n, ...path.slice(1)] : path))
      const opened = seeds.map(spliced)
      const met = opened.filter(({ steps }) => steps.includes(1))
      const caught = opened.filter(({ wrong }) => wrong > 0)
      const missed = opened.filter(({ wrong }) => wrong === 0)
      // A blind output is right one time in four, so at least three quarters are expected.
      assert.ok(caught.length > met.length / 3 && caught.every((sample) => met.includes(sample)))
      for (const { inputs } of caught.slice(0, 3)) await assert.rejects(work.witness(inputs), /Assert Failed/)
      for (const { inputs } of missed.slice(0, 3)) await work.witness(inputs)
    })
  })
})

type Value = Inputs[string]

/** A copy of a nested array with its first or last number one higher. */
function plusOne(value: Value, position: 'first' | 'last'): Value {
  if (!Array.isArray(value)) return BigInt(String(value)) + 1n
  const at = position === 'first' ? 0 : value.length - 1
  return value.with(at, plusOne(value[at], position))
}
