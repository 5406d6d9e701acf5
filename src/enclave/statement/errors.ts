/** Why no witness of an enclave statement can be made: one class, and the table of its codes. */
import { CodedError, type CodeTable } from '../../../circuits/coded-error.ts'

/** Every code with whether the same call may succeed later, and what it means. `src/errors.md` repeats this table. */
export const statementErrorCodes = {
  STATEMENT_CERTIFICATE_REVOKED: {
    retryable: false,
    meaning: 'The serial number of the PCK certificate is in the accepted revocation list.',
  },
  STATEMENT_LAYOUT_UNKNOWN: {
    retryable: false,
    meaning: 'A certificate or quote is genuine but not laid out as the circuits read it.',
  },
  STATEMENT_NOT_ACCEPTED: {
    retryable: false,
    meaning: 'No accepted entry fits the versions of the platform, or the software that runs.',
  },
} as const satisfies CodeTable

export type StatementErrorCode = keyof typeof statementErrorCodes

export class StatementError extends CodedError<StatementErrorCode> {
  override readonly name = 'StatementError'

  constructor(code: StatementErrorCode, message: string, options?: ErrorOptions) {
    super(statementErrorCodes, code, message, options)
  }
}
