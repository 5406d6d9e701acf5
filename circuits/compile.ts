/** Compiles circuits with circom, once for each state of their source. */
import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { type CircuitId, circuit } from './circuits.ts'
import { CircuitError } from './errors.ts'
import { generatedInclude } from './p256/generate.ts'
import { isAlive } from './process-alive.ts'
import { closureHashOf, compilerFlags, libraries, mainSource, repositoryRoot, sourceClosure } from './source.ts'

export { sourceClosureHash } from './source.ts'

export type CompiledCircuit = {
  /** Hash of everything the files were made from; see `sourceClosureHash`. */
  readonly closureHash: string
  readonly directory: string
  /** The generated main file. */
  readonly source: string
  readonly r1cs: string
  /** The witness program. */
  readonly wasm: string
  /** Names of the wires. */
  readonly sym: string
  /** Which signals were replaced by an equal one. */
  readonly substitutions: string
}

export type CompileOptions = {
  /** Where the folder of the circuit goes; inside the repository, because circom's sandbox ends there. */
  readonly buildDirectory?: string
  readonly signal?: AbortSignal
  /** Called when circom really runs. */
  readonly onStart?: () => void
}

type Manifest = { readonly closureHash: string; readonly sha256: Readonly<Record<string, string>> }

export const defaultBuildDirectory = join(repositoryRoot, 'build', 'circuits')
const MANIFEST = 'manifest.json'
const PARTIAL = /^\.partial-(\d+)-/
const compiler = createRequire(import.meta.url).resolve('circom2/cli.js')
const inFlight = new Map<string, Promise<CompiledCircuit>>()

/**
 * Compiles a circuit of `circuits.json` to `build/circuits/<id>/`, or finds it compiled from the same source.
 *
 * The folder appears complete or not at all: it is made under another name and renamed.
 *
 * @throws {CircuitError}
 */
export async function compile(id: CircuitId, options: CompileOptions = {}): Promise<CompiledCircuit> {
  const compiled = await compileMain(id, mainSource(id), options)
  await checkPublicSignals(id, compiled.sym)
  return compiled
}

/** Compiles any main file to `<buildDirectory>/<name>/`, as `compile` does. */
export function compileMain(name: string, source: string, options: CompileOptions = {}): Promise<CompiledCircuit> {
  const buildDirectory = options.buildDirectory ?? defaultBuildDirectory
  const key = join(buildDirectory, name)
  const running = inFlight.get(key)
  // A second caller waits for the first, then finds what it wants or compiles another source.
  const job = (running ? running.catch(() => undefined) : Promise.resolve()).then(() =>
    build(name, source, buildDirectory, options),
  )
  const tracked = job.finally(() => {
    if (inFlight.get(key) === tracked) inFlight.delete(key)
  })
  inFlight.set(key, tracked)
  return tracked
}

async function build(
  name: string,
  source: string,
  buildDirectory: string,
  { signal, onStart }: CompileOptions,
): Promise<CompiledCircuit> {
  const directory = join(buildDirectory, name)
  const closureHash = closureHashOf(source)
  const result = (at: string): CompiledCircuit => ({
    closureHash,
    directory: at,
    source: join(at, 'main.circom'),
    r1cs: join(at, `${name}.r1cs`),
    wasm: join(at, `${name}.wasm`),
    sym: join(at, `${name}.sym`),
    substitutions: join(at, `${name}.substitutions.json`),
  })
  if (await isCurrent(directory, closureHash)) return result(directory)

  if (local(directory).startsWith('..')) {
    throw new CircuitError('CIRCUIT_COMPILER_FAILED', `circom cannot reach ${directory}, outside the repository`)
  }
  onStart?.()
  await mkdir(buildDirectory, { recursive: true })
  await removeAbandoned(buildDirectory)
  const partial = join(buildDirectory, `.partial-${process.pid}-${randomUUID()}`)
  try {
    await mkdir(partial)
    const files = result(partial)
    await writeFile(files.source, source)
    await writeGenerated(partial, source)
    await runCompiler(name, files.source, partial, signal)
    await rename(join(partial, 'main.r1cs'), files.r1cs)
    await rename(join(partial, 'main.sym'), files.sym)
    await rename(join(partial, 'main_substitutions.json'), files.substitutions)
    await rename(join(partial, 'main_js', 'main.wasm'), files.wasm)
    await rm(join(partial, 'main_js'), { recursive: true })
    const sha256: Record<string, string> = {}
    for (const path of [files.source, files.r1cs, files.wasm, files.sym, files.substitutions]) {
      sha256[relative(partial, path)] = await hashFile(path)
      await sync(path)
    }
    const manifest: Manifest = { closureHash, sha256 }
    await writeFile(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
    await sync(join(partial, MANIFEST))
    await replace(partial, directory)
    await sync(buildDirectory)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return result(directory)
}

/** True when the folder holds, undamaged, what this source compiles to. */
async function isCurrent(directory: string, closureHash: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8')) as Partial<Manifest>
    if (manifest.closureHash !== closureHash || !manifest.sha256) return false
    const files = Object.entries(manifest.sha256)
    const hashes = await Promise.all(files.map(([name]) => hashFile(join(directory, name))))
    return files.length === 5 && files.every(([, expected], i) => hashes[i] === expected)
  } catch {
    return false // absent or damaged: compiled again
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A folder cannot be renamed over a full one. A crash between the two renames costs only a compilation. */
async function replace(partial: string, directory: string): Promise<void> {
  const old = `${partial}-old`
  await rename(directory, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(partial, directory)
  await rm(old, { recursive: true, force: true })
}

/** Removes what processes that are gone left half made. */
async function removeAbandoned(buildDirectory: string): Promise<void> {
  for (const name of await readdir(buildDirectory)) {
    const owner = Number(PARTIAL.exec(name)?.[1] ?? process.pid)
    // Retried, because an orphaned circom may still be writing there.
    if (!isAlive(owner)) await rm(join(buildDirectory, name), { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Writes the generated includes into the folder, which circom searches last. */
async function writeGenerated(directory: string, source: string): Promise<void> {
  for (const name of sourceClosure(source).keys()) {
    const text = generatedInclude(name)
    if (text === undefined) continue
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), text)
  }
}

/** circom is WASM that sees only the folders at and below its working directory, by relative paths. */
function local(path: string): string {
  return relative(repositoryRoot, path)
}

async function runCompiler(name: string, source: string, output: string, signal?: AbortSignal): Promise<void> {
  const args = [
    local(source),
    ...[...libraries, output].flatMap((path) => ['-l', local(path)]),
    ...compilerFlags,
    '-o',
    local(output),
  ]
  const child = spawn(process.execPath, [compiler, ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal, killSignal: 'SIGKILL' as const } : {}),
  })
  let tail = ''
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-8192)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = await new Promise<number | string>((done) => {
    child.on('error', (error) => done(error.message))
    child.on('close', (code, killedBy) => done(code ?? killedBy ?? 'killed'))
  })
  if (signal?.aborted) throw new CircuitError('CIRCUIT_BUILD_ABORTED', `the compilation of ${name} was aborted`)
  if (ended !== 0) throw new CircuitError('CIRCUIT_COMPILER_FAILED', `circom on ${name} (${ended}): ${plain(tail)}`)
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: circom colours its messages
  return text.replace(/\u001b\[[0-9;]*m/g, '').trim()
}

/** Wires 1, 2, … are the public signals; the order decides what the verifier's array means. */
async function checkPublicSignals(id: CircuitId, sym: string): Promise<void> {
  const { publicSignals } = circuit(id)
  const handle = await open(sym, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, publicSignals.length)
    const expected = publicSignals.map((name, i) => `${i + 1},main.${name}`)
    const found = lines.map((line) => line.split(',')).map(([, wire, , name]) => `${wire},${name}`)
    if (found.join() !== expected.join()) {
      throw new CircuitError(
        'CIRCUIT_LIST_INVALID',
        `${id} has ${found.join()} in ${dirname(sym)}, not ${expected.join()}`,
      )
    }
  } finally {
    await handle.close()
  }
}
