/** The generator: the same numbers for ever, and distributions that are what they say. */
import assert from 'node:assert/strict'
import { Random } from '../../src/economics/random.ts'

const many = (draw: () => number, count = 20_000) => Array.from({ length: count }, draw)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('random numbers', () => {
  it('are the same for the same seed and stream, and others for another', () => {
    const first = (seed: number, stream: number) => many(() => new Random(seed, stream).word(), 1)[0]
    assert.equal(first(1, 0), first(1, 0))
    assert.notEqual(first(1, 0), first(1, 1))
    assert.notEqual(first(1, 0), first(2, 0))
  })

  it('are those that results so far were made with', () => {
    const random = new Random(1)
    assert.deepEqual([random.word(), random.word(), random.word()], [2664724702, 2621068651, 1318929354])
  })

  it('are uniform, never 0 and never 1', () => {
    const random = new Random(3)
    const values = many(() => random.uniform())
    assert.ok(values.every((value) => value > 0 && value < 1))
    assert.ok(Math.abs(mean(values) - 0.5) < 0.01)
    const counts = new Array<number>(10).fill(0)
    for (const value of values) counts[Math.floor(value * 10)]!++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
    // 9 degrees of freedom: above 27.9 once in a thousand.
    assert.ok(chiSquare < 27.9, String(chiSquare))
  })

  it('have the moments of their distributions', () => {
    const random = new Random(4)
    const normal = many(() => random.normal())
    assert.ok(Math.abs(mean(normal)) < 0.03)
    assert.ok(Math.abs(mean(normal.map((x) => x * x)) - 1) < 0.05)
    assert.ok(Math.abs(mean(many(() => random.exponential(5))) - 5) < 0.2)
    for (const expected of [0, 0.3, 4, 75]) {
      const counts = many(() => random.poisson(expected))
      assert.ok(Math.abs(mean(counts) - expected) <= 0.04 * Math.sqrt(expected), `poisson ${expected}: ${mean(counts)}`)
      assert.ok(Math.abs(mean(counts.map((n) => (n - expected) ** 2)) - expected) <= 0.08 * expected + 1e-9)
    }
  })
})
