/** The verifier generator: fresh output, any number of signals, no malformed key. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type BaseContract, type Contract, ContractFactory } from 'ethers'
import { groth16, type PublicSignals } from 'snarkjs'
import {
  committedVerifiers,
  compileContracts,
  generateVerifier,
  toSolidityProof,
  verificationKeyHash,
} from '../../verifier-contracts/index.ts'
import { buildToy, toyInputs } from '../prover/toy-circuit.ts'
import { startChain, type TestChain } from './chain.ts'
import { readFixture, verificationKeyPath } from './fixtures.ts'

type Json = Record<string, unknown>

describe('the verifier generator', () => {
  let key: Json
  before(async () => {
    key = JSON.parse(await readFile(verificationKeyPath, 'utf8'))
  })

  it('gives the committed verifiers from the committed keys', async () => {
    for (const { path, source } of await committedVerifiers()) {
      assert.equal(await readFile(path, 'utf8'), source, 'stale: npx tsx verifier-contracts/generate.ts')
    }
  })

  it('is of the key that the committed proofs were made with', async () => {
    const { keyHash } = await readFixture()
    assert.equal(keyHash, verificationKeyHash(key), 'stale: npx tsx test/verifier-contracts/fixtures.ts')
  })

  it('refuses a name that Solidity would not take', () => {
    for (const name of ['', 'verifier', 'A{}', 'A B']) assert.throws(() => generateVerifier(key, name), TypeError)
  })

  it('refuses what is not a Groth16 key over BN254', () => {
    const [x, y] = key.vk_alpha_1 as [string, string]
    const points = key.IC as string[][]
    const wrong: readonly [change: Json, reason: RegExp][] = [
      [{ protocol: 'plonk' }, /groth16/],
      [{ curve: 'bls12381' }, /bn128/],
      [{ nPublic: 5 }, /disagree/],
      [{ IC: points.slice(0, 1), nPublic: 0 }, /no public signal/],
      [{ vk_alpha_1: [x, y, '0'] }, /affine/],
      [{ vk_alpha_1: [y, x, '1'] }, /curve/],
      [{ vk_alpha_1: [x, y] }, /entries/],
      [{ vk_alpha_1: [`${BigInt(x) + 2n ** 255n}`, y, '1'] }, /below q/],
      [{ vk_alpha_1: ['0x1', y, '1'] }, /decimal/],
      [{ vk_alpha_1: [Number(x), y, '1'] }, /decimal/],
      [{ vk_beta_2: key.vk_alpha_1 }, /entries/],
      [{ vk_gamma_2: undefined }, /entries/],
    ]
    for (const [change, reason] of wrong) assert.throws(() => generateVerifier({ ...key, ...change }, 'A'), reason)
    assert.throws(() => generateVerifier(null, 'A'), TypeError)
    assert.throws(() => generateVerifier('key', 'A'), TypeError)
  })

  describe('for a circuit of two signals', () => {
    let chain: TestChain
    let verifier: BaseContract
    const proofs: { proof: Parameters<typeof toSolidityProof>[0]; signals: PublicSignals }[] = []

    before(async () => {
      chain = await startChain()
      const { files } = await buildToy()
      const toyKey: unknown = JSON.parse(await readFile(files.verificationKey, 'utf8'))
      const source = generateVerifier(toyKey, 'ToyVerifier')
      const { ToyVerifier } = await compileContracts({ sources: { 'src/generated/ToyVerifier.sol': source } })
      const factory = new ContractFactory(ToyVerifier!.abi, ToyVerifier!.bytecode, await chain.signer(0))
      verifier = await (await factory.deploy()).waitForDeployment()
      for (const b of [5n, 6n, 7n]) {
        const { proof, publicSignals } = await groth16.fullProve(
          toyInputs(b) as never,
          files.witnessProgram,
          files.provingKey,
        )
        proofs.push({ proof, signals: publicSignals })
      }
    })
    after(async () => {
      await chain.close()
      const curve = (globalThis as { curve_bn128?: { terminate(): Promise<void> } }).curve_bn128
      await curve?.terminate()
    })

    function verify(count: number, signals = proofs.flatMap((each) => each.signals)): Promise<boolean> {
      const batch = proofs.slice(0, count).map(({ proof }) => toSolidityProof(proof))
      return (verifier as Contract).getFunction('verifyBatch')(batch, signals.slice(0, 2 * count))
    }

    it('accepts what snarkjs proved, alone and in a batch', async () => {
      assert.equal(await verify(1), true)
      assert.equal(await verify(2), true)
      assert.equal(await verify(3), true)
    })

    it('takes only proofs of affine points', () => {
      const { proof } = proofs[0]!
      assert.throws(() => toSolidityProof({ ...proof, pi_a: [...proof.pi_a.slice(0, 2), '0'] }), TypeError)
      assert.throws(() => toSolidityProof({ ...proof, pi_b: [...proof.pi_b.slice(0, 2), ['0', '0']] }), TypeError)
    })

    it('refuses other signals', async () => {
      const signals = proofs.flatMap((each) => each.signals)
      assert.equal(await verify(3, [...signals.slice(0, 5), String(BigInt(signals[5]!) + 1n)]), false)
      assert.equal(await verify(3, [...signals.slice(2), ...signals.slice(0, 2)]), false)
    })
  })
})
