/** The native processes' frames, as `native/src/protocol.hpp` specifies them, and the runner's bodies. */
import type { WorkProfile } from '../circuits/circuits.ts'
import { isProverErrorCode, ProverError } from './errors.ts'
import type { Opening } from './runner.ts'

export const frameKinds = { info: 1, datasetRoot: 2, run: 3, open: 4, cancel: 5, progress: 0x40, error: 0xff } as const
export const RESULT_BIT = 0x80

const FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
const HEADER_BYTES = 9
/** Above what any opening needs: 16 columns of 16 neurons of 240 elements take 2.2 MB. */
const MAX_FRAME_BYTES = 16 * 2 ** 20
const MAX_PATH_BYTES = 4095

export type Frame = { readonly kind: number; readonly id: number; readonly body: Buffer }

function protocolError(what: string): ProverError {
  return new ProverError('RUNNER_PROTOCOL', `the runner process broke its protocol: ${what}`)
}

export function encodeFrame(kind: number, id: number, body: Uint8Array): Buffer {
  return Buffer.concat([encodeHeader(kind, id, body.length), body])
}

/** What precedes a body of `size` bytes. */
export function encodeHeader(kind: number, id: number, size: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(5 + size, 0)
  header.writeUInt8(kind, 4)
  header.writeUInt32LE(id, 5)
  return header
}

/** Cuts a byte stream into frames. */
export class FrameDecoder {
  #chunks: Buffer[] = []
  #size = 0

  /** @throws {ProverError} RUNNER_PROTOCOL when a length is impossible; the stream is of no use afterwards. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    const frames: Frame[] = []
    while (this.#size >= HEADER_BYTES) {
      if (this.#chunks[0]!.length < HEADER_BYTES) this.#chunks = [Buffer.concat(this.#chunks)]
      const length = this.#chunks[0]!.readUInt32LE(0)
      if (length < 5 || length > MAX_FRAME_BYTES) throw protocolError(`a frame of ${length} bytes`)
      if (this.#size < 4 + length) break
      const bytes = Buffer.concat(this.#chunks)
      frames.push({
        kind: bytes.readUInt8(4),
        id: bytes.readUInt32LE(5),
        body: Buffer.from(bytes.subarray(HEADER_BYTES, 4 + length)),
      })
      this.#chunks = [bytes.subarray(4 + length)]
      this.#size -= 4 + length
    }
    return frames
  }
}

function refuse(what: string): never {
  throw new ProverError('RUNNER_BAD_REQUEST', what)
}

/** Builds a request's body; every method refuses a value that the field cannot hold. */
export class BodyWriter {
  readonly #parts: Buffer[] = []

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }

  u32(name: string, value: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) refuse(`${name} = ${value} is not a 32-bit integer`)
    const part = Buffer.alloc(4)
    part.writeUInt32LE(value)
    return this.#add(part)
  }

  u64(name: string, value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) refuse(`${name} = ${value} is not a whole number`)
    const part = Buffer.alloc(8)
    part.writeBigUInt64LE(BigInt(value))
    return this.#add(part)
  }

  element(name: string, value: bigint): this {
    if (value < 0n || value >= FIELD_ORDER) refuse(`${name} is not a field element`)
    return this.#add(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse())
  }

  path(value: string): this {
    const text = Buffer.from(value, 'utf8')
    if (text.length < 1 || text.length > MAX_PATH_BYTES || text.includes(0))
      refuse('the path is empty, too long or odd')
    const length = Buffer.alloc(2)
    length.writeUInt16LE(text.length)
    return this.#add(length).#add(text)
  }

  kernelInput(profile: WorkProfile, datasetSeed: Uint8Array): this {
    for (const name of [
      'blocks',
      'layers',
      'groups',
      'width',
      'traceDepth',
      'sampledColumns',
      'sampledNeurons',
    ] as const) {
      this.u32(name, profile[name])
    }
    if (datasetSeed.length !== 32) refuse(`the dataset seed has ${datasetSeed.length} bytes, not 32`)
    return this.#add(Buffer.from(datasetSeed))
  }

  #add(part: Buffer): this {
    this.#parts.push(part)
    return this
  }
}

/** Reads a frame's fields. The process is ours, but its bytes are checked like anybody's. */
export class BodyReader {
  readonly #body: Buffer
  #at = 0

  constructor(body: Buffer) {
    this.#body = body
  }

  u8(): number {
    return this.#take(1).readUInt8()
  }

  u32(): number {
    return this.#take(4).readUInt32LE()
  }

  u64(): number {
    const value = Number(this.#take(8).readBigUInt64LE())
    if (!Number.isSafeInteger(value)) throw protocolError('an integer above 2^53')
    return value
  }

  element(): bigint {
    const value = this.integer()
    if (value >= FIELD_ORDER) throw protocolError('a number that is not a field element')
    return value
  }

  /** Any 32 bytes, least significant first. */
  integer(): bigint {
    return BigInt(`0x${Buffer.from(this.#take(32)).reverse().toString('hex')}`)
  }

  text(): string {
    return this.#take(this.#take(2).readUInt16LE()).toString('utf8')
  }

  end(): void {
    if (this.#at !== this.#body.length) throw protocolError('a body longer than its fields')
  }

  #take(size: number): Buffer {
    if (this.#at + size > this.#body.length) throw protocolError('a body shorter than its fields')
    this.#at += size
    return this.#body.subarray(this.#at - size, this.#at)
  }
}

/** The error of an error frame. */
export function readError(body: Buffer): ProverError {
  const reader = new BodyReader(body)
  reader.u8() // retryable: this side's table of codes decides
  const code = reader.text()
  const message = reader.text()
  reader.end()
  if (code === 'RUNNER_CANCELLED') return new ProverError('ABORTED', 'the request was aborted')
  if (code === 'RUNNER_INTERNAL') return new ProverError('INTERNAL', message)
  if (!code.startsWith('RUNNER_') || !isProverErrorCode(code)) return protocolError(`${code}: ${message}`)
  return new ProverError(code, message)
}

export function readOpening(body: Buffer, profile: WorkProfile): Opening {
  const reader = new BodyReader(body)
  const columns = profile.sampledColumns
  const neurons = profile.sampledNeurons
  const perColumn = profile.traceDepth + profile.columnDepth + 2 * profile.elements + profile.datasetDepth
  const expected = columns * (perColumn + neurons * (profile.elements + profile.datasetDepth))
  const count = reader.u32()
  if (count !== expected) throw protocolError(`an opening of ${count} elements, not ${expected}`)
  const vector = (length: number) => Array.from({ length }, () => reader.element())
  const vectors = (length: number) => Array.from({ length: columns }, () => vector(length))
  const matrices = (length: number) =>
    Array.from({ length: columns }, () => Array.from({ length: neurons }, () => vector(length)))
  const opening: Opening = {
    tracePath: vectors(profile.traceDepth),
    columnPath: vectors(profile.columnDepth),
    rowElements: vectors(profile.elements),
    rowPath: vectors(profile.datasetDepth),
    weightElements: matrices(profile.elements),
    weightPath: matrices(profile.datasetDepth),
    outputElements: vectors(profile.elements),
  }
  reader.end()
  return opening
}
