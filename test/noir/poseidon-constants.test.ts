/** The committed Poseidon tables of the twin are those the generator writes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { poseidonConstants, poseidonConstantsPath } from '../../circuits/noir/generate-poseidon.ts'

describe('the Noir Poseidon tables', () => {
  it('are what circuits/noir/generate-poseidon.ts writes', () => {
    assert.ok(
      readFileSync(poseidonConstantsPath, 'utf8') === poseidonConstants(),
      'stale: run npx tsx circuits/noir/generate-poseidon.ts',
    )
  })
})
