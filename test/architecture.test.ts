/** Holds the layout: imports point one way, files keep their budgets, the top level stays what design says. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)))
const typescript = tracked.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))

/** Lower layers never import higher ones; the order is the arrow test → cli → demo → src → {prover, contracts} → circuits. */
const layers: readonly (readonly [name: string, prefixes: readonly string[], mayImport: readonly string[]])[] = [
  ['circuits', ['circuits/'], ['circuits']],
  ['prover', ['prover/'], ['prover', 'circuits']],
  ['contracts', ['verifier-contracts/'], ['contracts', 'circuits']],
  ['cli', ['src/cli/'], ['cli', 'demo', 'src', 'prover', 'contracts', 'circuits']],
  ['demo', ['src/demo/'], ['demo', 'src', 'prover', 'contracts', 'circuits']],
  ['src', ['src/'], ['src', 'prover', 'contracts', 'circuits']],
  ['test', ['test/', 'bench/'], ['test', 'cli', 'demo', 'src', 'prover', 'contracts', 'circuits']],
]
const layerOf = (path: string) => layers.find(([, prefixes]) => prefixes.some((prefix) => path.startsWith(prefix)))
/** Outside its folder, a layer is reached through this file. */
const doors: Readonly<Record<string, string>> = { prover: 'prover/index.ts', contracts: 'verifier-contracts/index.ts' }

function imports(path: string): string[] {
  const source = readFileSync(join(root, path), 'utf8')
  const specifiers = [...source.matchAll(/^(?:import|export|\}) ?(?:.* from )?'(\.[^']+)'/gm)].map((match) => match[1]!)
  return specifiers.map((specifier) => relative(root, join(root, dirname(path), specifier)))
}

const budgets: readonly (readonly [pattern: RegExp, lines: number])[] = [
  [/\.ts$/, 300],
  [/\.circom$/, 150],
  [/\.nr$/, 300],
  [/\.sol$/, 400],
  [/\.(cpp|hpp|cu)$/, 500],
]

describe('architecture', () => {
  it('lets imports point one way only', () => {
    const wrong = typescript.flatMap((path) => {
      const from = layerOf(path)
      assert.ok(from, `${path} is in no layer`)
      return imports(path)
        .filter((target) => !from[2].includes(layerOf(target)?.[0] ?? 'none'))
        .map((target) => `${path} → ${target}`)
    })
    assert.deepEqual(wrong, [])
  })

  it('reaches the prover and the contracts through their doors', () => {
    const inside = (path: string) => layerOf(path)?.[0]
    const wrong = typescript
      .filter((path) => path.startsWith('src/'))
      .flatMap((path) =>
        imports(path)
          .filter((target) => {
            const layer = inside(target)
            return (
              layer !== undefined && layer !== inside(path) && doors[layer] !== undefined && doors[layer] !== target
            )
          })
          .map((target) => `${path} → ${target}`),
      )
    assert.deepEqual(wrong, [])
  })

  it('imports only files that exist', () => {
    const missing = typescript.flatMap((path) =>
      imports(path)
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path} → ${target}`),
    )
    assert.deepEqual(missing, [])
  })

  it('keeps files within their budgets, or says why on the first line', () => {
    const long = tracked.flatMap((path) => {
      if (path.includes('generated/')) return []
      const budget = budgets.find(([pattern]) => pattern.test(path))
      if (!budget) return []
      const source = readFileSync(join(root, path), 'utf8')
      const count = source.split('\n').length - 1
      return count > budget[1] && !/long because/i.test(source.split('\n')[0]!)
        ? [`${path}: ${count} > ${budget[1]}`]
        : []
    })
    assert.deepEqual(long, [])
  })

  it('has no default export but those that piscina calls', () => {
    const wrong = typescript.filter((path) => {
      const exported = /^export default /m.test(readFileSync(join(root, path), 'utf8'))
      return exported && !path.endsWith('worker.ts')
    })
    assert.deepEqual(wrong, [])
  })

  it('opens every source file with the sentence that says what it is', () => {
    const silent = tracked.filter((path) => {
      if (!/\.(ts|circom|nr|cpp|hpp)$/.test(path) || path.includes('generated/')) return false
      const start = readFileSync(join(root, path), 'utf8').trimStart()
      return !/^(\/\*\*|\/\/|\/\*)/.test(start)
    })
    assert.deepEqual(silent, [])
  })

  it('keeps the top level to what the design names', () => {
    const folders = new Set(tracked.filter((path) => path.includes('/')).map((path) => path.split('/')[0]))
    const allowed = new Set(['.ci', 'bench', 'circuits', 'prover', 'src', 'test', 'verifier-contracts'])
    assert.deepEqual(
      [...folders].filter((folder) => !allowed.has(folder!)),
      [],
    )
  })
})
