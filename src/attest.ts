/** One round in order: challenged, executed, committed, sampled, proven, vouched for, settled. Read this file first. */
import type { Prover, Runner } from '../prover/index.ts'
import type { Chain } from './chain.ts'
import { receiveChallenge } from './challenge.ts'
import { commit } from './commit.ts'
import type { Enclave } from './enclave/enclave.ts'
import { type ExecuteOptions, execute } from './execute.ts'
import type { Journal } from './journal.ts'
import { prove } from './prove.ts'
import { reconcile } from './reconcile.ts'
import {
  type Challenged,
  isCommitted,
  isExecuted,
  isProven,
  isSampled,
  isSettled,
  isVouched,
  type RoundId,
  type Settled,
} from './round.ts'
import { receiveSamples } from './sample.ts'
import { settle } from './settle.ts'
import { vouch } from './vouch.ts'

export type Services = {
  readonly chain: Chain
  readonly runner: Runner
  readonly prover: Prover
  readonly journal: Journal
  /** Vouches for the node's rounds; without one the node is paid as P = 0. */
  readonly enclave?: Enclave
}

export type AttestOptions = ExecuteOptions & {
  /** Called after a stage is durable, with the record so far. */
  readonly onStage?: (round: Challenged) => void
}

/**
 * Takes a node through an epoch, or on from where an earlier call stopped.
 *
 * Each stage is on disk before the next begins and each transaction before it is broadcast, so a call after a crash
 * finds the earlier one's work and the chain sees one commitment, one attestation and one settlement.
 *
 * @throws {PocpsError | ProverError} what stopped the round; `retryable` says whether calling again can help.
 */
export async function attest(services: Services, id: RoundId, options: AttestOptions = {}): Promise<Settled> {
  const { chain, runner, prover, journal, enclave } = services
  const folder = journal.folder(id)
  const unlock = await journal.lock(id)
  const keep = async <Round extends Challenged>(round: Round): Promise<Round> => {
    await journal.save(round)
    options.onStage?.(round)
    return round
  }

  try {
    const kept = await journal.load(id)
    const valid = kept && (await reconcile(chain, kept, folder))
    const challenged = valid ?? (await keep(await receiveChallenge(chain, id, options)))
    const executed = isExecuted(challenged)
      ? challenged
      : await keep(await execute(runner, chain, challenged, folder, options))
    const committed = isCommitted(executed) ? executed : await keep(await commit(chain, executed, folder, options))
    const sampled = isSampled(committed) ? committed : await keep(await receiveSamples(chain, committed, options))
    const proven = isProven(sampled)
      ? sampled
      : await keep(await prove(runner, prover, chain, sampled, folder, options))
    const vouched = isVouched(proven)
      ? proven
      : await keep(await vouch(enclave, prover, chain, proven, folder, options))
    return isSettled(vouched) ? vouched : await keep(await settle(chain, vouched, folder, options))
  } finally {
    await unlock()
  }
}
