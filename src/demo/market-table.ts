/** The closing tables of the market: what became of the client's money, and of the tokens that went with the hours. */
import Table from 'cli-table3'
import pc from 'picocolors'
import type { Role } from './cast.ts'
import { plain, tokens } from './table.ts'

/** Tokens (wei). `cost` is what was escrowed: paid + burned + refunded + kept, when all is settled. */
export type RentalSummary = {
  readonly name: Role
  readonly hours: number
  readonly cost: bigint
  /** Of the purchase, on top of the cost; burned. */
  readonly fee: bigint
  /** To the provider, for epochs with an accepted proof. */
  readonly paid: bigint
  /** The curve's part of paid rents, and the fee of hours given up. */
  readonly burned: bigint
  /** To the client, for epochs without a proof and for hours given up. */
  readonly refunded: bigint
  /** By the pool: what hours given up had cost more than they were worth. */
  readonly kept: bigint
}

export type PositionSummary = {
  readonly name: Role
  /** Brought with the hours. */
  readonly tokens: bigint
  readonly paid: bigint
  readonly forfeited: bigint
  /** Epochs with an accepted proof, of those that count. */
  readonly accepted: bigint
  readonly decided: bigint
}

export type MarketSummary = {
  readonly client: string
  readonly rentals: readonly RentalSummary[]
  readonly positions: readonly PositionSummary[]
  /** The client's share of what was slashed. */
  readonly compensation: bigint
}

/** What is left of all escrow once everything is divided: 0, or a token is missing. */
export function undivided(rentals: readonly RentalSummary[]): bigint {
  return rentals.reduce(
    (sum, { cost, paid, burned, refunded, kept }) => sum + cost - paid - burned - refunded - kept,
    0n,
  )
}

export function rentalTable({ rentals, compensation }: MarketSummary): string {
  const table = new Table({
    head: ['rented from', 'hours', 'escrowed', 'fee burned', 'paid', 'refunded', 'burned', 'kept by pool'].map(pc.cyan),
    style: plain,
    colAligns: ['left', ...Array<'right'>(7).fill('right')],
  })
  const row = (rental: Omit<RentalSummary, 'name' | 'hours'>) =>
    [rental.cost, rental.fee, rental.paid, rental.refunded, rental.burned, rental.kept].map(tokens)
  for (const rental of rentals) table.push([rental.name, rental.hours, ...row(rental)])
  const total = (field: 'cost' | 'fee' | 'paid' | 'refunded' | 'burned' | 'kept') =>
    rentals.reduce((sum, rental) => sum + rental[field], 0n)
  const [cost, fee, paid] = [total('cost'), total('fee'), total('paid')]
  const [refunded, burned, kept] = [total('refunded'), total('burned'), total('kept')]
  table.push([pc.bold('all'), '', ...row({ cost, fee, paid, refunded, burned, kept })])
  return [
    table.toString(),
    `  escrowed − paid − refunded − burned − kept = ${undivided(rentals)}`,
    `  of the slashes of rented nodes, to the client: ${tokens(compensation)}`,
  ].join('\n')
}

export function positionTable({ positions }: MarketSummary): string {
  const table = new Table({
    head: ['hours of', 'tokens brought', 'proven epochs', 'paid back', 'forfeited and burned'].map(pc.cyan),
    style: plain,
    colAligns: ['left', ...Array<'right'>(4).fill('right')],
  })
  for (const { name, tokens: brought, paid, forfeited, accepted, decided } of positions) {
    table.push([name, tokens(brought), `${accepted} of ${decided}`, tokens(paid), tokens(forfeited)])
  }
  return table.toString()
}
