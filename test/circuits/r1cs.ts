/** A constraint system with a hand on every wire: evaluates rows, changes witnesses and solves rows again. */
import type { CompiledCircuit } from '../../circuits/compile.ts'
import { type R1cs, readR1cs } from '../../circuits/setup/r1cs.ts'
import { forEachSignal } from '../../circuits/signals.ts'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'

type Header = Pick<R1cs, 'wires' | 'outputs' | 'publicInputs' | 'privateInputs'>
type Terms = Map<number, bigint>
export type Row = readonly [a: Terms, b: Terms, c: Terms]
/** How the wires of a witness follow from those that are given, in an order in which they can be computed. */
type Rule = { readonly row: number; readonly wires: readonly number[]; readonly top?: Top; readonly factor?: 0 | 1 }
/**
 * A row x (x - 1) = 0: 2^scale x and the bits, each times its own power of two, add up to 2^scale times what is known. x is the
 * highest of these digits, or, with scale 0, the lowest.
 */
type Top = { readonly x: Terms; readonly scale: bigint; readonly shifts: readonly bigint[] }
export type Plan = { readonly rules: readonly Rule[]; readonly undetermined: readonly number[] }

const mod = (value: bigint) => ((value % r) + r) % r
const dot = (terms: Terms, witness: readonly bigint[]) => {
  let sum = 0n
  for (const [wire, coefficient] of terms) sum += coefficient * witness[wire]!
  return sum % r
}

export class ConstraintSystem {
  readonly rows: readonly Row[]
  readonly wires: number
  readonly #outputs: number
  /** Public and private inputs are the wires after the outputs. */
  readonly #publicInputs: number
  readonly #privateInputs: number
  readonly #wireOf: ReadonlyMap<string, number>
  readonly #rowsOf: readonly number[][]

  private constructor(rows: Row[], header: Header, wireOf: ReadonlyMap<string, number>) {
    this.rows = rows
    this.wires = header.wires
    this.#outputs = header.outputs
    this.#publicInputs = header.publicInputs
    this.#privateInputs = header.privateInputs
    this.#wireOf = wireOf
    const rowsOf: number[][] = Array.from({ length: this.wires }, () => [])
    rows.forEach((row, i) => {
      for (const wire of new Set(row.flatMap((terms) => [...terms.keys()]))) rowsOf[wire]!.push(i)
    })
    this.#rowsOf = rowsOf
  }

  static async load(compiled: CompiledCircuit): Promise<ConstraintSystem> {
    const file = await readR1cs(compiled.r1cs)
    const rows = Array.from({ length: file.constraints }, (): Row => [new Map(), new Map(), new Map()])
    file.forEach((matrix, constraint, wire, value) => {
      rows[constraint]![matrix].set(wire, value)
    })
    const wireOf = new Map<string, number>()
    await forEachSignal(compiled, (wire, path, name) => wireOf.set(`${path}.${name}`, wire))
    return new ConstraintSystem(rows, file, wireOf)
  }

  /** The wire of a signal such as `main.bits[3]`. */
  wire(name: string): number {
    const wire = this.#wireOf.get(name)
    if (wire === undefined) throw new Error(`no wire carries ${name}`)
    return wire
  }

  /** Wires of `name[0]`, `name[1]`, … */
  array(name: string): number[] {
    const wires: number[] = []
    while (this.#wireOf.has(`${name}[${wires.length}]`)) wires.push(this.wire(`${name}[${wires.length}]`))
    if (wires.length === 0) throw new Error(`no wire carries ${name}[0]`)
    return wires
  }

  /** Wires whose signal's name matches. */
  matching(pattern: RegExp): number[] {
    return [...new Set([...this.#wireOf].filter(([name]) => pattern.test(name)).map(([, wire]) => wire))]
  }

  /** Rows that the witness breaks. */
  broken(witness: readonly bigint[]): number[] {
    return this.rows.flatMap(([a, b, c], i) =>
      (dot(a, witness) * dot(b, witness) - dot(c, witness)) % r === 0n ? [] : [i],
    )
  }

  /** A copy of the witness with some wires set. */
  set(witness: readonly bigint[], values: Iterable<readonly [wire: number, value: bigint]>): bigint[] {
    const changed = [...witness]
    for (const [wire, value] of values) changed[wire] = mod(value)
    return changed
  }

  /**
   * Outputs and private wires that can move by one of `changes`, all others staying, without breaking a row.
   *
   * Costs one evaluation of the system and a few multiplications for each coefficient.
   */
  loose(witness: readonly bigint[], changes: readonly bigint[]): number[] {
    const value = this.rows.map((row) => row.map((terms) => dot(terms, witness)))
    const found: number[] = []
    for (let wire = 1; wire < this.wires; wire++) {
      if (wire > this.#outputs && wire <= this.#outputs + this.#publicInputs) continue
      const notices = (row: number, change: bigint) => {
        const [a, b, c] = this.rows[row]!.map((terms, k) => value[row]![k]! + change * (terms.get(wire) ?? 0n)) as [
          bigint,
          bigint,
          bigint,
        ]
        return (a * b - c) % r !== 0n
      }
      if (!changes.every((change) => this.#rowsOf[wire]!.some((row) => notices(row, change)))) found.push(wire)
    }
    return found
  }

  /**
   * Derives every wire from the inputs and from the wires `assumed`.
   *
   * A rule is a row with one wire not yet known, which occurs only in C; or a sum of n <= 253 boolean wires times
   * c 2^0 … c 2^(n-1); or a row x (x - 1) = 0 where x is what remains of a sum without some boolean wires, each times a
   * power of two of its own, divided by a higher one or by 1. Each has at most one solution. So when nothing is undetermined,
   * the inputs and the assumed wires fix the witness.
   *
   * Or the wire occurs in this row only, as a factor of the product, such as the inverse that shows that a number is not 0. Where the other
   * factor is 0 the row does not depend on it, and elsewhere it has one solution; nothing else depends on it.
   */
  plan(assumed: Iterable<number> = []): Plan {
    const boolean = new Set(this.rows.flatMap((row) => booleanWire(row) ?? []))
    const known = new Set<number>([0, ...assumed])
    const inputs = this.#publicInputs + this.#privateInputs
    for (let i = 1; i <= inputs; i++) known.add(this.#outputs + i)
    const unknowns = this.rows.map((row) => new Set(row.flatMap((terms) => [...terms.keys()])))
    for (const set of unknowns) for (const wire of set) if (known.has(wire)) set.delete(wire)
    const rules: Rule[] = []
    let queue = this.rows.map((_, i) => i)
    while (queue.length > 0) {
      const touched = new Set<number>()
      for (const i of queue) {
        const unknown = [...unknowns[i]!]
        const top = remainder(this.rows[i]!, unknown, boolean)
        const factor = top ? undefined : this.#lonelyFactor(i, unknown)
        const wires = top || factor !== undefined ? unknown : this.#solves(i, unknown, boolean)
        if (!wires) continue
        rules.push({ row: i, wires, ...(top ? { top } : {}), ...(factor !== undefined ? { factor } : {}) })
        for (const wire of wires) {
          for (const other of this.#rowsOf[wire]!) {
            unknowns[other]!.delete(wire)
            touched.add(other)
          }
          known.add(wire)
        }
      }
      queue = [...touched]
    }
    const all = Array.from({ length: this.wires }, (_, wire) => wire)
    return { rules, undetermined: all.filter((wire) => !known.has(wire)) }
  }

  /** On which side of the product the only unknown wire is, when no other row has it. */
  #lonelyFactor(i: number, unknown: readonly number[]): 0 | 1 | undefined {
    const [wire] = unknown
    if (unknown.length !== 1 || this.#rowsOf[wire!]!.length !== 1) return undefined
    const [a, b, c] = this.rows[i]!
    if (c.has(wire!) || a.has(wire!) === b.has(wire!)) return undefined
    return a.has(wire!) ? 0 : 1
  }

  /** The wires, least significant first, that row `i` fixes once all others are known. */
  #solves(i: number, unknown: readonly number[], boolean: ReadonlySet<number>): readonly number[] | undefined {
    const [a, b, c] = this.rows[i]!
    if (unknown.length === 0 || unknown.some((wire) => a.has(wire) || b.has(wire) || !c.has(wire))) return undefined
    if (unknown.length === 1) return unknown
    if (unknown.length > 253 || !unknown.every((wire) => boolean.has(wire))) return undefined
    const positive = unknown.some((wire) => c.get(wire) === 1n)
    const weight = (wire: number) => (positive ? c.get(wire)! : r - c.get(wire)!)
    const ordered = unknown.toSorted((x, y) => (weight(x) < weight(y) ? -1 : 1))
    return ordered.every((wire, k) => weight(wire) === 1n << BigInt(k)) ? ordered : undefined
  }

  /**
   * What a forger does after changing some wires: computes every other wire of the plan anew from them.
   *
   * The wires in `pinned` keep the value that the witness gives them. Rows that then cannot hold are left broken.
   */
  complete(witness: readonly bigint[], plan: Plan, pinned: Iterable<number> = []): bigint[] {
    const fixed = new Set(pinned)
    const result = [...witness]
    for (const { row, wires, top, factor } of plan.rules) {
      const [a, b, c] = this.rows[row]!
      const targets = new Set(wires)
      if (factor !== undefined) {
        const [side, other] = factor === 0 ? [a, b] : [b, a]
        const rest = dot(new Map([...side].filter(([wire]) => !targets.has(wire))), result)
        const multiplier = mod(dot(other, result))
        // Any value does where the multiplier is 0.
        const quotient = multiplier === 0n ? 0n : dot(c, result) * inverse(multiplier)
        if (!fixed.has(wires[0]!)) result[wires[0]!] = mod((quotient - rest) * inverse(side.get(wires[0]!)!))
        continue
      }
      if (top) {
        const known = new Map([...top.x].filter(([wire]) => !targets.has(wire)))
        const sum = mod(dot(known, result) << top.scale)
        wires.forEach((wire, k) => {
          if (!fixed.has(wire)) result[wire] = (sum >> top.shifts[k]!) & 1n
        })
        continue
      }
      const rest = dot(new Map([...c].filter(([wire]) => !targets.has(wire))), result)
      const sum = mod(dot(a, result) * dot(b, result) - rest)
      const value = mod(sum * inverse(c.get(wires[0]!)!))
      wires.forEach((wire, k) => {
        if (!fixed.has(wire)) result[wire] = wires.length === 1 ? value : (value >> BigInt(k)) & 1n
      })
    }
    return result
  }
}

/** The wire w of a row w (w - 1) = 0. */
function booleanWire([a, b, c]: Row): number | undefined {
  if ([...c.values()].some((value) => value !== 0n)) return undefined
  const single = [a, b].find((terms) => terms.size === 1)
  const other = single === a ? b : a
  const wire = single && [...single.keys()][0]
  if (!wire || other.size !== 2) return undefined
  const [slope, constant] = [other.get(wire), other.get(0)]
  return slope !== undefined && constant !== undefined && mod(slope + constant) === 0n ? wire : undefined
}

/** The row as a check that one digit, which is not a wire, is a bit; undefined when it is something else. */
function remainder([a, b, c]: Row, unknown: readonly number[], boolean: ReadonlySet<number>): Top | undefined {
  if (unknown.length === 0 || c.size > 0) return undefined
  if (!unknown.every((wire) => boolean.has(wire))) return undefined
  if ([...a.keys(), ...b.keys()].some((wire) => wire !== 0 && a.get(wire) !== b.get(wire))) return undefined
  const constant = mod((a.get(0) ?? 0n) - (b.get(0) ?? 0n))
  if (constant !== 1n && constant !== r - 1n) return undefined
  const negated = (terms: Terms): Terms => new Map([...terms].map(([wire, value]) => [wire, mod(-value)]))
  // x and x - 1, or 1 - x and -x: the bits are what is taken away from x.
  for (const x of constant === 1n ? [a, negated(b)] : [b, negated(a)]) {
    const above = unknown.map((wire) => logarithm(mod(-x.get(wire)!)))
    if (new Set(above).size === above.length && above.every((exponent) => exponent >= 1 && exponent <= 252)) {
      return { x, scale: 0n, shifts: above.map(BigInt) }
    }
    const below = unknown.map((wire) => logarithm(inverse(-x.get(wire)!))) // of the top's weight by the bit's
    const scale = Math.max(...below)
    if (new Set(below).size < below.length || scale > 252 || below.some((exponent) => exponent < 1)) continue
    return { x, scale: BigInt(scale), shifts: below.map((exponent) => BigInt(scale - exponent)) }
  }
  return undefined
}

/** The exponent of a power of two; -1 of other numbers. */
function logarithm(value: bigint): number {
  const exponent = value.toString(2).length - 1
  return value === 1n << BigInt(exponent) ? exponent : -1
}

function inverse(value: bigint): bigint {
  let [a, b, x, y] = [mod(value), r, 1n, 0n]
  while (b !== 0n) {
    const q = a / b
    ;[a, b, x, y] = [b, a - q * b, y, x - q * y]
  }
  return mod(x)
}
