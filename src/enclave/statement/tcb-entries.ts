/** The accepted versions of platforms as a tree, made from Intel's collateral (circuits/enclave.md §5). */
import { MerkleTree } from '../../work/merkle-tree.ts'
import { hash } from '../../work/poseidon.ts'
import type { QeIdentity, TcbInfo, TcbStatus } from '../collateral-schema.ts'
import { StatementError } from './errors.ts'
import { numberOf } from './octets.ts'
import { modelOf, type Platform, qeProducts } from './platform-leaf.ts'

export const TCB_DEPTH = 10

/** The least versions that are accepted of one model of platforms. */
export type TcbEntry = {
  readonly tee: 'sgx' | 'tdx'
  readonly fmspc: Buffer
  readonly pceId: Buffer
  readonly pceSvn: number
  readonly components: readonly number[]
  /** Of TEE_TCB_SVN; of a module with a major version the first is its identity's ISVSVN, the second 0. For SGX zeros. */
  readonly tdxComponents: readonly number[]
  /** Second octet of TEE_TCB_SVN, exactly. */
  readonly moduleVersion: number
  readonly qeSvn: number
}

const TEE = { sgx: 0n, tdx: 0x81n } as const

export function tcbLeaf(entry: TcbEntry): bigint {
  return hash('pocps.tcb', [
    (TEE[entry.tee] << 80n) + (modelOf(entry) << 16n) + BigInt(entry.pceSvn),
    numberOf(Buffer.from(entry.components)),
    numberOf(Buffer.from(entry.tdxComponents)),
    BigInt(entry.moduleVersion),
    (BigInt(qeProducts[entry.tee]) << 16n) + BigInt(entry.qeSvn),
  ])
}

/**
 * The entries that accept only platforms to which Intel's rule gives one of `accepted` statuses.
 *
 * Intel takes the first level that a platform reaches. So a level counts only while all before it are accepted: a platform
 * may reach both. An outdated module or quoting enclave makes the whole outdated, in one of two ways: it is accepted
 * only where both are.
 *
 * @throws {RangeError} `Revoked` is accepted, or the identity is of the other kind of quoting enclave.
 */
export function entriesOf(tcbInfo: TcbInfo, qeIdentity: QeIdentity, accepted: ReadonlySet<TcbStatus>): TcbEntry[] {
  const tee = tcbInfo.id === 'TDX' ? 'tdx' : 'sgx'
  if (qeIdentity.isvprodid !== qeProducts[tee])
    throw new RangeError(`${qeIdentity.id} does not vouch for ${tcbInfo.id}`)
  if (accepted.has('Revoked')) throw new RangeError('what Intel revoked cannot be accepted')
  const outdated = accepted.has('OutOfDate') && accepted.has('OutOfDateConfigurationNeeded')
  const parts = new Set<TcbStatus>(outdated ? ['UpToDate', 'OutOfDate'] : ['UpToDate'])
  const qeSvn = leastIsvSvn(qeIdentity.tcbLevels, parts)
  if (qeSvn === undefined) return []
  const model = { tee, fmspc: tcbInfo.fmspc, pceId: tcbInfo.pceId, qeSvn } as const
  return prefix(tcbInfo.tcbLevels, accepted).flatMap(({ tcb }) => {
    const entry = { ...model, pceSvn: tcb.pcesvn, components: tcb.sgxtcbcomponents.map(({ svn }) => svn) }
    if (tee === 'sgx') return [{ ...entry, tdxComponents: Array<number>(16).fill(0), moduleVersion: 0 }]
    const tdx = (tcb.tdxtcbcomponents ?? []).map(({ svn }) => svn)
    const unversioned = tdx[1] === 0 ? [{ ...entry, tdxComponents: tdx, moduleVersion: 0 }] : []
    const versioned = (tcbInfo.tdxModuleIdentities ?? []).flatMap(({ id, tcbLevels }) => {
      const isvSvn = leastIsvSvn(tcbLevels, parts)
      if (isvSvn === undefined) return []
      const moduleVersion = Number.parseInt(id.slice(4), 16)
      return [{ ...entry, tdxComponents: [isvSvn, 0, ...tdx.slice(2)], moduleVersion }]
    })
    return [...unversioned, ...versioned]
  })
}

type Judged = { readonly tcbStatus: TcbStatus }

function prefix<Level extends Judged>(levels: readonly Level[], accepted: ReadonlySet<TcbStatus>): Level[] {
  const end = levels.findIndex(({ tcbStatus }) => !accepted.has(tcbStatus))
  return end < 0 ? [...levels] : levels.slice(0, end)
}

function leastIsvSvn(
  levels: readonly (Judged & { readonly tcb: { readonly isvsvn: number } })[],
  accepted: ReadonlySet<TcbStatus>,
): number | undefined {
  const svns = prefix(levels, accepted).map(({ tcb }) => tcb.isvsvn)
  return svns.length === 0 ? undefined : Math.min(...svns)
}

export type AcceptedTcb = { readonly entry: TcbEntry; readonly position: number; readonly path: readonly bigint[] }

export class TcbEntries {
  readonly #entries: readonly TcbEntry[]
  readonly #tree: MerkleTree

  constructor(entries: readonly TcbEntry[], depth = TCB_DEPTH) {
    this.#entries = entries
    this.#tree = MerkleTree.of('pocps.tcb_node', depth, entries.map(tcbLeaf))
  }

  get root(): bigint {
    return this.#tree.root
  }

  /**
   * An entry that the platform satisfies.
   *
   * @param teeTcbSvn of the quote; zeros for SGX.
   * @throws {StatementError} STATEMENT_NOT_ACCEPTED
   */
  accepting(platform: Platform, teeTcbSvn: Uint8Array): AcceptedTcb {
    const position = this.#entries.findIndex(
      (entry) =>
        entry.tee === platform.tee &&
        modelOf(entry) === modelOf(platform) &&
        entry.pceSvn <= platform.pceSvn &&
        entry.qeSvn <= platform.qeSvn &&
        entry.moduleVersion === teeTcbSvn[1] &&
        entry.components.every((svn, i) => svn <= platform.components[i]!) &&
        entry.tdxComponents.every((svn, i) => svn <= teeTcbSvn[i]!),
    )
    const entry = this.#entries[position]
    if (!entry) {
      throw new StatementError(
        'STATEMENT_NOT_ACCEPTED',
        `no accepted entry fits FMSPC ${platform.fmspc.toString('hex')}`,
      )
    }
    return { entry, position, path: this.#tree.path(position) }
  }
}
