/** Stage 3: commits to the trace on chain, once. */
import type { Chain } from './chain.ts'
import { ChallengeExpiredError, CommitmentMismatchError } from './errors.ts'
import { submitOnce } from './outbox.ts'
import type { Committed, Executed } from './round.ts'

/**
 * Committing twice is safe: the chain keeps one commitment a node and epoch, and a second call finds the first.
 *
 * @throws {CommitmentMismatchError} the chain holds another trace root.
 * @throws {ChallengeExpiredError} the window closed before the commitment was sent.
 */
export async function commit(chain: Chain, round: Executed, folder: string): Promise<Committed> {
  const { challenge, execution } = round
  if ((await chain.commitmentOf(challenge.id)) === undefined) {
    await submitOnce(chain, folder, 'commit', async () => {
      const now = await chain.now()
      if (now > challenge.commitDeadline) throw new ChallengeExpiredError('commit', challenge.commitDeadline, now)
      return chain.signCommit(challenge.id, execution.traceRoot, execution.steps)
    })
  }
  const { traceRoot, ...commitment } = await chain.requireCommitment(challenge.id)
  if (traceRoot !== execution.traceRoot) throw new CommitmentMismatchError(traceRoot, execution.traceRoot)
  return { ...round, commitment }
}
