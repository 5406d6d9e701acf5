/** The source of a circuit: its generated main file, and the hash of everything that it is compiled from. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CircuitId, circuit } from './circuits.ts'
import { CircuitError } from './errors.ts'
import { generatedInclude } from './p256/generate.ts'

const require = createRequire(import.meta.url)

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const templateDirectory = join(repositoryRoot, 'circuits', 'circom')
const packageDirectory = dirname(dirname(require.resolve('circomlib/package.json')))
/** Where an include is looked for, after the folder of the file that includes it. */
export const libraries = [templateDirectory, packageDirectory]

const compilerVersion: string = require('circom2/package.json').version
/** Everything about the compiler that decides what it writes. */
export const compilerFlags = ['--r1cs', '--wasm', '--sym', '--simplification_substitution', '--O1']

/**
 * The main file of a circuit: its template with the parameters of `circuits.json`, each with its name.
 *
 * @throws {CircuitError} `CIRCUIT_LIST_INVALID` the template declares other parameters.
 */
export function mainSource(id: CircuitId): string {
  const { template, file, publicSignals, parameters } = circuit(id)
  const path = join(templateDirectory, file)
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  if (text === undefined) throw new CircuitError('CIRCUIT_SOURCE_MISSING', `${id} names ${file}, which is not there`)
  const declaration = new RegExp(`^template ${template}\\(([^)]*)\\)`, 'm').exec(text)
  const declared = declaration?.[1]?.match(/\w+/g) ?? []
  if (declared.toSorted().join() !== Object.keys(parameters).toSorted().join()) {
    throw new CircuitError(
      'CIRCUIT_LIST_INVALID',
      `${id} gives ${Object.keys(parameters).join(', ')}; template ${template} takes ${declared.join(', ') || 'nothing'}`,
    )
  }
  const values = declared.map((name, i) => {
    const comma = i < declared.length - 1 ? ',' : ''
    return `    ${parameters[name]}${comma} // ${name}`
  })
  return `// Generated: ${id} of circuits.json.
pragma circom 2.2.3;

include "${file}";

component main {public [${publicSignals.join(', ')}]} = ${template}(
${values.join('\n')}
);
`
}

/**
 * Every file that `source` includes, by a name that is the same on every machine; generated ones are on no disk yet.
 *
 * @throws {CircuitError} `CIRCUIT_SOURCE_MISSING`
 */
export function sourceClosure(source: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const visit = (text: string, directories: readonly string[]) => {
    for (const [, name] of text.matchAll(/^\s*include\s+"([^"]+)"\s*;/gm)) {
      const generated = generatedInclude(name!)
      if (generated !== undefined) {
        texts.set(name!, generated)
        continue
      }
      const path = directories.map((directory) => resolve(directory, name!)).find(existsSync)
      if (!path) throw new CircuitError('CIRCUIT_SOURCE_MISSING', `"${name}" is included and not found`)
      const library = libraries.find((directory) => !relative(directory, path).startsWith('..'))
      const key = library ? relative(library, path) : name!
      if (texts.has(key)) continue
      const included = readFileSync(path, 'utf8')
      texts.set(key, included)
      visit(included, [dirname(path), ...libraries])
    }
  }
  visit(source, libraries)
  return texts
}

/** SHA-256, in hex, of a main file with all it includes, the compiler's version and its flags. */
export function closureHashOf(source: string): string {
  return hashOf(source, (text) => text)
}

/** The same without comments and the space between words: what decides the rows of a circuit, and no more. */
export function codeHashOf(source: string): string {
  return hashOf(source, (text) => text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, ' '))
}

function hashOf(source: string, read: (text: string) => string): string {
  const hash = createHash('sha256')
  const part = (text: string) => {
    const code = read(text)
    return hash.update(`${Buffer.byteLength(code)}:`).update(code)
  }
  part(`circom2 ${compilerVersion} ${compilerFlags.join(' ')}`)
  part(source)
  const closure = sourceClosure(source)
  for (const name of [...closure.keys()].sort()) part(name) && part(closure.get(name)!)
  return hash.digest('hex')
}

/** The hash that changes exactly when the circuit's source, its parameters or the compiler change. */
export function sourceClosureHash(id: CircuitId): string {
  return closureHashOf(mainSource(id))
}
