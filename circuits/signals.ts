/** Names of a compiled circuit: its components with their templates, and the signals that share each wire. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { CompiledCircuit } from './compile.ts'
import { CircuitError } from './errors.ts'

export type Role = 'input' | 'output' | 'internal'
export type Component = { readonly path: string; readonly template: string; readonly parent: number }
/** A name of a wire, and the component whose signal it is. */
export type Label = { readonly component: number; readonly role: Role }

type Template = { readonly roles: ReadonlyMap<string, Role>; readonly components: ReadonlyMap<string, string> }

export class Signals {
  readonly components: Component[] = []
  readonly #templates: ReadonlyMap<string, Template>
  readonly #indexOf = new Map<string, number>()

  constructor(sources: Iterable<string>) {
    this.#templates = parseTemplates(sources)
  }

  /** The component at a path such as `main.opened[1].trace`, registered with all components above it. */
  component(path: string): number {
    const known = this.#indexOf.get(path)
    if (known !== undefined) return known
    const dot = path.lastIndexOf('.')
    const parent = dot < 0 ? -1 : this.component(path.slice(0, dot))
    const name = path.slice(dot + 1).replace(/\[.*/, '')
    // circom names an anonymous component after its template and its place in the file.
    const anonymous = /^([A-Z]\w*)_\d+_\d+$/.exec(name)?.[1]
    const template = anonymous ?? this.#templates.get(this.components[parent]?.template ?? '')?.components.get(name)
    if (!template) throw new CircuitError('CIRCUIT_PRODUCT_INVALID', `no source declares the component ${path}`)
    this.components.push({ path, template, parent })
    this.#indexOf.set(path, this.components.length - 1)
    return this.components.length - 1
  }

  roleOf(component: number, signal: string): Role {
    const { template, path } = this.components[component]!
    const role = this.#templates.get(template)?.roles.get(signal)
    if (!role) throw new CircuitError('CIRCUIT_PRODUCT_INVALID', `no source declares the signal ${path}.${signal}`)
    return role
  }
}

/** Signals and components of each template, by regular expressions that fit this project's sources. */
function parseTemplates(sources: Iterable<string>): Map<string, Template> {
  const templates = new Map<string, Template>([['', { roles: new Map(), components: new Map() }]])
  for (const source of sources) {
    const code = source.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    const main = /component\s+main\b[^=]*=\s*(\w+)\(/.exec(code)?.[1]
    if (main) templates.set('', { roles: new Map(), components: new Map([['main', main]]) })
    for (const [, name, body] of code.matchAll(/^template\s+(\w+)\([^)]*\)\s*\{([\s\S]*?)^\}/gm)) {
      const roles = new Map<string, Role>()
      for (const [, role, signal] of body!.matchAll(/\bsignal\s+(?:(input|output)\s+)?(?:\{[^}]*\}\s*)?(\w+)/g)) {
        roles.set(signal!, (role as Role | undefined) ?? 'internal')
      }
      const components = new Map<string, string>()
      for (const [, component, template] of body!.matchAll(/(\w+)(?:\[[^\]]*\])*\s*=\s*([A-Z]\w*)\(/g)) {
        components.set(component!, template!)
      }
      templates.set(name!, { roles, components })
    }
  }
  return templates
}

/**
 * Visits every signal with the wire that carries it; signals that are constants or carried by none are skipped.
 *
 * @throws {CircuitError} `CIRCUIT_PRODUCT_INVALID` a line of the .sym or substitutions file is not understood.
 */
export async function forEachSignal(
  { sym, substitutions }: Pick<CompiledCircuit, 'sym' | 'substitutions'>,
  visit: (wire: number, path: string, name: string) => void,
): Promise<void> {
  const replacement = await readSubstitutions(substitutions)
  const wires: number[] = [0] // by label; label 0 is the constant
  for await (const line of createInterface({ input: createReadStream(sym) })) {
    const comma = line.indexOf(',')
    const wire = Number(line.slice(comma + 1, line.indexOf(',', comma + 1)))
    wires[Number(line.slice(0, comma))] = wire
  }
  const wireOf = (label: number): number => {
    const wire = wires[label]
    if (wire === undefined || wire >= 0) return wire ?? -1
    const next = replacement.get(label)
    return next === undefined ? -1 : wireOf(next)
  }
  for await (const line of createInterface({ input: createReadStream(sym) })) {
    const [label, , , full] = line.split(',')
    const dot = full?.lastIndexOf('.') ?? -1
    if (!full || dot < 0) throw new CircuitError('CIRCUIT_PRODUCT_INVALID', `${sym} has the line ${line.slice(0, 80)}`)
    const wire = wireOf(Number(label))
    if (wire > 0) visit(wire, full.slice(0, dot), full.slice(dot + 1))
  }
}

/** Of each replaced label the label of the equal signal. Lines are `"240" : {"39":"1"},`. */
async function readSubstitutions(file: string): Promise<Map<number, number>> {
  const replacement = new Map<number, number>()
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const match = /^"(\d+)" : \{"(\d+)":"1"\},?$/.exec(line)
    if (match) replacement.set(Number(match[1]), Number(match[2]))
  }
  return replacement
}
