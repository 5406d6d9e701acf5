/** The exact model: no token appears or disappears, no round trip pays, sums equal their terms, and refusals have names. */
import assert from 'node:assert/strict'
import { POOL, type Pool } from '../../src/economics/pool.ts'
import { Random } from '../../src/economics/random.ts'
import { SETTLEMENT } from '../../src/economics/settlement.ts'
import { BASE, DAY, HOUR, protocolOf, strategies, termsOf, WAD, type World, worldOf } from './model.ts'

const nodes = Array.from({ length: 8 }, (_, i) => `node ${i}`)
const clients = ['Ada', 'Bob', 'Cyd']
const operator = (node: string) => `operator of ${node}`

/** One random operation; refused ones change nothing and are counted. */
function act({ pool, settlement }: World, random: Random, now: bigint): string | undefined {
  const node = nodes[random.below(nodes.length)]!
  const client = clients[random.below(clients.length)]!
  const rental = 1 + random.below(settlement.rentals.length + 1)
  const position = 1 + random.below(pool.positions.length + 1)
  const operations: (() => unknown)[] = [
    () => pool.provide(operator(node), node, now),
    () => pool.provide(operator(node), node, now),
    () => pool.sell(operator(node), node, BigInt(1 + random.below(4)), now),
    () => settlement.buy(client, node, BigInt(1 + random.below(40)), now),
    () => settlement.buy(client, node, BigInt(1 + random.below(40)), now),
    () =>
      settlement.extend(settlement.rentals[rental - 1]?.client ?? client, rental, BigInt(1 + random.below(10)), now),
    () => settlement.terminate(settlement.rentals[rental - 1]?.client ?? client, rental, now),
    () => settlement.settle([rental], now),
    () => settlement.claim(random.chance(0.5) ? client : operator(node)),
    () => pool.withdraw(pool.positions[position - 1]?.operator ?? operator(node), position, now),
    () => pool.renew(pool.positions[position - 1]?.operator ?? operator(node), position, now),
  ]
  try {
    operations[random.below(operations.length)]!()
    return undefined
  } catch (error) {
    const { code, reason } = error as { code?: string; reason?: string }
    if (code !== 'CHAIN_REJECTED') throw error
    return reason
  }
}

/** Plays random operations at odd times. */
function play(kind: string, seed: number, each: (world: World, now: bigint) => void): Map<string, number> {
  const random = new Random(seed)
  const accepted = new Random(seed, 1)
  const outcomes = new Map<string, boolean>()
  const protocol = protocolOf((node, epoch) => {
    const key = `${node} ${epoch}`
    if (!outcomes.has(key)) outcomes.set(key, accepted.chance(0.8))
    return outcomes.get(key)!
  })
  const world = worldOf(termsOf(strategies[kind]!), protocol, nodes, clients)
  const refusals = new Map<string, number>()
  let now = DAY
  for (let step = 0; step < 600; step++) {
    now += BigInt(random.below(3) * random.below(7200))
    const reason = act(world, random, now)
    if (reason) refusals.set(reason, (refusals.get(reason) ?? 0) + 1)
    each(world, now)
  }
  return refusals
}

/** What the sums must be: one term for each live position. */
function termsAt(pool: Pool, now: bigint) {
  let [remaining, rented, weight] = [0n, 0n, 0n]
  const latest = new Map(pool.positions.map((position) => [position.node, position]))
  for (const { node, start, end, shares } of latest.values()) {
    if (end <= now) continue
    remaining += end - now
    const busy = pool.busyUntil(node)
    if (busy > now) rented += busy - now
    weight += (shares / (end - start)) * (end - now)
  }
  return { remaining, rented, weight }
}

describe('the exact model', () => {
  for (const kind of Object.keys(strategies)) {
    it(`holds what its books say, after every operation (${kind})`, () => {
      for (let seed = 0; seed < 4; seed++) {
        play(kind, seed, ({ pool, settlement, ledger }) => {
          assert.equal(ledger.of(POOL), pool.reserve + pool.matured + pool.collateral)
          const claimable = [...clients, ...nodes.map(operator)].reduce(
            (sum, who) => sum + settlement.claimable(who),
            0n,
          )
          assert.equal(ledger.of(SETTLEMENT), pool.escrow + claimable)
          assert.equal(ledger.total() + ledger.burned, 11n * 10n ** 24n)
        })
      }
    })

    it(`has sums that equal their terms (${kind})`, () => {
      play(kind, 20, ({ pool }, now) => {
        pool.advance(now)
        const { remaining, rented, weight } = termsAt(pool, now)
        assert.deepEqual([pool.hours.remaining, pool.hours.rented, pool.hours.weight], [remaining, rented, weight])
        assert.ok(pool.state.available >= 0n)
      })
    })

    it(`keeps its price between floor and ceiling, and its anchor below its price (${kind})`, () => {
      play(kind, 30, ({ pool }, now) => {
        pool.advance(now)
        assert.ok(pool.spot >= BASE / 10n && pool.spot <= BASE * 10n)
        assert.ok(pool.anchor() <= pool.spot)
      })
    })

    it(`pays nobody for renting and giving back, at any size and in any state (${kind})`, () => {
      const random = new Random(40)
      play(kind, 41, ({ pool }, now) => {
        pool.advance(now)
        const { state } = pool
        if (state.available === 0n) return
        const secs = 1n + BigInt(random.below(Number(state.available)))
        const { strategy } = pool.terms
        const cost = strategy.costOf(state, secs)
        const after = {
          ...state,
          available: state.available - secs,
          rented: state.rented + secs,
          tokens: state.tokens + cost,
        }
        const back = strategy.refundOf(after, secs)
        assert.ok(back <= cost, `${secs}: ${back} > ${cost}`)
      })
    })
  }

  it('meets every kind of refusal', () => {
    const met = new Map<string, number>()
    for (let seed = 50; seed < 56; seed++) {
      for (const [reason, count] of play('constant-product', seed, () => undefined))
        met.set(reason, (met.get(reason) ?? 0) + count)
    }
    for (const reason of [
      'PositionLive',
      'NodeBusy',
      'BeyondPosition',
      'PositionNone',
      'RentalEnded',
      'ServiceUndecided',
      'PositionWithdrawn',
      'NothingToClaim',
      'RentalUnknown',
      'PositionUnknown',
      'SaleTooLarge',
    ]) {
      assert.ok((met.get(reason) ?? 0) > 0, `${reason} was never met: ${[...met.keys()]}`)
    }
  })

  it('leaves the price where it was when hours come with their worth, and while time passes', () => {
    const { pool } = worldOf(
      termsOf(strategies['constant-product']!),
      protocolOf(() => true),
      nodes,
      clients,
    )
    nodes.slice(0, 6).forEach((node, i) => {
      const now = DAY + BigInt(i) * 7n * HOUR + 123n
      pool.provide(operator(node), node, now)
      const off = pool.spot - BASE
      assert.ok(off < BASE / 10n ** 15n && off > -BASE / 10n ** 15n, `${off}`)
    })
    pool.advance(3n * DAY)
    const off = pool.spot - BASE
    assert.ok(off < BASE / 10n ** 15n && off > -BASE / 10n ** 15n, `${off}`)
  })

  it('would have prices that grow by themselves if tokens stayed while hours went: some 4.9 times a window', () => {
    const start = 100n * DAY
    const window = 3n * DAY
    const priceAfter = (windows: bigint, tokensDissipate: boolean) => {
      const terms = termsOf(strategies['constant-product']!, { tokensDissipate, ceiling: BASE * 10n ** 9n })
      const many = Array.from({ length: 36 }, (_, i) => `node ${i}`)
      const { pool } = worldOf(
        terms,
        protocolOf(() => true),
        many,
        [],
      )
      // One of 36 nodes every two hours: each comes back as its window ends.
      for (let now = start, i = 0; now < start + windows * window; now += 2n * HOUR, i++)
        pool.provide(operator(many[i % 36]!), many[i % 36]!, now)
      return Number(pool.spot) / Number(BASE)
    }
    const growth = priceAfter(4n, false) / priceAfter(3n, false)
    assert.ok(growth > 4.5 && growth < 5.3, String(growth))
    assert.ok(Math.abs(priceAfter(4n, true) - 1) < 1e-9)
  })

  it('pays a provider in the share of its accepted epochs and burns the rest', () => {
    const { pool, ledger } = worldOf(
      termsOf(strategies['constant-product']!),
      protocolOf((_, epoch) => epoch !== 2n),
      nodes,
      clients,
    )
    const node = nodes[0]!
    pool.provide(operator(node), node, DAY)
    assert.equal(pool.withdraw(operator(node), 1, 4n * DAY), 200n * WAD)
    assert.equal(ledger.burned, 100n * WAD)
  })
})
