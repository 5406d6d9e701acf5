/** Stage 1: receives the challenge that the chain drew for a node and epoch. */
import type { Chain } from './chain.ts'
import type { Challenged, RoundId } from './round.ts'

/** @throws {NotChallengedError} the node takes no part in the epoch. */
export async function receiveChallenge(
  chain: Chain,
  id: RoundId,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Challenged> {
  return { challenge: await chain.waitForChallenge(id, signal) }
}
