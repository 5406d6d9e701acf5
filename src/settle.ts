/** Stage 7: submits the proofs, once, and reads what the contract decided. */
import type { Chain } from './chain.ts'
import { ChallengeExpiredError, ReorganisedError } from './errors.ts'
import { submitOnce } from './outbox.ts'
import type { Settled, Vouched } from './round.ts'

/**
 * Settling twice is safe: the contract keys on node and epoch, and anyone may settle. A copy of our transaction that was
 * mined first pays us the same.
 *
 * @throws {ChallengeExpiredError} the deadline passed before submission.
 * @throws {ReorganisedError} the chain asks other samples now: these proofs would be refused.
 */
export async function settle(
  chain: Chain,
  round: Vouched,
  folder: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Settled> {
  const { challenge, samples, proofs } = round
  const sign = async () => {
    const now = await chain.now()
    if (now > samples.proofDeadline) throw new ChallengeExpiredError('settle', samples.proofDeadline, now)
    if ((await chain.sampleSeedOf(challenge.id)) !== samples.seed) throw new ReorganisedError('sample')
    return chain.signSettle(
      challenge.id,
      proofs.map(({ proof }) => proof),
    )
  }
  const isDone = () => chain.isSettled(challenge.id)
  await submitOnce(chain, folder, { name: 'settle', isDone, sign }, signal)
  return { ...round, settlement: await chain.settlementOf(challenge.id) }
}
