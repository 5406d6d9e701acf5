/** The prover on the real circuit and the shared vectors. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import * as snarkjs from 'snarkjs'
import { buildKeys } from '../../circuits/setup.ts'
import { type CircuitInputs, createProver, type Prover, ProverError, type SignalValue } from '../../prover/index.ts'

type Nested = string | number | readonly Nested[]

const vectors = new URL('../vectors/work-dev.json', import.meta.url)
const verificationKey = new URL('../../circuits/generated/work-dev.verification-key.json', import.meta.url)

function toBigints(value: Nested): SignalValue {
  return typeof value === 'object' ? value.map(toBigints) : BigInt(value)
}

describe('prover on work-dev', () => {
  let prover: Prover
  let inputs: CircuitInputs

  before(async () => {
    await buildKeys('work-dev')
    const { proofs } = JSON.parse(await readFile(vectors, 'utf8'))
    const named = Object.entries(proofs[0].inputs as Readonly<Record<string, Nested>>)
    inputs = Object.fromEntries(named.map(([signal, value]) => [signal, toBigints(value)]))
    prover = await createProver({ workers: 1, circuits: ['work-dev'] })
  })
  after(() => prover.close())

  it('makes a proof that snarkjs accepts with nothing but the committed verification key', async () => {
    const { proof, publicSignals } = await prover.prove({ circuit: 'work-dev', inputs })
    const names = ['challenge', 'datasetRoot', 'traceRoot', 'steps', 'sampleSeed', 'sampleIndex']
    assert.deepEqual(
      publicSignals,
      names.map((name) => inputs[name]),
    )
    const key = JSON.parse(await readFile(verificationKey, 'utf8'))
    const copy = JSON.parse(JSON.stringify(proof))
    assert.equal(await snarkjs.groth16.verify(key, publicSignals.map(String), copy), true)
    assert.equal(await prover.verify('work-dev', publicSignals, proof), true)
    assert.match(key.notice, /^DEVELOPMENT ONLY/)
  })

  it('finds no witness for a trace that it does not open', async () => {
    const lazy = {
      ...inputs,
      outputElements: [inputs.outputElements, inputs.outputElements].map(
        (_, i) => (inputs.outputElements as SignalValue[])[1 - i]!,
      ),
    }
    await assert.rejects(
      prover.prove({ circuit: 'work-dev', inputs: lazy }),
      (error) => error instanceof ProverError && error.code === 'WITNESS_UNSATISFIED' && !error.retryable,
    )
  })
})
