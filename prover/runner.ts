/** The runner's contract: it executes a kernel, commits to the trace, and opens sampled places. */
import type { WorkProfile } from '../circuits/circuits.ts'

/** What a kernel multiplies by, named by its seed (circuits/README.md §3). */
export type KernelInput = {
  readonly profile: WorkProfile
  /** 32 bytes. */
  readonly datasetSeed: Uint8Array
}

export type RunRequest = KernelInput & {
  /** Field element. */
  readonly challenge: bigint
  /** Stop before the first step that would end after this many milliseconds from now. */
  readonly windowMs: number
  /** Stop after this many steps even if time is left; at most `profile.maxSteps`. */
  readonly maxSteps: number
  /** Where the trace is stored, durable before `run` resolves. */
  readonly tracePath: string
}

export type RunResult = { readonly traceRoot: bigint; readonly steps: number; readonly elapsedMs: number }
export type RunProgress = { readonly steps: number; readonly elapsedMs: number }

export type OpenRequest = KernelInput & {
  readonly challenge: bigint
  readonly tracePath: string
  readonly sampleSeed: bigint
  readonly sampleIndex: number
}

/** The private inputs of one `work` proof (circuits/README.md §4), each a field element. */
export type Opening = {
  readonly tracePath: readonly (readonly bigint[])[]
  readonly columnPath: readonly (readonly bigint[])[]
  readonly rowElements: readonly (readonly bigint[])[]
  readonly rowPath: readonly (readonly bigint[])[]
  readonly weightElements: readonly (readonly (readonly bigint[])[])[]
  readonly weightPath: readonly (readonly (readonly bigint[])[])[]
  readonly outputElements: readonly (readonly bigint[])[]
}

export type RunnerInfo = {
  /** `native` or `reference`. */
  readonly kind: string
  /** Instruction set of the matrix product: avx512-vnni, avx2, scalar, or typescript. */
  readonly path: string
  readonly threads: number
}

export type RunOptions = {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RunProgress) => void
}

/** Rejects with a `ProverError` (errors.ts). One call at a time; a second one waits for the first. */
export interface Runner {
  info(): Promise<RunnerInfo>
  datasetRoot(input: KernelInput): Promise<bigint>
  run(request: RunRequest, options?: RunOptions): Promise<RunResult>
  open(request: OpenRequest): Promise<Opening>
  close(): Promise<void>
}
