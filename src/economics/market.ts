/** The market as agents make it: hour by hour, owners offer or withdraw GPUs, clients come, rent and leave. */
import { EPOCH_HOURS, FastPool, type FastPoolParameters, IDLE, SOLD } from './fast-pool.ts'
import type { Random } from './random.ts'

/** Who wants GPU hours. */
export type Demand = {
  /** Clients an hour, on average, before any of them looks at the price. */
  readonly arrivalsPerHour: number
  /** How far the day's peak lies above its mean: 0.5 is 1.5 times. */
  readonly dailySwing: number
  /** Weekend's arrivals as a part of a weekday's. */
  readonly weekend: number
  /** Mean of the exponential distribution of rentals' hours. */
  readonly meanHours: number
  readonly longestHours: number
  /** Share of clients that still rent at price p is (p / reference) ^ -elasticity above the reference, all below. */
  readonly elasticity: number
  /** Dollars an hour. */
  readonly referencePrice: number
  /** Share of rentals that end early, at a time uniform in the rental. */
  readonly terminates: number
}

/** Who owns GPUs. Dollars an hour each. */
export type Supply = {
  /** Owners who stake tokens with their GPU, or keep it out. */
  readonly providers: number
  /** Owners who sell days of their GPU to the pool, or keep it out. */
  readonly sellers: number
  /** Power, space and people, only while the GPU is offered. */
  readonly opex: number
  /** Median over providers, and over sellers, of what the GPU earns elsewhere; log-normal with `spread`. */
  readonly providerAlternative: number
  readonly sellerAlternative: number
  readonly spread: number
  /** Tokens an hour that the protocol pays one proven node, of a seller too. */
  readonly emission: number
  /** What staked tokens could earn elsewhere, a year. */
  readonly capitalRate: number
  /** Share of node-epochs without an accepted proof. */
  readonly failures: number
  /** Mean hours between two looks at the market of an owner who stays away. */
  readonly reconsiderHours: number
}

export type MarketInput = {
  readonly pool: FastPoolParameters
  readonly demand: Demand
  readonly supply: Supply
  /** Collateral of a sale as a multiple of its proceeds. */
  readonly collateralMultiple: number
  readonly days: number
  /** Days before anything is recorded. */
  readonly warmupDays: number
  /** Dollars a token at an hour. */
  readonly tokenPrice: (hour: number) => number
  /** Called each hour, before the agents act. */
  readonly onHour?: (market: Market, hour: number) => void
}

export type Series = { readonly [name in 'spot' | 'utilisation' | 'nodes' | 'staked' | 'rentedNodes']: Float64Array }

export type Totals = {
  served: number
  priced: number
  unserved: number
  rents: number
  refunds: number
  soldHours: number
  providedHours: number
  rentedHours: number
  providedRentedHours: number
  agentSteps: number
}

export class Market {
  readonly pool: FastPool
  readonly random: Random
  readonly input: MarketInput
  /** Owners whose GPU stays out of the market, whatever it pays. */
  readonly gone: Uint8Array
  readonly #alternative: Float64Array
  readonly #leaveAt: Float64Array
  readonly #spots: Float64Array
  #averageSpot: number
  #averageUse = 0.5
  readonly totals: Totals = {
    served: 0,
    priced: 0,
    unserved: 0,
    rents: 0,
    refunds: 0,
    soldHours: 0,
    providedHours: 0,
    rentedHours: 0,
    providedRentedHours: 0,
    agentSteps: 0,
  }

  constructor(input: MarketInput, random: Random) {
    const { providers, sellers, providerAlternative, sellerAlternative, spread } = input.supply
    const nodes = providers + sellers
    this.input = input
    this.random = random
    this.pool = new FastPool(input.pool, nodes, (input.days + input.warmupDays) * 24)
    this.gone = new Uint8Array(nodes)
    this.#alternative = new Float64Array(nodes).map(
      (_, node) => (node < providers ? providerAlternative : sellerAlternative) * Math.exp(spread * random.normal()),
    )
    this.#leaveAt = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY)
    this.#averageSpot = input.pool.base
    this.#spots = new Float64Array((input.days + input.warmupDays) * 24)
  }

  run(): Series {
    const { days, warmupDays } = this.input
    const first = warmupDays * 24
    const length = days * 24
    const series = {
      spot: new Float64Array(length),
      utilisation: new Float64Array(length),
      nodes: new Float64Array(length),
      staked: new Float64Array(length),
      rentedNodes: new Float64Array(length),
    }
    for (let hour = 0; hour < first + length; hour++) {
      this.#hour(hour, hour >= first)
      const at = hour - first
      if (at < 0) continue
      const { pool } = this
      series.spot[at] = pool.spot
      series.utilisation[at] = pool.hours > 0 ? pool.rented / pool.hours : 0
      series.staked[at] = pool.reserve
      series.nodes[at] = this.offered
      series.rentedNodes[at] = this.rentedNodes
    }
    return series
  }

  get offered(): number {
    let count = 0
    for (const status of this.pool.status) if (status !== IDLE) count++
    return count
  }

  get rentedNodes(): number {
    const { busyUntil, now } = this.pool
    let count = 0
    for (const until of busyUntil) if (until > now) count++
    return count
  }

  /** Offered and not rented, in random order. */
  idleNodes(): number[] {
    const { status, busyUntil, end, now } = this.pool
    const idle: number[] = []
    for (let node = 0; node < status.length; node++) {
      if (status[node] !== IDLE && busyUntil[node]! <= now && end[node]! > now) idle.push(node)
    }
    for (let i = idle.length - 1; i > 0; i--) {
      const j = this.random.below(i + 1)
      ;[idle[i], idle[j]] = [idle[j]!, idle[i]!]
    }
    return idle
  }

  #hour(hour: number, counted: boolean): void {
    const { pool, input } = this
    pool.advance(hour)
    if (hour % EPOCH_HOURS === 0 && hour > 0) this.#settle(hour / EPOCH_HOURS - 1, counted)
    input.onHour?.(this, hour)
    this.#owners(hour, counted)
    this.#clients(hour, counted)
    const spot = pool.spot
    this.#spots[hour] = spot
    const oldest = hour >= 24 ? this.#spots[hour - 24]! : input.pool.base
    this.#averageSpot += (spot - oldest) / 24
  }

  #settle(epoch: number, counted: boolean): void {
    const { failures } = this.input.supply
    for (let node = 0; node < this.gone.length; node++) {
      const accepted = !(failures > 0 && this.random.chance(failures))
      const paid = this.pool.settle(node, epoch, accepted)
      if (!counted) continue
      if (accepted) this.totals.rents += paid
      else this.totals.refunds += paid
    }
  }

  #owners(hour: number, counted: boolean): void {
    const { pool, random, totals } = this
    const { reconsiderHours } = this.input.supply
    const nodes = this.gone.length
    const { status, end, busyUntil } = pool
    let live = 0
    let busy = 0
    for (let node = 0; node < nodes; node++) {
      if (this.#leaveAt[node]! <= hour) this.#terminate(node)
      if (status[node] !== IDLE && end[node]! <= hour) {
        pool.close(node)
        if (!this.gone[node]) this.#offer(node, hour)
      } else if (status[node] === IDLE && !this.gone[node] && random.chance(1 / reconsiderHours))
        this.#offer(node, hour)
      if (status[node] === IDLE) continue
      live++
      const isBusy = busyUntil[node]! > hour
      if (isBusy) busy++
      if (!counted) continue
      if (isBusy) totals.rentedHours++
      if (status[node] === SOLD) totals.soldHours++
      else {
        totals.providedHours++
        if (isBusy) totals.providedRentedHours++
      }
    }
    totals.agentSteps += nodes
    if (live > 0) this.#averageUse += (busy / live - this.#averageUse) / 72
  }

  #terminate(node: number): void {
    this.#leaveAt[node] = Number.POSITIVE_INFINITY
    this.pool.terminate(node)
  }

  /** The owner of a free GPU offers it if that should earn more an hour than the alternative does today. */
  #offer(node: number, hour: number): void {
    const { pool, input, random } = this
    const { opex, emission, capitalRate, providers } = input.supply
    const dollars = input.tokenPrice(hour)
    const hourly = capitalRate / (365 * 24)
    const other = this.#alternative[node]! * Math.exp(0.1 * random.normal()) + opex
    if (node < providers) {
      const rent = this.#averageSpot * this.#averageUse * (1 - input.pool.burnShare)
      const stake = pool.spot * input.pool.windowHours
      if (dollars * (rent + emission - stake * hourly) > other) pool.provide(node)
      return
    }
    const days = Math.min(7, Math.floor(input.pool.windowHours / 24))
    const paid = pool.quoteSale(days * 24) / (days * 24)
    const locked = input.collateralMultiple * paid * days * 24
    if (dollars * (paid + emission - locked * hourly) > other) pool.sell(node, days)
  }

  #clients(hour: number, counted: boolean): void {
    const { demand, pool } = this.input
    const day = Math.floor(hour / 24) % 7
    const daily = 1 + demand.dailySwing * Math.sin((2 * Math.PI * ((hour % 24) - 8)) / 24)
    const arrivals = this.random.poisson(demand.arrivalsPerHour * daily * (day >= 5 ? demand.weekend : 1))
    const longest = Math.min(demand.longestHours, pool.windowHours - 1)
    for (let i = 0; i < arrivals; i++) {
      const wanted = Math.min(longest, Math.ceil(this.random.exponential(demand.meanHours)))
      this.rent(hour, wanted, this.#limit(), counted)
    }
    this.totals.agentSteps += arrivals
  }

  /** The most that a new client pays an hour, dollars. */
  #limit(): number {
    const { elasticity, referencePrice } = this.input.demand
    return referencePrice * this.random.uniform() ** (-1 / elasticity)
  }

  /** A client takes some idle node for `hours` if that costs at most `limit` dollars an hour; returns the node or -1. */
  rent(hour: number, hours: number, limit: number, counted = true): number {
    const { pool, input, totals } = this
    const node = this.#idle(hour, hours)
    if (node < 0) {
      if (counted) totals.unserved++
      return -1
    }
    const cost = pool.quote(hours) * (1 + input.pool.fee) * input.tokenPrice(hour)
    if (cost > limit * hours) {
      if (counted) totals.priced++
      return -1
    }
    pool.buy(node, hours)
    if (this.random.chance(input.demand.terminates)) this.#leaveAt[node] = hour + 1 + this.random.below(hours)
    else this.#leaveAt[node] = Number.POSITIVE_INFINITY
    if (counted) totals.served++
    return node
  }

  /** An idle node with that many hours left: tried at random first, then all from a random place on. */
  #idle(hour: number, hours: number): number {
    const { status, busyUntil, end } = this.pool
    const nodes = status.length
    const fits = (node: number) => status[node] !== IDLE && busyUntil[node]! <= hour && end[node]! >= hour + hours
    for (let i = 0; i < 4; i++) {
      const node = this.random.below(nodes)
      if (fits(node)) return node
    }
    const from = this.random.below(nodes)
    for (let i = 0; i < nodes; i++) if (fits((from + i) % nodes)) return (from + i) % nodes
    return -1
  }
}
