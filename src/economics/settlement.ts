/** Rentals to the last wei: what Settlement.sol does with the hours of one pool. */
import { least, most, mulDivUp } from './fixed-point.ts'
import { HOUR } from './hours.ts'
import type { Ledger } from './ledger.ts'
import { POOL, type Pool } from './pool.ts'
import { BASIS_POINTS, ceilHour, type Protocol, refusal } from './protocol.ts'

export type Rental = {
  readonly client: string
  readonly node: string
  readonly start: bigint
  readonly boughtUntil: bigint
  readonly cost: bigint
  readonly sold: boolean
  end: bigint
  settledUntil: bigint
}

/** The account that holds what the contract holds. */
export const SETTLEMENT = 'settlement'
/** Epochs of one rental that one call divides, at most. */
const EPOCHS_EACH = 16
const MOST_HOURS = 168n

export class Settlement {
  readonly rentals: Rental[] = []
  readonly #pool: Pool
  readonly #protocol: Protocol
  readonly #ledger: Ledger
  readonly #claimable = new Map<string, bigint>()
  readonly #rentalsOf = new Map<string, number[]>()

  constructor(pool: Pool, protocol: Protocol, ledger: Ledger) {
    this.#pool = pool
    this.#protocol = protocol
    this.#ledger = ledger
  }

  claimable(account: string): bigint {
    return this.#claimable.get(account) ?? 0n
  }

  /** @returns the number of the rental, counted from 1. */
  buy(client: string, node: string, hours: bigint, now: bigint): number {
    return this.#rent(client, node, now, ceilHour(now + seconds(hours)), now)
  }

  extend(client: string, rental: number, hours: bigint, now: bigint): number {
    const { node, end } = this.#changeable(client, rental, now)
    return this.#rent(client, node, end, end + seconds(hours), now)
  }

  terminate(client: string, number: number, now: bigint): bigint {
    const rental = this.#changeable(client, number, now)
    const { node, end, start } = rental
    const newEnd = most(start, ceilHour(now))
    if (newEnd >= end) throw refusal('terminate', 'NothingUnused')
    const unused = part(rental, newEnd, end)
    const worth = least(this.#pool.release(node, newEnd, end, now), unused)
    const serves = this.#protocol.isActive(node)
    const fee = serves ? mulDivUp(worth, this.#pool.terms.fee, BASIS_POINTS) : 0n
    const refund = serves ? worth - fee : unused
    rental.end = newEnd
    if (newEnd === start) this.#rentalsOf.get(node)!.pop()
    this.#pool.escrow -= unused
    this.#ledger.burn(SETTLEMENT, fee)
    this.#sendToPool(unused - refund - fee, now)
    this.#ledger.move(SETTLEMENT, client, refund)
    return refund
  }

  settle(numbers: readonly number[], now: bigint): void {
    for (const number of numbers) this.#settle(number, now)
  }

  claim(account: string): void {
    const amount = this.claimable(account)
    if (amount === 0n) throw refusal('claim', 'NothingToClaim')
    this.#claimable.set(account, 0n)
    this.#ledger.move(SETTLEMENT, account, amount)
  }

  #rent(client: string, node: string, start: bigint, end: bigint, now: bigint): number {
    const { cost, sold } = this.#pool.lease(node, start, end, now)
    const fee = mulDivUp(cost, this.#pool.terms.fee, BASIS_POINTS)
    const number = this.rentals.push({ client, node, start, end, boughtUntil: end, cost, sold, settledUntil: start })
    this.#rentalsOf.set(node, [...(this.#rentalsOf.get(node) ?? []), number])
    this.#pool.escrow += cost
    this.#ledger.move(client, SETTLEMENT, cost)
    this.#ledger.burn(client, fee)
    return number
  }

  #settle(number: number, now: bigint): void {
    const rental = this.rentals[number - 1]
    if (rental === undefined) throw refusal('settle', 'RentalUnknown')
    const { genesis, epochSeconds } = this.#protocol
    let [paid, burned, refunded] = [0n, 0n, 0n]
    for (let i = 0; i < EPOCHS_EACH && rental.settledUntil < rental.end; i++) {
      const epoch = (rental.settledUntil - genesis) / epochSeconds
      const outcome = this.#protocol.outcomeOf(rental.node, epoch, now)
      if (outcome === 'undecided') break
      const until = least(genesis + (epoch + 1n) * epochSeconds, rental.end)
      const amount = part(rental, rental.settledUntil, until)
      rental.settledUntil = until
      if (outcome === 'accepted') {
        const share = mulDivUp(amount, this.#pool.terms.strategy.burnShare, BASIS_POINTS)
        burned += share
        paid += amount - share
      } else refunded += amount
    }
    this.#pool.escrow -= paid + burned + refunded
    this.#credit(rental.client, refunded)
    if (rental.sold) this.#sendToPool(paid, now)
    else this.#credit(this.#protocol.operatorOf(rental.node), paid)
    this.#ledger.burn(SETTLEMENT, burned)
  }

  #credit(account: string, amount: bigint): void {
    this.#claimable.set(account, this.claimable(account) + amount)
  }

  #sendToPool(amount: bigint, now: bigint): void {
    if (amount === 0n) return
    this.#ledger.move(SETTLEMENT, POOL, amount)
    this.#pool.collect(amount, now)
  }

  #changeable(client: string, number: number, now: bigint): Rental {
    const rental = this.rentals[number - 1]
    if (rental === undefined) throw refusal('change', 'RentalUnknown')
    if (rental.client !== client) throw refusal('change', 'NotClient')
    if (rental.end <= now || rental.end === rental.start) throw refusal('change', 'RentalEnded')
    if (this.#rentalsOf.get(rental.node)?.at(-1) !== number) throw refusal('change', 'RentalFollowed')
    return rental
  }
}

/** The escrow of [from, until): parts sum to the cost exactly. */
function part({ cost, start, boughtUntil }: Rental, from: bigint, until: bigint): bigint {
  const duration = boughtUntil - start
  return (cost * (until - start)) / duration - (cost * (from - start)) / duration
}

function seconds(hours: bigint): bigint {
  if (hours < 1n || hours > MOST_HOURS) throw refusal('rent', 'HoursInvalid')
  return hours * HOUR
}
