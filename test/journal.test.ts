/** The journal: what was saved is what is loaded, and damage is never taken for a record. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, encode, FolderJournal } from '../src/journal.ts'
import type { Challenged, Committed } from '../src/round.ts'

const id = { node: `0x${'ab'.repeat(32)}`, epoch: 3 }
const challenged: Challenged = {
  challenge: {
    id,
    value: 2n ** 252n + 1n,
    circuit: 'work-dev',
    datasetSeed: `0x${'01'.repeat(32)}`,
    datasetRoot: 5n,
    maxSteps: 65_536,
    commitDeadline: 1_800_000_000,
    proofsPerRound: 1,
  },
}
const committed: Committed = {
  ...challenged,
  execution: { traceRoot: 7n, steps: 9, elapsedMs: 1.5, trace: 'trace' },
  commitment: { transaction: `0x${'cd'.repeat(32)}`, block: 12, gas: 100_000n },
}

describe('journal', () => {
  let root: string
  let journal: FolderJournal

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'pocps-journal-'))
    journal = new FolderJournal(root)
  })
  afterEach(() => rm(root, { recursive: true }))

  const path = () => join(journal.folder(id), 'round.json')

  it('loads nothing before anything was saved', async () => {
    assert.equal(await journal.load(id), undefined)
  })

  it('loads the newest record, bigints and all', async () => {
    await journal.save(challenged)
    await journal.save(committed)
    assert.deepEqual(await journal.load(id), committed)
  })

  it('leaves no temporary file', async () => {
    await journal.save(committed)
    assert.deepEqual(await readdir(journal.folder(id)), ['round.json'])
  })

  it('keeps the earlier record, and leaves no temporary file, when a write fails', async () => {
    await journal.save(challenged)
    // A folder in the place of the temporary file: what a full or read-only disk does, for root as well.
    const blocked = `${path()}.${process.pid}.tmp`
    await mkdir(blocked)
    await assert.rejects(journal.save(committed), { code: 'STORAGE_FAILED', retryable: true })
    assert.deepEqual(await journal.load(id), challenged)
    await rm(blocked, { recursive: true })
    await journal.save(committed)
    assert.deepEqual(await journal.load(id), committed)
  })

  it('refuses every truncation of a record', async () => {
    await journal.save(committed)
    const whole = await readFile(path(), 'utf8')
    for (let length = 0; length < whole.trimEnd().length; length += 7) {
      await writeFile(path(), whole.slice(0, length))
      await assert.rejects(journal.load(id), { code: 'JOURNAL_CORRUPT' })
    }
  })

  it('refuses a record with a stage missing in the middle, a field too many, or a wrong type', async () => {
    await mkdir(journal.folder(id), { recursive: true })
    const { execution, ...skipped } = committed
    const wrong = [
      skipped,
      { ...committed, extra: 1 },
      { ...committed, execution: { ...execution, steps: -1 } },
      { ...committed, execution: { ...execution, traceRoot: '7' } },
    ]
    for (const record of wrong) {
      await writeFile(path(), encode(record))
      await assert.rejects(journal.load(id), { code: 'JOURNAL_CORRUPT' })
    }
  })

  it('refuses the record of another round', async () => {
    await mkdir(journal.folder(id), { recursive: true })
    await writeFile(path(), encode({ challenge: { ...challenged.challenge, id: { ...id, epoch: 4 } } }))
    await assert.rejects(journal.load(id), { code: 'JOURNAL_CORRUPT', message: /epoch 4/ })
  })

  it('writes bigints apart from strings', () => {
    const mixed = { a: 1n, b: '1', c: 'n', d: '12n', e: '0x1n' }
    assert.deepEqual(decode(encode(mixed)), mixed)
  })
})
