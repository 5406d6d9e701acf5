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
import { poolTerms } from './market.ts'
import {
  type ClassParameters,
  type DeploymentParameters,
  defaultEnclavePolicy,
  type EnclaveParameters,
} from './parameters.ts'

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
