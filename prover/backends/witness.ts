/** Calculates witnesses with the WebAssembly that circom makes. */
import { r } from '../../circuits/setup/field.ts'
import { ProverError, type ProverErrorCode } from '../errors.ts'
import type { FlatInputs } from './backend.ts'

/** Exports of circom 2.x; field elements pass through eight 32-bit words of shared memory, least significant first. */
type Exports = {
  getFieldNumLen32(): number
  getRawPrime(): void
  getInputSize(): number
  getInputSignalSize(hashHigh: number, hashLow: number): number
  getWitnessSize(): number
  getWitness(index: number): void
  getMessageChar(): number
  readSharedRWMemory(word: number): number
  writeSharedRWMemory(word: number, value: number): void
  setInputSignal(hashHigh: number, hashLow: number, index: number): void
  init(sanityCheck: number): void
}

const WORDS = 8
/** circom's runtime errors, by number. */
const failures: Readonly<Record<number, ProverErrorCode>> = {
  1: 'BAD_INPUT', // no such signal
  2: 'BAD_INPUT', // too many signals
  3: 'BAD_INPUT', // signal set twice
  4: 'WITNESS_UNSATISFIED', // a constraint or an assert does not hold
  6: 'BAD_INPUT', // index beyond the signal
}

export class WitnessCalculator {
  readonly #module: WebAssembly.Module
  #instance: Exports | undefined
  #message = ''

  constructor(program: Uint8Array) {
    this.#module = new WebAssembly.Module(program)
  }

  /**
   * The witness as a .wtns file.
   *
   * The instance is used again (four fifths of the time of a first call are its start), unless a call failed: then its
   * memory is in no defined state.
   *
   * @throws {ProverError} `WITNESS_UNSATISFIED`, `BAD_INPUT`, `INTERNAL`
   */
  calculate(inputs: FlatInputs): Uint8Array {
    const exports = this.#instance ?? this.#instantiate()
    this.#instance = undefined
    this.#message = ''
    exports.init(1)
    let count = 0
    for (const [signal, values] of inputs) {
      const [high, low] = fnv1a64(signal)
      const size = exports.getInputSignalSize(high, low)
      if (size !== values.length) {
        throw new ProverError(
          'BAD_INPUT',
          `${signal} has ${values.length} values; the circuit takes ${Math.max(size, 0)}`,
        )
      }
      for (const [i, value] of values.entries()) {
        for (let word = 0; word < WORDS; word++) {
          exports.writeSharedRWMemory(word, Number((value >> BigInt(32 * word)) & 0xffffffffn))
        }
        exports.setInputSignal(high, low, i)
        count++
      }
    }
    if (count !== exports.getInputSize()) {
      throw new ProverError('BAD_INPUT', `${count} of the ${exports.getInputSize()} inputs of the circuit are given`)
    }
    const witness = this.#read(exports)
    this.#instance = exports
    return witness
  }

  #instantiate(): Exports {
    const noop = () => {}
    const runtime = {
      exceptionHandler: (code: number) => {
        throw new ProverError(failures[code] ?? 'INTERNAL', `circom error ${code}${this.#message}`)
      },
      // The trace of templates, one line a call; it carries no values.
      printErrorMessage: () => {
        this.#message += `: ${readMessage(exports).trim()}`
      },
      writeBufferMessage: () => void readMessage(exports),
      showSharedRWMemory: noop,
    }
    const exports = new WebAssembly.Instance(this.#module, { runtime }).exports as unknown as Exports
    exports.getRawPrime()
    if (exports.getFieldNumLen32() !== WORDS || readElement(exports) !== r) {
      throw new ProverError('INTERNAL', 'the witness program is not over the scalar field of BN254')
    }
    return exports
  }

  /** iden3's binary format: section 1 the field and the length, section 2 the values. */
  #read(exports: Exports): Uint8Array {
    const size = exports.getWitnessSize()
    const file = Buffer.alloc(76 + 32 * size)
    file.write('wtns')
    file.writeUInt32LE(2, 4) // version
    file.writeUInt32LE(2, 8) // sections
    file.writeUInt32LE(1, 12)
    file.writeBigUInt64LE(40n, 16)
    file.writeUInt32LE(32, 24)
    for (let word = 0; word < 4; word++)
      file.writeBigUInt64LE((r >> BigInt(64 * word)) & (2n ** 64n - 1n), 28 + 8 * word)
    file.writeUInt32LE(size, 60)
    file.writeUInt32LE(2, 64)
    file.writeBigUInt64LE(BigInt(32 * size), 68)
    for (let i = 0; i < size; i++) {
      exports.getWitness(i)
      for (let word = 0; word < WORDS; word++) {
        file.writeUInt32LE(exports.readSharedRWMemory(word) >>> 0, 76 + 32 * i + 4 * word)
      }
    }
    return file
  }
}

function readElement(exports: Exports): bigint {
  let element = 0n
  for (let word = WORDS - 1; word >= 0; word--)
    element = (element << 32n) | BigInt(exports.readSharedRWMemory(word) >>> 0)
  return element
}

function readMessage(exports: Exports): string {
  let message = ''
  for (let char = exports.getMessageChar(); char !== 0; char = exports.getMessageChar())
    message += String.fromCharCode(char)
  return message
}

/** FNV-1a: circom finds signals by the hash of their name, in two 32-bit halves. */
function fnv1a64(name: string): readonly [high: number, low: number] {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(name)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)]
}
