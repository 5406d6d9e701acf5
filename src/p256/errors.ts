/** The errors of making hints for the P-256 templates. */
import { CodedError, type CodeTable } from '../../circuits/coded-error.ts'

/** `src/errors.md` repeats this table. */
export const signatureErrorCodes = {
  SIGNATURE_EXCEPTIONAL: {
    retryable: false,
    meaning: 'A valid P-256 signature is one of the few that the circuit refuses; an honest signer never makes one.',
  },
  SIGNATURE_INVALID: {
    retryable: false,
    meaning: 'A P-256 signature does not verify, so nothing can be proven of it.',
  },
} as const satisfies CodeTable

/** The signature does not verify. */
export class SignatureInvalidError extends CodedError<keyof typeof signatureErrorCodes> {
  override readonly name = 'SignatureInvalidError'

  constructor(reason: string) {
    super(signatureErrorCodes, 'SIGNATURE_INVALID', reason)
  }
}

/** The signature verifies, but a step of the circuit has no witness for it. */
export class SignatureExceptionalError extends CodedError<keyof typeof signatureErrorCodes> {
  override readonly name = 'SignatureExceptionalError'

  constructor(reason: string) {
    super(signatureErrorCodes, 'SIGNATURE_EXCEPTIONAL', reason)
  }
}
