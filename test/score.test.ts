/** PoCPS in TypeScript: fixed points, and the contract's digits on vectors and on numbers made on the fly. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Contract, ContractFactory } from 'ethers'
import { expWad, loyaltyFactor, pocps, privacyFactor, timeFactor, WAD, workFactor } from '../src/score.ts'
import { startChain, type TestChain } from './verifier-contracts/chain.ts'
import { testArtifacts } from './verifier-contracts/parameters.ts'

type Pair = readonly [value: bigint, limit: bigint]

const vectorsPath = fileURLToPath(new URL('../verifier-contracts/test/pocps-vectors.json', import.meta.url))
const names = ['time', 'loyalty', 'privacy', 'work', 'pocps'] as const

function factorsOf([value, limit]: Pair): bigint[] {
  const factors = [
    timeFactor(value, limit),
    loyaltyFactor(value, limit),
    privacyFactor(value, limit),
    workFactor(value, limit),
  ] as const
  return [...factors, pocps(...factors)]
}

/** Numbers below 2^128 of every magnitude, the same on every run. */
function* numbers(seed: string): Generator<bigint, never> {
  for (let i = 0; ; i += 1) {
    const hash = createHash('sha256').update(`${seed} ${i}`).digest()
    yield BigInt(`0x${hash.subarray(0, 16).toString('hex')}`) >> BigInt(hash[16]! % 128)
  }
}

/** Random pairs, and for each the edges of its limit. */
function pairsOf(seed: string, count: number): Pair[] {
  const source = numbers(seed)
  const pairs: Pair[] = []
  while (pairs.length < count) {
    const limit = source.next().value + 1n
    const value = source.next().value
    const near = [0n, 1n, limit - 1n, limit, limit + 1n, limit / 2n, (limit * 999n) / 1000n]
    pairs.push([value, limit], [value % limit, limit], ...near.map((edge): Pair => [edge, limit]))
  }
  return pairs.slice(0, count)
}

function vectors(): string {
  const pairs = pairsOf('committed', 180)
  const rows = pairs.map(factorsOf)
  const columns = [
    ['value', pairs.map(([value]) => String(value))],
    ['limit', pairs.map(([, limit]) => String(limit))],
    ...names.map((name, j) => [name, rows.map((row) => String(row[j]))]),
  ]
  return `${JSON.stringify(Object.fromEntries(columns), undefined, 2)}\n`
}

describe('score', () => {
  it('is 1 at the limit and exp(-decay) at 0', () => {
    assert.equal(timeFactor(5n, 5n), WAD)
    assert.equal(workFactor(6n, 5n), WAD)
    for (const [factor, thousandths] of [
      [timeFactor(0n, 5n), 2303],
      [loyaltyFactor(0n, 5n), 7324],
      [privacyFactor(0n, 5n), 2303],
      [workFactor(0n, 5n), 7324],
    ] as const) {
      assert.ok(Math.abs(Number(factor) / 1e18 - Math.exp(-thousandths / 1000)) < 1e-15)
    }
  })

  it('lets who was paid nothing be loyal', () => {
    assert.equal(loyaltyFactor(0n, 0n), WAD)
  })

  it('refuses what the contract has no numbers for', () => {
    assert.throws(() => timeFactor(1n, 0n), RangeError)
    assert.throws(() => timeFactor(-1n, 1n), RangeError)
    assert.throws(() => expWad(135_305_999_368_893_231_589n), RangeError)
  })

  it('has an exponential that vanishes where its result is below half a digit', () => {
    assert.equal(expWad(-41_446_531_673_892_822_313n), 0n)
    assert.equal(expWad(0n), WAD)
  })

  it('follows Math.exp as far as that has digits', () => {
    for (let x = -40; x <= 10; x += 0.37) {
      const actual = Number(expWad(BigInt(Math.round(x * 1e6)) * 10n ** 12n)) / 1e18
      assert.ok(Math.abs(actual - Math.exp(Math.round(x * 1e6) / 1e6)) <= 1e-13 * Math.exp(x) + 1.1e-18, `e^${x}`)
    }
  })

  it('is what the committed vectors of the contract tests say', async () => {
    // UPDATE_VECTORS=1 rewrites the file after a change that is meant.
    if (process.env.UPDATE_VECTORS === '1') await writeFile(vectorsPath, vectors())
    assert.equal(await readFile(vectorsPath, 'utf8'), vectors())
  })

  describe('beside the contract', () => {
    let chain: TestChain
    let harness: Contract

    before(async () => {
      chain = await startChain()
      const { PocpsHarness } = await testArtifacts()
      const factory = new ContractFactory(PocpsHarness!.abi, PocpsHarness!.bytecode, await chain.signer(0))
      harness = (await (await factory.deploy()).waitForDeployment()) as Contract
    })
    after(() => chain.close())

    it('gives the same digits for 2,700 pairs', async () => {
      const pairs = pairsOf('beside the contract', 2700)
      for (let from = 0; from < pairs.length; from += 300) {
        const batch = pairs.slice(from, from + 300)
        const rows: bigint[][] = await harness.getFunction('factors')(batch)
        batch.forEach((pair, i) => {
          assert.deepEqual([...rows[i]!], factorsOf(pair), `value ${pair[0]}, limit ${pair[1]}`)
        })
      }
    })
  })
})
