/** The errors of making circuits: one class, and the table of its codes. */
import { CodedError, type CodeTable } from './coded-error.ts'

/** Every code with whether the same call may succeed later, and what it means. `src/errors.md` repeats this table. */
export const circuitErrorCodes = {
  CIRCUIT_BUILD_ABORTED: { retryable: false, meaning: 'The caller aborted the compilation of a circuit.' },
  CIRCUIT_COMPILER_FAILED: { retryable: false, meaning: 'circom refused a circuit, crashed or ran out of memory.' },
  CIRCUIT_LIST_INVALID: {
    retryable: false,
    meaning: '`circuits.json` and the template it names disagree about parameters or public signals.',
  },
  CIRCUIT_PRODUCT_INVALID: { retryable: false, meaning: 'A file that circom wrote is not what its format says.' },
  CIRCUIT_SOURCE_MISSING: { retryable: false, meaning: 'A circuit includes a file that is not there.' },
} as const satisfies CodeTable

export type CircuitErrorCode = keyof typeof circuitErrorCodes

/** Whatever the compilation and measuring of circuits rejects with. */
export class CircuitError extends CodedError<CircuitErrorCode> {
  override readonly name = 'CircuitError'

  constructor(code: CircuitErrorCode, message: string, options?: ErrorOptions) {
    super(circuitErrorCodes, code, message, options)
  }
}
