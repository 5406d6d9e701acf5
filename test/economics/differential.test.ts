/** The model beside the deployed contracts: the same random history, every balance, price and sum equal after every operation. */
import assert from 'node:assert/strict'
import { Ledger } from '../../src/economics/ledger.ts'
import { POOL, Pool, type PoolTerms } from '../../src/economics/pool.ts'
import type { Outcome, Protocol } from '../../src/economics/protocol.ts'
import { Random } from '../../src/economics/random.ts'
import { SETTLEMENT, Settlement } from '../../src/economics/settlement.ts'
import { constantProduct, utilisationCurve } from '../../src/economics/strategy.ts'
import type { StrategyRole } from '../../verifier-contracts/index.ts'
import { type ChainMarket, startMarket } from './chain-market.ts'

const WAD = 10n ** 18n
const DAY = 86_400n
const ALPHA = WAD / 2n
const BURN_SHARE = 1000
/** Operations of each history; `npm run test:slow` plays ten times as many. */
const STEPS = process.env.POCPS_SLOW === '1' ? 2000 : 200
const ANY = 2n ** 255n

type Action = {
  readonly contract: 'pool' | 'settlement'
  readonly from: string
  readonly name: string
  readonly values: readonly unknown[]
  readonly model: (now: bigint) => unknown
}

/** The model of what was deployed, with outcomes that are decided when an epoch is played. */
async function modelOf(market: ChainMarket, strategy: StrategyRole, seen: Record<string, bigint>) {
  const outcomes = new Map<string, Outcome>()
  const protocol: Protocol = {
    genesis: market.genesis,
    epochSeconds: DAY,
    operatorOf: (node) => market.nodes.get(node)!,
    isActive: () => true,
    isMember: () => true,
    outcomeOf(node, epoch, now) {
      if (now < market.genesis + (epoch + 1n) * DAY) return 'undecided'
      return outcomes.get(`${node} ${epoch}`) ?? 'void'
    },
  }
  const { terms: onChain, base } = await market.deployment.contracts.rules.getFunction('marketOf').staticCall(0)
  const terms: PoolTerms = {
    strategy: strategy === 'constantProduct' ? constantProduct() : utilisationCurve(ALPHA, BigInt(BURN_SHARE)),
    windowSeconds: onChain.windowSeconds,
    fee: onChain.fee,
    collateralMultiple: onChain.collateralMultiple,
    riseLimit: onChain.riseLimit,
    floor: onChain.floor,
    ceiling: onChain.ceiling,
    base,
    tokensDissipate: true,
  }
  const ledger = new Ledger()
  for (const account of [...market.nodes.values(), ...market.clients]) ledger.mint(account, seen[`balance ${account}`]!)
  const pool = new Pool(terms, protocol, ledger)
  return { pool, settlement: new Settlement(pool, protocol, ledger), ledger, outcomes }
}

type Model = Awaited<ReturnType<typeof modelOf>>

/** What the chain is asked for, as the model has it. */
function readModel(
  { pool, settlement, ledger }: Model,
  accounts: readonly string[],
  now: bigint,
): Record<string, bigint> {
  pool.advance(now)
  const { available, rented, remaining, tokens } = pool.state
  const { reserve, matured, collateral, shares, escrow } = pool
  const values: Record<string, bigint> = {
    ...{ available, rented, remaining, tokens, reserve, matured, collateral, shares, escrow },
    anchor: pool.anchor(),
    spot: pool.spot,
    'pool holds': ledger.of(POOL),
    'settlement holds': ledger.of(SETTLEMENT),
  }
  for (const account of accounts) {
    values[`balance ${account}`] = ledger.of(account)
    values[`claimable ${account}`] = settlement.claimable(account)
  }
  return values
}

function draw({ nodes, clients }: ChainMarket, { pool, settlement }: Model, now: bigint, random: Random): Action {
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)]!
  const [node, operator] = pick([...nodes])
  const client = pick(clients)
  // Mostly what can still change; now and then any, one that does not exist, or somebody else's.
  const over = pool.positions.flatMap(({ withdrawn, end }, i) => (withdrawn || end > now ? [] : [i + 1]))
  const any = random.chance(0.2)
  const position = any || over.length === 0 ? 1 + random.below(pool.positions.length + 1) : pick(over)
  const recent = Math.min(settlement.rentals.length, 4)
  const rental = any
    ? 1 + random.below(settlement.rentals.length + 1)
    : settlement.rentals.length - random.below(recent + 1)
  const renter = random.chance(0.9) ? (settlement.rentals[rental - 1]?.client ?? client) : client
  const owner = random.chance(0.9) ? (pool.positions[position - 1]?.operator ?? operator) : operator
  const hours = BigInt(1 + random.below(40))
  const days = BigInt(1 + random.below(3))
  const inPool = (from: string, name: string, values: unknown[], model: Action['model']): Action => ({
    contract: 'pool',
    from,
    name,
    values,
    model,
  })
  const inSettlement = (from: string, name: string, values: unknown[], model: Action['model']): Action => ({
    contract: 'settlement',
    from,
    name,
    values,
    model,
  })
  const choices: readonly (readonly [weight: number, action: Action])[] = [
    [2, inPool(operator, 'provide', [node, ANY, ANY], (now) => pool.provide(operator, node, now))],
    [1, inPool(operator, 'sell', [node, days, 0, ANY], (now) => pool.sell(operator, node, days, now))],
    [2, inPool(owner, 'withdraw', [position], (now) => pool.withdraw(owner, position, now))],
    [4, inPool(owner, 'renew', [position, ANY, ANY], (now) => pool.renew(owner, position, now))],
    [6, inSettlement(client, 'buy', [node, hours, ANY, ANY], (now) => settlement.buy(client, node, hours, now))],
    [
      3,
      inSettlement(renter, 'extend', [rental, hours, ANY, ANY], (now) => settlement.extend(renter, rental, hours, now)),
    ],
    [4, inSettlement(renter, 'terminate', [rental, 0, ANY], (now) => settlement.terminate(renter, rental, now))],
    [4, inSettlement(client, 'settle', [[rental]], (now) => settlement.settle([rental], now))],
    [1, inSettlement(client, 'claim', [], () => settlement.claim(client))],
    [1, inSettlement(operator, 'claim', [], () => settlement.claim(operator))],
  ]
  return pick(choices.flatMap(([weight, action]) => Array<Action>(weight).fill(action)))
}

/** The name of the refusal, as the contracts give it. */
function attempt(action: Action, now: bigint): string | undefined {
  try {
    action.model(now)
    return undefined
  } catch (error) {
    const { reason } = error as { reason?: string }
    if (reason === undefined) throw error
    return reason
  }
}

describe('the model beside the contracts', function () {
  this.timeout(600_000)

  for (const strategy of ['constantProduct', 'utilisationCurve'] as const) {
    it(`has every balance, price and sum equal after every operation (${strategy})`, async () => {
      const market = await startMarket(strategy, ALPHA, BURN_SHARE)
      try {
        const random = new Random(strategy.length)
        let seen = await market.read()
        const model = await modelOf(market, strategy, seen)
        const accounts = [...market.nodes.values(), ...market.clients]
        const met = new Map<string, number>()
        let epoch = 0n
        const play = async () => {
          const isVoid = random.chance(0.15)
          const chosen = [...market.nodes.keys()].map((node): [string, Outcome] => [
            node,
            isVoid ? 'void' : random.chance(0.75) ? 'accepted' : 'failed',
          ])
          for (const [node, outcome] of chosen) model.outcomes.set(`${node} ${epoch}`, outcome)
          await market.playEpoch(epoch, new Map(chosen))
          seen = await market.read()
        }
        await play()
        let now = BigInt((await market.chain.provider.getBlock('latest'))!.timestamp)
        for (let step = 0; step < STEPS; step++) {
          now += BigInt(1 + random.below(4) * random.below(5400))
          while (now >= market.genesis + (epoch + 1n) * DAY) {
            epoch += 1n
            await market.chain.provider.send('evm_setNextBlockTimestamp', [Number(market.genesis + epoch * DAY)])
            await play()
            now += 1000n
          }
          const action = draw(market, model, now, random)
          const { burned } = model.ledger
          const expected = attempt(action, now)
          const told = await market.act(action.contract, action.from, now, action.name, ...action.values)
          const what = `${step}: ${action.name}(${action.values}) at ${now}`
          assert.equal(told, expected, what)
          const supply = seen.supply! - (model.ledger.burned - burned)
          seen = await market.read()
          assert.equal(seen.supply, supply, `${what}: burned`)
          met.set(told ?? action.name, (met.get(told ?? action.name) ?? 0) + 1)
          for (const [name, value] of Object.entries(readModel(model, accounts, now)))
            assert.equal(seen[name], value, `${what}: ${name}`)
        }
        for (const name of ['provide', 'sell', 'withdraw', 'renew', 'buy', 'extend', 'terminate', 'settle', 'claim']) {
          assert.ok((met.get(name) ?? 0) > 0, `${name} never succeeded: ${JSON.stringify([...met])}`)
        }
      } finally {
        await market.close()
      }
    })
  }
})
