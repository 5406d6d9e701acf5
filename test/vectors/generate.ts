/** Writes `work-dev.json` from the plain reference: `tsx test/vectors/generate.ts`. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { workProfileOf } from '../../circuits/circuits.ts'
import { GeneratedDataset } from '../../src/work/dataset.ts'
import { MerkleTree } from '../../src/work/merkle-tree.ts'
import { openPlaces, samplePlaces } from '../../src/work/open.ts'
import { draw, FIELD_ORDER, hash, type Tag } from '../../src/work/poseidon.ts'
import { multiplyBy, runStep, stepSeed } from '../../src/work/step.ts'

const profile = workProfileOf('work-dev')
const seedOf = (name: string) => createHash('sha256').update(`pocps vector ${name}`).digest()
const element = (name: string) => BigInt(`0x${seedOf(name).toString('hex')}`) >> 3n

const STEPS = 5
const datasetSeed = seedOf('dataset')
const challenge = element('challenge')
const dataset = new GeneratedDataset(profile, datasetSeed)
const multiply = multiplyBy(dataset, profile)
const trace = new MerkleTree('pocps.trace', profile.traceDepth)
const leaves: bigint[] = []
for (let t = 0; t < STEPS; t++) {
  const { leaf } = runStep(profile, dataset, stepSeed(challenge, t, trace.path(t)), multiply)
  trace.set(t, leaf)
  leaves.push(leaf)
}

const hashes: { tag: Tag; inputs: bigint[] }[] = [1, 2, 3, 4, 8, 15, 16].flatMap((n) => [
  { tag: 'pocps.trace' as Tag, inputs: Array.from({ length: n }, (_, i) => BigInt(i)) },
  { tag: 'pocps.row' as Tag, inputs: Array.from({ length: n }, (_, i) => FIELD_ORDER - 1n - BigInt(i)) },
])
const draws = [0n, 1n, FIELD_ORDER - 1n, element('draw a'), element('draw b')].flatMap((h) =>
  [0, 1, 2].flatMap((lane) => [1n, 3n, 992n, 65536n, 2n ** 32n].map((n) => ({ h, lane, n, value: draw(h, lane, n) }))),
)
const proofs = ['sample a', 'sample b'].flatMap((name) =>
  [0, 1].map((sampleIndex) => {
    const sampleSeed = element(name)
    const places = samplePlaces(profile, STEPS, sampleSeed, sampleIndex)
    const inputs = openPlaces(profile, dataset, trace, challenge, places, (seed) =>
      runStep(profile, dataset, seed, multiply),
    )
    const publicInputs = {
      challenge,
      datasetRoot: dataset.root,
      traceRoot: trace.root,
      steps: STEPS,
      sampleSeed,
      sampleIndex,
    }
    return { sampleSeed, sampleIndex, places, inputs: { ...publicInputs, ...inputs } }
  }),
)

const vectors = {
  profile: 'work-dev',
  datasetSeed: `0x${datasetSeed.toString('hex')}`,
  datasetRoot: dataset.root,
  challenge,
  steps: STEPS,
  leaves,
  traceRoot: trace.root,
  poseidon: hashes.map(({ tag, inputs }) => ({ tag, inputs, output: hash(tag, inputs) })),
  draws,
  proofs,
}
const text = JSON.stringify(vectors, (_, value) => (typeof value === 'bigint' ? value.toString() : value), 1)
writeFileSync(new URL('work-dev.json', import.meta.url), `${text}\n`)
