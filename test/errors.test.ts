/** Keeps `src/errors.md` equal to the codes that the program can give. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { circuitErrorCodes } from '../circuits/errors.ts'
import { setupErrorCodes } from '../circuits/setup/errors.ts'
import { proverErrorCodes } from '../prover/index.ts'
import { appraisalErrorCodes } from '../src/enclave/errors.ts'
import { statementErrorCodes } from '../src/enclave/statement/errors.ts'
import { signatureErrorCodes } from '../src/p256/errors.ts'

const tables = {
  ...proverErrorCodes,
  ...circuitErrorCodes,
  ...setupErrorCodes,
  ...appraisalErrorCodes,
  ...statementErrorCodes,
  ...signatureErrorCodes,
}

const document = readFileSync(new URL('../src/errors.md', import.meta.url), 'utf8')
const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8')

const documented = new Map(
  [...document.matchAll(/^\| `([A-Z_]+)` \| (yes|no) \| (.+) \|$/gm)].map((row) => [
    row[1]!,
    { retryable: row[2] === 'yes', meaning: row[3]! },
  ]),
)

describe('error codes', () => {
  it('are all in errors.md, and nothing else is', () => {
    const own = [...source.matchAll(/^ {2}\| '([A-Z_]+)'$/gm)].map((match) => match[1]!)
    assert.deepEqual([...documented.keys()].sort(), [...own, ...Object.keys(tables)].sort())
  })

  it('of prover, circuits and appraiser mean what errors.md says', () => {
    for (const [code, { retryable, meaning }] of Object.entries(tables)) {
      assert.deepEqual(documented.get(code), { retryable, meaning }, code)
    }
  })

  it('of the round have a class each', () => {
    const classes = [...source.matchAll(/override readonly code = '([A-Z_]+)'/g)].map((match) => match[1]!)
    const union = [...source.matchAll(/^ {2}\| '([A-Z_]+)'$/gm)].map((match) => match[1]!)
    assert.deepEqual(classes.sort(), union.sort())
  })
})
