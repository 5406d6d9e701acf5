/** Deploys the contracts, each knowing the others from its constructor. */
import {
  Contract,
  ContractFactory,
  type ContractRunner,
  encodeBytes32String,
  getCreateAddress,
  type Signer,
} from 'ethers'
import { type Artifacts, compileContracts } from './compile.ts'
import { generatedVerifiers } from './generate.ts'
import { defaultMarket, defaultWork, type MarketParameters, poolTerms, type WorkParameters } from './market.ts'

/** What the nodes of one GPU class compute, stake and can earn: `ClassTerms` in INodeRegistry.sol. */
export type ClassParameters = {
  readonly datasetRoot: bigint
  /** Name in circuits.json. */
  readonly circuit: string
  /** `benchmark`, later `inference`. */
  readonly kernel: string
  readonly operationsPerStep: bigint
  /** Operations per second that earn in full. */
  readonly benchmark: bigint
  readonly maxSteps: bigint
  readonly proofsPerRound: number
  readonly weight: number
  /** Tokens (wei) a day; seven days of it are the stake. */
  readonly dailyValue: bigint
}

/** Seconds: `RoundPolicy` in IRounds.sol. */
export type ClockParameters = {
  readonly epochSeconds: number
  readonly windowSeconds: number
  readonly sampleDelaySeconds: number
  readonly sampleWindowSeconds: number
  readonly proveWindowSeconds: number
}

/** `StakePolicy` in INodeRegistry.sol; slashes in basis points. */
export type StakeParameters = {
  readonly classDelay: number
  readonly unbondingSeconds: number
  readonly strikeLimit: number
  readonly forgiveAfter: number
  readonly strikeSlash: number
  readonly failureSlash: number
  /** Of a slash, to the client who rented the node. */
  readonly clientShare: number
}

/** `RewardPolicy` in IRewards.sol. */
export type RewardParameters = {
  /** T0, seconds. */
  readonly timeThreshold: number
  readonly privacyLimit: number
}

/** `RootTerms` in IAcceptedRoots.sol: accepted until some second of the chain's clock. */
export type RootParameters = { readonly root: bigint; readonly until: number }

/** `EnclaveTerms` in IEnclaveRegistry.sol; circuits by their names in circuits.json. */
export type EnclaveParameters = {
  /** Announces roots and levels, with a delay. */
  readonly admin: string
  /** Takes roots, platforms and authorities away at once. */
  readonly guardian: string
  readonly policy: {
    readonly windowSeconds: number
    readonly sessionWindows: number
    readonly rootDelay: number
    readonly rootOverlap: number
  }
  readonly tcb: RootParameters
  readonly measurement: RootParameters
  readonly authorities: readonly {
    readonly platformCircuit: string
    readonly bootCircuits: readonly string[]
    readonly revocation: RootParameters
  }[]
  readonly levels: readonly { readonly level: number; readonly privacy: number }[]
}

export type DeploymentParameters = {
  /** Receives the genesis supply and, once that is repaid, 20 % of the emission. */
  readonly foundation: string
  readonly team: string
  /** May add and retire GPU classes, with a delay. */
  readonly classAdmin: string
  /** May pause trade in the pools, at once. */
  readonly guardian: string
  /** Tokens (wei) minted at deployment, at most 14,600,000: an advance on the foundation's share. */
  readonly genesisSupply: bigint
  readonly clock: ClockParameters
  readonly work: WorkParameters
  readonly stake: StakeParameters
  readonly market: MarketParameters
  readonly rewards: RewardParameters
  /** Absent: no authority certifies enclaves, and every P is 0. */
  readonly enclaves?: EnclaveParameters
  /** Usable at once; class i of the list is class id i. */
  readonly classes: readonly ClassParameters[]
  /** The verifier contract (by artifact name) of each circuit. */
  readonly verifiers: Readonly<Record<string, string>>
  /** Whether the router refuses further verifiers for ever. */
  readonly freezeRouter: boolean
}

/**
 * What a public deployment starts from, once it has put a verifier with keys of a ceremony in the place of the development one. A window of fifty blocks keeps the one block's head start of whoever sees the
 * randomness first at 2 %; the sample waits three more slots.
 */
export const defaultParameters = {
  clock: {
    epochSeconds: 86_400,
    windowSeconds: 600,
    sampleDelaySeconds: 36,
    sampleWindowSeconds: 120,
    proveWindowSeconds: 3600,
  },
  stake: {
    classDelay: 7 * 86_400,
    unbondingSeconds: 7 * 86_400,
    strikeLimit: 3,
    forgiveAfter: 10,
    strikeSlash: 1000,
    failureSlash: 5000,
    clientShare: 2000,
  },
  work: defaultWork,
  market: defaultMarket,
  rewards: { timeThreshold: 30 * 86_400, privacyLimit: 1 },
  verifiers: generatedVerifiers,
  freezeRouter: true,
} as const satisfies Partial<DeploymentParameters>

/** Sessions are opened daily or weekly, and a lost platform can be registered again after eight days. */
export const defaultEnclavePolicy = {
  windowSeconds: 86_400,
  sessionWindows: 8,
  rootDelay: 2 * 86_400,
  rootOverlap: 86_400,
} as const satisfies EnclaveParameters['policy']

const contractNames = {
  token: 'ComputeToken',
  registry: 'NodeRegistry',
  router: 'VerifierRouter',
  rewards: 'Rewards',
  rounds: 'Rounds',
  poseidon: 'PoseidonT3',
  enclaves: 'EnclaveRegistry',
  constantProduct: 'ConstantProduct',
  utilisationCurve: 'UtilisationCurve',
  rules: 'PoolRules',
  pool: 'ComputePool',
  settlement: 'Settlement',
} as const

export type ContractRole = keyof typeof contractNames
export type Addresses = Readonly<Record<ContractRole, string>>
export type Contracts = Readonly<Record<ContractRole, Contract>>

export type Deployment = {
  readonly addresses: Addresses
  /** Connected to the deploying signer; `contract.connect(other)` for another. */
  readonly contracts: Contracts
  /** Address of each circuit's verifier. */
  readonly verifiers: Readonly<Record<string, string>>
  /** Block of the last deployment transaction. */
  readonly block: number
}

/** In the order of deployment: a constructor may call only what is before it. */
const order = [
  'token',
  'registry',
  'router',
  'rewards',
  'rounds',
  'poseidon',
  'enclaves',
  'constantProduct',
  'utilisationCurve',
  'rules',
  'pool',
  'settlement',
] as const satisfies readonly ContractRole[]

/**
 * Deploys token, registry, router, rewards, rounds, enclave registry, market and verifiers, and adds the verifiers to the router.
 *
 * The contracts refer to one another by addresses computed from the signer's nonce, so there is no wiring step and nobody
 * who could wire them otherwise. The signer must send nothing else meanwhile; it owns the router.
 *
 * @throws {Error} a constructor refuses a parameter, or another transaction took a nonce.
 */
export async function deploy(signer: Signer, parameters: DeploymentParameters): Promise<Deployment> {
  const artifacts = await compileContracts()
  return deployArtifacts(signer, parameters, artifacts)
}

/** `deploy` with the caller's artifacts: for tests, which add a verifier of their own. */
export async function deployArtifacts(
  signer: Signer,
  parameters: DeploymentParameters,
  artifacts: Artifacts,
): Promise<Deployment> {
  const from = await signer.getAddress()
  const first = await signer.getNonce()
  const addresses = Object.fromEntries(
    order.map((role, i) => [role, getCreateAddress({ from, nonce: first + i })]),
  ) as Addresses
  const create = async (name: string, nonce: number, values: readonly unknown[]) => {
    const { abi, bytecode } = artifactOf(artifacts, name)
    const contract = await new ContractFactory(abi, bytecode, signer).deploy(...values, { nonce })
    await contract.waitForDeployment()
    return contract.getAddress()
  }

  const values = constructorValues(from, addresses, parameters)
  for (const [i, role] of order.entries()) {
    const address = await create(contractNames[role], first + i, values[role])
    if (address !== addresses[role]) throw new Error(`${role} was deployed at ${address}, not ${addresses[role]}`)
  }
  const contracts = connect(signer, addresses, artifacts)
  const verifiers: Record<string, string> = {}
  for (const [circuit, name] of Object.entries(parameters.verifiers)) {
    const verifier = await create(name, await signer.getNonce(), [])
    verifiers[circuit] = verifier
    await (await contracts.router.getFunction('add')(encodeBytes32String(circuit), verifier)).wait()
  }
  if (parameters.freezeRouter) await (await contracts.router.getFunction('freeze')()).wait()
  const block = await signer.provider!.getBlockNumber()
  return { addresses, contracts, verifiers, block }
}

/** The contracts of an earlier deployment. */
export async function attach(runner: ContractRunner, addresses: Addresses): Promise<Contracts> {
  return connect(runner, addresses, await compileContracts())
}

function connect(runner: ContractRunner, addresses: Addresses, artifacts: Artifacts): Contracts {
  return Object.fromEntries(
    order.map((role) => [role, new Contract(addresses[role], artifactOf(artifacts, contractNames[role]).abi, runner)]),
  ) as Contracts
}

function artifactOf(artifacts: Artifacts, name: string) {
  const artifact = artifacts[name]
  if (artifact === undefined) throw new Error(`there is no contract ${name}`)
  return artifact
}

function constructorValues(
  owner: string,
  { token, registry, router, rewards, rounds, poseidon, enclaves, rules, pool, settlement, ...strategies }: Addresses,
  parameters: DeploymentParameters,
): Record<ContractRole, readonly unknown[]> {
  const { foundation, team, classAdmin, guardian, genesisSupply, clock, work, stake, market, classes } = parameters
  const pools = classes.map((each) => poolTerms(market.pool, each, strategies))
  return {
    token: [rewards, foundation, genesisSupply],
    registry: [token, rounds, settlement, classAdmin, stake, classes.map(classTerms)],
    router: [owner],
    rewards: [token, registry, rounds, foundation, team, clock.epochSeconds, parameters.rewards],
    rounds: [registry, rewards, router, enclaves, settlement, clock, work],
    poseidon: [],
    enclaves: [registry, rounds, router, poseidon, enclaveTerms(parameters.enclaves ?? withoutEnclaves(classAdmin))],
    constantProduct: [],
    utilisationCurve: [market.alpha, market.burnShare],
    rules: [registry, rounds, classAdmin, guardian, pools],
    pool: [token, registry, rounds, rules, settlement],
    settlement: [token, registry, rounds, pool],
  }
}

function withoutEnclaves(admin: string): EnclaveParameters {
  const none = { root: 0n, until: 0 }
  return {
    admin,
    guardian: admin,
    policy: defaultEnclavePolicy,
    tcb: none,
    measurement: none,
    authorities: [],
    levels: [],
  }
}

function enclaveTerms(parameters: EnclaveParameters) {
  const authorities = parameters.authorities.map(({ platformCircuit, bootCircuits, revocation }) => ({
    platformCircuit: encodeBytes32String(platformCircuit),
    bootCircuits: bootCircuits.map(encodeBytes32String),
    revocation,
  }))
  return { ...parameters, authorities }
}

/** The struct as the registry takes it, names as bytes32. */
export function classTerms(parameters: ClassParameters) {
  return {
    ...parameters,
    circuit: encodeBytes32String(parameters.circuit),
    kernel: encodeBytes32String(parameters.kernel),
  }
}
