/** An enclave as its node sees it: a session that the chain knows, and a key that only the enclave holds. */
import { type Attested, publicKeyOf, type Signature, sign } from './attestation.ts'
import type { Session } from './session.ts'

export interface Enclave {
  readonly session: Session
  /** Rejects with whatever went wrong inside or on the way; the node checks what it gets. */
  sign(attested: Attested): Promise<Signature>
}

/** A key in this process's memory: protects nothing, and does what an enclave's program does. For development and tests. */
export function createSoftwareEnclave(secretKey: bigint, session: Omit<Session, 'publicKey'>): Enclave {
  return {
    session: { ...session, publicKey: publicKeyOf(secretKey) },
    sign: async (attested) => sign(secretKey, attested),
  }
}
