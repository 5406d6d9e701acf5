/** What a deployment is made with, and the values to start from. */
import { generatedVerifiers } from './generate.ts'
import { defaultMarket, defaultWork, type MarketParameters, type WorkParameters } from './market.ts'

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
  rewards: { timeThreshold: 30 * 86_400, privacyLimit: 3 },
  verifiers: generatedVerifiers,
  freezeRouter: true,
} as const satisfies Partial<DeploymentParameters>

/** The levels of src/enclave/levels.ts, the highest of which earns in full. */
export const defaultLevels = [1, 2, 3].map((level) => ({ level, privacy: level }))

/** Sessions are opened daily or weekly, and a lost platform can be registered again after eight days. */
export const defaultEnclavePolicy = {
  windowSeconds: 86_400,
  sessionWindows: 8,
  rootDelay: 2 * 86_400,
  rootOverlap: 86_400,
} as const satisfies EnclaveParameters['policy']
