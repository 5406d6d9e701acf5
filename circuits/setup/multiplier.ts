/** Multiples of the generators, by threads. */
import { Piscina } from 'piscina'
import { curve } from './curve.ts'
import { toBytes } from './field.ts'
import type { GroupIndex, KernelCode } from './fixed-base.ts'
import type { MultiplyResult, MultiplyTask } from './fixed-base-worker.ts'
import { typescriptWorker } from './typescript-worker.ts'

export type Multiplier = {
  multiply(group: GroupIndex, scalars: readonly bigint[]): Promise<MultiplyResult>
  close(): Promise<void>
}

export type MultiplierOptions = {
  readonly threads: number
  /** About how many scalars are to come: more of them pay for a larger table. */
  readonly expected: number
  readonly onMultiplied?: (count: number) => void
}

const TASK = 8192

export async function createMultiplier({ threads, expected, onMultiplied }: MultiplierOptions): Promise<Multiplier> {
  const { tm } = await curve()
  const kernel: KernelCode = { code: tm.code, generators: { 1: tm.pG1gen, 2: tm.pG2gen } }
  const window = bestWindow(expected, threads)
  const pool = new Piscina({
    ...typescriptWorker,
    filename: new URL('./fixed-base-worker.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  })
  const run = async (group: GroupIndex, scalars: readonly bigint[]): Promise<MultiplyResult> => {
    const task: MultiplyTask = { kernel, group, scalars: toBytes(scalars), window }
    const result: MultiplyResult = await pool.run(task)
    onMultiplied?.(scalars.length)
    return result
  }
  return {
    async multiply(group, scalars) {
      const tasks: Promise<MultiplyResult>[] = []
      for (let start = 0; start < scalars.length; start += TASK) {
        tasks.push(run(group, scalars.slice(start, start + TASK)))
      }
      const results = await Promise.all(tasks)
      return {
        points: Buffer.concat(results.map((result) => result.points)),
        uncompressed: Buffer.concat(results.map((result) => result.uncompressed)),
      }
    },
    close: () => pool.destroy(),
  }
}

/** Additions of all scalars and of each thread's table, at the least. Rows longer than 2^13 leave the L2 cache. */
function bestWindow(expected: number, threads: number): number {
  const cost = (window: number) => Math.ceil(254 / window) * (expected + threads * 2 ** window)
  return [4, 5, 6, 7, 8, 9, 10, 11, 12, 13].reduce((best, window) => (cost(window) < cost(best) ? window : best))
}
