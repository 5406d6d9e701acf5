/** A deployment: contracts that know each other, and nobody who could change that. */
import assert from 'node:assert/strict'
import { type Contract, encodeBytes32String, type JsonRpcSigner, Wallet } from 'ethers'
import { attach, type DeploymentParameters, deployArtifacts } from '../../verifier-contracts/index.ts'
import { startChain, type TestChain } from './chain.ts'
import { devClass, testArtifacts, testParameters } from './parameters.ts'

const read = (contract: Contract, name: string, ...values: unknown[]) => contract.getFunction(name)(...values)

/** The name of the custom error that a call reverts with. */
async function refusal(contract: Contract, call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(
    () => undefined,
    (reason: { data?: string }) => reason,
  )
  return error?.data === undefined ? undefined : contract.interface.parseError(error.data)?.name
}

describe('a deployment', () => {
  let chain: TestChain
  let signers: JsonRpcSigner[]

  const deployTo = async (changes: Partial<DeploymentParameters> = {}) => {
    const parameters = testParameters((i) => signers[i]!.address, {
      verifiers: { 'work-dev': 'StubVerifier' },
      ...changes,
    })
    return deployArtifacts(signers[0]!, parameters, await testArtifacts())
  }

  before(async () => {
    chain = await startChain()
    signers = await Promise.all(Array.from({ length: 10 }, (_, i) => chain.signer(i)))
  })
  after(() => chain.close())

  it('gives contracts that know each other', async () => {
    const { contracts, addresses, verifiers } = await deployTo()
    assert.equal(await read(contracts.token, 'minter'), addresses.rewards)
    assert.equal(
      await read(contracts.token, 'balanceOf', signers[8]!.address),
      await read(contracts.token, 'genesisSupply'),
    )
    assert.equal(await read(contracts.router, 'verifierOf', encodeBytes32String('work-dev')), verifiers['work-dev'])
    assert.equal(await read(contracts.router, 'frozen'), true)
    const again = await attach(chain.provider, addresses)
    assert.equal(await read(again.rounds, 'currentEpoch'), 0n)
    assert.equal(await read(again.registry, 'classCount'), 1n)
  })

  it('trusts no authority of enclaves that it was not given, the development one least of all', async () => {
    const { contracts } = await deployTo()
    assert.equal(await read(contracts.enclaves, 'authorityCount'), 0n)
    const proof = { a: [0, 0], b: [0, 0, 0, 0], c: [0, 0] }
    const register = contracts.enclaves.getFunction('registerPlatform').staticCall(0, 1, 2, 3, 2099, proof)
    assert.equal(await refusal(contracts.enclaves, register), 'AuthorityUnknown')
  })

  it('leaves the router open when it is asked to', async () => {
    const { contracts } = await deployTo({ freezeRouter: false })
    assert.equal(await read(contracts.router, 'frozen'), false)
    assert.equal(await read(contracts.router, 'owner'), signers[0]!.address)
  })

  it('lets nobody else mint, record, credit or add a verifier', async () => {
    const { contracts } = await deployTo({ freezeRouter: false })
    const { token, registry, rewards, router } = contracts
    const as = (contract: Contract) => contract.connect(signers[5]!) as Contract
    const call = (contract: Contract, name: string, ...values: unknown[]) =>
      refusal(
        contract,
        as(contract)
          .getFunction(name)
          .staticCall(...values),
      )
    assert.equal(await call(token, 'mint', signers[5]!.address, 1), 'NotMinter')
    assert.equal(await call(registry, 'openEpoch', 0), 'NotRounds')
    assert.equal(await call(rewards, 'open', 0, 1), 'NotRounds')
    assert.equal(await call(router, 'add', encodeBytes32String('x'), signers[5]!.address), 'NotOwner')
  })

  it('fails when a constructor refuses a parameter', async () => {
    await assert.rejects(deployTo({ classes: [devClass({ weight: 0 })] }))
    await assert.rejects(deployTo({ genesisSupply: 14_600_001n * 10n ** 18n }))
    await assert.rejects(deployTo({ verifiers: { 'work-dev': 'NoSuchVerifier' } }), /no contract NoSuchVerifier/)
  })

  it('reads the accounts, not the keys, of the roles', async () => {
    const foundation = Wallet.createRandom().address
    const { contracts } = await deployTo({ foundation })
    assert.equal(await read(contracts.token, 'balanceOf', foundation), await read(contracts.token, 'genesisSupply'))
  })
})
