/** The prover's errors: one class, and the table of its codes. */

type CodeEntry = { readonly retryable: boolean; readonly meaning: string }

/** Every code with whether the same request may succeed later, and what it means. `src/errors.md` repeats this table. */
export const proverErrorCodes = {
  ABORTED: { retryable: false, meaning: 'The caller aborted the request, or the prover was closed.' },
  ARTIFACT_MISMATCH: { retryable: false, meaning: 'An artifact of a circuit does not have the hash that is pinned.' },
  ARTIFACT_MISSING: { retryable: false, meaning: 'An artifact of a circuit is absent; `npm run keys` makes it.' },
  BAD_INPUT: { retryable: false, meaning: 'The request names no known circuit or its inputs do not fit the circuit.' },
  BAD_PROOF: { retryable: false, meaning: 'A proof or its public signals are malformed, so nothing was verified.' },
  DEADLINE_PASSED: { retryable: false, meaning: 'The deadline passed before the job could start.' },
  INTERNAL: { retryable: false, meaning: 'The prover broke one of its own rules: a bug.' },
  OUT_OF_MEMORY_BUDGET: { retryable: false, meaning: 'One worker for the circuit does not fit the memory budget.' },
  PROOF_REJECTED: { retryable: true, meaning: 'A proof just made did not verify locally, so it was withheld.' },
  QUEUE_FULL: { retryable: true, meaning: 'The queue holds as many jobs as it may.' },
  SHUT_DOWN: { retryable: false, meaning: 'The prover is draining or closed and takes no new job.' },
  WITNESS_UNSATISFIED: { retryable: false, meaning: 'The inputs do not satisfy the circuit: the statement is false.' },
  WORKER_CRASHED: { retryable: true, meaning: 'The worker of this job died, for example out of memory.' },
} as const satisfies Readonly<Record<string, CodeEntry>>

export type ProverErrorCode = keyof typeof proverErrorCodes

/** Whatever `prover/` rejects with. */
export class ProverError extends Error {
  override readonly name = 'ProverError'
  readonly code: ProverErrorCode
  /** True when the same request may succeed later. */
  readonly retryable: boolean

  constructor(code: ProverErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.retryable = proverErrorCodes[code].retryable
  }
}

export function isProverErrorCode(code: unknown): code is ProverErrorCode {
  return typeof code === 'string' && Object.hasOwn(proverErrorCodes, code)
}
