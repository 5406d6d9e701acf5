/** Compiles Noir packages with noir_wasm, keeping what was compiled in `build/noir` by the hash of its sources. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CompiledCircuit } from '@noir-lang/noir_js'

const require = createRequire(import.meta.url)

export const noirRoot = fileURLToPath(new URL('.', import.meta.url))
export const noirBuildRoot = fileURLToPath(new URL('../../build/noir', import.meta.url))

/** The library every package here depends on. */
export const noirLibrary = join(noirRoot, 'lib')

/** A function of a Noir contract, executable on its own. */
export type NoirFunction = CompiledCircuit & { readonly name: string }

type Log = (message: string) => void
type FileManager = { readonly getDataDir: () => string }

/** The part of noir_wasm used here; its own types are out of TypeScript's reach (its `exports` name no declaration file). */
type NoirWasm = {
  createFileManager(directory: string): FileManager
  compile_program(
    files: FileManager,
    path: undefined,
    log: Log,
    debugLog: Log,
  ): Promise<{ readonly program: CompiledCircuit; readonly warnings: readonly unknown[] }>
  compile_contract(
    files: FileManager,
    path: undefined,
    log: Log,
    debugLog: Log,
  ): Promise<{ readonly contract: { readonly functions: readonly NoirFunction[] } }>
}

const { version } = JSON.parse(readFileSync(join(packageRoot('@noir-lang/noir_wasm'), 'package.json'), 'utf8')) as {
  version: string
}

/**
 * The program of a `bin` package.
 *
 * @throws {Error} it does not compile, or compiles with a warning: noir_wasm also warns of unconstrained hints.
 */
export async function compileProgram(packagePath: string): Promise<CompiledCircuit> {
  return cached(packagePath, async ({ compile_program, createFileManager }) => {
    const { program, warnings } = await compile_program(createFileManager(packagePath), undefined, silent, silent)
    if (warnings.length > 0) throw new Error(`${packagePath} compiles with warnings: ${JSON.stringify(warnings)}`)
    return program
  })
}

/** The functions of a `contract` package. noir_wasm compiles several entry points only in this form. */
export async function compileContract(packagePath: string): Promise<readonly NoirFunction[]> {
  return cached(packagePath, async ({ compile_contract, createFileManager }) => {
    const { contract } = await compile_contract(createFileManager(packagePath), undefined, silent, silent)
    return contract.functions
  })
}

/** The `.nr` and `Nargo.toml` files under `directory`, sorted. */
export function noirSources(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.nr') || path.endsWith('Nargo.toml'))
    .sort()
    .map((path) => join(directory, path))
}

async function cached<T>(packagePath: string, compile: (noirWasm: NoirWasm) => Promise<T>): Promise<T> {
  const file = join(noirBuildRoot, `${sourceHash(packagePath)}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T
  const compiled = await compile(require('@noir-lang/noir_wasm') as NoirWasm)
  mkdirSync(noirBuildRoot, { recursive: true })
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, JSON.stringify(compiled))
  renameSync(unfinished, file)
  return compiled
}

/** Covers the compiler, the package and the library; no package here depends on anything else. */
function sourceHash(packagePath: string): string {
  const hash = createHash('sha256').update(`noir_wasm ${version}\n`)
  for (const directory of [packagePath, noirLibrary]) {
    for (const file of noirSources(directory)) {
      hash.update(`${relative(directory, file)}\n`).update(createHash('sha256').update(readFileSync(file)).digest())
    }
  }
  return hash.digest('hex').slice(0, 32)
}

function packageRoot(name: string): string {
  const path = require.resolve(name)
  return path.slice(0, path.lastIndexOf(name) + name.length)
}

function silent(): void {}
