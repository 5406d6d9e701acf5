/** A session of an enclave: what a boot proof opens and every epoch proof refers to (circuits/README.md §10). */
import { hash } from '../work/poseidon.ts'
import type { Point } from './curve.ts'

export type Session = {
  /** Of the enclave that booted; its secret key has never left it. */
  readonly publicKey: Point
  /** The privacy level that its measurement stands for: 1 to 2^32 - 1. */
  readonly level: number
  /** The freshness window in which it was opened, counted from the registry's genesis. */
  readonly window: number
  /** The platform's secret, the same in every session: makes the nullifiers. */
  readonly nullifierKey: bigint
}

/** What the chain knows of a session. */
export function sessionHash({ publicKey, level, window, nullifierKey }: Session): bigint {
  return hash('pocps.session', [...publicKey, BigInt(level), BigInt(window), nullifierKey])
}

/** A platform opens one session in a window. */
export function windowNullifier(nullifierKey: bigint, window: number): bigint {
  return hash('pocps.window', [nullifierKey, BigInt(window)])
}

/** A platform backs one node in an epoch. */
export function epochNullifier(nullifierKey: bigint, epoch: number): bigint {
  return hash('pocps.epoch', [nullifierKey, BigInt(epoch)])
}
