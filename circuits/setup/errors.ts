/** The errors of making keys: one class, and the table of its codes. */
import { CodedError, type CodeTable } from '../coded-error.ts'

/** Every code with whether the same call may succeed later, and what it means. `src/errors.md` repeats this table. */
export const setupErrorCodes = {
  SETUP_ARTIFACT_LIST_INVALID: {
    retryable: false,
    meaning: '`circuits/generated/artifacts.json` does not have the shape of a list of artifacts.',
  },
  SETUP_NO_KEYS: { retryable: false, meaning: 'The circuit is compiled and counted only; it has no keys.' },
  SETUP_PTAU_UNFIT: {
    retryable: false,
    meaning: 'A powers-of-tau file is damaged, too small, for another curve or not prepared for phase 2.',
  },
} as const satisfies CodeTable

export type SetupErrorCode = keyof typeof setupErrorCodes

/** What the making of keys rejects with, beside `CircuitError` from the compilation. */
export class SetupError extends CodedError<SetupErrorCode> {
  override readonly name = 'SetupError'

  constructor(code: SetupErrorCode, message: string, options?: ErrorOptions) {
    super(setupErrorCodes, code, message, options)
  }
}
