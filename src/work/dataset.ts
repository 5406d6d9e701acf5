/** The dataset of the `work` statement: rows of nibbles from a ChaCha20 keystream, committed by a Merkle root. */
import { createCipheriv } from 'node:crypto'
import type { WorkProfile } from '../../circuits/circuits.ts'
import { MerkleTree } from './merkle-tree.ts'
import { digest } from './poseidon.ts'

export const NIBBLES_PER_ELEMENT = 62
const BYTES_PER_ELEMENT = 31

/** What a step needs to know of a dataset. */
export interface Dataset {
  /** The `16 m` field elements of row `index`. */
  row(index: number): readonly bigint[]
  /** Entries `v - 8` of row `index`, `K` of them. */
  entries(index: number): Int8Array
  readonly root: bigint
  path(index: number): readonly bigint[]
}

/** Row `index` of the dataset: `496 m` bytes of keystream (RFC 8439 §2.4, counter 0, nonce = index). */
export function rowBytes(seed: Uint8Array, index: number, profile: WorkProfile): Buffer {
  const counterAndNonce = Buffer.alloc(16)
  counterAndNonce.writeUInt32LE(index, 4)
  return createCipheriv('chacha20', seed, counterAndNonce).update(Buffer.alloc(BYTES_PER_ELEMENT * profile.elements))
}

export function elementsOf(bytes: Buffer): bigint[] {
  const elements: bigint[] = []
  for (let start = 0; start < bytes.length; start += BYTES_PER_ELEMENT) {
    const bigEndian = Buffer.from(bytes.subarray(start, start + BYTES_PER_ELEMENT)).reverse()
    elements.push(BigInt(`0x${bigEndian.toString('hex')}`))
  }
  return elements
}

/** Entries `v - 8` of `elements`, 62 to an element, least significant nibble first. */
export function entriesOf(elements: readonly bigint[]): Int8Array {
  const entries = new Int8Array(elements.length * NIBBLES_PER_ELEMENT)
  elements.forEach((element, e) => {
    const hex = element.toString(16).padStart(NIBBLES_PER_ELEMENT, '0')
    for (let i = 0; i < NIBBLES_PER_ELEMENT; i++) {
      entries[e * NIBBLES_PER_ELEMENT + i] = Number.parseInt(hex[hex.length - 1 - i]!, 16) - 8
    }
  })
  return entries
}

/** Holds every row in memory, one byte an entry: for the development profile and for tests. */
export class GeneratedDataset implements Dataset {
  readonly #profile: WorkProfile
  readonly #seed: Uint8Array
  readonly #entries: (Int8Array | undefined)[]
  #tree: MerkleTree | undefined

  constructor(profile: WorkProfile, seed: Uint8Array) {
    if (seed.length !== 32) throw new RangeError(`a dataset seed has 32 bytes, not ${seed.length}`)
    this.#profile = profile
    this.#seed = seed
    this.#entries = new Array(profile.datasetRows)
  }

  row(index: number): bigint[] {
    return elementsOf(rowBytes(this.#seed, index, this.#profile))
  }

  entries(index: number): Int8Array {
    let entries = this.#entries[index]
    if (!entries) {
      const bytes = rowBytes(this.#seed, index, this.#profile)
      entries = Int8Array.from(
        { length: this.#profile.entries },
        (_, i) => ((bytes[i >> 1]! >> (4 * (i & 1))) & 15) - 8,
      )
      this.#entries[index] = entries
    }
    return entries
  }

  get root(): bigint {
    return this.#commitment().root
  }

  path(index: number): bigint[] {
    return this.#commitment().path(index)
  }

  #commitment(): MerkleTree {
    if (!this.#tree) {
      const { datasetDepth, datasetRows } = this.#profile
      const leaves = Array.from({ length: datasetRows }, (_, index) => digest('pocps.row', this.row(index)))
      this.#tree = MerkleTree.of('pocps.dataset', datasetDepth, leaves)
    }
    return this.#tree
  }
}
