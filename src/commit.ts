/** Stage 3: commits to the trace on chain, once. */
import type { Chain } from './chain.ts'
import { ChallengeExpiredError, CommitmentMismatchError, ReorganisedError } from './errors.ts'
import { submitOnce } from './outbox.ts'
import type { Committed, Executed } from './round.ts'

/**
 * Committing twice is safe: the chain keeps one commitment a node and epoch, and a second call finds the first.
 *
 * @throws {CommitmentMismatchError} the chain holds another trace root.
 * @throws {ChallengeExpiredError} the window closed before the commitment was sent.
 * @throws {ReorganisedError} the chain asks another challenge now: no proof for this trace would be accepted.
 */
export async function commit(
  chain: Chain,
  round: Executed,
  folder: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Committed> {
  const { challenge, execution } = round
  const sign = async () => {
    const now = await chain.now()
    if (now > challenge.commitDeadline) throw new ChallengeExpiredError('commit', challenge.commitDeadline, now)
    if ((await chain.challengeOf(challenge.id)) !== challenge.value) throw new ReorganisedError('challenge')
    return chain.signCommit(challenge.id, execution.traceRoot, execution.steps)
  }
  const isDone = async () => (await chain.committedRoot(challenge.id)) !== undefined
  await submitOnce(chain, folder, { name: 'commit', isDone, sign }, signal)

  const onChain = await chain.committedRoot(challenge.id)
  if (onChain !== execution.traceRoot) throw new CommitmentMismatchError(onChain ?? 0n, execution.traceRoot)
  return { ...round, commitment: await chain.commitmentOf(challenge.id) }
}
