/** The file of a finished trace, in the format of `prover/native/src/trace_file.hpp`: either runner reads the other's. */
import { readFile } from 'node:fs/promises'
import type { WorkParameters } from '../../circuits/circuits.ts'
import { ProverError, type ProverErrorCode } from '../../prover/index.ts'
import { writeDurably } from '../durable-file.ts'

export type Trace = {
  readonly profile: WorkParameters
  /** 32 bytes. */
  readonly datasetSeed: Uint8Array
  readonly challenge: bigint
  readonly traceRoot: bigint
  readonly leaves: readonly bigint[]
}

/** What an opener knows of the trace without the file. */
export type TraceIdentity = Pick<Trace, 'profile' | 'datasetSeed' | 'challenge'>

const MAGIC = Buffer.from('pocpstrc', 'ascii')
const VERSION = 1
const parameters = ['blocks', 'layers', 'groups', 'width', 'traceDepth', 'sampledColumns', 'sampledNeurons'] as const

const ELEMENT_BYTES = 32
const SUM_BYTES = 8

function elementBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * ELEMENT_BYTES, '0'), 'hex').reverse()
}

function elementAt(bytes: Buffer, offset: number): bigint {
  return BigInt(
    `0x${Buffer.from(bytes.subarray(offset, offset + ELEMENT_BYTES))
      .reverse()
      .toString('hex')}`,
  )
}

const crcTable = BigUint64Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n
  return crc
})

/** CRC-64/XZ (ECMA-182, reflected). */
export function crc64(bytes: Uint8Array): bigint {
  let crc = 0xffffffffffffffffn
  for (const byte of bytes) crc = crcTable[Number((crc ^ BigInt(byte)) & 0xffn)]! ^ (crc >> 8n)
  return crc ^ 0xffffffffffffffffn
}

export function refusal(code: ProverErrorCode, path: string, detail: string): ProverError {
  return new ProverError(code, `the trace ${path}: ${detail}`)
}

function header({ profile, datasetSeed, challenge }: TraceIdentity): Buffer {
  const numbers = Buffer.alloc(4 * (1 + parameters.length))
  numbers.writeUInt32LE(VERSION, 0)
  parameters.forEach((name, i) => {
    numbers.writeUInt32LE(profile[name], 4 * (1 + i))
  })
  return Buffer.concat([MAGIC, numbers, datasetSeed, elementBytes(challenge)])
}

export async function writeTrace(path: string, trace: Trace): Promise<void> {
  const steps = Buffer.alloc(8)
  steps.writeBigUInt64LE(BigInt(trace.leaves.length))
  const body = Buffer.concat([header(trace), elementBytes(trace.traceRoot), steps, ...trace.leaves.map(elementBytes)])
  const sum = Buffer.alloc(SUM_BYTES)
  sum.writeBigUInt64LE(crc64(body))
  await writeDurably(path, Buffer.concat([body, sum]))
}

/**
 * The root and the leaves of the trace that `expected` names. That they belong together is not checked here.
 *
 * @throws {ProverError} `RUNNER_TRACE_MISSING`, `RUNNER_TRACE_CORRUPT`, `RUNNER_TRACE_MISMATCH`
 */
export async function readTrace(path: string, expected: TraceIdentity): Promise<Pick<Trace, 'traceRoot' | 'leaves'>> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw refusal(missing ? 'RUNNER_TRACE_MISSING' : 'RUNNER_IO', path, (cause as Error).message)
  }
  const start = header(expected)
  const leavesAt = start.length + ELEMENT_BYTES + 8
  if (bytes.length < leavesAt + SUM_BYTES)
    throw refusal('RUNNER_TRACE_CORRUPT', path, `it has only ${bytes.length} bytes`)
  const end = bytes.length - SUM_BYTES
  if (bytes.readBigUInt64LE(end) !== crc64(bytes.subarray(0, end)))
    throw refusal('RUNNER_TRACE_CORRUPT', path, 'its checksum is wrong')
  if (!bytes.subarray(0, start.length).equals(start)) {
    throw refusal('RUNNER_TRACE_MISMATCH', path, 'it is of another profile, dataset or challenge')
  }
  const steps = bytes.readBigUInt64LE(start.length + ELEMENT_BYTES)
  if (steps * BigInt(ELEMENT_BYTES) !== BigInt(end - leavesAt)) {
    throw refusal('RUNNER_TRACE_CORRUPT', path, `it says ${steps} steps and holds ${(end - leavesAt) / ELEMENT_BYTES}`)
  }
  const leaves = Array.from({ length: Number(steps) }, (_, t) => elementAt(bytes, leavesAt + t * ELEMENT_BYTES))
  return { traceRoot: elementAt(bytes, start.length), leaves }
}
