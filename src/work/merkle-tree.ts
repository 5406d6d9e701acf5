/** A sparse Poseidon Merkle tree of fixed depth; absent leaves are 0. */
import { hash, type Tag } from './poseidon.ts'

export class MerkleTree {
  readonly depth: number
  readonly #tag: Tag
  /** `#levels[0]` are the leaves; only what differs from an absent subtree, or was asked for, is stored. */
  readonly #levels: Map<number, bigint>[]
  readonly #absent: bigint[]
  /** One past the highest leaf ever set. */
  #extent = 0

  constructor(tag: Tag, depth: number) {
    this.depth = depth
    this.#tag = tag
    this.#levels = Array.from({ length: depth + 1 }, () => new Map())
    this.#absent = [0n]
    for (let height = 0; height < depth; height++) {
      const below = this.#absent[height]!
      this.#absent.push(hash(tag, [below, below]))
    }
  }

  static of(tag: Tag, depth: number, leaves: readonly bigint[]): MerkleTree {
    const tree = new MerkleTree(tag, depth)
    for (const [index, leaf] of leaves.entries()) tree.set(index, leaf)
    return tree
  }

  /** Forgets the hashes above the leaf; they are computed again when asked for. */
  set(index: number, leaf: bigint): void {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** this.depth) {
      throw new RangeError(`leaf ${index} is outside a tree of depth ${this.depth}`)
    }
    this.#levels[0]!.set(index, leaf)
    for (let height = 1, node = index; height <= this.depth; height++) {
      node = Math.floor(node / 2)
      this.#levels[height]!.delete(node)
    }
    this.#extent = Math.max(this.#extent, index + 1)
  }

  get root(): bigint {
    return this.node(this.depth, 0)
  }

  /** The root of the subtree of `height` at position `index`. */
  node(height: number, index: number): bigint {
    if (index * 2 ** height >= this.#extent) return this.#absent[height]!
    const known = this.#levels[height]!.get(index)
    if (known !== undefined) return known
    if (height === 0) return 0n
    const value = this.#isEmpty(height, index)
      ? this.#absent[height]!
      : hash(this.#tag, [this.node(height - 1, 2 * index), this.node(height - 1, 2 * index + 1)])
    this.#levels[height]!.set(index, value)
    return value
  }

  /** Siblings of leaf `index`, from the leaf upwards. */
  path(index: number): bigint[] {
    const siblings: bigint[] = []
    for (let height = 0, node = index; height < this.depth; height++, node = Math.floor(node / 2)) {
      siblings.push(this.node(height, node % 2 === 0 ? node + 1 : node - 1))
    }
    return siblings
  }

  /** Saves hashing where a tree holds a few leaves far apart. */
  #isEmpty(height: number, index: number): boolean {
    const first = index * 2 ** height
    const size = 2 ** height
    if (size <= this.#levels[0]!.size) return false
    for (const leaf of this.#levels[0]!.keys()) if (leaf >= first && leaf < first + size) return false
    return true
  }
}
