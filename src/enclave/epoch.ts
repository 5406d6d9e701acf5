/** The inputs of an `enclave-epoch` proof. */
import type { CircuitInputs } from '../../prover/index.ts'
import type { Attested, Signature } from './attestation.ts'
import { epochNullifier, type Session, sessionHash } from './session.ts'

/** By the circuit's names (circuits/README.md §10). */
export function epochInputs(
  session: Session,
  { challenge, traceRoot }: Attested,
  epoch: number,
  { point, scalar }: Signature,
): CircuitInputs {
  const { publicKey, level, window, nullifierKey } = session
  return {
    session: sessionHash(session),
    challenge,
    traceRoot,
    epoch,
    epochNullifier: epochNullifier(nullifierKey, epoch),
    level,
    window,
    nullifierKey,
    publicKey,
    signaturePoint: point,
    signatureScalar: scalar,
  }
}
