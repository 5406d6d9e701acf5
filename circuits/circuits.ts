/** The circuits of `circuits.json`, typed, with what follows from their parameters. */
import list from './circuits.json' with { type: 'json' }

export type CircuitId = keyof typeof list
/** The profiles of the `work` statement. */
export const workCircuitIds = ['work-dev', 'work-standard'] as const satisfies readonly CircuitId[]
export type WorkCircuitId = (typeof workCircuitIds)[number]

export type Circuit = {
  readonly id: CircuitId
  readonly template: string
  readonly file: string
  /** Names in the order of the verifier's array. */
  readonly publicSignals: readonly string[]
  readonly parameters: Readonly<Record<string, number>>
  readonly maxConstraints: number
  /**
   * `development`: keys from public secrets are built and pinned. `on-demand`: the same, but only when asked for by
   * name, because it takes minutes; what is committed of them is always checked. `none`: compiled and counted only.
   */
  readonly keys: 'development' | 'on-demand' | 'none'
}

/** Parameters of the `work` statement (circuits/README.md §2). */
export type WorkParameters = {
  readonly blocks: number
  readonly layers: number
  readonly groups: number
  readonly width: number
  readonly traceDepth: number
  readonly sampledColumns: number
  readonly sampledNeurons: number
}

export type WorkProfile = WorkParameters & {
  /** K: entries of a vector, rows and columns of a layer. */
  readonly entries: number
  /** Field elements of a vector, 62 nibbles each. */
  readonly elements: number
  readonly columns: number
  readonly columnDepth: number
  readonly datasetRows: number
  readonly datasetDepth: number
  readonly maxSteps: number
  /** Multiplications and additions of one step: 2 K² columns. */
  readonly operationsPerStep: number
}

export const circuitIds = Object.keys(list) as CircuitId[]

export function isCircuitId(id: string): id is CircuitId {
  return Object.hasOwn(list, id)
}

export function isWorkCircuitId(id: string): id is WorkCircuitId {
  return workCircuitIds.some((each) => each === id)
}

export function circuit(id: CircuitId): Circuit {
  const { keys, ...rest } = list[id]
  return { id, ...rest, keys: keys as Circuit['keys'] }
}

/** @throws {RangeError} a parameter is outside what circuits/README.md §2 allows. */
export function workProfile(parameters: WorkParameters): WorkProfile {
  const { blocks, layers, groups, width, traceDepth } = parameters
  for (const [name, value] of Object.entries({ layers, groups, width })) {
    if (!Number.isInteger(Math.log2(value))) throw new RangeError(`${name} = ${value} is not a power of two`)
  }
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > 15) throw new RangeError(`blocks = ${blocks} is not in 1..15`)
  if (traceDepth !== 16 && traceDepth !== 32) throw new RangeError(`traceDepth = ${traceDepth} is not 16 or 32`)
  if (groups * width < 2) throw new RangeError('a step has at least 2 columns')
  const entries = 992 * blocks
  const columns = groups * width
  const datasetRows = layers * entries
  return {
    ...parameters,
    entries,
    elements: 16 * blocks,
    columns,
    columnDepth: Math.log2(columns),
    datasetRows,
    datasetDepth: Math.ceil(Math.log2(datasetRows)),
    maxSteps: 2 ** traceDepth,
    operationsPerStep: 2 * entries * entries * columns,
  }
}

export function workProfileOf(id: WorkCircuitId): WorkProfile {
  return workProfile(list[id].parameters)
}
