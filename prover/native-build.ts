/** Builds the native runner and prover with CMake, once for each state of their sources and tools. */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ProverError } from './errors.ts'

/** `unavailable` says why this machine cannot build it: what is written in TypeScript can run instead. */
export type NativeBuild = { readonly executable: string } | { readonly unavailable: string }
type Program = 'runner' | 'prover'

export type NativeBuildOptions = {
  /** Called with a line of text as the build goes on. */
  readonly onProgress?: (text: string) => void
  readonly signal?: AbortSignal
  /** Where builds are kept, one folder each. */
  readonly folder?: string
  /** Where `cmake` and the compiler are looked for; the environment's PATH when absent. */
  readonly searchPath?: string
}

const sources = fileURLToPath(new URL('native/', import.meta.url))
const defaultFolder = fileURLToPath(new URL('../build/native/', import.meta.url))
const runFile = promisify(execFile)

/** Lines of a failed build's output that are worth showing. */
const SHOWN_LINES = 12

/** A tool that is missing or refuses: not an error of this program. */
class Unavailable extends Error {}

/** The runner's executable; see `buildNative`. @throws {ProverError} ABORTED the signal is aborted. */
export function buildNativeRunner(options: NativeBuildOptions = {}): Promise<NativeBuild> {
  return buildNative('runner', options)
}

/** The prover's executable; see `buildNative`. @throws {ProverError} ABORTED the signal is aborted. */
export function buildNativeProver(options: NativeBuildOptions = {}): Promise<NativeBuild> {
  return buildNative('prover', options)
}

/**
 * One of the executables, both built when no build of these sources with these tools is there.
 *
 * Safe to call from several processes at once: each builds in its own folder and the first to finish wins.
 *
 * @throws {ProverError} ABORTED the signal is aborted.
 */
async function buildNative(program: Program, options: NativeBuildOptions): Promise<NativeBuild> {
  const { folder = defaultFolder, onProgress = () => undefined, signal } = options
  const env = { ...process.env, ...(options.searchPath === undefined ? {} : { PATH: options.searchPath }) }
  try {
    const finished = join(folder, await buildKey(env))
    const executable = join(finished, program)
    if (existsSync(executable)) return { executable }
    const building = `${finished}.${process.pid}.building`
    try {
      await mkdir(building, { recursive: true })
      onProgress('native code: configuring')
      await runTool('cmake', ['-S', sources, '-B', building, '-DCMAKE_BUILD_TYPE=Release', '-DPOCPS_TESTS=OFF'], {
        env,
        signal,
      })
      onProgress('native code: compiling (about two minutes of processor time)')
      const jobs = String(availableParallelism())
      await runTool('cmake', ['--build', building, '--target', 'runner', 'prover', '--parallel', jobs], { env, signal })
      await rename(building, finished).catch((cause: unknown) => {
        if (!existsSync(executable)) throw cause // else another process was faster
      })
    } finally {
      await rm(building, { recursive: true, force: true })
    }
    onProgress('native code: built')
    return { executable }
  } catch (error) {
    if (signal?.aborted) throw new ProverError('ABORTED', 'the build of the native code was aborted', { cause: error })
    if (error instanceof Unavailable) return { unavailable: error.message }
    throw error
  }
}

/** Names a build by everything that goes into it. */
async function buildKey(env: NodeJS.ProcessEnv): Promise<string> {
  const hash = createHash('sha256')
  for (const tool of ['cmake', env.CXX ?? 'c++']) {
    const { stdout } = await runFile(tool, ['--version'], { env }).catch((cause: Error) => {
      throw new Unavailable(
        `${tool} does not run (${cause.message.split('\n')[0]}); install CMake and a C++20 compiler`,
      )
    })
    hash.update(`${tool}\0${stdout}\0`)
  }
  for (const name of ['CXXFLAGS', 'LDFLAGS']) hash.update(`${env[name] ?? ''}\0`)
  const files = ['CMakeLists.txt']
  for (const folder of ['src', 'src/groth16', 'generated']) {
    const entries = await readdir(join(sources, folder), { withFileTypes: true })
    const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
    for (const name of names.sort()) files.push(join(folder, name))
  }
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(await readFile(join(sources, file)))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}

type ToolOptions = { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal | undefined }

/** @throws {Unavailable} the tool failed; the message holds the end of its output. */
function runTool(tool: string, args: readonly string[], { env, signal }: ToolOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(signal ? { signal } : {}) })
    let output = ''
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-20_000)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', (cause) => reject(new Unavailable(`${tool} does not run: ${cause.message}`)))
    child.on('close', (code) => {
      if (code === 0) return resolve()
      const lines = output.trim().split('\n').slice(-SHOWN_LINES).join('\n')
      reject(new Unavailable(`${tool} ${args[0]} failed with status ${code}:\n${lines}`))
    })
  })
}
