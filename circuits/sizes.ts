/** Counts what a compiled circuit consists of, by template; `tsx circuits/sizes.ts` writes generated/sizes.json. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { circuitIds } from './circuits.ts'
import { type CompiledCircuit, type CompileOptions, compile } from './compile.ts'
import { readR1cs } from './setup/r1cs.ts'
import { forEachSignal, type Role, Signals } from './signals.ts'
import { codeHashOf, mainSource, repositoryRoot, sourceClosure } from './source.ts'

export type Size = {
  /** Of what was counted: `codeHashOf` the circuit's main file. */
  readonly code: string
  readonly constraints: number
  readonly wires: number
  /** Coefficients of the three matrices. */
  readonly nonzeros: number
  /** Rows that belong to the template's own text, without those of its components; they add up to `constraints`. */
  readonly templates: Readonly<Record<string, { readonly constraints: number; readonly instances: number }>>
}

const sizesFile = join(repositoryRoot, 'circuits', 'generated', 'sizes.json')

/** Circuits of more rows take minutes to compile: they are counted anew when their source has changed. */
const LARGE = 160_000

export type MeasureOptions = CompileOptions & {
  /** Sizes that stand for the large circuits whose source they were counted of. */
  readonly recorded?: Readonly<Record<string, Size>>
}

/** The sizes of every circuit of `circuits.json`, compiled if need be. */
export async function measureAll({ recorded = {}, ...options }: MeasureOptions = {}): Promise<Record<string, Size>> {
  const sizes: Record<string, Size> = {}
  for (const id of circuitIds) {
    const known = recorded[id]
    const stands = known && isLarge(known) && known.code === codeHashOf(mainSource(id))
    sizes[id] = stands ? known : await measure(await compile(id, options))
  }
  return sizes
}

export function isLarge({ constraints }: Size): boolean {
  return constraints > LARGE
}

export async function recordedSizes(): Promise<Record<string, Size>> {
  return JSON.parse(await readFile(sizesFile, 'utf8'))
}

/** The size of a compiled circuit; counted once for each closure hash, then read from its build folder. */
export async function measure(compiled: CompiledCircuit): Promise<Size> {
  const source = await readFile(compiled.source, 'utf8')
  const code = codeHashOf(source)
  const cache = join(compiled.directory, 'counts.json')
  try {
    const { closureHash, counts } = JSON.parse(await readFile(cache, 'utf8'))
    if (closureHash === compiled.closureHash) return { code, ...counts }
  } catch {
    // absent or damaged: counted again
  }
  const counts = await count(compiled, source)
  await writeFile(`${cache}.partial`, JSON.stringify({ closureHash: compiled.closureHash, counts }))
  await rename(`${cache}.partial`, cache)
  return { code, ...counts }
}

export function formatSizes(sizes: Readonly<Record<string, Size>>): string {
  return `${JSON.stringify(sizes, null, 2)}\n`
}

async function count(compiled: CompiledCircuit, source: string): Promise<Omit<Size, 'code'>> {
  const signals = new Signals([source, ...sourceClosure(source).values()])
  const r1cs = await readR1cs(compiled.r1cs)
  const names = await namesOfWires(compiled, signals, r1cs.wires)

  const owned = new Float64Array(signals.components.length)
  let nonzeros = 0
  let row = 0
  let wires: number[] = []
  r1cs.forEach((_, constraint, wire) => {
    if (constraint !== row) {
      owned[ownerOf(wires, names, signals)]! += 1
      wires = []
      row = constraint
    }
    nonzeros += 1
    if (wire !== 0) wires.push(wire)
  })
  owned[ownerOf(wires, names, signals)]! += 1

  const templates: Record<string, { constraints: number; instances: number }> = {}
  signals.components.forEach(({ template }, i) => {
    templates[template] ??= { constraints: 0, instances: 0 }
    templates[template].constraints += owned[i]!
    templates[template].instances += 1
  })
  const sorted = Object.fromEntries(Object.entries(templates).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { constraints: r1cs.constraints, wires: r1cs.wires, nonzeros, templates: sorted }
}

/** Of each wire, the signals it carries: entries `start[w] .. start[w + 1]` of the two lists. */
type Names = { readonly start: Uint32Array; readonly component: Uint32Array; readonly role: Uint8Array }

const ROLES: readonly Role[] = ['internal', 'output', 'input']
const INTERNAL = 0
const INPUT = 2

async function namesOfWires(compiled: CompiledCircuit, signals: Signals, wires: number): Promise<Names> {
  const found: number[] = [] // wire, component, role, …
  const start = new Uint32Array(wires + 1)
  let lastPath = ''
  let component = -1
  await forEachSignal(compiled, (wire, path, name) => {
    if (path !== lastPath) component = signals.component(path)
    lastPath = path
    const bracket = name.indexOf('[')
    const role = signals.roleOf(component, bracket < 0 ? name : name.slice(0, bracket))
    found.push(wire, component, ROLES.indexOf(role))
    start[wire + 1]! += 1
  })
  for (let w = 0; w < wires; w++) start[w + 1]! += start[w]!
  const names: Names = {
    start,
    component: new Uint32Array(found.length / 3),
    role: new Uint8Array(found.length / 3),
  }
  const next = start.slice()
  for (let i = 0; i < found.length; i += 3) {
    const at = next[found[i]!]!++
    names.component[at] = found[i + 1]!
    names.role[at] = found[i + 2]!
  }
  return names
}

/**
 * The component whose text wrote a row.
 *
 * It sees every signal of the row: its own, and its components' inputs and outputs. Of several such
 * components it is one that gives a value to a signal of the row, the deepest of those, or else the deepest of all.
 */
function ownerOf(wires: readonly number[], names: Names, signals: Signals): number {
  let candidates: Set<number> | undefined
  for (const wire of wires) {
    const seeing = new Set<number>()
    for (let i = names.start[wire]!; i < names.start[wire + 1]!; i++) {
      const component = names.component[i]!
      const parent = signals.components[component]!.parent
      if (!candidates || candidates.has(component)) seeing.add(component)
      if (names.role[i] !== INTERNAL && parent >= 0 && (!candidates || candidates.has(parent))) seeing.add(parent)
    }
    candidates = seeing
    if (candidates.size <= 1) break
  }
  let owner = 0
  let best = -1
  for (const candidate of candidates ?? []) {
    const depth = signals.components[candidate]!.path.split('.').length
    const rank = (wires.some((wire) => isGivenBy(wire, candidate, names)) ? 1000 : 0) + depth
    if (rank > best) owner = candidate
    best = Math.max(best, rank)
  }
  return owner
}

/** Whether the wire carries an internal signal or an output of the component that is not one of its inputs. */
function isGivenBy(wire: number, component: number, names: Names): boolean {
  let given = false
  for (let i = names.start[wire]!; i < names.start[wire + 1]!; i++) {
    if (names.component[i] !== component) continue
    if (names.role[i] === INPUT) return false
    given = true
  }
  return given
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const sizes = await measureAll({ recorded: await recordedSizes(), onStart: () => console.log('compiling') })
  await writeFile(sizesFile, formatSizes(sizes))
}
