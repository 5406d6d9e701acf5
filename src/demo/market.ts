/** The market of the demo: nodes bring their hours, a client rents some of them, and proofs decide who is paid. */
import type { Contract, HDNodeWallet } from 'ethers'
import type { Deployment as Deployed } from '../../verifier-contracts/index.ts'
import { WAD } from '../score.ts'
import type { Role } from './cast.ts'
import type { EmbeddedChain } from './embedded-chain.ts'
import { sumOf } from './events.ts'
import type { MarketSummary, PositionSummary, RentalSummary } from './market-table.ts'

/** A node whose hours are for rent. */
export type Provider = {
  readonly role: Role
  readonly node: string
  readonly classId: number
  readonly account: number
}

export type MarketEvent =
  | { readonly type: 'provided'; readonly role: Role; readonly tokens: bigint }
  | {
      readonly type: 'rented'
      readonly role: Role
      readonly hours: number
      readonly cost: bigint
      readonly fee: bigint
    }
  | { readonly type: 'given-up'; readonly role: Role; readonly refund: bigint; readonly kept: bigint }
  | { readonly type: 'rent-settled'; readonly role: Role; readonly paid: bigint; readonly refunded: bigint }

export type Market = {
  readonly client: string
  /** The node's operator brings a week of its hours. */
  provide(provider: Provider): Promise<void>
  /** The client rents the first `hours` of what a node brought. */
  rent(provider: Provider, hours: number): Promise<void>
  /** The client gives up what it has not used of a node's hours. */
  giveUp(role: Role): Promise<void>
  /** Divides the escrow of all epochs that are decided. Anyone may; here the keeper does. */
  settle(): Promise<void>
  /** Moves the clock to the end of all positions, pays out what they are due, and says what the market came to. */
  close(): Promise<MarketSummary>
}

export type MarketAccounts = { readonly foundation: number; readonly keeper: number; readonly client: number }

type Deal = Provider & { readonly position: bigint; readonly rental: bigint; readonly hours: number }

const HOUR = 3600
/** Seconds for which an offer is good. */
const PATIENCE = 600
const BASIS_POINTS = 10_000n
/** How far a price may move before a trade is refused, in basis points. */
const SLIPPAGE = 100n
const withSlippage = (amount: bigint) => (amount * (BASIS_POINTS + SLIPPAGE)) / BASIS_POINTS

export function openMarket(
  { contracts, addresses }: Deployed,
  embedded: EmbeddedChain,
  accounts: MarketAccounts,
  onEvent: (event: MarketEvent) => void,
): Market {
  const { token, pool, rules, settlement, registry } = contracts
  const client = embedded.wallet(accounts.client)
  const deals: Deal[] = []
  const as = (contract: Contract, wallet: HDNodeWallet) => contract.connect(wallet) as Contract
  const send = async (contract: Contract, name: string, ...values: unknown[]): Promise<void> => {
    await (await contract.getFunction(name)(...values)).wait()
  }
  const now = async () => Number((await embedded.provider.getBlock('latest'))!.timestamp)
  const marketOf = async (classId: number) => {
    const [{ terms }, { state }] = await Promise.all([
      rules.getFunction('marketOf')(classId),
      pool.getFunction('poolOf')(classId),
    ])
    const ask = (question: string, ...values: number[]): Promise<bigint> =>
      contracts.constantProduct.getFunction(question)([...state], ...values)
    return { fee: terms.fee as bigint, windowSeconds: terms.windowSeconds as bigint, ask }
  }
  /** The foundation gives a purse what it is about to spend. */
  const fund = async (wallet: HDNodeWallet, spender: string, amount: bigint) => {
    await send(as(token, embedded.wallet(accounts.foundation)), 'transfer', wallet.address, amount)
    await send(as(token, wallet), 'approve', spender, amount)
  }

  async function provide({ role, node, classId, account }: Provider): Promise<void> {
    const { windowSeconds, ask } = await marketOf(classId)
    const most = withSlippage((windowSeconds * (await ask('spot'))) / WAD)
    const operator = embedded.wallet(account)
    await fund(operator, addresses.pool, most)
    await send(as(pool, operator), 'provide', node, most, (await now()) + PATIENCE)
    const { position } = await pool.getFunction('offerOf')(node)
    onEvent({ type: 'provided', role, tokens: await sumOf(pool, 'Provided', 'tokens', position) })
  }

  async function rent(provider: Provider, hours: number): Promise<void> {
    const { role, node, classId } = provider
    const { fee, ask } = await marketOf(classId)
    // The last hour is rented to its end, so up to an hour more than asked for.
    const cost = await ask('costOf', (hours + 1) * HOUR)
    const most = withSlippage((cost * (BASIS_POINTS + fee)) / BASIS_POINTS)
    await fund(client, addresses.settlement, most)
    await send(as(settlement, client), 'buy', node, hours, most, (await now()) + PATIENCE)
    const rental: bigint = await settlement.getFunction('latestOf')(node)
    const { position } = await pool.getFunction('offerOf')(node)
    deals.push({ ...provider, position, rental, hours })
    onEvent({
      type: 'rented',
      role,
      hours,
      cost: await sumOf(settlement, 'Rented', 'cost', rental),
      fee: await sumOf(settlement, 'Rented', 'fee', rental),
    })
  }

  async function settle(): Promise<void> {
    const before = await Promise.all(deals.map(({ rental }) => divided(settlement, rental)))
    await send(
      as(settlement, embedded.wallet(accounts.keeper)),
      'settle',
      deals.map(({ rental }) => rental),
    )
    for (const [i, { role, rental }] of deals.entries()) {
      const after = await divided(settlement, rental)
      const paid = after.paid - before[i]!.paid
      const refunded = after.refunded - before[i]!.refunded
      if (paid + refunded > 0n) onEvent({ type: 'rent-settled', role, paid, refunded })
    }
  }

  /** Pays an account what settlements credited to it. */
  async function claim(wallet: HDNodeWallet): Promise<void> {
    if ((await settlement.getFunction('claimableOf')(wallet.address)) === 0n) return
    await send(as(settlement, wallet), 'claim')
  }

  async function summarise(): Promise<MarketSummary> {
    const rentals: RentalSummary[] = []
    const positions: PositionSummary[] = []
    let compensation = 0n
    for (const { role, node, rental, position, hours } of deals) {
      const atTermination = async (field: string) => sumOf(settlement, 'Terminated', field, rental)
      const { paid, burned, refunded } = await divided(settlement, rental)
      rentals.push({
        name: role,
        hours,
        cost: await sumOf(settlement, 'Rented', 'cost', rental),
        fee: await sumOf(settlement, 'Rented', 'fee', rental),
        paid,
        burned: burned + (await atTermination('fee')),
        refunded: refunded + (await atTermination('refund')),
        kept: await atTermination('kept'),
      })
      positions.push({
        name: role,
        tokens: await sumOf(pool, 'Provided', 'tokens', position),
        paid: await sumOf(pool, 'Withdrawn', 'paid', position),
        forfeited: await sumOf(pool, 'Withdrawn', 'forfeited', position),
        accepted: await sumOf(pool, 'Withdrawn', 'accepted', position),
        decided: await sumOf(pool, 'Withdrawn', 'decided', position),
      })
      compensation += await sumOf(registry, 'ClientCompensated', 'amount', node)
    }
    return { client: client.address, rentals, positions, compensation }
  }

  return {
    client: client.address,
    provide,
    rent,
    async giveUp(role) {
      const { rental } = deals.find((deal) => deal.role === role)!
      await send(as(settlement, client), 'terminate', rental, 0n, (await now()) + PATIENCE)
      onEvent({
        type: 'given-up',
        role,
        refund: await sumOf(settlement, 'Terminated', 'refund', rental),
        kept: await sumOf(settlement, 'Terminated', 'kept', rental),
      })
    },
    settle,
    async close() {
      const ends = await Promise.all(
        deals.map(async ({ position }) => Number((await pool.getFunction('positionOf')(position)).end)),
      )
      // A position is paid when the last epoch that it touches is over.
      const { epochSeconds } = await contracts.rounds.getFunction('policy')()
      const end = Math.max(...ends) + Number(epochSeconds)
      await embedded.advance(Math.max(0, end - (await now())))
      await settle()
      for (const { account, position } of deals) {
        await send(as(pool, embedded.wallet(account)), 'withdraw', position)
        await claim(embedded.wallet(account))
      }
      await claim(client)
      return summarise()
    },
  }
}

/** What settlements have made of a rental's escrow. */
async function divided(settlement: Contract, rental: bigint) {
  const sum = (field: string) => sumOf(settlement, 'EpochSettled', field, rental)
  return { paid: await sum('paid'), burned: await sum('burned'), refunded: await sum('refunded') }
}
