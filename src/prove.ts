/** Stage 5: opens the sampled places and proves them. */
import { join } from 'node:path'
import type { CircuitInputs, ProofResult, Prover, Runner } from '../prover/index.ts'
import type { Chain } from './chain.ts'
import { ChallengeExpiredError } from './errors.ts'
import { kernelInput } from './execute.ts'
import type { Proven, Sampled } from './round.ts'

/** Jobs that a round keeps in the prover's queue, which holds more; a class may ask for 128. */
const AT_ONCE = 16

/** The named inputs of proof number `sampleIndex` of a round (circuits/README.md §4). */
async function proofInputs(
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
  // One that fails ends the others: a round is settled by all of its proofs or by none.
  const failed = new AbortController()
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal
  const proofs: ProofResult[] = []
  try {
    while (proofs.length < challenge.proofsPerRound) {
      const size = Math.min(AT_ONCE, challenge.proofsPerRound - proofs.length)
      const batch = Array.from({ length: size }, async (_, i) => {
        const inputs = await proofInputs(runner, round, folder, proofs.length + i)
        return prover.prove({ circuit: challenge.circuit, inputs, deadline }, { signal: stop })
      })
      proofs.push(...(await Promise.all(batch)))
    }
  } catch (error) {
    failed.abort()
    throw error
  }
  return { ...round, proofs }
}
