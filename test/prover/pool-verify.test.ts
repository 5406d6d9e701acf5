/** How the prover verifies proofs that come from an enemy. */
import assert from 'node:assert/strict'
import { q, r } from '../../circuits/setup/field.ts'
import { ProverError } from '../../prover/errors.ts'
import { ProverPool } from '../../prover/pool.ts'
import type { Groth16Proof } from '../../prover/prover.ts'
import { buildToy, toy, toyArtifacts, toyInputs } from './toy-circuit.ts'

describe('prover verification', () => {
  let prover: ProverPool
  let proof: Groth16Proof
  let publicSignals: readonly bigint[]

  before(async () => {
    prover = new ProverPool({ artifacts: toyArtifacts(await buildToy()), workers: 1 })
    const result = await prover.prove({ circuit: toy, inputs: toyInputs() })
    proof = result.proof
    publicSignals = result.publicSignals
  })
  after(() => prover.close())

  it('accepts a proof for its own public signals and for no others', async () => {
    assert.equal(await prover.verify(toy, publicSignals, proof), true)
    for (const i of publicSignals.keys()) {
      const others = publicSignals.map((signal, j) => (i === j ? signal + 1n : signal))
      assert.equal(await prover.verify(toy, others, proof), false)
    }
  })

  it('rejects a proof with its points exchanged or negated', async () => {
    const { pi_a, pi_c } = proof
    assert.equal(await prover.verify(toy, publicSignals, { ...proof, pi_a: pi_c, pi_c: pi_a }), false)
    const negated = [pi_a[0]!, String(q - BigInt(pi_a[1]!)), '1']
    assert.equal(await prover.verify(toy, publicSignals, { ...proof, pi_a: negated }), false)
  })

  const plus = (value: string, more: bigint) => String(BigInt(value) + more)
  // x = (1, 0): y² = x³ + 3/(9 + u) has a root there, and the point is not of order r.
  const outsideTheGroup = async () => {
    const { curve } = await import('../../circuits/setup/curve.ts')
    const { F2 } = (await curve()) as unknown as { F2: Record<string, (...args: unknown[]) => Uint8Array> }
    const b = F2.div!(F2.fromObject!([3n, 0n]), F2.fromObject!([9n, 1n]))
    for (let x = 1n; ; x++) {
      const point = F2.fromObject!([x, 0n])
      const square = F2.add!(F2.mul!(F2.square!(point), point), b)
      if (!F2.isSquare!(square)) continue
      const y = F2.toObject!(F2.sqrt!(square)) as unknown as readonly bigint[]
      return [[String(x), '0'], y.map(String), ['1', '0']]
    }
  }

  const cases: Readonly<Record<string, () => unknown>> = {
    'no object': () => null,
    'an empty object': () => ({}),
    'another protocol': () => ({ ...proof, protocol: 'plonk' }),
    'another curve': () => ({ ...proof, curve: 'bls12381' }),
    'a missing point': () => ({ ...proof, pi_c: undefined }),
    'a point of two coordinates': () => ({ ...proof, pi_a: proof.pi_a.slice(0, 2) }),
    'numbers for strings': () => ({ ...proof, pi_a: [1, 2, 1] }),
    'hexadecimal digits': () => ({ ...proof, pi_a: ['0x1', '2', '1'] }),
    'a leading zero': () => ({ ...proof, pi_a: [`0${proof.pi_a[0]}`, proof.pi_a[1], '1'] }),
    'a very long number': () => ({ ...proof, pi_a: ['9'.repeat(1_000_000), '2', '1'] }),
    'a coordinate plus the order': () => ({ ...proof, pi_a: [plus(proof.pi_a[0]!, q), proof.pi_a[1], '1'] }),
    'a point off the curve': () => ({ ...proof, pi_c: [proof.pi_c[0], plus(proof.pi_c[1]!, 1n), '1'] }),
    'the point at infinity': () => ({ ...proof, pi_a: ['0', '1', '0'] }),
    'infinity in G2': () => ({
      ...proof,
      pi_b: [
        ['0', '0'],
        ['1', '0'],
        ['0', '0'],
      ],
    }),
    'a point off the curve of G2': () => ({
      ...proof,
      pi_b: [
        ['1', '2'],
        ['3', '4'],
        ['1', '0'],
      ],
    }),
    'a point outside the group of G2': async () => ({ ...proof, pi_b: await outsideTheGroup() }),
    'a getter that throws': () => ({
      get pi_a() {
        throw new Error('surprise')
      },
    }),
  }
  for (const [what, make] of Object.entries(cases)) {
    it(`calls ${what} malformed, with a ProverError`, async () => {
      const malformed = (await make()) as Groth16Proof
      await assert.rejects(
        prover.verify(toy, publicSignals, malformed),
        (error) => error instanceof ProverError && error.code === 'BAD_PROOF',
      )
    })
  }

  const signals: Readonly<Record<string, () => unknown>> = {
    'too few': () => publicSignals.slice(1),
    'too many': () => [...publicSignals, 0n],
    'a signal plus the order of the field': () => [publicSignals[0]! + r, publicSignals[1]!],
    'a negative signal': () => [publicSignals[0]! - r, publicSignals[1]!],
    strings: () => publicSignals.map(String),
    'no array': () => 'signals',
  }
  for (const [what, make] of Object.entries(signals)) {
    it(`calls public signals malformed: ${what}`, async () => {
      await assert.rejects(
        prover.verify(toy, make() as bigint[], proof),
        (error) => error instanceof ProverError && error.code === 'BAD_PROOF',
      )
    })
  }
})
