/** Measures whole transactions of the market, in a pool of one position and in one of a thousand. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Contract, ContractFactory, type JsonRpcSigner, ZeroHash } from 'ethers'
import { type Deployment, deployArtifacts, type SolidityProof } from '../../verifier-contracts/index.ts'
import { startChain, type TestChain } from './chain.ts'
import type { GasReport } from './gas.ts'
import { devClass, TOKEN, testArtifacts, testParameters } from './parameters.ts'

/** What StubVerifier accepts of a round of four steps. */
const accepted: SolidityProof = { a: [1, 4], b: [0, 0, 0, 0], c: [0, 0] }
const THOUSAND = 1000
/** As many as enter within EIP-7825's limit of a transaction. */
const AT_ONCE = 25
const DAY = 86_400
const ANY = 2n ** 256n - 1n

type Stage = {
  readonly chain: TestChain
  readonly deployment: Deployment
  readonly operator: JsonRpcSigner
  readonly client: JsonRpcSigner
  readonly node: string
}

export async function measureMarket(): Promise<GasReport> {
  return { ...(await measurePool(1)), ...(await measurePool(THOUSAND)) }
}

async function measurePool(positions: number): Promise<GasReport> {
  const chain = await startChain()
  try {
    const [stage, provide] = await setStage(chain, positions)
    const { deployment, operator, client, node } = stage
    const { settlement, pool } = deployment.contracts
    const report: Record<string, number> = {}
    if (positions === 1) report.provide = provide
    report.buy = await send(settlement, client, 'buy', node, 24, ANY, ANY)
    report.extend = await send(settlement, client, 'extend', 1, 24, ANY, ANY)
    report.terminate = await send(settlement, client, 'terminate', 2, 0, ANY)
    await playEpoch(stage)
    report['settle-rental'] = await send(settlement, client, 'settle', [1])
    report['claim-rent'] = await send(settlement, operator, 'claim')
    await chain.advance(8 * DAY)
    report.advance = await send(pool, client, 'advance', 0)
    report.withdraw = await send(pool, operator, 'withdraw', 1)
    return Object.fromEntries(Object.entries(report).map(([name, gas]) => [`${name}-among-${positions}`, gas]))
  } finally {
    await chain.close()
  }
}

/** One node's hours and those of a crowd that make up the number. */
async function setStage(chain: TestChain, positions: number): Promise<[stage: Stage, provide: number]> {
  const artifacts = await testArtifacts()
  const signers = await Promise.all(Array.from({ length: 10 }, (_, i) => chain.signer(i)))
  const [deployer, operator, client] = signers as [JsonRpcSigner, JsonRpcSigner, JsonRpcSigner]
  const parameters = testParameters((i) => signers[i]!.address, {
    verifiers: { 'work-dev': 'StubVerifier' },
    classes: [devClass({ dailyValue: 10n * TOKEN })],
  })
  const deployment = await deployArtifacts(deployer, parameters, artifacts)
  const { addresses } = deployment
  const { token, registry, pool } = deployment.contracts
  for (const account of [operator, client]) {
    await send(token, signers[8]!, 'transfer', account.address, 10_000n * TOKEN)
    for (const spender of [addresses.registry, addresses.pool, addresses.settlement]) {
      await send(token, account, 'approve', spender, ANY)
    }
  }
  await send(registry, operator, 'register', 0, ZeroHash, 70n * TOKEN)
  const node: string = await registry.getFunction('nodeIdOf')(operator.address, ZeroHash)
  const provide = await send(pool, operator, 'provide', node, ANY, ANY)
  await enterCrowd(deployment, deployer, positions - 1)
  return [{ chain, deployment, operator, client, node }, provide]
}

async function enterCrowd({ addresses, contracts }: Deployment, deployer: JsonRpcSigner, count: number): Promise<void> {
  const { abi, bytecode } = (await testArtifacts()).Crowd!
  const factory = new ContractFactory(abi, bytecode, deployer)
  const crowd = await (await factory.deploy(addresses.token, addresses.registry, addresses.pool)).waitForDeployment()
  const contract = new Contract(await crowd.getAddress(), abi, deployer)
  const foundation = await deployer.provider.getSigner(8)
  await send(contracts.token, foundation, 'transfer', await crowd.getAddress(), 200_000n * TOKEN)
  for (let left = count; left > 0; left -= AT_ONCE) await send(contract, deployer, 'enter', 0, Math.min(left, AT_ONCE))
}

/** The node proves the present epoch, and its slot passes. */
async function playEpoch({ chain, deployment, operator, node }: Stage): Promise<void> {
  const { rounds } = deployment.contracts
  await send(rounds, operator, 'open', 0)
  await send(rounds, operator, 'drawChallenge', 0)
  await send(rounds, operator, 'commit', node, 0, 5n, 4n)
  await chain.advance(6)
  await send(rounds, operator, 'drawSample', 0)
  await send(rounds, operator, 'settle', node, 0, [accepted])
  await chain.advance(DAY)
}

/**
 * The receipt is asked for, not waited for: `wait` hears of later blocks only, and none comes when this one was mined in between.
 *
 * @returns the gas of the transaction.
 */
export async function send(
  contract: Contract,
  from: JsonRpcSigner,
  name: string,
  ...values: unknown[]
): Promise<number> {
  const { hash } = await (contract.connect(from) as Contract).getFunction(name)(...values)
  for (;;) {
    const receipt = await from.provider.getTransactionReceipt(hash)
    if (receipt?.status === 0) throw new Error(`${name} was mined and failed`)
    if (receipt) return Number(receipt.gasUsed)
    await sleep(2)
  }
}
