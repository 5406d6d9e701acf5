/** Stage 6: lets the node's enclave vouch for the round, once. */
import { CodedError } from '../circuits/coded-error.ts'
import type { Prover } from '../prover/index.ts'
import type { Chain } from './chain.ts'
import { isSignature } from './enclave/attestation.ts'
import type { Enclave } from './enclave/enclave.ts'
import { epochInputs } from './enclave/epoch.ts'
import { epochNullifier, sessionHash } from './enclave/session.ts'
import { ChallengeExpiredError, EnclaveFailedError, PocpsError, SessionClosedError } from './errors.ts'
import { submitOnce } from './outbox.ts'
import type { Proven, Vouched } from './round.ts'

/**
 * Vouching twice is safe: the contract records the same for the same node and epoch, and a second call finds the first.
 *
 * What can never be vouched for does not stop the round: it is settled as P = 0, since a round that is not settled costs
 * stake. The record says why.
 *
 * @throws {PocpsError | ProverError} retryable ones, and when the caller aborts.
 */
export async function vouch(
  enclave: Enclave | undefined,
  prover: Prover,
  chain: Chain,
  round: Proven,
  folder: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Vouched> {
  if (!enclave) return { ...round, voucher: { absent: 'the node has no enclave' } }
  const { id } = round.challenge
  const isDone = async () => (await chain.levelOf(id)) !== 0n
  const sign = async () => {
    const proof = await proveEpoch(enclave, prover, chain, round, signal)
    return chain.signVouch(id, epochNullifier(enclave.session.nullifierKey, id.epoch), proof)
  }
  try {
    await submitOnce(chain, folder, { name: 'vouch', isDone, sign }, signal)
    return { ...round, voucher: await chain.voucherOf(id) }
  } catch (error) {
    const known = error instanceof PocpsError || error instanceof CodedError
    if (!known || error.retryable || signal?.aborted) throw error
    return { ...round, voucher: { absent: `${error.code}: ${error.message}` } }
  }
}

/**
 * @throws {SessionClosedError} the chain would refuse the proof.
 * @throws {EnclaveFailedError} there is no signature to prove.
 * @throws {ChallengeExpiredError} the round can no longer be settled either.
 */
async function proveEpoch(
  { session, sign }: Enclave,
  prover: Prover,
  chain: Chain,
  { challenge, execution, samples }: Proven,
  signal: AbortSignal | undefined,
) {
  const now = await chain.now()
  if (now > samples.proofDeadline) throw new ChallengeExpiredError('vouch', samples.proofDeadline, now)
  const { hash, expiresAt } = await chain.sessionOf(challenge.id.node)
  if (hash !== sessionHash(session)) {
    throw new SessionClosedError(
      hash === 0n ? 'the node has no session on chain' : 'the node has another session on chain',
    )
  }
  if (now >= expiresAt)
    throw new SessionClosedError(`the session expired at ${expiresAt} (chain seconds), it is ${now}`)

  const attested = { challenge: challenge.value, traceRoot: execution.traceRoot }
  const signature = await sign(attested).catch((cause: unknown) => {
    throw new EnclaveFailedError(`the enclave did not sign: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  })
  if (!isSignature(session.publicKey, attested, signature)) {
    throw new EnclaveFailedError('the enclave gave something else than its signature of the round')
  }
  const inputs = epochInputs(session, attested, challenge.id.epoch, signature)
  const deadline = new Date(Date.now() + (samples.proofDeadline - now) * 1000)
  const { proof } = await prover.prove({ circuit: 'enclave-epoch', inputs, deadline }, signal ? { signal } : {})
  return proof
}
