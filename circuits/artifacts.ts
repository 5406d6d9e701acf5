/** The artifacts of a keyed circuit: where they lie, and the hashes that `generated/artifacts.json` pins. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { beaconIterations, deltaBeacon, tauBeacon } from './setup/beacon.ts'
import { SetupError } from './setup/errors.ts'
import { replaceFile } from './setup/replace-file.ts'

export const artifactKinds = [
  'sourceClosure',
  'r1cs',
  'witnessProgram',
  'provingKey',
  'verificationKey',
  'solidityVerifier',
] as const
export type ArtifactKind = (typeof artifactKinds)[number]

/** Every kind but the source closure, which is many files. */
export type ArtifactFiles = Readonly<Record<Exclude<ArtifactKind, 'sourceClosure'>, string>>

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const setup = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('development'),
    notice: z.string(),
    tauBeacon: sha256,
    deltaBeacon: sha256,
    beaconIterations: z.number(),
  }),
  z.strictObject({
    kind: z.literal('ptau'),
    notice: z.string(),
    ptau: sha256,
    deltaBeacon: sha256,
    beaconIterations: z.number(),
  }),
])
const pinnedCircuit = z.strictObject({
  setup,
  inputs: z.record(z.string(), z.array(z.number())),
  sha256: z.partialRecord(z.enum(artifactKinds), sha256),
})
const artifactList = z.record(z.string(), pinnedCircuit)

/** Where the secrets of a key come from. */
export type Setup = z.infer<typeof setup>
export type PinnedCircuit = z.infer<typeof pinnedCircuit>
export type ArtifactList = z.infer<typeof artifactList>

export const developmentSetup: Setup = {
  kind: 'development',
  notice: 'DEVELOPMENT ONLY: the secrets follow from public beacons, so anyone can forge proofs for these keys.',
  tauBeacon,
  deltaBeacon,
  beaconIterations,
}

export function ptauSetup(ptau: string): Setup {
  return {
    kind: 'ptau',
    notice: 'DEVELOPMENT ONLY: powers of tau from a file, phase 2 from a public beacon, so anyone can forge proofs.',
    ptau,
    deltaBeacon,
    beaconIterations,
  }
}

export const root = fileURLToPath(new URL('..', import.meta.url))
const listFile = path.join(root, 'circuits/generated/artifacts.json')

/** Products of the compiler and the setup, and the committed Solidity verifier. */
export function artifactFiles(id: string): ArtifactFiles {
  const compiled = path.join(root, 'build/circuits', id)
  // Apart from the compiler's folder, which is replaced whenever a comment changes: keys follow the R1CS alone.
  const keys = path.join(root, 'build/keys', id)
  const name = id.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase())
  return {
    r1cs: path.join(compiled, `${id}.r1cs`),
    witnessProgram: path.join(compiled, `${id}.wasm`),
    provingKey: path.join(keys, 'proving-key.zkey'),
    verificationKey: path.join(keys, 'verification-key.json'),
    solidityVerifier: path.join(root, 'verifier-contracts/src/generated', `${name}Verifier.sol`),
  }
}

/** The committed copy of a verification key. */
export function committedVerificationKey(id: string): string {
  return path.join(root, 'circuits/generated', `${id}.verification-key.json`)
}

/**
 * What is pinned for each keyed circuit; nothing when the list does not exist yet.
 * @throws {SetupError} `SETUP_ARTIFACT_LIST_INVALID`
 */
export async function readArtifactList(file = listFile): Promise<ArtifactList> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  const parsed = artifactList.safeParse(parseJson(text))
  if (!parsed.success) {
    throw new SetupError('SETUP_ARTIFACT_LIST_INVALID', `${file}: ${z.prettifyError(parsed.error)}`)
  }
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the schema then says what is missing
  }
}

/** Replaces one circuit's entry. */
export async function pin(id: string, entry: PinnedCircuit, file = listFile): Promise<void> {
  const list = { ...(await readArtifactList(file)), [id]: entry }
  const sorted = Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)))
  await replaceFile(file, [Buffer.from(`${JSON.stringify(sorted, null, 2)}\n`)])
}

/** Of a file's content, in hexadecimal; undefined when there is no such file. */
export async function hashFile(file: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return hash.digest('hex')
}

/** An artifact that is not what is pinned. */
export type Difference = {
  readonly circuit: string
  readonly artifact: ArtifactKind
  readonly file: string
  /** Null: not pinned. */
  readonly expected: string | null
  /** Null: the file is absent. */
  readonly actual: string | null
}

/** An artifact as it is found; no hash when the file is absent. */
export type FoundArtifact = {
  readonly artifact: ArtifactKind
  readonly file: string
  readonly hash: string | undefined
}

export async function findArtifacts(files: ArtifactFiles): Promise<FoundArtifact[]> {
  const found: FoundArtifact[] = []
  for (const [artifact, file] of Object.entries(files)) {
    found.push({ artifact: artifact as ArtifactKind, file, hash: await hashFile(file) })
  }
  return found
}

/** Compares what is there with what is pinned. */
export function differences(
  circuit: string,
  found: readonly FoundArtifact[],
  pinned: PinnedCircuit | undefined,
): Difference[] {
  return found.flatMap(({ artifact, file, hash }) => {
    const [expected, actual] = [pinned?.sha256[artifact] ?? null, hash ?? null]
    if (expected !== null && expected === actual) return []
    return [{ circuit, artifact, file: path.relative(root, file), expected, actual }]
  })
}
