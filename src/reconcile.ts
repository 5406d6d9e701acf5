/** Drops from a round's record what the chain no longer says: after a reorganisation, or in a folder that was restored. */
import type { Chain } from './chain.ts'
import { forget } from './outbox.ts'
import {
  type Challenged,
  isCommitted,
  isExecuted,
  isProven,
  isSampled,
  isSettled,
  isVouched,
  type Proven,
} from './round.ts'

/**
 * The part of `round` that still holds; undefined when the challenge itself is another.
 *
 * Before the commitment is on chain everything may be done again. After it, only what follows from the sample may.
 */
export async function reconcile(chain: Chain, round: Challenged, folder: string): Promise<Challenged | undefined> {
  const { id, value } = round.challenge
  if ((await chain.challengeOf(id)) !== value) {
    for (const name of ['commit', 'vouch', 'settle'] as const) await forget(folder, name)
    return undefined
  }
  if (!isExecuted(round) || !isCommitted(round)) return round
  const { challenge, execution, commitment } = round
  const executed = { challenge, execution }
  if ((await chain.committedRoot(id)) === undefined) return executed
  if (!isSampled(round) || (isProven(round) && isVouched(round) && isSettled(round))) return round
  if ((await chain.sampleSeedOf(id)) === round.samples.seed) return isProven(round) ? withVoucher(chain, round) : round
  await forget(folder, 'settle')
  const committed = { ...executed, commitment }
  return committed
}

/** A voucher does not depend on the sample, but its block may be gone. */
async function withVoucher(chain: Chain, round: Proven): Promise<Proven> {
  if (!isVouched(round) || 'absent' in round.voucher) return round
  const { voucher, ...proven } = round
  return (await chain.levelOf(round.challenge.id)) === voucher.level ? round : proven
}
