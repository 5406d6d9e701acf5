/** The pool's sums of seconds, as Dissipation.sol keeps them: values, slopes, and what ends at which hour. */

export const HOUR = 3600n

/** What ends at one hour. */
export type Ends = { positions: bigint; leases: bigint; shares: bigint; slope: bigint }

export class Hours {
  /** R, D, and W: the sum of slope * (end - updatedAt) over provided positions. */
  remaining = 0n
  rented = 0n
  weight = 0n
  live = 0n
  busy = 0n
  slope = 0n
  updatedAt: bigint
  readonly #ends = new Map<bigint, Ends>()

  constructor(openedAt: bigint) {
    this.updatedAt = openedAt
  }

  /** Lets time pass up to the next hour in which something ends, or to `to`; returns what ended, if anything did. */
  step(to: bigint): Ends | undefined {
    const hour = this.#next(to)
    const time = hour === undefined ? to : hour * HOUR
    const elapsed = time - this.updatedAt
    this.remaining -= this.live * elapsed
    this.rented -= this.busy * elapsed
    this.weight -= this.slope * elapsed
    this.updatedAt = time
    if (hour === undefined) return undefined
    const ends = this.endsAt(hour)
    this.live -= ends.positions
    this.busy -= ends.leases
    this.slope -= ends.slope
    return ends
  }

  addPosition(end: bigint, shares: bigint, slope: bigint): void {
    const secs = end - this.updatedAt
    this.remaining += secs
    this.weight += slope * secs
    this.live += 1n
    this.slope += slope
    const ends = this.endsAt(end / HOUR)
    ends.positions += 1n
    ends.shares += shares
    ends.slope += slope
  }

  /** A node that is rented until `from`, which may be the present, is rented until `until` instead. */
  addLease(from: bigint, until: bigint): void {
    this.rented += until - from
    this.#dropEnd(from)
    this.endsAt(until / HOUR).leases += 1n
    this.busy += 1n
  }

  /** The other way round. */
  cutLease(from: bigint, until: bigint): void {
    this.rented -= until - from
    this.#dropEnd(until)
    if (from === this.updatedAt) return
    this.endsAt(from / HOUR).leases += 1n
    this.busy += 1n
  }

  endsAt(hour: bigint): Ends {
    const ends = this.#ends.get(hour) ?? { positions: 0n, leases: 0n, shares: 0n, slope: 0n }
    this.#ends.set(hour, ends)
    return ends
  }

  #dropEnd(end: bigint): void {
    if (end === this.updatedAt) return
    this.endsAt(end / HOUR).leases -= 1n
    this.busy -= 1n
  }

  #next(to: bigint): bigint | undefined {
    if (this.live === 0n) return undefined
    for (let hour = this.updatedAt / HOUR + 1n; hour * HOUR <= to; hour += 1n) if (this.#ends.has(hour)) return hour
    return undefined
  }
}
