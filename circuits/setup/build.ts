/** Makes the keys of one compiled circuit, or finds them made for the same circuit and secrets. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as snarkjs from 'snarkjs'
import {
  type ArtifactFiles,
  developmentSetup,
  hashFile,
  type PinnedCircuit,
  ptauSetup,
  type Setup,
} from '../artifacts.ts'
import { useSingleThread } from './curve.ts'
import { SetupError } from './errors.ts'
import { developmentKey, type SetupOptions } from './proving-key.ts'
import { keyFromPtau } from './ptau.ts'
import { replaceFile } from './replace-file.ts'

export type KeyOptions = SetupOptions & {
  /** A prepared powers-of-tau file to use instead of the public secrets. */
  readonly ptau?: string
  /** What is expected. Keys pinned for a powers-of-tau file are never replaced by development keys. */
  readonly pinned?: PinnedCircuit
  /** Makes the keys anew even when they are there. */
  readonly rebuild?: boolean
}

export type BuiltKeys = { readonly setup: Setup; readonly cached: boolean }

/** Written last: keys without it, or with another one, are made again. */
type Stamp = {
  readonly r1cs: string
  readonly setup: Setup
  readonly provingKey: string
  readonly verificationKey: string
}

/**
 * Writes the proving key and the verification key of an R1CS.
 *
 * Each file appears whole or not at all, so a crash at any moment costs only time.
 *
 * @throws {SetupError} `SETUP_PTAU_UNFIT`
 */
export async function buildKeyFiles(files: ArtifactFiles, options: KeyOptions = {}): Promise<BuiltKeys> {
  const { ptau, pinned, rebuild = false, ...setupOptions } = options
  if (ptau === undefined && pinned?.setup.kind === 'ptau') return findPinnedKeys(files, pinned)
  const setup = ptau === undefined ? developmentSetup : await setupOf(ptau)
  const r1cs = await hashFile(files.r1cs)
  const stampFile = path.join(path.dirname(files.provingKey), 'keys.json')
  if (!rebuild && (await isCurrent(stampFile, files, r1cs, setup))) return { setup, cached: true }

  await replaceFile(
    files.provingKey,
    ptau === undefined ? await developmentKey(files.r1cs, setupOptions) : await keyFromPtau(files.r1cs, ptau),
  )
  await useSingleThread()
  const exported: object = await snarkjs.zKey.exportVerificationKey(files.provingKey)
  const verificationKey = { notice: setup.notice, ...exported }
  await replaceFile(files.verificationKey, [Buffer.from(`${JSON.stringify(verificationKey, null, 2)}\n`)])
  const stamp = {
    r1cs,
    setup,
    provingKey: await hashFile(files.provingKey),
    verificationKey: await hashFile(files.verificationKey),
  }
  await replaceFile(stampFile, [Buffer.from(`${JSON.stringify(stamp, null, 2)}\n`)])
  return { setup, cached: false }
}

async function findPinnedKeys(files: ArtifactFiles, { setup, sha256 }: PinnedCircuit): Promise<BuiltKeys> {
  for (const kind of ['r1cs', 'provingKey', 'verificationKey'] as const) {
    if ((await hashFile(files[kind])) === sha256[kind]) continue
    throw new SetupError(
      'SETUP_PTAU_UNFIT',
      `the ${kind} is not the pinned one, and only the pinned powers of tau can make the keys: --ptau FILE`,
    )
  }
  return { setup, cached: true }
}

async function setupOf(ptau: string): Promise<Setup> {
  const hash = await hashFile(ptau)
  if (hash === undefined) throw new SetupError('SETUP_PTAU_UNFIT', `${ptau} does not exist`)
  return ptauSetup(hash)
}

async function isCurrent(stampFile: string, files: ArtifactFiles, r1cs: string | undefined, setup: Setup) {
  let stamp: Partial<Stamp>
  try {
    stamp = JSON.parse(await readFile(stampFile, 'utf8'))
  } catch {
    return false // absent or damaged: made again
  }
  return (
    stamp.r1cs === r1cs &&
    JSON.stringify(stamp.setup) === JSON.stringify(setup) &&
    stamp.provingKey === (await hashFile(files.provingKey)) &&
    stamp.verificationKey === (await hashFile(files.verificationKey))
  )
}
