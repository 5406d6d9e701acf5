/** The committed proofs of the demo's enclave: they verify, and say what the evidence says. */
import assert from 'node:assert/strict'
import { createProver, type Prover } from '../../prover/index.ts'
import { committedProof, type EnclaveCircuit, provenStatement } from '../../src/demo/enclave-proofs.ts'

const circuits: readonly EnclaveCircuit[] = ['enclave-platform-dev', 'enclave-boot-tdx-v4']

describe('the committed proofs of the demo’s enclave', () => {
  let prover: Prover
  before(async () => {
    prover = await createProver({ workers: 1 })
  })
  after(() => prover.close())

  for (const id of circuits) {
    it(`of ${id} verifies for its public signals, and for no others`, async () => {
      const { circuit, proof, publicSignals } = await committedProof(id)
      assert.equal(circuit, id)
      const signals = publicSignals.map(BigInt)
      assert.equal(await prover.verify(id, signals, proof), true)
      for (const i of signals.keys()) {
        assert.equal(await prover.verify(id, signals.with(i, signals[i]! + 1n), proof), false)
      }
    })

    it(`of ${id} has the public signals that the plain reference makes from the synthetic evidence`, async () => {
      const { publicSignals } = await committedProof(id)
      assert.deepEqual(publicSignals.map(BigInt), provenStatement(id).publicSignals)
    })
  }
})
