/** Small deployments for tests. */
import { workProfileOf } from '../../circuits/circuits.ts'
import {
  type Artifacts,
  type ClassParameters,
  compileContracts,
  type DeploymentParameters,
  defaultParameters,
} from '../../verifier-contracts/index.ts'

export const TOKEN = 10n ** 18n

const profile = workProfileOf('work-dev')

export function devClass(changes: Partial<ClassParameters> = {}): ClassParameters {
  return {
    datasetRoot: 7n,
    circuit: 'work-dev',
    kernel: 'benchmark',
    operationsPerStep: BigInt(profile.operationsPerStep),
    benchmark: BigInt(profile.operationsPerStep),
    maxSteps: BigInt(profile.maxSteps),
    proofsPerRound: 1,
    weight: 100,
    dailyValue: 100n * TOKEN,
    ...changes,
  }
}

/** The roles on distinct accounts, a clock of seconds, and no delay that a test would have to wait for. */
export function testParameters(
  account: (index: number) => string,
  changes: Partial<DeploymentParameters> = {},
): DeploymentParameters {
  return {
    ...defaultParameters,
    foundation: account(8),
    team: account(9),
    classAdmin: account(7),
    guardian: account(6),
    genesisSupply: 1_000_000n * TOKEN,
    clock: {
      epochSeconds: 86_400,
      windowSeconds: 4,
      sampleDelaySeconds: 1,
      sampleWindowSeconds: 600,
      proveWindowSeconds: 600,
    },
    rewards: { timeThreshold: 2 * 86_400, privacyLimit: 1 },
    classes: [devClass()],
    ...changes,
  }
}

/** The contracts with all that only tests deploy: one compilation for every test file. */
export function testArtifacts(): Promise<Artifacts> {
  return compileContracts({
    extra: ['test/StubVerifier.sol', 'test/EchoVerifier.sol', 'test/PocpsHarness.sol', 'test/Crowd.sol'],
  })
}
