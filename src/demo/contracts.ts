/** The contracts of the demo: small stakes, short clocks, and an authority for enclaves that everybody could forge. */
import { parseEther } from 'ethers'
import { workProfileOf } from '../../circuits/circuits.ts'
import { type Deployment, defaultParameters, deploy } from '../../verifier-contracts/index.ts'
import type { Cast } from './cast.ts'
import type { EmbeddedChain } from './embedded-chain.ts'
import { DEMO_LEVEL, demoEnclaves } from './enclave.ts'
import type { PlayOptions } from './play.ts'

const GENESIS_TOKENS = parseEther('200000')
export const CLOCK = {
  ...defaultParameters.clock,
  sampleDelaySeconds: 1,
  sampleWindowSeconds: 600,
  proveWindowSeconds: 600,
}
/** Accounts of the embedded chain; operators come after these, and the client after them. */
export const ACCOUNTS = { foundation: 0, team: 1, keeper: 2, operators: 3 } as const
const DAYS = 86_400
/** Basis points of the benchmark. */
const LEAST_SHARE = 10

export function deployFor(cast: Cast, embedded: EmbeddedChain, options: PlayOptions): Promise<Deployment> {
  const profile = workProfileOf(options.circuit)
  const foundation = embedded.wallet(ACCOUNTS.foundation)
  const enclaved = ACCOUNTS.operators + cast.members.findIndex(({ enclave }) => enclave)
  const enclaves = demoEnclaves(foundation.address, embedded.wallet(enclaved).address)
  return deploy(foundation, {
    ...defaultParameters,
    foundation: foundation.address,
    team: embedded.wallet(ACCOUNTS.team).address,
    classAdmin: foundation.address,
    guardian: foundation.address,
    genesisSupply: GENESIS_TOKENS,
    clock: { ...CLOCK, windowSeconds: options.window },
    // Five nodes share one machine: what is least elsewhere may be all that one gets here.
    work: { ...defaultParameters.work, leastShare: LEAST_SHARE },
    // Two days of proven time instead of thirty, so that a few epochs show the whole curve.
    rewards: { timeThreshold: 2 * DAYS, privacyLimit: DEMO_LEVEL },
    ...(enclaves ? { enclaves } : {}),
    freezeRouter: true,
    classes: cast.classes.map(({ benchmark, weight, dailyTokens }) => ({
      datasetRoot: cast.datasetRoot,
      circuit: options.circuit,
      kernel: 'benchmark',
      operationsPerStep: BigInt(profile.operationsPerStep),
      benchmark,
      maxSteps: BigInt(profile.maxSteps),
      proofsPerRound: options.proofsPerRound,
      weight,
      dailyValue: dailyTokens * 10n ** 18n,
    })),
  })
}
