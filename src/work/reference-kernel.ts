/** The plain reference of the runner: slow, readable, bit-exact with the native one. */
import {
  type KernelInput,
  type Opening,
  type OpenRequest,
  ProverError,
  type RunProgress,
  type RunRequest,
  type RunResult,
} from '../../prover/index.ts'
import { type Dataset, GeneratedDataset } from './dataset.ts'
import { MerkleTree } from './merkle-tree.ts'
import { openPlaces, samplePlaces } from './open.ts'
import { type Multiply, multiplyBy, runStep, stepSeed } from './step.ts'
import { readTrace, refusal, writeTrace } from './trace-file.ts'

/** How outputs are computed; the honest rule is `multiplyBy`. */
export type MultiplyRule = (...of: Parameters<typeof multiplyBy>) => Multiply

export class ReferenceKernel {
  readonly #rule: MultiplyRule
  readonly #datasets = new Map<string, Dataset>()

  constructor(rule: MultiplyRule = multiplyBy) {
    this.#rule = rule
  }

  datasetRoot(input: KernelInput): bigint {
    return this.#dataset(input).root
  }

  /**
   * Runs until the window or `maxSteps` ends and stores the trace.
   *
   * @throws {ProverError} `RUNNER_WINDOW_TOO_SHORT`
   */
  async run(request: RunRequest, onProgress: (progress: RunProgress) => void = () => {}): Promise<RunResult> {
    const started = performance.now()
    const { profile, challenge } = request
    const dataset = this.#dataset(request)
    const multiply = this.#rule(dataset, profile)
    const trace = new MerkleTree('pocps.trace', profile.traceDepth)
    const leaves: bigint[] = []
    const elapsed = () => performance.now() - started
    let longestStep = 0
    while (leaves.length < request.maxSteps && elapsed() + longestStep <= request.windowMs) {
      const before = elapsed()
      const t = leaves.length
      const { leaf } = runStep(profile, dataset, stepSeed(challenge, t, trace.path(t)), multiply)
      trace.set(t, leaf)
      leaves.push(leaf)
      longestStep = Math.max(longestStep, elapsed() - before)
      onProgress({ steps: leaves.length, elapsedMs: elapsed() })
    }
    if (leaves.length === 0) throw new ProverError('RUNNER_WINDOW_TOO_SHORT', `no step fits ${request.windowMs} ms`)
    const traceRoot = trace.root
    await writeTrace(request.tracePath, { ...request, traceRoot, leaves })
    return { traceRoot, steps: leaves.length, elapsedMs: elapsed() }
  }

  /** @throws {ProverError} `RUNNER_TRACE_…`: the file is damaged, or a leaf is not what this kernel computes. */
  async open(request: OpenRequest): Promise<Opening> {
    const { profile, challenge, tracePath } = request
    const dataset = this.#dataset(request)
    const multiply = this.#rule(dataset, profile)
    const { leaves, traceRoot } = await readTrace(tracePath, request)
    const trace = MerkleTree.of('pocps.trace', profile.traceDepth, leaves)
    if (trace.root !== traceRoot) throw refusal('RUNNER_TRACE_CORRUPT', tracePath, 'its root is not that of its leaves')
    const places = samplePlaces(profile, leaves.length, request.sampleSeed, request.sampleIndex)
    return openPlaces(profile, dataset, trace, challenge, places, (seed, t) => {
      const step = runStep(profile, dataset, seed, multiply)
      if (step.leaf !== leaves[t])
        throw refusal('RUNNER_TRACE_FALSE', tracePath, `leaf ${t} is not what the kernel computes`)
      return step
    })
  }

  #dataset({ profile, datasetSeed }: KernelInput): Dataset {
    const key = `${Buffer.from(datasetSeed).toString('hex')} ${JSON.stringify(profile)}`
    let dataset = this.#datasets.get(key)
    if (!dataset) {
      dataset = new GeneratedDataset(profile, datasetSeed)
      this.#datasets.set(key, dataset)
    }
    return dataset
  }
}
