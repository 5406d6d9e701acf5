/** What report data must say: the enclave's key, its GPU and the registry's challenge, in one hash. */
import { FIELD_ORDER, hash } from '../work/poseidon.ts'
import { isInSubgroup, type Point } from './curve.ts'
import { AppraisalError } from './errors.ts'

export type Binding = {
  /** The enclave's BabyJubJub key. */
  readonly publicKey: Point
  /** Of `gpuCommitment`, or 0 without a GPU. */
  readonly gpuCommitment: bigint
  /** Binds chain, registry, node and window. */
  readonly challenge: bigint
}

/** Beyond the field a number would hash like its remainder, and the circuit leaves the key's group to us. */
export function requireBindable({ publicKey, challenge }: Pick<Binding, 'publicKey' | 'challenge'>): void {
  const neutral = publicKey[0] === 0n && publicKey[1] === 1n
  if (isInSubgroup(publicKey) && !neutral && challenge >= 0n && challenge < FIELD_ORDER) return
  throw new AppraisalError(
    'EVIDENCE_BINDING_INVALID',
    `key (${publicKey.join(', ')}) is not in the prime-order group, or challenge ${challenge} is no field element`,
  )
}

/** `report_data[0:32]` of a CPU's evidence. A GPU beside it must answer exactly this as its nonce. */
export function reportHash({ publicKey: [x, y], gpuCommitment, challenge }: Binding): Buffer {
  return toBytes(hash('pocps.report', [x, y, gpuCommitment, challenge]))
}

/** @param deviceKey x || y of the GPU's device key on P-384; each coordinate is two halves of 192 bits. */
export function gpuCommitment(deviceKey: Buffer): bigint {
  if (deviceKey.length !== 96) throw new RangeError(`a P-384 key has 96 bytes, not ${deviceKey.length}`)
  return hash(
    'pocps.gpu',
    [0, 24, 48, 72].map((start) => BigInt(`0x${deviceKey.subarray(start, start + 24).toString('hex')}`)),
  )
}

function toBytes(element: bigint): Buffer {
  return Buffer.from(element.toString(16).padStart(64, '0'), 'hex')
}
