/** Where the prover gets its circuits: files, each checked against the hash that is pinned for it. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import {
  type ArtifactKind,
  type ArtifactList,
  artifactFiles,
  committedVerificationKey,
  readArtifactList,
} from '../circuits/artifacts.ts'
import type { InputShapes } from '../circuits/setup/inputs.ts'
import type { CircuitArtifacts, VerificationKey } from './backends/backend.ts'
import { ProverError } from './errors.ts'

export interface ArtifactStore {
  /** The circuits that have keys. */
  circuits(): Promise<readonly string[]>
  /** @throws {ProverError} `BAD_INPUT`: there is no such circuit. */
  inputs(circuit: string): Promise<InputShapes>
  /** @throws {ProverError} `BAD_INPUT`, `ARTIFACT_MISSING`, `ARTIFACT_MISMATCH` */
  verificationKey(circuit: string): Promise<VerificationKey>
  /** In memory that threads share. @throws {ProverError} `BAD_INPUT`, `ARTIFACT_MISSING`, `ARTIFACT_MISMATCH` */
  load(circuit: string): Promise<CircuitArtifacts>
}

export type ProverFiles = Readonly<Record<'witnessProgram' | 'provingKey' | 'verificationKey', string>>

/** The circuits of `circuits/generated/artifacts.json`. Verifying needs only what is committed. */
export function pinnedArtifacts(): ArtifactStore {
  return fileArtifacts(readArtifactList, (circuit) => ({
    ...artifactFiles(circuit),
    verificationKey: committedVerificationKey(circuit),
  }))
}

/** Circuits from any list and any place. */
export function fileArtifacts(
  readList: () => Promise<ArtifactList>,
  filesOf: (circuit: string) => ProverFiles,
): ArtifactStore {
  let reading: Promise<ArtifactList> | undefined
  const list = () => {
    reading ??= readList().catch((cause: Error) => {
      reading = undefined
      throw new ProverError('ARTIFACT_MISMATCH', `the list of artifacts cannot be read: ${cause.message}`, { cause })
    })
    return reading
  }
  const entry = async (circuit: string) => {
    const entries = await list()
    const found = Object.hasOwn(entries, circuit) ? entries[circuit] : undefined
    if (!found) throw new ProverError('BAD_INPUT', `there is no circuit ${circuit} with keys`)
    return found
  }
  const read = async (circuit: string, kind: keyof ProverFiles): Promise<Uint8Array> => {
    const expected = (await entry(circuit)).sha256[kind]
    return readPinned(circuit, kind, filesOf(circuit)[kind], expected)
  }
  const verificationKey = async (circuit: string): Promise<VerificationKey> =>
    JSON.parse(Buffer.from(await read(circuit, 'verificationKey')).toString('utf8'))
  return {
    circuits: async () => Object.keys(await list()),
    inputs: async (circuit) => (await entry(circuit)).inputs,
    verificationKey,
    load: async (circuit) => ({
      witnessProgram: await read(circuit, 'witnessProgram'),
      provingKey: await read(circuit, 'provingKey'),
      verificationKey: await verificationKey(circuit),
    }),
  }
}

/** Reads and hashes the same bytes, so that nobody can swap the file in between. */
async function readPinned(
  circuit: string,
  kind: ArtifactKind,
  file: string,
  expected: string | undefined,
): Promise<Uint8Array> {
  const remedy = 'run `npm run keys`'
  if (expected === undefined) throw new ProverError('ARTIFACT_MISSING', `no ${kind} of ${circuit} is pinned; ${remedy}`)
  let handle: Awaited<ReturnType<typeof open>>
  try {
    handle = await open(file)
  } catch (cause) {
    throw new ProverError('ARTIFACT_MISSING', `the ${kind} of ${circuit} cannot be read from ${file}; ${remedy}`, {
      cause,
    })
  }
  try {
    const { size } = await handle.stat()
    const bytes = new Uint8Array(new SharedArrayBuffer(size))
    const chunk = Buffer.alloc(Math.min(size, 1 << 22))
    const hash = createHash('sha256')
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, at)
      if (bytesRead === 0) break // cut short meanwhile: the hash says so
      hash.update(chunk.subarray(0, bytesRead))
      bytes.set(chunk.subarray(0, Math.min(bytesRead, size - at)), at)
      at += bytesRead
    }
    const actual = hash.digest('hex')
    if (actual !== expected) {
      throw new ProverError('ARTIFACT_MISMATCH', `${file} has sha256 ${actual}; ${expected} is pinned: ${remedy}`)
    }
    return bytes
  } finally {
    await handle.close()
  }
}
