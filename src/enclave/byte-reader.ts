/** A cursor over untrusted bytes: it never reads past the end, and says what it lacked. */
import { AppraisalError } from './errors.ts'

export class ByteReader {
  readonly #bytes: Buffer
  readonly #what: string
  #position = 0

  /** @param what names the evidence in messages. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#what = what
  }

  get position(): number {
    return this.#position
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  /** The next `length` bytes: a view, not a copy. */
  take(length: number, field: string): Buffer {
    if (length > this.remaining) {
      throw new AppraisalError(
        'EVIDENCE_TRUNCATED',
        `the ${this.#what} ends at byte ${this.#bytes.length}, inside ${field} (${length} bytes from ${this.#position})`,
      )
    }
    this.#position += length
    return this.#bytes.subarray(this.#position - length, this.#position)
  }

  /** What was read from `start` to here. */
  since(start: number): Buffer {
    return this.#bytes.subarray(start, this.#position)
  }

  u8(field: string): number {
    return this.take(1, field).readUInt8()
  }

  u16(field: string): number {
    return this.take(2, field).readUInt16LE()
  }

  u24(field: string): number {
    return this.take(3, field).readUIntLE(0, 3)
  }

  u32(field: string): number {
    return this.take(4, field).readUInt32LE()
  }

  u64(field: string): bigint {
    return this.take(8, field).readBigUInt64LE()
  }

  /** Takes `length` bytes that the format reserves: they must be zero. */
  zeros(length: number, field: string): void {
    if (this.take(length, field).some((byte) => byte !== 0)) throw this.malformed(`${field} is not zero`)
  }

  /** Takes a little-endian number that the format fixes. */
  exactly(value: number, bytes: 1 | 2 | 4, field: string): void {
    const found = this.take(bytes, field).readUIntLE(0, bytes)
    if (found !== value) throw this.malformed(`${field} is ${found}, it must be ${value}`)
  }

  /** Refuses what follows here, but for zero padding where the format's files are padded. */
  end({ padding }: { readonly padding: boolean }): void {
    const rest = this.#bytes.subarray(this.#position)
    const first = padding ? rest.findIndex((byte) => byte !== 0) : rest.length - 1
    if (first < 0) return
    throw new AppraisalError(
      'EVIDENCE_TRAILING_BYTES',
      `the ${this.#what} ends at byte ${this.#position}, and ${rest.length} bytes follow${padding ? ` that are not all zero (byte ${this.#position + first})` : ''}`,
    )
  }

  malformed(detail: string): AppraisalError {
    return new AppraisalError('EVIDENCE_MALFORMED', `the ${this.#what} is malformed: ${detail}`)
  }
}
