/** The work circuit of the standard profile: a witness of a synthetic round, whose unopened places are absent. */
import assert from 'node:assert/strict'
import { workProfileOf } from '../../circuits/circuits.ts'
import { compile } from '../../circuits/compile.ts'
import { calculateWitness, type Inputs } from './harness.ts'
import { brokenRows, describeSlow } from './large.ts'
import { sparseRound } from './sparse-round.ts'

// Compiling takes minutes; circuits/generated/sizes.json is checked against the source in every run.
describeSlow('circuits: work-standard', () => {
  it('takes the openings of a long trace by a witness that satisfies every row, and refuses wrong outputs', async () => {
    const { wasm, r1cs } = await compile('work-standard')
    const inputs = sparseRound(workProfileOf('work-standard'), 3_000_000_019)
    const outputElements = inputs.outputElements as readonly (readonly bigint[])[]
    const wrong = outputElements.with(
      3,
      outputElements[3]!.map((element) => element ^ ((1n << 124n) - 1n)),
    )
    await assert.rejects(calculateWitness(wasm, { ...inputs, outputElements: wrong } as Inputs), /Assert Failed/)
    assert.deepEqual(await brokenRows(r1cs, await calculateWitness(wasm, inputs)), [])
  })
})
