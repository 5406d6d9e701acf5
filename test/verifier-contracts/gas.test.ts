/** The gas of whole transactions: the snapshot, and the bars that settlement must stay under. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type GasReport, gasPath, measureGas } from './gas.ts'

const ONE_PROOF = 350_000
const FURTHER_PROOF = 60_000
/** What zero bytes of calldata and of storage make of a thousand positions. */
const CROWD = 1_000

describe('gas', () => {
  let report: GasReport
  before(async () => {
    report = await measureGas()
  })

  it('is what the snapshot says', async () => {
    const snapshot = JSON.parse(await readFile(gasPath, 'utf8'))
    assert.deepEqual(report, snapshot, 'moved: npx tsx test/verifier-contracts/gas.ts rewrites the snapshot')
  })

  it('of a settlement stays under the bars', () => {
    const settle = (count: number) => report[`settle-${count}`]!
    assert.ok(settle(1) <= ONE_PROOF)
    assert.ok((settle(4) - settle(1)) / 3 <= FURTHER_PROOF)
    assert.ok((settle(16) - settle(4)) / 12 <= FURTHER_PROOF)
  })

  it('of a purchase and of its settlement does not grow with the pool', () => {
    for (const name of ['buy', 'extend', 'terminate', 'settle-rental', 'claim-rent']) {
      assert.ok(report[`${name}-among-1000`]! <= report[`${name}-among-1`]! + CROWD, name)
    }
  })
})
