/** Tokens by holder, to the wei, and how many were burned. */

export class Ledger {
  readonly #held = new Map<string, bigint>()
  burned = 0n

  of(holder: string): bigint {
    return this.#held.get(holder) ?? 0n
  }

  mint(holder: string, amount: bigint): void {
    this.#held.set(holder, this.of(holder) + amount)
  }

  /** @throws {RangeError} more than there is: whoever calls has to have checked. */
  move(from: string, to: string, amount: bigint): void {
    this.#take(from, amount)
    this.#held.set(to, this.of(to) + amount)
  }

  /** @throws {RangeError} more than there is. */
  burn(from: string, amount: bigint): void {
    this.#take(from, amount)
    this.burned += amount
  }

  /** All that is held, which is all that was minted and not burned. */
  total(): bigint {
    let sum = 0n
    for (const amount of this.#held.values()) sum += amount
    return sum
  }

  #take(from: string, amount: bigint): void {
    const held = this.of(from)
    if (amount < 0n || amount > held) throw new RangeError(`${from} holds ${held}, not ${amount}`)
    this.#held.set(from, held - amount)
  }
}
