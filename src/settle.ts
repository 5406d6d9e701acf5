/** Stage 6: submits the proofs, once, and reads what the contract decided. */
import type { Chain } from './chain.ts'
import { ChallengeExpiredError } from './errors.ts'
import { submitOnce } from './outbox.ts'
import type { Proven, Settled } from './round.ts'

/**
 * Settling twice is safe: the contract keys on node and epoch, so a second call finds the first.
 *
 * @throws {ChallengeExpiredError} the deadline passed before submission.
 */
export async function settle(chain: Chain, round: Proven, folder: string): Promise<Settled> {
  const { challenge, samples, proofs } = round
  const earlier = await chain.settlementOf(challenge.id)
  if (earlier) return { ...round, settlement: earlier }
  try {
    await submitOnce(chain, folder, 'settle', async () => {
      const now = await chain.now()
      if (now > samples.proofDeadline) throw new ChallengeExpiredError('settle', samples.proofDeadline, now)
      return chain.signSettle(
        challenge.id,
        proofs.map(({ proof }) => proof),
      )
    })
  } catch (error) {
    // Anyone may settle: a copy of our transaction that was mined first pays us the same.
    const theirs = await chain.settlementOf(challenge.id)
    if (theirs) return { ...round, settlement: theirs }
    throw error
  }
  return { ...round, settlement: await chain.requireSettlement(challenge.id) }
}
