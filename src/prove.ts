/** Stage 5: opens the sampled places and proves them. */
import { join } from 'node:path'
import type { CircuitInputs, Prover, Runner } from '../prover/index.ts'
import type { Chain } from './chain.ts'
import { ChallengeExpiredError } from './errors.ts'
import { kernelInput } from './execute.ts'
import type { Proven, Sampled } from './round.ts'

/** The named inputs of proof number `sampleIndex` of a round (circuits/README.md §4). */
export async function proofInputs(
  runner: Runner,
  { challenge, execution, samples }: Sampled,
  folder: string,
  sampleIndex: number,
): Promise<CircuitInputs> {
  const opening = await runner.open({
    ...kernelInput(challenge),
    tracePath: join(folder, execution.trace),
    sampleSeed: samples.seed,
    sampleIndex,
  })
  return {
    challenge: challenge.value,
    datasetRoot: challenge.datasetRoot,
    traceRoot: execution.traceRoot,
    steps: execution.steps,
    sampleSeed: samples.seed,
    sampleIndex,
    ...opening,
  }
}

/**
 * Proves every sample of the round; the proofs are verified before they are returned.
 *
 * @throws {ProverError} `WITNESS_UNSATISFIED`: the trace is wrong at a sampled place, so no proof exists.
 * @throws {ChallengeExpiredError} the deadline passed before the first proof began.
 */
export async function prove(
  runner: Runner,
  prover: Prover,
  chain: Chain,
  round: Sampled,
  folder: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Proven> {
  const { challenge, samples } = round
  const now = await chain.now()
  if (now > samples.proofDeadline) throw new ChallengeExpiredError('prove', samples.proofDeadline, now)
  const deadline = new Date(Date.now() + (samples.proofDeadline - now) * 1000)
  const indices = Array.from({ length: challenge.proofsPerRound }, (_, index) => index)
  const proofs = await Promise.all(
    indices.map(async (sampleIndex) => {
      const inputs = await proofInputs(runner, round, folder, sampleIndex)
      return prover.prove({ circuit: challenge.circuit, inputs, deadline }, signal ? { signal } : {})
    }),
  )
  return { ...round, proofs }
}
