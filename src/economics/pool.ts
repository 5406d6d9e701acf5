/** One pool to the last wei: what ComputePool.sol and PoolBook.sol do with one class, for researchers and for tests. */
import { WAD } from '../score.ts'
import { least, mulDiv, mulDivUp } from './fixed-point.ts'
import { HOUR, Hours } from './hours.ts'
import type { Ledger } from './ledger.ts'
import { BASIS_POINTS, floorHour, type Protocol, refusal } from './protocol.ts'
import type { PoolState, Strategy } from './strategy.ts'

/** `PoolTerms` in IPoolRules.sol, and the class's base price. */
export type PoolTerms = {
  readonly strategy: Strategy
  readonly windowSeconds: bigint
  /** Basis points. */
  readonly fee: bigint
  readonly collateralMultiple: bigint
  /** Basis points an hour. */
  readonly riseLimit: bigint
  /** Wei a second in WAD. */
  readonly floor: bigint
  readonly ceiling: bigint
  readonly base: bigint
  /** Whether the tokens behind free hours leave with them, second by second, as the contract has it. If not, prices grow without any demand. */
  readonly tokensDissipate: boolean
}

export type Position = {
  readonly node: string
  readonly operator: string
  readonly start: bigint
  readonly end: bigint
  readonly shares: bigint
  readonly sold: boolean
  readonly collateral: bigint
  readonly proceeds: bigint
  withdrawn: boolean
}

type Offer = { position: number; end: bigint; busyUntil: bigint; sold: boolean }

const DAY = 86_400n
/** The account that holds what the contract holds. */
export const POOL = 'pool'

export class Pool {
  readonly terms: PoolTerms
  readonly hours: Hours
  readonly positions: Position[] = []
  reserve = 0n
  matured = 0n
  collateral = 0n
  shares = 0n
  /** Of the rentals; kept by the settlement. */
  escrow = 0n
  readonly #protocol: Protocol
  readonly #ledger: Ledger
  readonly #offers = new Map<string, Offer>()
  readonly #maturedAt = new Map<bigint, bigint>()
  #anchor = 0n
  #anchoredAt = 0n

  constructor(terms: PoolTerms, protocol: Protocol, ledger: Ledger) {
    this.terms = terms
    this.hours = new Hours(0n)
    this.#protocol = protocol
    this.#ledger = ledger
  }

  /** Ends what has ended, hour by hour, and sets its part of the reserve aside. */
  advance(now: bigint): void {
    while (this.hours.updatedAt !== now) {
      const ends = this.hours.step(now)
      if (ends === undefined || ends.shares === 0n) continue
      const tokens = mulDiv(this.reserve, ends.shares, this.shares)
      this.reserve -= tokens
      this.matured += tokens
      this.shares -= ends.shares
      this.#maturedAt.set(this.hours.updatedAt / HOUR, tokens)
    }
  }

  /** At the time of the last `advance`. */
  get state(): PoolState {
    const { remaining, rented, weight } = this.hours
    const { base, floor, ceiling } = this.terms
    const dissipated = this.shares === 0n ? 0n : mulDiv(this.reserve, weight, this.shares)
    const provided = this.terms.tokensDissipate ? dissipated : this.reserve
    return { available: remaining - rented, rented, remaining, tokens: provided + this.escrow, base, floor, ceiling }
  }

  get spot(): bigint {
    return this.terms.strategy.spot(this.state)
  }

  /** The most that a second brings in a sale now. */
  anchor(): bigint {
    const { spot } = this
    if (this.#anchoredAt === 0n) return spot
    const elapsed = this.hours.updatedAt - this.#anchoredAt
    const rise = mulDiv(this.#anchor, this.terms.riseLimit * elapsed, HOUR * BASIS_POINTS)
    return least(spot, this.#anchor + rise)
  }

  /** @returns the number of the position, counted from 1. */
  provide(operator: string, node: string, now: bigint): number {
    const { tokens, position } = this.#provide(operator, node, now)
    this.#ledger.move(operator, POOL, tokens)
    return position
  }

  sell(operator: string, node: string, days: bigint, now: bigint): number {
    if (days < 1n || days > 7n) throw refusal('sell', 'DaysInvalid')
    this.#requireOffer('sell', operator, node, now)
    this.advance(now)
    const end = floorHour(now + days * DAY)
    const secs = end - now
    const { state } = this
    if (secs > state.remaining) throw refusal('sell', 'SaleTooLarge')
    const proceeds = least(this.terms.strategy.proceedsOf(state, secs), mulDiv(secs, this.anchor(), WAD))
    if (proceeds > this.reserve / 2n) throw refusal('sell', 'ReserveShort')
    this.#begin(now)
    const collateral = proceeds * this.terms.collateralMultiple
    this.reserve -= proceeds
    this.collateral += collateral
    this.#ledger.move(operator, POOL, collateral)
    this.#ledger.move(POOL, operator, proceeds)
    const sale = { sold: true, collateral, proceeds, shares: 0n }
    return this.#add({ node, operator, start: now, end, withdrawn: false, ...sale }, 0n)
  }

  renew(operator: string, position: number, now: bigint): number {
    // What the contract undoes when it reverts must not be begun here.
    const { node } = this.#requireWithdrawable(operator, position, now)
    this.#requireOffer('renew', operator, node, now)
    const { paid, burned } = this.#withdraw(operator, position, now)
    const { tokens, position: renewed } = this.#provide(operator, node, now)
    this.#ledger.burn(POOL, burned)
    this.#ledger.move(POOL, operator, paid)
    this.#ledger.move(operator, POOL, tokens)
    return renewed
  }

  withdraw(operator: string, position: number, now: bigint): bigint {
    const { paid, burned } = this.#withdraw(operator, position, now)
    this.#ledger.burn(POOL, burned)
    this.#ledger.move(POOL, operator, paid)
    return paid
  }

  /** Rents [from, until) of a node out; for the settlement. */
  lease(node: string, from: bigint, until: bigint, now: bigint): { readonly cost: bigint; readonly sold: boolean } {
    const offer = this.#offers.get(node)
    if (offer === undefined || offer.end <= now) throw refusal('lease', 'PositionNone')
    if (offer.busyUntil > from) throw refusal('lease', 'NodeBusy')
    if (until > offer.end) throw refusal('lease', 'BeyondPosition')
    if (!this.#protocol.isActive(node)) throw refusal('lease', 'NodeNotActive')
    this.#begin(now)
    const cost = this.terms.strategy.costOf(this.state, until - from)
    this.hours.addLease(from, until)
    offer.busyUntil = until
    return { cost, sold: offer.sold }
  }

  /** Takes [from, until) of a rented node back; returns what the seconds are worth. */
  release(node: string, from: bigint, until: bigint, now: bigint): bigint {
    this.#begin(now)
    const worth = this.terms.strategy.refundOf(this.state, until - from)
    this.hours.cutLease(from, until)
    this.#offers.get(node)!.busyUntil = from
    return worth
  }

  /** Takes tokens that were moved here into the reserve; without shares they are burned. */
  collect(amount: bigint, now: bigint): void {
    this.advance(now)
    this.#collect(amount)
  }

  busyUntil(node: string): bigint {
    return this.#offers.get(node)?.busyUntil ?? 0n
  }

  #collect(amount: bigint): void {
    if (this.shares === 0n) this.#ledger.burn(POOL, amount)
    else this.reserve += amount
  }

  #begin(now: bigint): void {
    this.advance(now)
    this.#anchor = this.anchor()
    this.#anchoredAt = now
  }

  #provide(operator: string, node: string, now: bigint): { readonly tokens: bigint; readonly position: number } {
    this.#requireOffer('provide', operator, node, now)
    this.#begin(now)
    const end = floorHour(now + this.terms.windowSeconds)
    const secs = end - now
    const tokens = mulDivUp(secs, this.spot, WAD)
    // Shares are a whole number for each second, so that what they weigh falls to 0 exactly at the end.
    const worth = this.shares === 0n ? tokens : mulDiv(tokens, this.shares, this.reserve)
    if (worth < secs) throw refusal('provide', 'ShareNone')
    const slope = worth / secs
    const shares = this.terms.tokensDissipate ? slope * secs : worth
    this.reserve += tokens
    this.shares += shares
    const position = {
      node,
      operator,
      start: now,
      end,
      shares,
      sold: false,
      collateral: 0n,
      proceeds: 0n,
      withdrawn: false,
    }
    return { tokens, position: this.#add(position, slope) }
  }

  #add(position: Position, slope: bigint): number {
    const number = this.positions.push(position)
    const { node, end, sold } = position
    const busyUntil = this.busyUntil(node)
    this.#offers.set(node, { position: number, end, busyUntil, sold })
    this.hours.addPosition(end, position.shares, slope)
    return number
  }

  #withdraw(operator: string, number: number, now: bigint): { readonly paid: bigint; readonly burned: bigint } {
    const position = this.#requireWithdrawable(operator, number, now)
    this.advance(now)
    position.withdrawn = true
    const { accepted, decided } = this.service(position, now)
    const due = position.sold ? position.collateral : this.#maturedOf(position)
    const paid = decided === 0n ? due : mulDiv(due, accepted, decided)
    const burned = due - paid
    if (!position.sold) {
      this.matured -= due
      return { paid, burned }
    }
    this.collateral -= position.collateral
    if (burned === 0n) return { paid, burned }
    const returned = least(burned, mulDivUp(position.proceeds, decided - accepted, decided))
    this.#collect(returned)
    return { paid, burned: burned - returned }
  }

  #requireWithdrawable(operator: string, number: number, now: bigint): Position {
    const position = this.positions[number - 1]
    if (position === undefined) throw refusal('withdraw', 'PositionUnknown')
    if (operator !== position.operator) throw refusal('withdraw', 'NotNodeOperator')
    if (position.withdrawn) throw refusal('withdraw', 'PositionWithdrawn')
    if (now < this.#slotEnd(this.#epochAt(position.end - 1n))) throw refusal('withdraw', 'ServiceUndecided')
    return position
  }

  /** Accepted and decided epochs among those that the position touches. */
  service({ node, start, end }: Position, now: bigint): { readonly accepted: bigint; readonly decided: bigint } {
    let [accepted, decided] = [0n, 0n]
    for (let epoch = this.#epochAt(start); epoch <= this.#epochAt(end - 1n); epoch += 1n) {
      const outcome = this.#protocol.outcomeOf(node, epoch, now)
      if (outcome === 'undecided' || outcome === 'void') continue
      decided += 1n
      if (outcome === 'accepted') accepted += 1n
    }
    return { accepted, decided }
  }

  #maturedOf({ end, shares }: Position): bigint {
    const hour = end / HOUR
    return mulDiv(this.#maturedAt.get(hour) ?? 0n, shares, this.hours.endsAt(hour).shares)
  }

  #requireOffer(action: string, operator: string, node: string, now: bigint): void {
    if (operator !== this.#protocol.operatorOf(node)) throw refusal(action, 'NotNodeOperator')
    if (!this.#protocol.isActive(node)) throw refusal(action, 'NodeNotActive')
    if (!this.#protocol.isMember(node, this.#epochAt(now))) throw refusal(action, 'NodeNotChallenged')
    const offer = this.#offers.get(node)
    if (offer !== undefined && offer.end > now) throw refusal(action, 'PositionLive')
  }

  #epochAt(time: bigint): bigint {
    return (time - this.#protocol.genesis) / this.#protocol.epochSeconds
  }

  #slotEnd(epoch: bigint): bigint {
    return this.#protocol.genesis + (epoch + 1n) * this.#protocol.epochSeconds
  }
}
