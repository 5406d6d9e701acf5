/** The only door to the contracts. */
export { type Artifact, type Artifacts, type CompileOptions, compileContracts } from './compile.ts'
export {
  type Addresses,
  attach,
  type ContractRole,
  type Contracts,
  classTerms,
  type Deployment,
  deploy,
  deployArtifacts,
} from './deploy.ts'
export { type ForgeResult, runForge } from './forge.ts'
export { committedVerifiers, generatedVerifiers, generateVerifier } from './generate.ts'
export {
  type ClassWork,
  defaultMarket,
  defaultWork,
  type GpuClass,
  gpuClasses,
  gpuClassParameters,
  type MarketParameters,
  type PoolParameters,
  poolTerms,
  type StrategyRole,
  type WorkParameters,
} from './market.ts'
export {
  type ClassParameters,
  type ClockParameters,
  type DeploymentParameters,
  defaultEnclavePolicy,
  defaultLevels,
  defaultParameters,
  type EnclaveParameters,
  type RewardParameters,
  type StakeParameters,
} from './parameters.ts'
export { type SnarkjsProof, type SolidityProof, toSolidityProof } from './proof.ts'
export { verificationKeyHash } from './verification-key.ts'
