/** A small world for tests: an embedded chain, deployed contracts and one registered node. */
import { encodeBytes32String, type HDNodeWallet, parseEther } from 'ethers'
import { workProfileOf } from '../circuits/circuits.ts'
import { DATASET_SEED } from '../src/demo/cast.ts'
import { type EmbeddedChain, startEmbeddedChain } from '../src/demo/embedded-chain.ts'
import type { Deployment } from '../src/deployment.ts'
import {
  type Contracts,
  type DeploymentParameters,
  defaultParameters,
  deployArtifacts,
} from '../verifier-contracts/index.ts'
import { enclaveParameters } from './embedded-enclave.ts'
import { testArtifacts } from './verifier-contracts/parameters.ts'

export type SmallWorld = {
  readonly embedded: EmbeddedChain
  readonly contracts: Contracts
  readonly deployment: Deployment
  readonly operator: HDNodeWallet
  readonly keeper: HDNodeWallet
  readonly node: string
}

export type WorldOptions = {
  readonly datasetRoot: bigint
  readonly windowSeconds: number
  readonly proofsPerRound?: number
}

export async function startSmallWorld({
  datasetRoot,
  windowSeconds,
  proofsPerRound = 1,
}: WorldOptions): Promise<SmallWorld> {
  const embedded = await startEmbeddedChain({ seed: 'small world' })
  const profile = workProfileOf('work-dev')
  const [foundation, operator, keeper] = [embedded.wallet(0), embedded.wallet(1), embedded.wallet(2)]
  const parameters: DeploymentParameters = {
    ...defaultParameters,
    foundation: foundation.address,
    team: embedded.wallet(3).address,
    classAdmin: foundation.address,
    guardian: foundation.address,
    genesisSupply: parseEther('100000'),
    clock: {
      ...defaultParameters.clock,
      windowSeconds,
      sampleDelaySeconds: 1,
      sampleWindowSeconds: 600,
      proveWindowSeconds: 600,
    },
    classes: [
      {
        datasetRoot,
        circuit: 'work-dev',
        kernel: 'benchmark',
        operationsPerStep: BigInt(profile.operationsPerStep),
        benchmark: 1n,
        maxSteps: BigInt(profile.maxSteps),
        proofsPerRound,
        weight: 1,
        dailyValue: parseEther('1'),
      },
    ],
    ...enclaveParameters(foundation.address),
  }
  const { contracts, addresses, block } = await deployArtifacts(foundation, parameters, await testArtifacts())
  const salt = encodeBytes32String('node')
  const stake: bigint = await contracts.registry.getFunction('requiredStake')(0)
  await (await contracts.token.getFunction('transfer')(operator.address, stake)).wait()
  await (await contracts.token.connect(operator).getFunction('approve')(addresses.registry, stake)).wait()
  await (await contracts.registry.connect(operator).getFunction('register')(0, salt, stake)).wait()
  return {
    embedded,
    contracts,
    operator,
    keeper,
    node: await contracts.registry.getFunction('nodeIdOf')(operator.address, salt),
    deployment: {
      chainId: Number((await embedded.provider.getNetwork()).chainId),
      addresses,
      block,
      classes: [{ name: 'test', circuit: 'work-dev', datasetSeed: `0x${DATASET_SEED.toString('hex')}` }],
    },
  }
}
