/** Scenario files: what is wrong is named by its field, before anything runs. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jsonSchema, parseScenario, readScenario, scenarioNames } from '../../src/economics/scenario.ts'
import { defaultParameters } from '../../verifier-contracts/index.ts'

const { scenario } = await readScenario('volatility')
const { pool, ...withoutPool } = structuredClone(scenario) as typeof scenario & { pool: Record<string, unknown> }

const refused = (json: unknown, words: RegExp) =>
  assert.throws(() => parseScenario(json, 'mine'), { code: 'BAD_ARGUMENT', message: words })

describe('a scenario', () => {
  it('is refused with the name of the field that is missing, unknown, of another type or out of range', () => {
    refused(withoutPool, /pool/)
    refused({ ...withoutPool, pool: { ...pool, fee: 1.5 } }, /pool\.fee/)
    refused({ ...withoutPool, pool: { ...pool, windowHours: 24.5 } }, /pool\.windowHours/)
    refused({ ...withoutPool, pool: { ...pool, windowHours: 1e6 } }, /pool\.windowHours/)
    refused({ ...withoutPool, pool: { ...pool, basePrice: '1' } }, /pool\.basePrice/)
    refused({ ...withoutPool, pool: { ...pool, feee: 0 } }, /feee/)
    refused({ ...scenario, kind: 'dance' }, /kind/)
    refused([], /kind|object/)
  })

  it('is refused when it belongs to another kind', () => {
    refused({ ...scenario, kind: 'cartel' }, /study/)
  })

  it('must have bounds around its base price', () => {
    refused({ ...withoutPool, pool: { ...pool, floorPrice: 5 } }, /pool\.floorPrice/)
    refused({ ...withoutPool, pool: { ...pool, ceilingPrice: 0.5 } }, /pool\.ceilingPrice/)
  })

  it('may not look past its own days', async () => {
    const { scenario: whale } = await readScenario('whale')
    refused({ ...whale, study: { ...(whale as { study: object }).study, day: 999 } }, /study\.day/)
  })

  it('of the program trades on the terms that the contracts start with', async () => {
    const { fee, collateralMultiple, riseLimit, windowSeconds, floorShare, ceilingShare } =
      defaultParameters.market.pool
    for (const name of await scenarioNames()) {
      const { scenario: own } = await readScenario(name)
      if (!('pool' in own)) continue
      const { basePrice } = own.pool
      assert.equal(own.pool.fee, fee / 10_000, name)
      assert.equal(own.pool.collateralMultiple, collateralMultiple, name)
      assert.equal(own.pool.riseLimit, riseLimit / 10_000, name)
      assert.equal(own.pool.windowHours, windowSeconds / 3600, name)
      assert.ok(Math.abs(own.pool.floorPrice - (basePrice * floorShare) / 10_000) < 1e-9, name)
      assert.ok(Math.abs(own.pool.ceilingPrice - (basePrice * ceilingShare) / 10_000) < 1e-9, name)
    }
  })

  it('comes with a schema that gives every number its range and says what it is', () => {
    const numbers: { path: string; described: boolean; bounded: boolean }[] = []
    const walk = (node: unknown, path: string): void => {
      if (node === null || typeof node !== 'object') return
      const { type, description, minimum, maximum } = node as Record<string, unknown>
      if (type === 'number' || type === 'integer') {
        numbers.push({
          path,
          described: typeof description === 'string',
          bounded: minimum !== undefined && maximum !== undefined,
        })
      }
      for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`)
    }
    walk(jsonSchema(), '')
    assert.ok(numbers.length > 100)
    assert.deepEqual(
      numbers.filter(({ described, bounded }) => !described || !bounded),
      [],
    )
  })

  describe('in a file', () => {
    let folder: string
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pocps-scenario-'))
    })
    after(() => rm(folder, { recursive: true }))

    it('is read by its path', async () => {
      const path = join(folder, 'mine.json')
      await writeFile(path, JSON.stringify(scenario))
      assert.deepEqual(await readScenario(path), { name: 'mine', scenario })
    })

    it('is refused when it is no JSON, and when there is none', async () => {
      const path = join(folder, 'broken.json')
      await writeFile(path, '{')
      await assert.rejects(readScenario(path), { code: 'BAD_ARGUMENT', message: /not JSON/ })
      await assert.rejects(readScenario(join(folder, 'none.json')), { code: 'BAD_ARGUMENT', message: /volatility/ })
      await assert.rejects(readScenario('dance'), { code: 'BAD_ARGUMENT', message: /no scenario dance/ })
    })
  })
})
