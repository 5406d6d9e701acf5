/** A pool of one GPU class in floating point, with hours as the unit of time: the market that agents act in. */
import { type CurveParameters, type PoolState, type PriceCurve, priceCurve } from './price-curve.ts'

export type FastPoolParameters = CurveParameters & {
  /** T: hours that a provider stakes. */
  readonly windowHours: number
  /** Share of a payment, on top, that is burned at once. */
  readonly fee: number
  /** Share of every paid epoch that is burned. */
  readonly burnShare: number
  /** How fast the price of sales may follow the market upwards, a share an hour; infinity: at once. */
  readonly riseLimit: number
}

/** Rounds of this many hours decide who is paid. */
export const EPOCH_HOURS = 24

/** Who holds a node's hours: nobody, its provider, or the pool because they were sold to it. */
export const IDLE = 0
export const PROVIDED = 1
export const SOLD = 2

export class FastPool {
  readonly #curve: PriceCurve
  readonly #parameters: FastPoolParameters
  /** Hours of positions and rentals are counted by the hour in which they end. */
  readonly #positionsEnding: Int32Array
  readonly #providedEnding: Int32Array
  readonly #rentalsEnding: Int32Array
  readonly #sharesEnding: Float64Array
  readonly #slopeEnding: Float64Array
  /** What a share was paid when the positions of that hour ended. */
  readonly #payoutAt: Float64Array
  /** Escrow of each node by epoch, a ring: one entry for rents of its provider, one for rents of sold hours. */
  readonly #escrowOf: Float64Array
  readonly #ring: number

  readonly status: Uint8Array
  readonly start: Float64Array
  readonly end: Float64Array
  readonly busyUntil: Float64Array
  readonly shares: Float64Array
  /** The node's latest rental. */
  readonly rentalStart: Float64Array
  readonly rentalEnd: Float64Array
  readonly rentalCost: Float64Array

  now = 0
  /** Tokens of providers, and of clients that are not paid out. */
  reserve = 0
  escrow = 0
  /** Set aside for providers whose positions ended; burned; paid to sellers. */
  matured = 0
  burned = 0
  sold = 0
  #positions = 0
  #provided = 0
  #rentals = 0
  #hours = 0
  #rented = 0
  #weight = 0
  #slope = 0
  #shares = 0
  #anchor: number
  #anchoredAt = 0

  constructor(parameters: FastPoolParameters, nodes: number, horizonHours: number) {
    this.#parameters = parameters
    this.#curve = priceCurve(parameters)
    this.#anchor = parameters.base
    const last = Math.ceil(horizonHours + Math.max(parameters.windowHours, 7 * 24)) + 2
    this.#positionsEnding = new Int32Array(last)
    this.#providedEnding = new Int32Array(last)
    this.#rentalsEnding = new Int32Array(last)
    this.#sharesEnding = new Float64Array(last)
    this.#slopeEnding = new Float64Array(last)
    this.#ring = Math.ceil(Math.max(parameters.windowHours, 7 * 24) / EPOCH_HOURS) + 2
    this.#escrowOf = new Float64Array(2 * nodes * this.#ring)
    this.#payoutAt = new Float64Array(last)
    this.status = new Uint8Array(nodes)
    this.start = new Float64Array(nodes)
    this.end = new Float64Array(nodes)
    this.busyUntil = new Float64Array(nodes)
    this.shares = new Float64Array(nodes)
    this.rentalStart = new Float64Array(nodes)
    this.rentalEnd = new Float64Array(nodes)
    this.rentalCost = new Float64Array(nodes)
  }

  /** Hours promised, rented, and left. */
  get hours(): number {
    return this.#hours
  }
  get rented(): number {
    return this.#rented
  }
  /** Tokens behind the free hours: the providers' part that has not dissipated, and what clients have in escrow. */
  get tokens(): number {
    return this.providersTokens + this.escrow
  }
  get providersTokens(): number {
    return this.#shares > 0 ? (this.reserve * this.#weight) / this.#shares : 0
  }
  get state(): PoolState {
    const rented = Math.max(0, this.#rented)
    return { free: Math.max(0, this.#hours - rented), tokens: this.tokens, rented, hours: Math.max(0, this.#hours) }
  }
  get spot(): number {
    return this.#curve.spot(this.state)
  }
  quote(hours: number): number {
    return this.#curve.buy(this.state, hours)
  }
  /** The most that an hour brings in a sale: falls with the price at once, rises slowly. */
  get anchor(): number {
    if (this.#parameters.riseLimit === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
    const rise = this.#anchor * this.#parameters.riseLimit * (this.now - this.#anchoredAt)
    return Math.min(this.spot, this.#anchor + rise)
  }
  /** The end of a position that begins now: the whole hour before now + T. */
  get nextEnd(): number {
    return Math.floor(this.now + this.#parameters.windowHours)
  }

  /** Lets time pass to `time`; a bucket of ends is applied when its hour is reached. */
  advance(time: number): void {
    for (let hour = Math.floor(this.now) + 1; hour <= time; hour++) {
      this.#pass(hour)
      this.#positions -= this.#positionsEnding[hour]!
      this.#provided -= this.#providedEnding[hour]!
      this.#rentals -= this.#rentalsEnding[hour]!
      this.#slope -= this.#slopeEnding[hour]!
      const shares = this.#sharesEnding[hour]!
      if (shares > 0) this.#mature(hour, shares)
      // Rounding must not survive what it is the rounding of.
      if (this.#positions === 0) this.#hours = 0
      if (this.#provided === 0) this.#shares = this.#weight = this.#slope = 0
      if (this.#rentals === 0) this.#rented = 0
    }
    this.#pass(time)
  }

  #pass(time: number): void {
    const passed = time - this.now
    this.#hours -= this.#positions * passed
    this.#rented -= this.#rentals * passed
    this.#weight -= this.#slope * passed
    this.now = time
  }

  #mature(hour: number, shares: number): void {
    const payout = (this.reserve * shares) / this.#shares
    this.#payoutAt[hour] = payout / shares
    this.reserve -= payout
    this.matured += payout
    this.#shares -= shares
  }

  /** Promises the node's hours of one window with tokens of equal value, which are returned. */
  provide(node: number): number {
    this.#beginTrade()
    const end = this.nextEnd
    const hours = end - this.now
    const tokens = hours * this.spot
    const perToken = this.#shares > 0 && this.reserve > 0 ? this.#shares / this.reserve : 1
    this.#open(node, end, PROVIDED)
    const shares = tokens * perToken
    this.shares[node] = shares
    this.reserve += tokens
    this.#shares += shares
    this.#provided++
    this.#providedEnding[end]!++
    this.#weight += shares
    this.#slope += shares / hours
    this.#sharesEnding[end]! += shares
    this.#slopeEnding[end]! += shares / hours
    return tokens
  }

  /** What `hours` of new supply would be paid. */
  quoteSale(hours: number): number {
    return Math.min(this.#curve.sell(this.state, hours), this.anchor * hours)
  }

  /** Sells whole days of the node to the pool; returns the proceeds, or 0 when the pool is too small to buy them. */
  sell(node: number, days: number): number {
    const end = Math.floor(this.now) + days * 24
    const hours = end - this.now
    if (hours > this.#hours) return 0
    this.#beginTrade()
    const proceeds = this.quoteSale(hours)
    if (proceeds > this.reserve / 2) return 0
    this.#open(node, end, SOLD)
    this.reserve -= proceeds
    this.sold += proceeds
    return proceeds
  }

  #beginTrade(): void {
    this.#anchor = this.anchor
    this.#anchoredAt = this.now
  }

  /** Tokens that come into the reserve; without shares they are burned. */
  #collect(amount: number): void {
    if (this.#shares > 0) this.reserve += amount
    else this.burned += amount
  }

  #open(node: number, end: number, status: number): void {
    this.status[node] = status
    this.start[node] = this.now
    this.end[node] = end
    this.busyUntil[node] = this.now
    this.shares[node] = 0
    this.#positions++
    this.#hours += end - this.now
    this.#positionsEnding[end]!++
  }

  /** Rents an idle node's next `hours`, which must fit its position; returns what the client pays without the fee. */
  buy(node: number, hours: number): number {
    const end = Math.ceil(this.now + hours)
    const amount = end - this.now
    this.#beginTrade()
    const cost = this.#curve.buy(this.state, amount)
    this.escrow += cost
    this.burned += cost * this.#parameters.fee
    this.busyUntil[node] = end
    this.rentalStart[node] = this.now
    this.rentalEnd[node] = end
    this.rentalCost[node] = cost
    this.#rentals++
    this.#rented += amount
    this.#rentalsEnding[end]!++
    this.#spread(node, this.now, end, cost / amount)
    return cost
  }

  /** Ends the node's rental at the next whole hour; returns the client's refund after the fee. */
  terminate(node: number): number {
    const end = this.rentalEnd[node]!
    const newEnd = Math.max(this.rentalStart[node]!, Math.ceil(this.now))
    if (newEnd >= end) return 0
    this.#beginTrade()
    const unused = end - newEnd
    const perHour = this.rentalCost[node]! / (end - this.rentalStart[node]!)
    const value = this.#curve.giveBack(this.state, unused)
    const refund = Math.min(value, perHour * unused)
    this.escrow -= perHour * unused
    this.#collect(perHour * unused - refund)
    this.#spread(node, newEnd, end, -perHour)
    this.#rented -= unused
    this.#rentalsEnding[end]!--
    if (newEnd > this.now) this.#rentalsEnding[newEnd]!++
    else this.#rentals--
    this.busyUntil[node] = newEnd
    this.rentalCost[node] = perHour * (newEnd - this.rentalStart[node]!)
    this.rentalEnd[node] = newEnd
    this.burned += refund * this.#parameters.fee
    return refund * (1 - this.#parameters.fee)
  }

  /** Adds `perHour` to the node's escrow of each epoch between two times. */
  #spread(node: number, from: number, to: number, perHour: number): void {
    const sold = this.status[node] === SOLD ? 1 : 0
    for (let time = from; time < to; ) {
      const epoch = Math.floor(time / EPOCH_HOURS)
      const next = Math.min(to, (epoch + 1) * EPOCH_HOURS)
      this.#escrowOf[2 * (node * this.#ring + (epoch % this.#ring)) + sold]! += perHour * (next - time)
      time = next
    }
  }

  /** Pays the node's escrow of a decided epoch: returns what its provider gets, or, not accepted, what the client gets back. */
  settle(node: number, epoch: number, accepted: boolean): number {
    const at = 2 * (node * this.#ring + (epoch % this.#ring))
    const provided = this.#escrowOf[at]!
    const sold = this.#escrowOf[at + 1]!
    if (provided === 0 && sold === 0) return 0
    this.#escrowOf[at] = this.#escrowOf[at + 1] = 0
    this.escrow -= provided + sold
    if (!accepted) return provided + sold
    const kept = 1 - this.#parameters.burnShare
    this.burned += (provided + sold) * (1 - kept)
    this.#collect(sold * kept)
    return provided * kept
  }

  /** Frees a node whose position is over; returns what its stake is worth now. */
  close(node: number): number {
    const payout = this.status[node] === PROVIDED ? this.shares[node]! * this.#payoutAt[this.end[node]!]! : 0
    this.matured -= payout
    this.status[node] = IDLE
    return payout
  }
}
