/** What the chain keeps of a platform, and what only the operator knows of it (circuits/enclave.md §3). */
import { MerkleTree } from '../../work/merkle-tree.ts'
import { hash, PLAIN } from '../../work/poseidon.ts'
import { halvesOf, numberOf } from './octets.ts'

export const PLATFORM_DEPTH = 20

/** ISVPRODID of Intel's quoting enclaves. */
export const qeProducts = { sgx: 1, tdx: 2 } as const

/** What the leaf of a platform is a hash of. */
export type Platform = {
  /** x || y, big-endian, on P-256. */
  readonly attestationKey: Buffer
  readonly fmspc: Buffer
  readonly pceId: Buffer
  readonly pceSvn: number
  readonly components: readonly number[]
  readonly tee: 'sgx' | 'tdx'
  /** ISVSVN of its quoting enclave. */
  readonly qeSvn: number
  /** The operator's secret, the same in every session: makes the nullifiers. */
  readonly nullifierKey: bigint
}

/** FMSPC and PCEID: what Intel's TCB infos are about. */
export function modelOf({ fmspc, pceId }: Pick<Platform, 'fmspc' | 'pceId'>): bigint {
  return numberOf(Buffer.concat([fmspc, pceId]))
}

export function platformLeaf(platform: Platform): bigint {
  const { attestationKey, pceSvn, components, tee, qeSvn, nullifierKey } = platform
  const tcb = (modelOf(platform) << 16n) + BigInt(pceSvn)
  const qe = (BigInt(qeProducts[tee]) << 16n) + BigInt(qeSvn)
  return hash('pocps.leaf', [...halvesOf(attestationKey), tcb, numberOf(Buffer.from(components)), qe, nullifierKey])
}

/** @param publicKey x || y of the CA's key on P-256. */
export function authorityHash(publicKey: Uint8Array): bigint {
  return hash('pocps.authority', halvesOf(publicKey))
}

/** Identifies a platform without revealing it, as long as the PPID is not known. */
export function platformNullifier(authority: bigint, ppid: Uint8Array): bigint {
  return hash('pocps.platform', [authority, numberOf(ppid)])
}

/** The tree that the registry keeps on chain, there with circomlib's plain Poseidon. */
export function platformTree(leaves: readonly bigint[], depth = PLATFORM_DEPTH): MerkleTree {
  return MerkleTree.of(PLAIN, depth, leaves)
}
