/** Makes the keys of the circuits and checks them against what is pinned (command: `npm run keys`). */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  type ArtifactFiles,
  artifactFiles,
  committedVerificationKey,
  type Difference,
  differences,
  type FoundArtifact,
  findArtifacts,
  hashFile,
  type PinnedCircuit,
  pin,
  readArtifactList,
} from './artifacts.ts'
import { type CircuitId, circuit, circuitIds, isCircuitId } from './circuits.ts'
import { compile, sourceClosureHash } from './compile.ts'
import { CircuitError } from './errors.ts'
import { type BuiltKeys, buildKeyFiles, type KeyOptions } from './setup/build.ts'
import { SetupError } from './setup/errors.ts'
import { inputShapes } from './setup/inputs.ts'
import type { SetupProgress } from './setup/proving-key.ts'
import { replaceFile } from './setup/replace-file.ts'
import { templateDirectory } from './source.ts'

export type { Difference } from './artifacts.ts'
export type { KeyOptions } from './setup/build.ts'

/** The circuits that have keys. */
export const keyedCircuits: readonly CircuitId[] = circuitIds.filter((id) => circuit(id).keys !== 'none')
/** Those of them whose keys every checkout builds. */
export const standardCircuits: readonly CircuitId[] = keyedCircuits.filter((id) => circuit(id).keys === 'development')

export type CircuitKeys = BuiltKeys & { readonly files: ArtifactFiles }

/**
 * Compiles a circuit and makes its keys, or finds them made. Pins nothing.
 *
 * @throws {SetupError} `SETUP_NO_KEYS`, `SETUP_PTAU_UNFIT`
 * @throws {CircuitError} the circuit does not compile.
 */
export async function buildKeys(id: CircuitId, options: KeyOptions = {}): Promise<CircuitKeys> {
  if (!keyedCircuits.includes(id)) throw new SetupError('SETUP_NO_KEYS', `${id} has no keys`)
  await compile(id)
  const files = artifactFiles(id)
  const pinned = (await readArtifactList())[id]
  return { files, ...(await buildKeyFiles(files, { ...(pinned ? { pinned } : {}), ...options })) }
}

/**
 * Compares every artifact on disk, and the committed copy of each verification key, with `generated/artifacts.json`.
 * Builds nothing: an absent file is a difference.
 *
 * @throws {SetupError} `SETUP_ARTIFACT_LIST_INVALID`
 */
export async function checkKeys(ids: readonly CircuitId[] = standardCircuits): Promise<Difference[]> {
  const list = await readArtifactList()
  const result: Difference[] = []
  for (const id of ids) {
    const found = [sourceOf(id), ...(await findArtifacts(artifactFiles(id))), await committedKey(id)]
    result.push(...differences(id, found, list[id]))
  }
  return result
}

/**
 * Compares what the repository itself holds of each keyed circuit, its source, verification key and Solidity
 * verifier, with `generated/artifacts.json`: seconds, also for circuits whose keys take minutes.
 *
 * @throws {SetupError} `SETUP_ARTIFACT_LIST_INVALID`
 */
export async function checkCommitted(ids: readonly CircuitId[] = keyedCircuits): Promise<Difference[]> {
  const list = await readArtifactList()
  const result: Difference[] = []
  for (const id of ids) {
    const file = artifactFiles(id).solidityVerifier
    const verifier = { artifact: 'solidityVerifier', file, hash: await hashFile(file) } as const
    result.push(...differences(id, [sourceOf(id), await committedKey(id), verifier], list[id]))
  }
  return result
}

async function committedKey(id: CircuitId): Promise<FoundArtifact> {
  const file = committedVerificationKey(id)
  return { artifact: 'verificationKey', file, hash: await hashFile(file) }
}

/** Records the present artifacts of a circuit as the ones to expect, and commits its verification key's copy. */
export async function pinKeys(id: CircuitId, { files, setup }: CircuitKeys): Promise<PinnedCircuit> {
  const found = [sourceOf(id), ...(await findArtifacts(files))]
  const hashes = found.flatMap(({ artifact, hash }) => (hash === undefined ? [] : [[artifact, hash] as const]))
  const inputs = await inputShapes(files.r1cs, files.r1cs.replace(/r1cs$/, 'sym'))
  const entry: PinnedCircuit = { setup, inputs, sha256: Object.fromEntries(hashes) }
  await replaceFile(committedVerificationKey(id), [await readFile(files.verificationKey)])
  await pin(id, entry)
  return entry
}

function sourceOf(id: CircuitId): FoundArtifact {
  return { artifact: 'sourceClosure', file: templateDirectory, hash: sourceClosureHash(id) }
}

const help = `Makes the proving and verification keys of the circuits, DEVELOPMENT ONLY, and checks them.

  tsx circuits/setup.ts [options]

  --circuit ID   this circuit (${keyedCircuits.join(', ')}); may be repeated. Without it: ${standardCircuits.join(', ')}
  --check        make the keys anew before comparing them with circuits/generated/artifacts.json
  --rebuild      make the keys anew even when they are there
  --ptau FILE    take the powers of tau from a prepared file instead of public secrets
  --pin          record the hashes of what was made in circuits/generated/
  --json         print the result as JSON
  --help         this text

Absent keys are made first in every case. Without --pin the result is compared with what is pinned.
Exit code: 0 all as pinned; 1 something differs or failed; 2 wrong usage.
`

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = {
    circuit: { type: 'string', multiple: true },
    check: { type: 'boolean' },
    rebuild: { type: 'boolean', default: false },
    ptau: { type: 'string' },
    pin: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values']
  try {
    values = parseArgs({ args: [...args], options }).values
  } catch (error) {
    return usage((error as Error).message)
  }
  if (values.help) return say(help, 0)
  const ids = values.circuit ?? standardCircuits
  const unknown = ids.find((id) => !isCircuitId(id) || !keyedCircuits.includes(id))
  if (unknown !== undefined) return usage(`${unknown} is not one of ${keyedCircuits.join(', ')}`)
  if (values.check && values.pin) return usage('--check and --pin exclude each other')

  try {
    for (const id of ids as readonly CircuitId[]) {
      const keys = await buildKeys(id, {
        rebuild: (values.rebuild || values.check) ?? false,
        ...(values.ptau === undefined ? {} : { ptau: values.ptau }),
        onProgress: progressOf(id),
      })
      process.stderr.write(`${id}: keys ${keys.cached ? 'found' : 'made'}. ${keys.setup.notice}\n`)
      if (values.pin) await pinKeys(id, keys)
    }
    const differing = await checkKeys(ids as readonly CircuitId[])
    return say(
      values.json ? `${JSON.stringify({ differences: differing }, null, 2)}\n` : describe(differing),
      differing.length === 0 ? 0 : 1,
    )
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof CircuitError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n`)
    return 1
  }
}

function describe(differing: readonly Difference[]): string {
  if (differing.length === 0) return 'All artifacts are as pinned.\n'
  const lines = differing.map(
    ({ circuit: id, artifact, file, expected, actual }) =>
      `${id}: ${artifact} (${file})\n  pinned ${expected ?? 'nothing'}\n  found  ${actual ?? 'no file'}\n`,
  )
  return `${lines.join('')}If the change is intended, pin it: tsx circuits/setup.ts --pin\n`
}

/** One line each tenth of the way. */
function progressOf(id: CircuitId): (progress: SetupProgress) => void {
  let last = -1
  return ({ done, total }) => {
    const tenth = Math.floor((10 * done) / total)
    if (tenth === last) return
    last = tenth
    process.stderr.write(`${id}: ${done} of ${total} points\n`)
  }
}

function say(text: string, code: number): number {
  process.stdout.write(text)
  return code
}

function usage(message: string): number {
  process.stderr.write(`${message}\n\n${help}`)
  return 2
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
