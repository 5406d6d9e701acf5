/** The prover's error codes. */
import assert from 'node:assert/strict'
import { isProverErrorCode, ProverError, type ProverErrorCode, proverErrorCodes } from '../../prover/errors.ts'

describe('prover errors', () => {
  it('say in one sentence what they mean and whether to try again', () => {
    for (const [code, { meaning, retryable }] of Object.entries(proverErrorCodes)) {
      assert.match(code, /^[A-Z][A-Z_]+$/)
      assert.match(meaning, /^\S.*[^.]\.$/)
      const error = new ProverError(code as ProverErrorCode, 'why')
      assert.deepEqual(
        [error.code, error.retryable, error.name, error.message],
        [code, retryable, 'ProverError', 'why'],
      )
    }
  })

  it('are not confused with what every object has', () => {
    assert.ok(isProverErrorCode('QUEUE_FULL'))
    for (const other of ['toString', '', 'queue_full', undefined, 7]) assert.ok(!isProverErrorCode(other))
  })
})
