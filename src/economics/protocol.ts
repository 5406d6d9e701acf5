/** What the exact market asks of the rest of the protocol, and how it refuses. */
import { ChainRejectedError } from '../errors.ts'
import { HOUR } from './hours.ts'

/** `Outcome` in IRounds.sol. */
export type Outcome = 'undecided' | 'accepted' | 'failed' | 'overdue' | 'absent' | 'void'

/** What the market asks the rest of the protocol. */
export type Protocol = {
  readonly genesis: bigint
  readonly epochSeconds: bigint
  operatorOf(node: string): string
  isActive(node: string): boolean
  isMember(node: string, epoch: bigint): boolean
  outcomeOf(node: string, epoch: bigint, now: bigint): Outcome
}

export const BASIS_POINTS = 10_000n

export const floorHour = (time: bigint): bigint => time - (time % HOUR)
export const ceilHour = (time: bigint): bigint => floorHour(time + HOUR - 1n)

/** The contract's custom error, by name. */
export function refusal(action: string, reason: string): ChainRejectedError {
  return new ChainRejectedError(action, reason)
}
