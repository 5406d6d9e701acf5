/** Asserts refusals by code, since a message may change. */
import assert from 'node:assert/strict'
import { AppraisalError, type AppraisalErrorCode } from '../../src/enclave/errors.ts'

/** The code that `action` is refused with; anything but a coded refusal fails the test. */
export function refusalCode(action: () => unknown): AppraisalErrorCode {
  try {
    action()
  } catch (error) {
    if (error instanceof AppraisalError) return error.code
    throw error
  }
  assert.fail('it was accepted')
}

export function refuses(code: AppraisalErrorCode, action: () => unknown, message?: string): void {
  assert.equal(refusalCode(action), code, message)
}
