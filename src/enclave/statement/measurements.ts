/** The accepted software as a tree: the digest of what an enclave or a domain runs, with its level (circuits/enclave.md §5). */
import { MerkleTree } from '../../work/merkle-tree.ts'
import { hash } from '../../work/poseidon.ts'
import type { Quote } from '../quote.ts'
import { StatementError } from './errors.ts'
import { elementsOf } from './octets.ts'

export const MEASUREMENT_DEPTH = 10

export type Measurement = {
  /** `registersDigest` of the software. */
  readonly registers: bigint
  /** The privacy level that it stands for: 1 to 2^32 - 1. */
  readonly level: number
}

/**
 * The digest of every register that says which software runs and how.
 *
 * Of a domain TDATTRIBUTES to RTMR3, and MRSERVICETD of TDX 1.5; of an enclave all from MISCSELECT to the report data.
 */
export function registersDigest({ body }: Pick<Quote, 'body'>): bigint {
  if (body.tee === 'sgx') return hash('pocps.registers', elementsOf(body.bytes.subarray(16, 320)))
  const later = body.mrServiceTd ?? Buffer.alloc(0)
  return hash('pocps.registers', elementsOf(Buffer.concat([body.bytes.subarray(120, 520), later])))
}

export function measurementLeaf({ registers, level }: Measurement): bigint {
  return hash('pocps.measurement', [registers, BigInt(level)])
}

export type AcceptedMeasurement = {
  readonly level: number
  readonly position: number
  readonly path: readonly bigint[]
}

export class Measurements {
  readonly #measurements: readonly Measurement[]
  readonly #tree: MerkleTree

  constructor(measurements: readonly Measurement[], depth = MEASUREMENT_DEPTH) {
    this.#measurements = measurements
    this.#tree = MerkleTree.of('pocps.measurement_node', depth, measurements.map(measurementLeaf))
  }

  get root(): bigint {
    return this.#tree.root
  }

  /** @throws {StatementError} STATEMENT_NOT_ACCEPTED */
  accepting(registers: bigint): AcceptedMeasurement {
    const position = this.#measurements.findIndex((measurement) => measurement.registers === registers)
    if (position < 0) {
      throw new StatementError(
        'STATEMENT_NOT_ACCEPTED',
        `software with registers ${registers.toString(16)} is not accepted`,
      )
    }
    return { level: this.#measurements[position]!.level, position, path: this.#tree.path(position) }
  }
}
