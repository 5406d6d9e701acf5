/** Stage 2: runs the kernel for what is left of the window and stores the trace. */
import { join } from 'node:path'
import { workProfileOf } from '../circuits/circuits.ts'
import type { Runner, RunProgress } from '../prover/index.ts'
import type { Chain } from './chain.ts'
import { ChallengeExpiredError, DatasetMismatchError } from './errors.ts'
import type { Challenge, Challenged, Executed } from './round.ts'

/** Two slots of twelve seconds: the commitment may miss the first block. */
const DEFAULT_COMMIT_MARGIN_MS = 24_000

export type ExecuteOptions = {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RunProgress) => void
  /** Kept free at the end of the window for the commitment to be mined. Milliseconds; 24,000 unless given. */
  readonly commitMarginMs?: number
}

/** The part of a runner's request that a challenge fixes. */
export function kernelInput(challenge: Challenge) {
  return {
    profile: workProfileOf(challenge.circuit),
    datasetSeed: Buffer.from(challenge.datasetSeed.slice(2), 'hex'),
    challenge: challenge.value,
  }
}

/**
 * @throws {DatasetMismatchError} the seed in the deployment file does not make the dataset that the chain demands.
 * @throws {ChallengeExpiredError} nothing but the margin is left of the window.
 */
export async function execute(
  runner: Runner,
  chain: Chain,
  round: Challenged,
  folder: string,
  options: ExecuteOptions = {},
): Promise<Executed> {
  const { challenge } = round
  const input = kernelInput(challenge)
  const root = await runner.datasetRoot(input)
  if (root !== challenge.datasetRoot) throw new DatasetMismatchError(challenge.datasetSeed, root, challenge.datasetRoot)
  const now = await chain.now()
  const { commitMarginMs = DEFAULT_COMMIT_MARGIN_MS } = options
  const windowMs = (challenge.commitDeadline - now) * 1000 - commitMarginMs
  if (windowMs <= 0) throw new ChallengeExpiredError('execute', challenge.commitDeadline, now)
  const trace = 'trace'
  const { traceRoot, steps, elapsedMs } = await runner.run(
    {
      ...input,
      windowMs,
      maxSteps: Math.min(challenge.maxSteps, input.profile.maxSteps),
      tracePath: join(folder, trace),
    },
    options,
  )
  return { ...round, execution: { traceRoot, steps, elapsedMs, trace } }
}
