/** The packaged Poseidon on chain against circomlibjs. */
import assert from 'node:assert/strict'
import { buildPoseidon } from 'circomlibjs'
import { Contract, ContractFactory } from 'ethers'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { compileContracts } from '../../verifier-contracts/index.ts'
import { randomElement } from '../circuits/harness.ts'
import { startChain, type TestChain } from './chain.ts'

describe('Poseidon on chain', () => {
  let chain: TestChain
  let onChain: Contract
  before(async () => {
    chain = await startChain()
    const { PoseidonT3 } = await compileContracts()
    const factory = new ContractFactory(PoseidonT3!.abi, PoseidonT3!.bytecode, await chain.signer(0))
    const deployed = await (await factory.deploy()).waitForDeployment()
    onChain = new Contract(await deployed.getAddress(), PoseidonT3!.abi, chain.provider)
  })
  after(() => chain.close())

  it('is circomlib’s of two elements, capacity 0', async () => {
    const poseidon = await buildPoseidon()
    const edges = [0n, 1n, 2n, r - 1n, r - 2n, 2n ** 128n, 2n ** 253n - 1n]
    const pairs = [
      ...edges.flatMap((a) => edges.map((b) => [a, b] as const)),
      ...Array.from({ length: 100 }, () => [randomElement(), randomElement()] as const),
    ]
    for (const pair of pairs) {
      const expected = poseidon.F.toObject(poseidon([...pair], 0n, 1))
      assert.equal(await onChain.getFunction('hash')([...pair]), expected, pair.join())
    }
  })

  it('reduces what is not below r, so a caller must look at that first', async () => {
    assert.equal(await onChain.getFunction('hash')([r + 1n, r]), await onChain.getFunction('hash')([1n, 0n]))
  })
})
