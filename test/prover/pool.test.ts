/** The prover pool: order, refusal, abort, and the death of workers. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ArtifactStore } from '../../prover/artifacts.ts'
import { ProverError, type ProverErrorCode } from '../../prover/errors.ts'
import { admittedWorkers, workerBytes } from '../../prover/memory.ts'
import { type PoolOptions, ProverPool } from '../../prover/pool.ts'
import type { ProofResult } from '../../prover/prover.ts'
import { orders } from './faulty-worker.ts'
import { buildToy, toy, toyArtifacts, toyInputs } from './toy-circuit.ts'

const worker = new URL('./faulty-worker.ts', import.meta.url)

function fails(code: ProverErrorCode, message = /./) {
  return (error: unknown) => {
    assert.ok(error instanceof ProverError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  }
}

describe('prover pool', () => {
  let artifacts: ArtifactStore
  const open: ProverPool[] = []

  const pool = (options: PoolOptions = {}) => {
    const made = new ProverPool({ artifacts, worker, workers: 1, backend: 'snarkjs', ...options })
    open.push(made)
    return made
  }
  const job = (b: number | bigint = 5n, deadline?: Date) =>
    ({
      circuit: toy,
      inputs: toyInputs(b),
      ...(deadline ? { deadline } : {}),
    }) as const
  const inMinutes = (minutes: number) => new Date(Date.now() + 60_000 * minutes)

  before(async () => {
    artifacts = toyArtifacts(await buildToy())
  })
  afterEach(async () => {
    for (const prover of open.splice(0)) await prover.close()
  })

  it('proves eight jobs at once on two workers, each its own statement', async () => {
    const prover = pool({ workers: 2 })
    const results = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((b) => prover.prove(job(b))))
    assert.deepEqual(
      results.map(({ publicSignals }) => publicSignals),
      [1, 2, 3, 4, 5, 6, 7, 8].map((b) => [3n, BigInt(3 * b + 9)]),
    )
    for (const { publicSignals, proof, witnessMs, proveMs } of results) {
      assert.ok(await prover.verify(toy, publicSignals, proof))
      assert.ok(witnessMs >= 0 && proveMs > 0)
    }
  })

  it('says WITNESS_UNSATISFIED for a false statement and goes on', async () => {
    const prover = pool()
    const wrong = { circuit: toy, inputs: { ...toyInputs(), c: 25n } } as const
    await assert.rejects(prover.prove(wrong), fails('WITNESS_UNSATISFIED'))
    assert.equal(await prover.prove(wrong).catch((error: ProverError) => error.retryable), false)
    assert.equal((await prover.prove(job())).publicSignals[1], 24n)
  })

  it('starts jobs that are due earlier first, then those that came first', async () => {
    const prover = pool()
    await prover.prove(job()) // the worker has started, so the next job runs at once
    const finished: string[] = []
    const start = (name: string, deadline?: Date) => prover.prove(job(5n, deadline)).then(() => finished.push(name))
    const first = start('first')
    await sleep(20)
    const minute = inMinutes(3)
    const rest = [
      start('no deadline'),
      start('3 min', minute),
      start('3 min, later', minute),
      start('2 min', inMinutes(2)),
    ]
    await Promise.all([first, ...rest])
    assert.deepEqual(finished, ['first', '2 min', '3 min', '3 min, later', 'no deadline'])
  })

  it('refuses a job whose deadline has passed', async () => {
    await assert.rejects(pool().prove(job(5n, new Date(Date.now() - 1))), fails('DEADLINE_PASSED'))
    await assert.rejects(pool().prove(job(5n, new Date(Number.NaN))), fails('BAD_INPUT', /deadline/))
  })

  it('gives up a waiting job the moment its deadline passes', async () => {
    const prover = pool()
    await prover.prove(job()) // the worker has started, so the next job runs at once
    const controller = new AbortController()
    const hanging = prover.prove(job(orders.hang), { signal: controller.signal })
    await sleep(20)
    await assert.rejects(prover.prove(job(5n, new Date(Date.now() + 100))), fails('DEADLINE_PASSED', /waited/))
    controller.abort()
    await assert.rejects(hanging, fails('ABORTED'))
  })

  it('refuses more jobs than its queue holds, retryably', async () => {
    const prover = pool({ queue: 1 })
    const accepted = [prover.prove(job(1)), prover.prove(job(2))]
    const refused = prover.prove(job(3))
    await assert.rejects(refused, fails('QUEUE_FULL'))
    assert.equal(await refused.catch((error: ProverError) => error.retryable), true)
    await Promise.all(accepted)
    await prover.prove(job(3))
  })

  it('aborts a job before it began, while it waits and while it runs', async () => {
    const prover = pool()
    await assert.rejects(prover.prove(job(), { signal: AbortSignal.abort() }), fails('ABORTED', /before/))
    const [runs, waits] = [new AbortController(), new AbortController()]
    const running = prover.prove(job(orders.hang), { signal: runs.signal })
    const waiting = prover.prove(job(), { signal: waits.signal })
    const next = prover.prove(job(7))
    await sleep(100)
    waits.abort()
    await assert.rejects(waiting, fails('ABORTED', /waited/))
    runs.abort()
    await assert.rejects(running, fails('ABORTED'))
    assert.equal((await next).publicSignals[1], 30n)
  })

  for (const order of ['exit', 'exhaustHeap', 'throw'] as const) {
    it(`fails only the job whose worker dies (${order}) and lives on`, async () => {
      const prover = pool({ workers: 2 })
      const [bad, good] = [prover.prove(job(orders[order])), prover.prove(job(6))]
      await assert.rejects(bad, fails('WORKER_CRASHED'))
      assert.equal(await bad.catch((error: ProverError) => error.retryable), true)
      assert.equal((await good).publicSignals[1], 27n)
      const later = await Promise.all([1, 2, 3].map((b) => prover.prove(job(b))))
      assert.equal(later.length, 3)
    })
  }

  it('survives a worker that dies as it starts', async () => {
    const prover = pool({ worker: new URL('./no-such-worker.ts', import.meta.url) })
    await assert.rejects(prover.prove(job()), fails('WORKER_CRASHED'))
    await assert.rejects(prover.prove(job()), fails('WORKER_CRASHED'))
  })

  it('drains: refuses new jobs and waits for the accepted ones', async () => {
    const prover = pool()
    const results: ProofResult[] = []
    const accepted = [1, 2].map((b) => prover.prove(job(b)).then((result) => results.push(result)))
    await sleep(20) // accepted after their inputs were read
    const drained = prover.drain()
    await assert.rejects(prover.prove(job()), fails('SHUT_DOWN'))
    await drained
    await Promise.all(accepted)
    assert.equal(results.length, 2)
    await prover.drain()
  })

  it('closes at once: running and waiting jobs are ABORTED', async () => {
    const prover = pool()
    const jobs = [prover.prove(job(orders.hang)), prover.prove(job())]
    const outcomes = Promise.allSettled(jobs)
    await sleep(200)
    await prover.close()
    for (const outcome of await outcomes) {
      assert.equal(outcome.status, 'rejected')
      fails('ABORTED')(outcome.reason)
    }
    await assert.rejects(prover.prove(job()), fails('SHUT_DOWN'))
    await assert.rejects(prover.verify(toy, [], {} as never), fails('SHUT_DOWN'))
    await prover.close()
  })

  it('refuses a budget that holds no worker, with both numbers', async () => {
    await assert.rejects(pool({ memoryMb: 50 }).prove(job()), fails('OUT_OF_MEMORY_BUDGET', /needs \d+ MiB.* 50 MiB/))
  })

  it('takes fewer workers when the budget holds no more', () => {
    const key = 100 * 2 ** 20
    const mb = (workers: number) => Math.ceil((key + workers * workerBytes('snarkjs', key)) / 2 ** 20)
    assert.equal(admittedWorkers('snarkjs', 4, mb(4), [key]), 4)
    assert.equal(admittedWorkers('snarkjs', 4, mb(4) - 1, [key]), 3)
    assert.equal(admittedWorkers('snarkjs', 4, mb(1), [key]), 1)
    assert.throws(() => admittedWorkers('snarkjs', 4, mb(1) - 1, [key]), fails('OUT_OF_MEMORY_BUDGET'))
  })

  it('withholds a proof that does not verify', async () => {
    const swapped: ArtifactStore = {
      ...artifacts,
      load: async (circuit) => {
        const loaded = await artifacts.load(circuit)
        const { IC } = loaded.verificationKey
        return { ...loaded, verificationKey: { ...loaded.verificationKey, IC: [IC[1]!, IC[0]!, IC[2]!] } }
      },
    }
    await assert.rejects(pool({ artifacts: swapped }).prove(job()), fails('PROOF_REJECTED'))
  })

  it('refuses options that are no numbers of anything', () => {
    assert.throws(() => pool({ workers: 0 }), RangeError)
    assert.throws(() => pool({ queue: -1 }), RangeError)
    assert.throws(() => pool({ memoryMb: Number.NaN }), RangeError)
  })
})
