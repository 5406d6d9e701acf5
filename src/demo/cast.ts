/** Who plays in the demo, and how each behaves. */
import { createHash } from 'node:crypto'
import type { WorkProfile } from '../../circuits/circuits.ts'
import { buildNativeRunner, createNativeRunner, type KernelInput, type Runner } from '../../prover/index.ts'
import { createReferenceRunner } from '../work/reference-runner.ts'

export type Role = 'honest' | 'lazy' | 'late' | 'new' | 'private'

export type Member = {
  readonly role: Role
  /** Index in the list of classes. */
  readonly classId: number
  /** Plays from this epoch of the play on, counted from 0. */
  readonly joins: number
  readonly runner: Runner
  /** In this epoch of the play it overruns its window. */
  readonly lateIn?: number
  /** Its hours are for rent, and the client rents as many. */
  readonly rentedHours?: number
  /** It runs in an enclave. */
  readonly enclave?: true
  /** After this epoch of the play the client gives up the rest. */
  readonly givenUpIn?: number
}

/** What one class of the demo demands. */
export type DemoClass = {
  readonly name: string
  /** Operations per second that earn in full. */
  readonly benchmark: bigint
  /** Part of the miners' pot, relative to the other class. */
  readonly weight: number
  /** Whole tokens a day. */
  readonly dailyTokens: bigint
}

export type Cast = {
  readonly members: readonly Member[]
  readonly classes: readonly DemoClass[]
  readonly datasetRoot: bigint
  readonly describe: string
  close(): Promise<void>
}

/** Nobody's choice: the hash of a sentence. */
export const DATASET_SEED = createHash('sha256').update('pocps development dataset').digest()

/** The share of the calibrated speed that earns in full: five nodes share a machine, and a window has its margin. */
const BENCHMARK_SHARE = 1 / 10
const CALIBRATION_MS = 600

/** Honest operations per second of a runner that has the machine for itself. */
async function calibrate(runner: Runner, input: KernelInput, tracePath: string): Promise<number> {
  const { profile } = input
  const run = await runner.run({
    ...input,
    challenge: 0n,
    windowMs: CALIBRATION_MS,
    maxSteps: profile.maxSteps,
    tracePath,
  })
  return (run.steps * profile.operationsPerStep * 1000) / run.elapsedMs
}

/** Runs past its window: its commitment comes too late. */
export function overrunning(runner: Runner, milliseconds: number): Runner {
  return {
    info: () => runner.info(),
    datasetRoot: (input) => runner.datasetRoot(input),
    run: (request, options) => runner.run({ ...request, windowMs: request.windowMs + milliseconds }, options),
    open: (request) => runner.open(request),
    close: () => runner.close(),
  }
}

export type CastOptions = {
  readonly profile: WorkProfile
  readonly epochs: number
  /** A file that may be overwritten. */
  readonly scratch: string
  readonly onProgress: (text: string) => void
}

/** Starts a runner for each node: native where it can be built, else the plain reference. */
export async function assemble({ profile, epochs, scratch, onProgress }: CastOptions): Promise<Cast> {
  const built = await buildNativeRunner({ onProgress })
  if ('unavailable' in built) {
    onProgress(
      `no native runner (${built.unavailable}): the plain TypeScript kernel runs instead, about a hundred times slower`,
    )
  }
  const create = () =>
    'unavailable' in built ? createReferenceRunner() : createNativeRunner({ executable: built.executable, threads: 1 })
  const [honest, late, fresh, enclaved, plain, lazy] = await Promise.all([
    create(),
    create(),
    create(),
    create(),
    createReferenceRunner(),
    createReferenceRunner({ worker: new URL('./lazy-worker.ts', import.meta.url) }),
  ])
  const runners: readonly Runner[] = [honest, late, fresh, enclaved, plain, lazy]
  const close = async () => {
    await Promise.all(runners.map((runner) => runner.close()))
  }
  try {
    const input = { profile, datasetSeed: DATASET_SEED }
    const roots = await Promise.all(runners.map((runner) => runner.datasetRoot(input)))
    const datasetRoot = roots[0]!
    if (roots.some((root) => root !== datasetRoot)) throw new Error('the runners disagree on the dataset root')
    const fast = await calibrate(honest, input, scratch)
    const slow = await calibrate(plain, input, scratch)
    await plain.close()
    const info = await honest.info()
    const benchmark = (speed: number) => BigInt(Math.round(speed * BENCHMARK_SHARE))
    return {
      datasetRoot,
      describe: `${info.kind} runner (${info.path}, ${info.threads} thread a node), ${'unavailable' in built ? 'snarkjs' : 'native'} prover`,
      classes: [
        { name: 'demo-large', benchmark: benchmark(fast), weight: 2, dailyTokens: 2_000n },
        { name: 'demo-small', benchmark: benchmark(slow), weight: 1, dailyTokens: 1_000n },
      ],
      members: [
        { role: 'honest', classId: 0, joins: 0, runner: honest, rentedHours: 48 },
        { role: 'lazy', classId: 1, joins: 0, runner: lazy, rentedHours: 24 },
        {
          role: 'late',
          classId: 0,
          joins: 0,
          runner: late,
          lateIn: epochs - 1,
          rentedHours: 72,
          givenUpIn: Math.min(1, epochs - 1),
        },
        { role: 'new', classId: 0, joins: Math.max(0, epochs - 1), runner: fresh },
        // The last: its account, hence its node's id, is what the cached proofs are for.
        { role: 'private', classId: 0, joins: 0, runner: enclaved, enclave: true },
      ],
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
