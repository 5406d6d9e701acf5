/** The vectors of the development profile, typed for the circuit tests. */
import { readFileSync } from 'node:fs'
import type { Inputs } from './harness.ts'

export type WorkInputs = {
  readonly challenge: string
  readonly datasetRoot: string
  readonly traceRoot: string
  readonly steps: string
  readonly sampleSeed: string
  readonly sampleIndex: string
  readonly tracePath: readonly (readonly string[])[]
  readonly columnPath: readonly (readonly string[])[]
  readonly rowElements: readonly (readonly string[])[]
  readonly rowPath: readonly (readonly string[])[]
  readonly weightElements: readonly (readonly (readonly string[])[])[]
  readonly weightPath: readonly (readonly (readonly string[])[])[]
  readonly outputElements: readonly (readonly string[])[]
} & Inputs

type Vectors = {
  readonly poseidon: readonly { readonly tag: string; readonly inputs: readonly string[]; readonly output: string }[]
  readonly draws: readonly { readonly h: string; readonly lane: number; readonly n: string; readonly value: number }[]
  readonly leaves: readonly string[]
  readonly proofs: readonly {
    readonly sampleSeed: string
    readonly sampleIndex: number
    readonly places: readonly { readonly step: number; readonly column: number; readonly neurons: readonly number[] }[]
    readonly inputs: WorkInputs
  }[]
}

export const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/work-dev.json', import.meta.url), 'utf8'))
