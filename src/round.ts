/** The record of one round: one node's passage through one epoch. */
import type { WorkCircuitId } from '../circuits/circuits.ts'
import type { ProofResult } from '../prover/index.ts'

/** Which round: a node answers an epoch at most once. */
export type RoundId = {
  /** 32 bytes, hex. */
  readonly node: string
  readonly epoch: number
}

/** What the chain asks. Times are seconds of the chain's clock, not of ours. */
export type Challenge = {
  readonly id: RoundId
  /** Field element, fresh for this node and epoch. */
  readonly value: bigint
  readonly circuit: WorkCircuitId
  /** 32 bytes, hex. */
  readonly datasetSeed: string
  readonly datasetRoot: bigint
  /** The most steps that the class lets a node claim. */
  readonly maxSteps: number
  readonly commitDeadline: number
  readonly proofsPerRound: number
}

export type Execution = {
  readonly traceRoot: bigint
  readonly steps: number
  readonly elapsedMs: number
  /** File name inside the round's folder. */
  readonly trace: string
}

export type Commitment = { readonly transaction: string; readonly block: number; readonly gas: bigint }

export type Samples = { readonly seed: bigint; readonly proofDeadline: number }

/** What the node's enclave brought on chain for the round, or why it brought nothing: then P is 0. */
export type Voucher =
  | {
      readonly transaction: string
      readonly block: number
      readonly gas: bigint
      /** P of PoP. */
      readonly level: bigint
    }
  | { readonly absent: string }

/** One factor of PoCPS, each WAD in (0, 1e18]. */
export type Factors = {
  readonly time: bigint
  readonly loyalty: bigint
  readonly privacy: bigint
  readonly work: bigint
}

export type Settlement = {
  readonly transaction: string
  readonly block: number
  readonly gas: bigint
  /** W: operations per second. */
  readonly operationsPerSecond: bigint
  readonly factors: Factors
  /** Tokens (wei) credited to the operator. */
  readonly reward: bigint
  /** Tokens (wei) of the node's share that nobody gets. */
  readonly burned: bigint
}

/** Each stage adds one field and removes none. */
export type Challenged = { readonly challenge: Challenge }
export type Executed = Challenged & { readonly execution: Execution }
export type Committed = Executed & { readonly commitment: Commitment }
export type Sampled = Committed & { readonly samples: Samples }
export type Proven = Sampled & { readonly proofs: readonly ProofResult[] }
export type Vouched = Proven & { readonly voucher: Voucher }
export type Settled = Vouched & { readonly settlement: Settlement }

export const stages = ['challenge', 'execution', 'commitment', 'samples', 'proofs', 'voucher', 'settlement'] as const
export type Stage = (typeof stages)[number]

export const isExecuted = (round: Challenged): round is Executed => 'execution' in round
export const isCommitted = (round: Executed): round is Committed => 'commitment' in round
export const isSampled = (round: Committed): round is Sampled => 'samples' in round
export const isProven = (round: Sampled): round is Proven => 'proofs' in round
export const isVouched = (round: Proven): round is Vouched => 'voucher' in round
export const isSettled = (round: Vouched): round is Settled => 'settlement' in round
