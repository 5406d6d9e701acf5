/** Stage 4: receives the sample seed that the chain drew after every commitment. */
import type { Chain } from './chain.ts'
import type { Committed, Sampled } from './round.ts'

export async function receiveSamples(
  chain: Chain,
  round: Committed,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Sampled> {
  return { ...round, samples: await chain.waitForSamples(round.challenge.id, signal) }
}
