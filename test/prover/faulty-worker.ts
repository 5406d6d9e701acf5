/** The real worker, except for orders to fail that hide in the input `b` (piscina entry). */
import prove, { type WorkerResult, type WorkerTask } from '../../prover/worker.ts'

export const orders = { exit: 9_000_001n, exhaustHeap: 9_000_002n, hang: 9_000_003n, throw: 9_000_004n } as const

// biome-ignore lint/style/noDefaultExport: piscina calls a worker's default export.
export default async function faulty(task: WorkerTask): Promise<WorkerResult> {
  const order = task.inputs.find(([signal]) => signal === 'b')?.[1][0]
  if (order === orders.exit) process.exit(3)
  if (order === orders.throw) throw new RangeError('as ordered')
  if (order === orders.hang) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  if (order === orders.exhaustHeap) {
    const hoard: number[][] = []
    for (;;) hoard.push(Array.from({ length: 1000 }, Math.random))
  }
  return prove(task)
}
