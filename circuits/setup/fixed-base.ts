/** Multiples of the generators of G1 and G2 by fixed-base windows, in the WebAssembly of snarkjs's curve. */

/** 1 or 2. */
export type GroupIndex = 1 | 2

/** What a kernel needs of the curve; travels to the worker threads. */
export type KernelCode = { readonly code: Uint8Array; readonly generators: Readonly<Record<GroupIndex, number>> }

type Operation = (...pointers: number[]) => void
type Table = { readonly window: number; readonly pointer: number }

/** Points of one batch: their Jacobian forms have to lie beside one window of the table in the L2 cache. */
const BATCH = 4096
const SCALAR_BITS = 254
/** What the batch operations of the module take from the heap for themselves, generously. */
const SLACK = 16 << 20
const PAGE = 65536

export class FixedBase {
  readonly #memory = new WebAssembly.Memory({ initial: 25 })
  readonly #generators: KernelCode['generators']
  readonly #exports: Readonly<Record<string, Operation>>
  readonly #tables = new Map<GroupIndex, Table>()
  readonly #batch: number
  readonly #bytes: number
  #free: number

  constructor({ code, generators }: KernelCode) {
    const module = new WebAssembly.Module(code)
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } })
    this.#exports = instance.exports as Record<string, Operation>
    this.#generators = generators
    this.#free = new Uint32Array(this.#memory.buffer)[0]! // the module keeps its heap pointer at address 0
    this.#batch = this.#allocate(BATCH * 192)
    this.#bytes = this.#allocate(BATCH * 128)
  }

  /**
   * @param scalars 32 little-endian bytes each, below r.
   * @param window bits of a table index; the table is built on first use and again when the window changes.
   * @returns affine points: Montgomery little-endian as in a .zkey, and big-endian as snarkjs hashes them. The multiple by 0 is
   * all zero bytes.
   */
  multiply(group: GroupIndex, scalars: Uint8Array, window: number): { points: Uint8Array; uncompressed: Uint8Array } {
    const table = this.#table(group, window)
    const [affine, jacobian] = [64 * group, 96 * group]
    const count = scalars.length / 32
    const [zero, addMixed] = [this.#operation(group, 'zero'), this.#operation(group, 'addMixed')]
    const padded = new DataView(new ArrayBuffer(scalars.length + 4))
    new Uint8Array(padded.buffer).set(scalars)
    const points = new Uint8Array(count * affine)
    const uncompressed = new Uint8Array(count * affine)
    for (let start = 0; start < count; start += BATCH) {
      const size = Math.min(BATCH, count - start)
      for (let i = 0; i < size; i++) zero(this.#batch + i * jacobian)
      for (let bit = 0, row = table.pointer; bit < SCALAR_BITS; bit += window, row += 2 ** window * affine) {
        const mask = 2 ** Math.min(window, SCALAR_BITS - bit) - 1 // beyond lies the next scalar
        for (let i = 0; i < size; i++) {
          const word = padded.getUint32((start + i) * 32 + (bit >> 3), true)
          const digit = (word >>> (bit & 7)) & mask
          const point = this.#batch + i * jacobian
          if (digit !== 0) addMixed(point, row + (digit - 1) * affine, point)
        }
      }
      this.#operation(group, 'batchToAffine')(this.#batch, size, this.#batch)
      this.#operation(group, 'batchLEMtoU')(this.#batch, size, this.#bytes)
      points.set(new Uint8Array(this.#memory.buffer, this.#batch, size * affine), start * affine)
      uncompressed.set(new Uint8Array(this.#memory.buffer, this.#bytes, size * affine), start * affine)
    }
    return { points, uncompressed }
  }

  /** Entry `d - 1` of row `k` is `d 2^(window k) G`, for `d` in `1 .. 2^window`; the last entry starts the next row. */
  #table(group: GroupIndex, window: number): Table {
    const known = this.#tables.get(group)
    if (known?.window === window) return known
    const [affine, jacobian] = [64 * group, 96 * group]
    const entries = 2 ** window
    const rows = Math.ceil(SCALAR_BITS / window)
    const pointer = this.#allocate(rows * entries * affine)
    const row = this.#allocate(entries * jacobian)
    const [addMixed, toAffine] = [this.#operation(group, 'addMixed'), this.#operation(group, 'batchToAffine')]
    const base = this.#allocate(jacobian)
    this.#operation(group, 'copy')(this.#generators[group], base)
    toAffine(base, 1, base)
    for (let k = 0; k < rows; k++) {
      this.#operation(group, 'zero')(row)
      addMixed(row, base, row)
      for (let d = 1; d < entries; d++) addMixed(row + (d - 1) * jacobian, base, row + d * jacobian)
      toAffine(row, entries, pointer + k * entries * affine)
      const last = pointer + ((k + 1) * entries - 1) * affine
      this.#operation(group, 'copyAffine')(last, base)
    }
    const table = { window, pointer }
    this.#tables.set(group, table)
    return table
  }

  #operation(group: GroupIndex, name: string): Operation {
    return this.#exports[`g${group}m_${name}`]!
  }

  #allocate(size: number): number {
    const pointer = this.#free
    this.#free = (pointer + size + 15) & ~15
    const missing = this.#free + SLACK - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE))
    new Uint32Array(this.#memory.buffer)[0] = this.#free
    return pointer
  }
}
