/** The arithmetic of samples. */
import assert from 'node:assert/strict'
import { breakEvenProbability, detectionProbability, samplesFor } from '../src/sampling.ts'

describe('sampling arithmetic', () => {
  it('catches a whole guess of one neuron three times in four', () => {
    assert.equal(detectionProbability(1, { columns: 1, neurons: 1 }), 0.75)
  })

  it('asks for the fewest proofs that reach the wanted certainty', () => {
    for (const perProof of [
      { columns: 2, neurons: 1 },
      { columns: 4, neurons: 4 },
    ]) {
      for (const fraction of [0.01, 0.1, 0.5, 1]) {
        for (const bits of [1, 10, 40]) {
          const proofs = samplesFor(fraction, bits, perProof)
          const missed = (n: number) =>
            1 - detectionProbability(fraction, { ...perProof, columns: perProof.columns * n })
          assert.ok(missed(proofs) <= 2 ** -bits * (1 + 1e-6))
          assert.ok(proofs === 1 || missed(proofs - 1) > 2 ** -bits)
        }
      }
    }
  })

  it('breaks even where design §5 says', () => {
    assert.ok(Math.abs(breakEvenProbability(1, 0.1, 1, 3.5) - 1 / (0.9 * 4.5)) < 1e-12)
  })

  it('refuses shares outside their range', () => {
    assert.throws(() => detectionProbability(0, { columns: 1, neurons: 1 }), RangeError)
    assert.throws(() => samplesFor(0.1, 0, { columns: 1, neurons: 1 }), RangeError)
    assert.throws(() => breakEvenProbability(1, 1, 1, 1), RangeError)
  })
})
