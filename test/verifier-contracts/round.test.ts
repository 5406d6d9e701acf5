/** A round on a real chain; the verifier's verdict is the test's, proofs are another file's subject. */
import assert from 'node:assert/strict'
import { type Contract, type JsonRpcSigner, ZeroHash } from 'ethers'
import { pocps, privacyFactor, timeFactor, WAD } from '../../src/score.ts'
import { type Deployment, deployArtifacts, type SolidityProof } from '../../verifier-contracts/index.ts'
import { startChain, type TestChain } from './chain.ts'
import { TOKEN, testArtifacts, testParameters } from './parameters.ts'

/** What StubVerifier accepts. */
const accepted: SolidityProof = { a: [1, 4], b: [0, 0, 0, 0], c: [0, 0] }
const STAKE = 700n * TOKEN

async function send(contract: Contract, name: string, ...values: unknown[]) {
  const transaction = await contract.getFunction(name)(...values)
  return transaction.wait()
}

describe('a round on a chain', () => {
  let chain: TestChain
  let deployment: Deployment
  let operator: JsonRpcSigner
  let node: string

  before(async () => {
    chain = await startChain()
    const artifacts = await testArtifacts()
    const signers = await Promise.all(Array.from({ length: 10 }, (_, i) => chain.signer(i)))
    const parameters = testParameters((i) => signers[i]!.address, { verifiers: { 'work-dev': 'StubVerifier' } })
    deployment = await deployArtifacts(signers[0]!, parameters, artifacts)
    operator = signers[1]!
    const { token, registry } = deployment.contracts
    await send(token.connect(signers[8]!) as Contract, 'transfer', operator.address, STAKE)
    await send(token.connect(operator) as Contract, 'approve', deployment.addresses.registry, STAKE)
    await send(registry.connect(operator) as Contract, 'register', 0, ZeroHash, STAKE)
    node = await registry.getFunction('nodeIdOf')(operator.address, ZeroHash)
  })
  after(() => chain.close())

  it('pays a node whose proofs are accepted, and burns what it did not earn', async () => {
    const { token, rounds, rewards } = deployment.contracts
    const minted = await token.getFunction('totalMinted')()
    await send(rounds, 'open', 0)
    await send(rounds, 'drawChallenge', 0)
    const steps = 4n // as many as W = benchmark needs in a window of 4 s
    await send(rounds.connect(operator) as Contract, 'commit', node, 0, 5n, steps)
    await chain.advance(6)
    await send(rounds, 'drawSample', 0)
    await send(rounds, 'settle', node, 0, [accepted])

    // One proven day of two, no loyalty to break, no privacy, full work.
    const reward = await rewards.getFunction('claimableOf')(operator.address)
    const factors = [timeFactor(86_400n, 172_800n), WAD, privacyFactor(0n, 1n), WAD] as const
    assert.equal(reward, (70_000n * TOKEN * pocps(...factors)) / WAD)
    await chain.advance(601)
    await send(rounds, 'close', 0)
    await send(rewards.connect(operator) as Contract, 'claim')
    assert.equal(await token.getFunction('balanceOf')(operator.address), reward)
    const burned = (await token.getFunction('totalMinted')()) - (await token.getFunction('totalSupply')())
    assert.equal(burned, 70_000n * TOKEN - reward)
    // The foundation's 20,000 repaid a part of its advance.
    assert.equal((await token.getFunction('totalMinted')()) - minted, 80_000n * TOKEN)
  })
})
