/** Compiles the contracts with npm's solc, once for each state of their sources. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InterfaceAbi } from 'ethers'

export type Artifact = {
  readonly abi: InterfaceAbi
  /** Creation code, hex; `0x` for an interface. */
  readonly bytecode: string
}

/** By contract name. */
export type Artifacts = Readonly<Record<string, Artifact>>

export type CompileOptions = {
  /** More sources, as paths from this folder: what only tests deploy. */
  readonly extra?: readonly string[]
  /** Sources that are in no file, by the path that they would have from this folder; only they are compiled then. */
  readonly sources?: Readonly<Record<string, string>>
}

/** The same as in foundry.toml, so that forge tests the code that is deployed. */
export const compilerSettings = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 100_000 },
  metadata: { bytecodeHash: 'none', appendCBOR: false },
} as const

/** Contracts of packages that are deployed as they are. */
const packaged = ['poseidon-solidity/PoseidonT3.sol']

const folder = dirname(fileURLToPath(import.meta.url))
const projectFolder = dirname(folder)
const cacheFolder = join(projectFolder, 'build', 'contracts')
const require = createRequire(import.meta.url)

/**
 * @throws {Error} a source does not compile; the message is the compiler's.
 */
export async function compileContracts({ extra = [], sources: given }: CompileOptions = {}): Promise<Artifacts> {
  const files = given ? [] : await solidityFiles(join(folder, 'src'))
  const roots = [...files, ...extra.map((path) => resolve(folder, path))].map((path) => relative(folder, path))
  const sources = await sourceClosure([...roots, ...(given ? Object.keys(given) : packaged)], given)
  // Required here: the compiler takes a third of a second to load, and a cache hit needs only its version.
  const { version } = require('solc/package.json') as { version: string }
  const key = createHash('sha256')
    .update(JSON.stringify([version, compilerSettings, sources]))
    .digest('hex')
  const cached = join(cacheFolder, `${key}.json`)
  const hit = await readFile(cached, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (hit !== undefined) return JSON.parse(hit) as Artifacts
  const artifacts = compile(sources)
  await mkdir(cacheFolder, { recursive: true })
  // Renamed into place: another process never reads half a file.
  await writeFile(`${cached}.${process.pid}`, JSON.stringify(artifacts))
  await rename(`${cached}.${process.pid}`, cached)
  return artifacts
}

async function solidityFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true })
  return entries.filter((entry) => entry.endsWith('.sol')).map((entry) => join(path, entry))
}

/** All sources that the roots import, by the name under which the compiler asks for them. */
async function sourceClosure(
  roots: readonly string[],
  given: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const sources: Record<string, string> = {}
  const queue = [...roots]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (Object.hasOwn(sources, name)) continue
    const content = given[name] ?? (await readFile(sourcePath(name), 'utf8'))
    sources[name] = content
    for (const [, imported] of content.matchAll(/^\s*import\s[^'"]*['"]([^'"]+)['"]/gm)) {
      queue.push(imported!.startsWith('.') ? join(dirname(name), imported!) : imported!)
    }
  }
  return Object.fromEntries(Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function sourcePath(name: string): string {
  return /^(src|test)\//.test(name) ? join(folder, name) : join(projectFolder, 'node_modules', name)
}

type CompilerOutput = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts?: Readonly<
    Record<string, Readonly<Record<string, { abi: InterfaceAbi; evm: { bytecode: { object: string } } }>>>
  >
}

function compile(sources: Record<string, string>): Artifacts {
  const solc = require('solc') as { compile(input: string): string }
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
    settings: { ...compilerSettings, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  const ours = Object.entries(output.contracts ?? {}).filter(
    ([name]) => /^(src|test)\//.test(name) || packaged.includes(name),
  )
  return Object.fromEntries(
    ours.flatMap(([, contracts]) =>
      Object.entries(contracts).map(([name, { abi, evm }]) => [name, { abi, bytecode: `0x${evm.bytecode.object}` }]),
    ),
  )
}
