/** The privacy level that evidence is worth: the table that the measurements' levels on chain are taken from. */
import type { TcbStatus } from './collateral-schema.ts'

export type EvidenceKind = 'tdx+gpu' | 'tdx' | 'sgx' | 'snp' | 'gpu'

/**
 * Levels, the highest first. What is not in the table is level 0: nothing proven.
 *
 *   3  a trust domain on an up-to-date platform, with its own genuine GPU
 *   2  the same where the software must harden itself; or an up-to-date trust domain without a GPU
 *   1  a trust domain that must harden itself; or an up-to-date SGX enclave, too small to serve clients
 *
 * Outdated or misconfigured platforms have known ways in, so they are worth nothing. Alone, SEV-SNP and GPU evidence have no
 * circuit, so their levels could not be proven to the chain.
 */
export const levels: Readonly<Record<EvidenceKind, Readonly<Partial<Record<TcbStatus, number>>>>> = {
  'tdx+gpu': { UpToDate: 3, SWHardeningNeeded: 2 },
  tdx: { UpToDate: 2, SWHardeningNeeded: 1 },
  sgx: { UpToDate: 1 },
  snp: {},
  gpu: {},
}

export function levelOf(kind: EvidenceKind, status: TcbStatus): number {
  return levels[kind][status] ?? 0
}
