/**
 * Measures whole transactions, of a round with real proofs and of the market: intrinsic gas and calldata included.
 *
 * Rewrite the snapshot after a change that is meant: `npx tsx test/verifier-contracts/gas.ts`.
 */
import { writeFile } from 'node:fs/promises'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { AbiCoder, type Contract, id, type JsonRpcSigner, keccak256, toBeHex, ZeroHash } from 'ethers'
import { type Deployment, deployArtifacts, type SolidityProof } from '../../verifier-contracts/index.ts'
import { bootOf, enclaveParameters, platformOf } from '../embedded-enclave.ts'
import { startChain, type TestChain } from './chain.ts'
import { readEnclaveFixture } from './enclave-fixture.ts'
import { type Fixture, readFixture } from './fixtures.ts'
import { measureMarket, send } from './market-gas.ts'
import { devClass, TOKEN, testArtifacts, testParameters } from './parameters.ts'

/** Gas by transaction. */
export type GasReport = Readonly<Record<string, number>>

export const gasPath = fileURLToPath(new URL('../../verifier-contracts/gas.json', import.meta.url))

const STAKE = 700n * TOKEN
/** Proofs per round of class 0, 1 and 2. */
const proofCounts = [1, 4, 16]

/** Storage slot of epoch 0's challenge randomness; the sample's is the next. `_epochs` is the first variable of Rounds. */
const randomnessSlot = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(['uint256', 'uint256'], [0, 0]))) + 1n

/** Of window 0's randomness: `_randomness` is variable 26 of EnclaveRegistry. The echoed proof follows from it, so it is fixed. */
const windowSlot = keccak256(AbiCoder.defaultAbiCoder().encode(['uint32', 'uint256'], [0, 26]))
const windowRandomness = id('window 0')

export function proofsOf(fixture: Fixture, count: number): SolidityProof[] {
  return Array.from({ length: count }, (_, i) => {
    const words = fixture.proofWords.slice(8 * i, 8 * i + 8)
    const word = (j: number) => words[j]!
    return { a: [word(0), word(1)], b: [word(2), word(3), word(4), word(5)], c: [word(6), word(7)] }
  })
}

export async function measureGas(): Promise<GasReport> {
  const fixture = await readFixture()
  const report: Record<string, number> = {}
  for (const [index, count] of proofCounts.entries()) {
    Object.assign(report, await onFreshChain(fixture, (stage) => measureRound(stage, index, count)))
  }
  Object.assign(report, await onFreshChain(fixture, measureMiss))
  Object.assign(report, await onFreshChain(fixture, measureFailure))
  Object.assign(report, await onFreshChain(fixture, measureEnclave))
  Object.assign(report, await measureMarket())
  return report
}

/** Each on a chain of its own: where a chain is wound back, ethers waits for blocks that it has seen already. */
async function onFreshChain(fixture: Fixture, measure: (stage: Stage) => Promise<GasReport>): Promise<GasReport> {
  const chain = await startChain()
  try {
    const signers = await Promise.all(Array.from({ length: 10 }, (_, i) => chain.signer(i)))
    const [deployer, operator] = signers as [JsonRpcSigner, JsonRpcSigner]
    const classes = proofCounts.map((proofsPerRound) =>
      devClass({ proofsPerRound, datasetRoot: BigInt(fixture.datasetRoot) }),
    )
    const enclaves = enclaveParameters(deployer.address)
    const parameters = testParameters((i) => signers[i]!.address, { classes, ...enclaves })
    const deployment = await deployArtifacts(deployer, parameters, await testArtifacts())
    if (deployment.addresses.rounds !== fixture.rounds) {
      throw new Error(`the fixture is for rounds at ${fixture.rounds}, not ${deployment.addresses.rounds}`)
    }
    await send(deployment.contracts.token, signers[8]!, 'transfer', operator.address, STAKE)
    await send(deployment.contracts.token, operator, 'approve', deployment.addresses.registry, STAKE)
    return await measure({ chain, fixture, deployment, operator })
  } finally {
    await chain.close()
  }
}

type Stage = { chain: TestChain; fixture: Fixture; deployment: Deployment; operator: JsonRpcSigner }

async function measureRound(stage: Stage, index: number, count: number): Promise<GasReport> {
  const { chain, fixture, deployment, operator } = stage
  const { registry, rounds, rewards } = deployment.contracts
  const register = await send(registry, operator, 'register', index, ZeroHash, STAKE)
  const open = await send(rounds, operator, 'open', 0)
  const drawChallenge = await send(rounds, operator, 'drawChallenge', 0)
  await fix(stage, randomnessSlot, fixture.challengeRandomness)
  const commit = await send(rounds, operator, 'commit', fixture.node, 0, fixture.traceRoot, fixture.steps)
  await chain.advance(6)
  const drawSample = await send(rounds, operator, 'drawSample', 0)
  await fix(stage, randomnessSlot + 1n, fixture.sampleRandomness)
  const settle = await send(rounds, operator, 'settle', fixture.node, 0, proofsOf(fixture, count))
  await chain.advance(601)
  const close = await send(rounds, operator, 'close', 0)
  const claim = await send(rewards, operator, 'claim')
  const rest = { register, open, 'draw-challenge': drawChallenge, commit, 'draw-sample': drawSample, close, claim }
  return { [`settle-${count}`]: settle, ...rest }
}

async function challengeNode({ deployment, operator }: Stage): Promise<Contract> {
  const { registry, rounds } = deployment.contracts
  await send(registry, operator, 'register', 0, ZeroHash, STAKE)
  await send(rounds, operator, 'open', 0)
  await send(rounds, operator, 'drawChallenge', 0)
  return rounds
}

async function measureMiss(stage: Stage): Promise<GasReport> {
  const { chain, fixture, operator } = stage
  const rounds = await challengeNode(stage)
  await chain.advance(6)
  return { 'expire-miss': await send(rounds, operator, 'expire', [fixture.node], 0) }
}

async function measureFailure(stage: Stage): Promise<GasReport> {
  const { chain, fixture, operator } = stage
  const rounds = await challengeNode(stage)
  await send(rounds, operator, 'commit', fixture.node, 0, fixture.traceRoot, fixture.steps)
  await chain.advance(6)
  await send(rounds, operator, 'drawSample', 0)
  await chain.advance(601)
  return { 'expire-failure': await send(rounds, operator, 'expire', [fixture.node], 0) }
}

/**
 * The epoch proof is real; platform and boot are taken on trust by a verifier that costs next to nothing, so `register-platform` and
 * `open-session` are without the 0.24M that verifying them takes.
 */
async function measureEnclave(stage: Stage): Promise<GasReport> {
  const { chain, fixture, deployment, operator } = stage
  const { enclaves, registry, rounds } = deployment.contracts
  const { session, level, epochNullifier, proofWords } = await readEnclaveFixture()
  const [proof] = proofsOf({ ...fixture, proofWords }, 1)
  const platform = platformOf(BigInt(operator.address), 5n, 6n)
  const registerPlatform = await send(enclaves, operator, 'registerPlatform', 0, ...platform)
  const second = platformOf(BigInt(operator.address), 7n, 8n)
  const registerAnother = await send(enclaves, operator, 'registerPlatform', 0, ...second)
  const drawWindow = await send(enclaves, operator, 'drawWindow', 0)
  await send(registry, operator, 'register', 0, ZeroHash, STAKE)
  await chain.provider.send('anvil_setStorageAt', [deployment.addresses.enclaves, windowSlot, windowRandomness])
  const opening = await bootOf(enclaves, fixture.node, { session: BigInt(session), windowNullifier: 9n, level })
  const openSession = await send(enclaves, operator, 'openSession', fixture.node, ...opening)
  await send(rounds, operator, 'open', 0)
  await send(rounds, operator, 'drawChallenge', 0)
  await fix(stage, randomnessSlot, fixture.challengeRandomness)
  await send(rounds, operator, 'commit', fixture.node, 0, fixture.traceRoot, fixture.steps)
  const attest = await send(enclaves, operator, 'attest', fixture.node, 0, epochNullifier, proof)
  await chain.advance(6)
  await send(rounds, operator, 'drawSample', 0)
  await fix(stage, randomnessSlot + 1n, fixture.sampleRandomness)
  const settle = await send(rounds, operator, 'settle', fixture.node, 0, proofsOf(fixture, 1))
  return {
    'register-platform': registerPlatform,
    'register-another-platform': registerAnother,
    'draw-window': drawWindow,
    'open-session': openSession,
    attest,
    'settle-1-vouched': settle,
  }
}

/** prevrandao cannot be chosen on this chain: what the fixture was made for is written over what was recorded. */
async function fix({ chain, fixture }: Stage, slot: bigint, value: string): Promise<void> {
  await chain.provider.send('anvil_setStorageAt', [fixture.rounds, toBeHex(slot, 32), value])
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const report = await measureGas()
  await writeFile(gasPath, `${JSON.stringify(report, undefined, 2)}\n`)
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
}
