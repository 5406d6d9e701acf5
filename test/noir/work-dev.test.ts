/** The Noir twin of `work-dev` accepts and refuses what the statement does. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InputMap, Noir } from '@noir-lang/noir_js'
import { workProfileOf } from '../../circuits/circuits.ts'
import { compileProgram, noirRoot } from '../../circuits/noir/compile.ts'
import { entriesOf, GeneratedDataset } from '../../src/work/dataset.ts'
import { samplePlaces } from '../../src/work/open.ts'
import { FIELD_ORDER } from '../../src/work/poseidon.ts'
import { dotProduct } from '../../src/work/step.ts'
import { element, openTrial, PatternDataset, type Trial, type WorkInputs, withOutputs } from './places.ts'

type Signal = string | readonly Signal[]
type Inputs = Readonly<Record<string, Signal>>
type Vectors = { readonly proofs: readonly { readonly inputs: Inputs }[] }

const profile = workProfileOf('work-dev')
const vectors = JSON.parse(readFileSync(new URL('../vectors/work-dev.json', import.meta.url), 'utf8')) as Vectors
const proofs = vectors.proofs.map(({ inputs }) => decimal(inputs))

const PUBLIC = ['challenge', 'datasetRoot', 'traceRoot', 'steps', 'sampleSeed', 'sampleIndex']
const PRIVATE: Readonly<Record<string, readonly number[]>> = {
  tracePath: [profile.sampledColumns, profile.traceDepth],
  columnPath: [profile.sampledColumns, profile.columnDepth],
  rowElements: [profile.sampledColumns, profile.elements],
  rowPath: [profile.sampledColumns, profile.datasetDepth],
  weightElements: [profile.sampledColumns, profile.sampledNeurons, profile.elements],
  weightPath: [profile.sampledColumns, profile.sampledNeurons, profile.datasetDepth],
  outputElements: [profile.sampledColumns, profile.elements],
}

/** Any value, its numbers as decimal strings. */
function decimal(value: unknown): Inputs {
  return JSON.parse(
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' || typeof v === 'number' ? v.toString() : v)),
  ) as Inputs
}

/** The element of `signal` at `path`, changed. */
function changed(signal: Signal, path: readonly number[], change: (value: bigint) => bigint): Signal {
  if (typeof signal === 'string') return change(BigInt(signal)).toString()
  const [index, ...rest] = path
  return signal.with(index!, changed(signal[index!]!, rest, change))
}

const plusOne = (value: bigint) => (value + 1n) % FIELD_ORDER
const pick = (name: string, n: number) => Number(element(name) % BigInt(n))

describe('the Noir twin of work-dev', () => {
  let twin: Noir
  let dataset: GeneratedDataset

  before(async () => {
    twin = new Noir(await compileProgram(join(noirRoot, 'bin/work_dev')))
    dataset = new GeneratedDataset(profile, createHash('sha256').update('noir twin').digest())
  })

  const accepts = async (inputs: Inputs | WorkInputs) => {
    await twin.execute(decimal(inputs) as InputMap)
  }
  const refuses = async (inputs: Inputs | WorkInputs, reason: RegExp) => {
    await assert.rejects(twin.execute(decimal(inputs) as InputMap), reason)
  }

  const TRACE = /outputs do not open to the trace root/
  const ROW = /row does not open to the dataset root/
  const OUTPUT = /committed output differs from the computed one/
  const RANGE = /assert_max_bit_size/
  const UNSATISFIED = new RegExp([TRACE, ROW, OUTPUT, RANGE, /do not recompose/].map((e) => e.source).join('|'))

  describe('on the shared vectors', () => {
    proofs.forEach((inputs, p) => {
      it(`accepts proof ${p}`, () => accepts(inputs))

      it(`gives the inputs of proof ${p} the names and shapes of the statement`, () => {
        const shape = (signal: Signal): number[] =>
          typeof signal === 'string' ? [] : [signal.length, ...shape(signal[0]!)]
        assert.deepEqual(Object.keys(inputs), [...PUBLIC, ...Object.keys(PRIVATE)])
        for (const [name, expected] of Object.entries(PRIVATE)) assert.deepEqual(shape(inputs[name]!), expected)
      })
    })

    for (const name of PUBLIC.filter((signal) => signal !== 'steps')) {
      it(`refuses another ${name}`, async () => {
        const p = pick(name, proofs.length)
        await refuses({ ...proofs[p]!, [name]: changed(proofs[p]![name]!, [], plusOne) }, UNSATISFIED)
        await refuses({ ...proofs[p]!, [name]: element(`another ${name}`).toString() }, UNSATISFIED)
      })
    }

    it('accepts another number of steps exactly when it samples the same places', async () => {
      const { sampleSeed, sampleIndex, steps } = proofs[0]!
      const places = (n: number) => samplePlaces(profile, n, BigInt(sampleSeed as string), Number(sampleIndex))
      const expected = JSON.stringify(places(Number(steps)))
      const outcomes = new Set<boolean>()
      for (const n of [1, 2, 3, 4, 6, 7, 8, 100, 65536]) {
        const same = JSON.stringify(places(n)) === expected
        outcomes.add(same)
        const inputs = { ...proofs[0]!, steps: n.toString() }
        await (same ? accepts(inputs) : refuses(inputs, TRACE))
      }
      assert.equal(outcomes.size, 2)
    })

    for (const steps of [0n, 2n ** 16n + 1n, 2n ** 32n, FIELD_ORDER - 1n]) {
      it(`refuses ${steps} steps`, () => refuses({ ...proofs[0]!, steps: steps.toString() }, RANGE))
    }

    for (const [name, shape] of Object.entries(PRIVATE)) {
      it(`refuses ${name} with one element changed`, async () => {
        for (let column = 0; column < profile.sampledColumns; column++) {
          const p = pick(`${name} ${column}`, proofs.length)
          const path = [column, ...shape.slice(1).map((length, k) => pick(`${name} ${column} ${k}`, length))]
          await refuses({ ...proofs[p]!, [name]: changed(proofs[p]![name]!, path, plusOne) }, UNSATISFIED)
        }
      })
    }

    it('refuses a signal that is not canonical', () =>
      refuses(
        { ...proofs[0]!, challenge: (BigInt(proofs[0]!.challenge as string) + FIELD_ORDER).toString() },
        /modulus/,
      ))
  })

  const trial = (name: string, steps: number): Trial => ({
    challenge: element(`challenge ${name}`),
    steps,
    sampleSeed: element(`sample seed ${name}`),
    sampleIndex: pick(`sample index ${name}`, 64),
  })

  describe('on places of the plain reference', () => {
    for (const steps of [1, 2, 4097, 40961, 2 ** 16]) {
      it(`accepts honest openings in a trace of ${steps} steps, and none with a corrupted element`, async () => {
        const inputs = openTrial(profile, dataset, trial(`honest ${steps}`, steps))
        await accepts(inputs)

        const names = Object.keys(PRIVATE)
        for (let i = 0; i < 2; i++) {
          const salt = `corrupt ${steps} ${i}`
          const name = names[pick(salt, names.length)]!
          const path = PRIVATE[name]!.map((length, k) => pick(`${salt} ${k}`, length))
          const corrupt = changed(decimal(inputs)[name]!, path, () => element(salt))
          await refuses({ ...decimal(inputs), [name]: corrupt }, UNSATISFIED)
        }
      })
    }

    it('accepts dot products near both ends', async () => {
      // Rows of -8 and of 7: 930 of the 992 products are 64, -56 or 49 each, the other 62 entries are fresh.
      const rows = ['0', 'f'].map((nibble) =>
        new Array<bigint>(profile.elements).fill(BigInt(`0x${nibble.repeat(62)}`)),
      )
      const extreme = new PatternDataset(profile, rows)
      const sums = new Set<number>()
      for (const name of ['extreme a', 'extreme b', 'extreme c']) {
        const inputs = openTrial(profile, extreme, trial(name, 1000))
        await accepts(inputs)
        inputs.rowElements.forEach((row, column) => {
          const weights = entriesOf(inputs.weightElements[column]![0]!.slice(1))
          sums.add(dotProduct(weights, entriesOf(row.slice(1))))
        })
      }
      assert.ok(sums.has(930 * 64) && sums.has(930 * -56), `only ${[...sums]}`)
    })

    it('refuses each wrong output, committed like a right one', async () => {
      for (const error of [1n, 2n, 3n]) {
        const inputs = openTrial(profile, dataset, trial('wrong output', 300), (step, place) => {
          const j = place.neurons[0]!
          const bits = error << BigInt(2 * (j % 62))
          const outputs = step.outputs[place.column]!
          return withOutputs(
            profile,
            step,
            place.column,
            outputs.with(Math.floor(j / 62), outputs[Math.floor(j / 62)]! ^ bits),
          )
        })
        await refuses(inputs, OUTPUT)
      }
    })

    it('accepts a wrong output that no place samples', async () => {
      const inputs = openTrial(profile, dataset, trial('unsampled', 300), (step, place) => {
        const outputs = step.outputs[place.column]!
        const other = (place.neurons[0]! + 1) % profile.entries
        const e = Math.floor(other / 62)
        return withOutputs(profile, step, place.column, outputs.with(e, outputs[e]! ^ (1n << BigInt(2 * (other % 62)))))
      })
      await accepts(inputs)
    })

    it('refuses a committed element of 125 bits where it is sampled, and only there', async () => {
      const wide = (offset: number) =>
        openTrial(profile, dataset, trial('wide output', 300), (step, place) => {
          const outputs = step.outputs[place.column]!
          const e = (Math.floor(place.neurons[0]! / 62) + offset) % profile.elements
          return withOutputs(profile, step, place.column, outputs.with(e, outputs[e]! + (1n << 124n)))
        })
      await refuses(wide(0), /outputs do not recompose/)
      await accepts(wide(1))
    })

    it('refuses a row of the dataset other than the one demanded', async () => {
      const inputs = openTrial(profile, dataset, trial('other row', 300))
      for (const other of [0, 1]) {
        await refuses(
          {
            ...inputs,
            rowElements: inputs.rowElements.with(other, dataset.row(17)),
            rowPath: inputs.rowPath.with(other, dataset.path(17)),
          },
          ROW,
        )
        await refuses(
          {
            ...inputs,
            weightElements: inputs.weightElements.with(other, [dataset.row(17)]),
            weightPath: inputs.weightPath.with(other, [dataset.path(17)]),
          },
          ROW,
        )
      }
    })

    it('refuses dataset rows that are not nibble vectors', async () => {
      const wide = new Array<bigint>(profile.elements).fill(1n << 248n)
      const inputs = openTrial(profile, new PatternDataset(profile, [wide]), trial('wide row', 300))
      await refuses(inputs, /nibbles do not recompose/)
    })

    it('refuses places of another proof of the same round', async () => {
      const one = trial('other proof', 5000)
      const inputs = openTrial(profile, dataset, one)
      await refuses({ ...inputs, sampleIndex: BigInt(one.sampleIndex + 1) }, UNSATISFIED)
    })
  })
})
