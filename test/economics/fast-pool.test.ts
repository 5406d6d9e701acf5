/** The fast pool: nothing is lost, no round trip pays, and time alone moves no price. */
import assert from 'node:assert/strict'
import { FastPool, type FastPoolParameters, IDLE, PROVIDED } from '../../src/economics/fast-pool.ts'
import { Random } from '../../src/economics/random.ts'

const NODES = 40
const HOURS = 600
const kinds = ['constant-product', 'utilisation'] as const

function poolOf(changes: Partial<FastPoolParameters> = {}): FastPool {
  return new FastPool(
    {
      kind: 'constant-product',
      alpha: 0.5,
      base: 1,
      floor: 0.001,
      ceiling: 50,
      windowHours: 72,
      fee: 0.003,
      burnShare: 0.1,
      riseLimit: 0.01,
      ...changes,
    },
    NODES,
    HOURS,
  )
}

/** Plays at random and reports all that came in and went out. */
function play(
  pool: FastPool,
  random: Random,
  hours: number,
  each: (pool: FastPool, inflow: number, outflow: number) => void,
) {
  let inflow = 0
  let outflow = 0
  for (let hour = 1; hour <= hours; hour++) {
    pool.advance(hour)
    if (hour % 24 === 0) {
      for (let node = 0; node < NODES; node++) outflow += pool.settle(node, hour / 24 - 1, random.chance(0.9))
    }
    for (let node = 0; node < NODES; node++) {
      if (pool.status[node] !== IDLE && pool.end[node]! <= hour) outflow += pool.close(node)
      if (pool.status[node] === IDLE) {
        if (random.chance(0.1)) inflow += pool.provide(node)
        else if (random.chance(0.02)) outflow += pool.sell(node, 1 + random.below(3))
      } else if (pool.busyUntil[node]! <= hour && random.chance(0.05)) {
        const left = pool.end[node]! - hour
        const burned = pool.burned
        inflow += pool.buy(node, 1 + random.below(left)) + pool.burned - burned
      } else if (pool.busyUntil[node]! > hour && random.chance(0.02)) outflow += pool.terminate(node)
      each(pool, inflow, outflow)
    }
  }
}

describe('the fast pool', () => {
  for (const kind of kinds) {
    it(`keeps account of every token (${kind})`, () => {
      for (let seed = 0; seed < 5; seed++) {
        let steps = 0
        const pool = poolOf({ kind })
        play(pool, new Random(seed), HOURS, (_, inflow, outflow) => {
          steps++
          const held = pool.reserve + pool.escrow + pool.matured
          assert.ok(
            Math.abs(inflow - outflow - pool.burned - held) < 1e-6 * (1 + inflow),
            `step ${steps}: ${inflow - outflow - pool.burned} ≠ ${held}`,
          )
        })
      }
    })

    it(`never has less than nothing (${kind})`, () => {
      const pool = poolOf({ kind })
      play(pool, new Random(7), HOURS, () => {
        for (const [name, value] of Object.entries({ reserve: pool.reserve, escrow: pool.escrow, ...pool.state })) {
          assert.ok(value > -1e-6, `${name} ${value}`)
        }
        assert.ok(pool.rented <= pool.hours + 1e-6)
      })
    })

    it(`pays nobody for renting and giving back (${kind})`, () => {
      const random = new Random(11)
      const pool = poolOf({ kind, fee: 0 })
      play(pool, random, 100, () => undefined)
      for (let node = 0; node < NODES; node++) {
        if (pool.status[node] === IDLE || pool.busyUntil[node]! > pool.now || pool.end[node]! <= pool.now) continue
        const cost = pool.buy(node, pool.end[node]! - pool.now)
        assert.ok(pool.terminate(node) <= cost + 1e-9)
      }
    })
  }

  it('pays no more for a sale than the pool’s own price before the trade', () => {
    const pool = poolOf({ fee: 0 })
    for (let node = 0; node < 20; node++) pool.provide(node)
    const before = pool.spot
    for (let node = 0; node < 10; node++) pool.buy(node, 48)
    assert.ok(pool.spot > before * 1.2)
    const proceeds = pool.sell(30, 1)
    assert.ok(proceeds > 0 && proceeds <= before * 24 + 1e-9)
  })

  it('has a price that time alone does not move, however positions are staggered', () => {
    const pool = poolOf()
    const random = new Random(5)
    for (let hour = 0; hour < 400; hour++) {
      pool.advance(hour)
      for (let node = 0; node < NODES; node++) {
        if (pool.status[node] === PROVIDED && pool.end[node]! <= hour) pool.close(node)
        if (pool.status[node] === IDLE && random.chance(0.05)) pool.provide(node)
      }
      assert.ok(Math.abs(pool.spot - 1) < 1e-9, `hour ${hour}: ${pool.spot}`)
    }
  })

  it('has the price of before again when a rental is used up', () => {
    const pool = poolOf()
    for (let node = 0; node < 20; node++) pool.provide(node)
    pool.buy(0, 20)
    assert.ok(pool.spot > 1.01)
    for (let hour = 1; hour <= 24; hour++) pool.advance(hour)
    pool.settle(0, 0, true)
    assert.ok(Math.abs(pool.spot - 1) < 1e-9, String(pool.spot))
  })
})
