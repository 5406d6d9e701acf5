/** The fast pool agrees with the exact one within a billionth, over the same random history. */
import assert from 'node:assert/strict'
import { FastPool, IDLE } from '../../src/economics/fast-pool.ts'
import { Random } from '../../src/economics/random.ts'
import { DAY, HOUR, protocolOf, strategies, termsOf, WAD, worldOf } from './model.ts'

const TOLERANCE = 1e-9
const NODES = 20
const HOURS = 400
const names = Array.from({ length: NODES }, (_, i) => `node ${i}`)
const tokens = (wei: bigint) => Number(wei) / 1e18

const near = (fast: number, exact: number, what: string) =>
  assert.ok(Math.abs(fast - exact) <= TOLERANCE * Math.max(1, Math.abs(exact)), `${what}: ${fast} ≠ ${exact}`)

describe('the fast pool beside the exact one', () => {
  for (const kind of ['constant-product', 'utilisation'] as const) {
    it(`has its balances and prices within 1e-9 after every operation (${kind})`, () => {
      const random = new Random(kind.length)
      const accepted = (node: number, epoch: number) => (node * 7 + epoch * 3) % 5 !== 0
      const terms = termsOf(strategies[kind]!)
      const protocol = protocolOf((name, epoch) => accepted(names.indexOf(name), Number(epoch)))
      const { pool, settlement, ledger } = worldOf(terms, protocol, names, ['client'])
      const perHour = (price: bigint) => (tokens(price) / 1e18) * 3600
      const fast = new FastPool(
        {
          kind,
          alpha: 0.5,
          base: perHour(terms.base),
          floor: perHour(terms.floor),
          ceiling: perHour(terms.ceiling),
          windowHours: 72,
          fee: 0.01,
          burnShare: Number(terms.strategy.burnShare) / 10_000,
          riseLimit: 0.01,
        },
        NODES,
        HOURS,
      )
      let closed = 0
      let operations = 0
      const latest = new Map<number, number>()
      const compare = (what: string) => {
        operations++
        pool.advance(BigInt(fast.now) * HOUR)
        near(fast.hours, Number(pool.hours.remaining) / 3600, `${what}: hours`)
        near(fast.rented, Number(pool.hours.rented) / 3600, `${what}: rented`)
        near(fast.reserve, tokens(pool.reserve), `${what}: reserve`)
        near(fast.escrow, tokens(pool.escrow), `${what}: escrow`)
        near(fast.spot, perHour(pool.spot), `${what}: spot`)
        near(fast.anchor, perHour(pool.anchor()), `${what}: anchor`)
        near(fast.matured + closed, tokens(pool.matured), `${what}: matured`)
        near(fast.burned, tokens(ledger.burned), `${what}: burned`)
      }
      for (let hour = 24; hour < HOURS; hour++) {
        fast.advance(hour)
        const now = BigInt(hour) * HOUR
        compare('time')
        if (hour % 24 === 0) {
          const epoch = hour / 24 - 1
          for (let node = 0; node < NODES; node++) fast.settle(node, epoch, accepted(node, epoch))
          settlement.settle(
            settlement.rentals.map((_, i) => i + 1),
            now,
          )
          compare('settle')
        }
        for (let node = 0; node < NODES; node++) {
          const name = names[node]!
          const operator = protocol.operatorOf(name)
          if (fast.status[node] !== IDLE && fast.end[node]! <= hour) closed += fast.close(node)
          if (fast.status[node] === IDLE) {
            if (random.chance(0.08)) {
              fast.provide(node)
              pool.provide(operator, name, now)
              compare('provide')
            } else if (random.chance(0.02)) {
              const days = 1 + random.below(3)
              const proceeds = fast.sell(node, days)
              if (proceeds > 0) pool.sell(operator, name, BigInt(days), now)
              else assert.throws(() => pool.sell(operator, name, BigInt(days), now), /SaleTooLarge|ReserveShort/)
              compare('sell')
            }
          } else if (fast.busyUntil[node]! <= hour && random.chance(0.06)) {
            const wanted = 1 + random.below(fast.end[node]! - hour)
            fast.buy(node, wanted)
            latest.set(node, settlement.buy('client', name, BigInt(wanted), now))
            compare('buy')
          } else if (fast.busyUntil[node]! > hour && random.chance(0.03)) {
            const refund = fast.terminate(node)
            near(refund, tokens(settlement.terminate('client', latest.get(node)!, now)), 'refund')
            compare('terminate')
          }
        }
      }
      assert.ok(operations > 700, String(operations))
      assert.ok(DAY === 24n * HOUR && WAD > 0n)
    })
  }
})
