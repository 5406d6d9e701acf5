/** The errors of the round: each a class with a `code` that `errors.md` explains. */

type ErrorCode =
  | 'BAD_ARGUMENT'
  | 'CHAIN_REJECTED'
  | 'CHAIN_UNREACHABLE'
  | 'CHALLENGE_EXPIRED'
  | 'COMMITMENT_MISMATCH'
  | 'DATASET_MISMATCH'
  | 'ENCLAVE_FAILED'
  | 'JOURNAL_CORRUPT'
  | 'NOT_CHALLENGED'
  | 'PROOF_INVALID'
  | 'REORGANISED'
  | 'ROUND_LOCKED'
  | 'SESSION_CLOSED'
  | 'SIMULATION_FAILED'
  | 'STORAGE_FAILED'

/** Whatever `src/` rejects with on purpose. */
export abstract class PocpsError extends Error {
  abstract readonly code: ErrorCode
  /** True when the same call may succeed later. */
  readonly retryable: boolean = false
}

/** A command or function was called with a value it cannot take. */
export class BadArgumentError extends PocpsError {
  override readonly code = 'BAD_ARGUMENT'
}

/** The chain executed a transaction and it reverted, or it would. */
export class ChainRejectedError extends PocpsError {
  override readonly code = 'CHAIN_REJECTED'
  /** The contract's custom error, such as `CommitWindowClosed`, or what the node said. */
  readonly reason: string

  constructor(action: string, reason: string, options?: ErrorOptions) {
    super(`the chain rejected ${action}: ${reason}`, options)
    this.reason = reason
  }
}

/** The chain's node did not answer. */
export class ChainUnreachableError extends PocpsError {
  override readonly code = 'CHAIN_UNREACHABLE'
  override readonly retryable = true
}

/** The stage's deadline passed before it could be finished. */
export class ChallengeExpiredError extends PocpsError {
  override readonly code = 'CHALLENGE_EXPIRED'

  constructor(stage: string, deadline: number, now: number) {
    super(`too late to ${stage}: the deadline ${deadline} (chain seconds) passed, it is ${now}`)
  }
}

/** The chain holds a commitment of this node and epoch that is not the one in the journal. */
export class CommitmentMismatchError extends PocpsError {
  override readonly code = 'COMMITMENT_MISMATCH'

  constructor(onChain: bigint, ours: bigint) {
    super(
      `the chain holds trace root ${onChain}, the journal ${ours}: another process runs this node, or its folder was restored`,
    )
  }
}

/** The dataset seed does not belong to the root that the chain holds: a proof over it could never be accepted. */
export class DatasetMismatchError extends PocpsError {
  override readonly code = 'DATASET_MISMATCH'

  constructor(seed: string, made: bigint, onChain: bigint) {
    super(`dataset seed ${seed} makes the root ${made}, the chain demands ${onChain}: wrong deployment file`)
  }
}

/** The enclave did not sign, or what it gave is no signature of the round by its session's key. */
export class EnclaveFailedError extends PocpsError {
  override readonly code = 'ENCLAVE_FAILED'
}

/** A file of the journal is not what was written. */
export class JournalCorruptError extends PocpsError {
  override readonly code = 'JOURNAL_CORRUPT'

  constructor(path: string, detail: string, options?: ErrorOptions) {
    super(`${path} is damaged: ${detail}; move it away to start the round anew`, options)
  }
}

/** The node takes no part in the epoch: not active, jailed, or the challenge was never drawn. */
export class NotChallengedError extends PocpsError {
  override readonly code = 'NOT_CHALLENGED'
}

/** A proof file is well-formed and does not verify. */
export class ProofInvalidError extends PocpsError {
  override readonly code = 'PROOF_INVALID'
}

/** The chain was reorganised: it asks something else than before. Called again, the round goes on from what still holds. */
export class ReorganisedError extends PocpsError {
  override readonly code = 'REORGANISED'
  override readonly retryable = true

  constructor(what: 'challenge' | 'sample') {
    super(`the chain was reorganised: it holds another ${what} than before`)
  }
}

/** Another process works on this round in the same folder. */
export class RoundLockedError extends PocpsError {
  override readonly code = 'ROUND_LOCKED'
  override readonly retryable = true

  constructor(path: string, pid: number) {
    super(`process ${pid} is at work on this round; if it is not, delete ${path}`)
  }
}

/** The chain holds no session of the node that the enclave's key belongs to, or it has expired. */
export class SessionClosedError extends PocpsError {
  override readonly code = 'SESSION_CLOSED'
}

/** A job of a simulation failed: a parameter that no range excludes leads to no number, or there is a bug. */
export class SimulationFailedError extends PocpsError {
  override readonly code = 'SIMULATION_FAILED'

  constructor(kind: string, detail: string) {
    super(`the ${kind} simulation failed: ${detail}`)
  }
}

/** The file system refused a write; what was there before is still whole. */
export class StorageFailedError extends PocpsError {
  override readonly code = 'STORAGE_FAILED'
  override readonly retryable = true

  constructor(path: string, cause: unknown) {
    super(
      `cannot write ${path}: ${(cause as Error).message}; the round goes on from its last stage when called again`,
      {
        cause,
      },
    )
  }
}
