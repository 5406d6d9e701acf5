/** The prover's errors: one class, and the table of its codes. */
import { CodedError, type CodeTable } from '../circuits/coded-error.ts'

/** Every code with whether the same request may succeed later, and what it means. `src/errors.md` repeats this table. */
export const proverErrorCodes = {
  ABORTED: { retryable: false, meaning: 'The caller aborted the request, or the prover was closed.' },
  ARTIFACT_MISMATCH: { retryable: false, meaning: 'An artifact of a circuit does not have the hash that is pinned.' },
  ARTIFACT_MISSING: { retryable: false, meaning: 'An artifact of a circuit is absent; `npm run keys` makes it.' },
  BACKEND_UNAVAILABLE: { retryable: false, meaning: 'The native prover cannot be built or started on this machine.' },
  BAD_INPUT: { retryable: false, meaning: 'The request names no known circuit or its inputs do not fit the circuit.' },
  BAD_PROOF: { retryable: false, meaning: 'A proof or its public signals are malformed, so nothing was verified.' },
  BAD_PROVING_KEY: { retryable: false, meaning: 'A proving key is malformed or has a point that is not in its group.' },
  DEADLINE_PASSED: { retryable: false, meaning: 'The deadline passed before the job could start.' },
  INTERNAL: { retryable: false, meaning: 'The prover broke one of its own rules: a bug.' },
  OUT_OF_MEMORY_BUDGET: { retryable: false, meaning: 'One worker for the circuit does not fit the memory budget.' },
  PROOF_REJECTED: { retryable: true, meaning: 'A proof just made did not verify locally, so it was withheld.' },
  QUEUE_FULL: { retryable: true, meaning: 'The queue holds as many jobs as it may.' },
  RUNNER_BAD_PROFILE: {
    retryable: false,
    meaning: 'The native runner was not built for these parameters, or the statement forbids them.',
  },
  RUNNER_BAD_REQUEST: { retryable: false, meaning: 'A field of a request to the runner is out of its range.' },
  RUNNER_CRASHED: {
    retryable: true,
    meaning: 'The runner died while it worked on the request; the next request starts another.',
  },
  RUNNER_DISK_FULL: { retryable: true, meaning: 'The trace found no space; nothing was left at its path.' },
  RUNNER_IO: { retryable: true, meaning: 'The file system refused a read or write of the trace.' },
  RUNNER_OUT_OF_MEMORY: { retryable: true, meaning: 'The dataset does not fit the memory that is free.' },
  RUNNER_PROTOCOL: { retryable: false, meaning: 'The runner process and this client do not speak the same protocol.' },
  RUNNER_TRACE_CORRUPT: { retryable: false, meaning: 'The trace is truncated, altered or no trace.' },
  RUNNER_TRACE_FALSE: { retryable: false, meaning: 'A sampled step of the trace is not what the kernel computes.' },
  RUNNER_TRACE_MISMATCH: { retryable: false, meaning: 'The trace is of another profile, dataset or challenge.' },
  RUNNER_TRACE_MISSING: { retryable: false, meaning: 'No trace is at the path.' },
  RUNNER_UNAVAILABLE: { retryable: false, meaning: 'The native runner cannot be started.' },
  RUNNER_WINDOW_TOO_SHORT: { retryable: false, meaning: 'Not one step fits the window.' },
  SHUT_DOWN: { retryable: false, meaning: 'The prover is draining or closed and takes no new job.' },
  WITNESS_UNSATISFIED: { retryable: false, meaning: 'The inputs do not satisfy the circuit: the statement is false.' },
  WORKER_CRASHED: { retryable: true, meaning: 'The worker of this job died, for example out of memory.' },
} as const satisfies CodeTable

export type ProverErrorCode = keyof typeof proverErrorCodes

/** Whatever `prover/` rejects with. */
export class ProverError extends CodedError<ProverErrorCode> {
  override readonly name = 'ProverError'

  constructor(code: ProverErrorCode, message: string, options?: ErrorOptions) {
    super(proverErrorCodes, code, message, options)
  }
}

export function isProverErrorCode(code: unknown): code is ProverErrorCode {
  return typeof code === 'string' && Object.hasOwn(proverErrorCodes, code)
}
