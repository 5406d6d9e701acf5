/** The prover's contract: from the named inputs of a circuit to a verified Groth16 proof. */
import type { CircuitId } from '../circuits/circuits.ts'

/** Named circuit inputs; nested arrays as the circuit declares them. */
export type CircuitInputs = Readonly<Record<string, SignalValue>>
export type SignalValue = bigint | number | readonly SignalValue[]

/** A Groth16 proof in snarkjs's JSON shape: projective points, decimal strings. */
export type Groth16Proof = {
  readonly pi_a: readonly string[]
  readonly pi_b: readonly (readonly string[])[]
  readonly pi_c: readonly string[]
  readonly protocol: 'groth16'
  readonly curve: 'bn128'
}

export type ProofRequest = {
  readonly circuit: CircuitId
  readonly inputs: CircuitInputs
  /** Jobs that are due earlier start earlier; a job past its deadline is refused, not proven. */
  readonly deadline?: Date
}

export type ProofResult = {
  readonly circuit: CircuitId
  readonly proof: Groth16Proof
  /** In the order of `circuit.publicSignals`. */
  readonly publicSignals: readonly bigint[]
  readonly witnessMs: number
  readonly proveMs: number
}

/** Every result was verified against the verification key before it is returned. */
export interface Prover {
  /** Rejects with a `ProverError` (errors.ts). */
  prove(request: ProofRequest, options?: { readonly signal?: AbortSignal }): Promise<ProofResult>
  /** False for a well-formed proof that does not verify; rejects when it is malformed. */
  verify(circuit: CircuitId, publicSignals: readonly bigint[], proof: Groth16Proof): Promise<boolean>
  /** Refuses new jobs and resolves when the accepted ones are done. */
  drain(): Promise<void>
  /** Stops at once; jobs in flight reject with `ABORTED`. */
  close(): Promise<void>
}
