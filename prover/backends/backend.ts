/** What a worker needs of a proving backend. */
import type { Groth16Proof } from '../prover.ts'

/** A snarkjs verification key; its points as decimal strings. */
export type VerificationKey = {
  readonly protocol: string
  readonly curve: string
  readonly nPublic: number
  readonly IC: readonly (readonly string[])[]
}

/** One circuit as every worker shares it. */
export type CircuitArtifacts = {
  /** WebAssembly from circom. */
  readonly witnessProgram: Uint8Array
  /** A .zkey. */
  readonly provingKey: Uint8Array
  readonly verificationKey: VerificationKey
}

/** Checked and flattened inputs: each signal's values in row-major order, all below r. */
export type FlatInputs = readonly (readonly [signal: string, values: readonly bigint[]])[]

export type ProofJob = {
  readonly circuit: string
  readonly artifacts: CircuitArtifacts
  readonly inputs: FlatInputs
  /** What `buildNativeProver` made; needed by the native backend alone. */
  readonly proverExecutable?: string
}

export type RawProof = {
  readonly proof: Groth16Proof
  readonly publicSignals: readonly bigint[]
  readonly witnessMs: number
  readonly proveMs: number
}

export interface Backend {
  /** Rejects with a `ProverError`. What it returns is not verified yet. */
  prove(job: ProofJob): Promise<RawProof>
}

export const backendNames = ['native', 'snarkjs'] as const
export type BackendName = (typeof backendNames)[number]
