/** The tree of revoked certificates of one authority: every gap between two of them is a leaf (circuits/enclave.md §3). */
import { MerkleTree } from '../../work/merkle-tree.ts'
import { hash } from '../../work/poseidon.ts'
import { StatementError } from './errors.ts'

export const REVOCATION_DEPTH = 20
/** Above every serial number, which RFC 5280 limits to 20 octets, the first bit clear. */
const LAST = 1n << 160n

/** That a serial number lies strictly between two neighbours of the list. */
export type Gap = {
  readonly low: bigint
  readonly high: bigint
  readonly position: number
  readonly path: readonly bigint[]
}

export class Revocations {
  readonly #bounds: readonly bigint[]
  readonly #tree: MerkleTree

  /** @throws {RangeError} a serial number is out of range, or they are too many. */
  constructor(serials: Iterable<bigint>, depth = REVOCATION_DEPTH) {
    const sorted = [...new Set(serials)].sort((a, b) => (a < b ? -1 : 1))
    const wrong = sorted.find((serial) => serial <= 0n || serial >= LAST)
    if (wrong !== undefined) throw new RangeError(`${wrong} is not a serial number`)
    this.#bounds = [0n, ...sorted, LAST]
    const leaves = this.#bounds.slice(1).map((high, i) => hash('pocps.revoked', [this.#bounds[i]!, high]))
    this.#tree = MerkleTree.of('pocps.revoked_node', depth, leaves)
  }

  get root(): bigint {
    return this.#tree.root
  }

  /** @throws {StatementError} STATEMENT_CERTIFICATE_REVOKED */
  gapOf(serial: bigint): Gap {
    const above = this.#bounds.findIndex((bound) => bound >= serial)
    if (above <= 0 || this.#bounds[above] === serial) {
      throw new StatementError('STATEMENT_CERTIFICATE_REVOKED', `serial number ${serial.toString(16)} is revoked`)
    }
    const position = above - 1
    return { low: this.#bounds[position]!, high: this.#bounds[above]!, position, path: this.#tree.path(position) }
  }
}
