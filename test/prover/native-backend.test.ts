/** The native backend in the pool: it proves, and its process may die, babble or hang without harm to other jobs. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as snarkjs from 'snarkjs'
import { buildKeys } from '../../circuits/setup.ts'
import { type ArtifactStore, buildNativeProver, ProverError, type ProverErrorCode } from '../../prover/index.ts'
import { type PoolOptions, ProverPool } from '../../prover/pool.ts'
import { buildToy, toy, toyArtifacts, toyInputs } from './toy-circuit.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocps-backend-'))
const pathOf = (name: string) => join(folder, name)

function fails(code: ProverErrorCode) {
  return (error: unknown) => {
    assert.ok(error instanceof ProverError, String(error))
    assert.equal(error.code, code, error.message)
    return true
  }
}

describe('native prover, in the pool', () => {
  let executable: string
  let artifacts: ArtifactStore
  const open: ProverPool[] = []

  before(async function () {
    const build = await buildNativeProver()
    if ('unavailable' in build) return this.skip()
    executable = build.executable
    artifacts = toyArtifacts(await buildToy())
  })
  afterEach(async () => {
    for (const prover of open.splice(0)) await prover.close()
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  const pool = (options: PoolOptions = {}) => {
    const created = new ProverPool({
      artifacts,
      workers: 1,
      backend: 'native',
      proverExecutable: executable,
      ...options,
    })
    open.push(created)
    return created
  }
  const job = (b = 5n) => ({ circuit: toy, inputs: toyInputs(b) }) as const

  it('proves in the pool, each job its own statement, keys prepared once a worker', async () => {
    const prover = pool({ workers: 2 })
    const results = await Promise.all([1n, 2n, 3n, 4n].map((b) => prover.prove(job(b))))
    assert.deepEqual(
      results.map(({ publicSignals }) => publicSignals),
      [1n, 2n, 3n, 4n].map((b) => [3n, 3n * b + 9n]),
    )
    for (const { publicSignals, proof } of results) assert.ok(await prover.verify(toy, publicSignals, proof))
    await assert.rejects(
      prover.prove({ circuit: toy, inputs: { ...toyInputs(), c: 25n } }),
      fails('WITNESS_UNSATISFIED'),
    )
  })

  it('refuses a false key in the pool and serves on', async () => {
    const broken: ArtifactStore = {
      ...artifacts,
      load: async (circuit) => {
        const sound = await artifacts.load(circuit)
        const provingKey = Buffer.from(sound.provingKey)
        // The last bytes belong to the contribution record; those before them to a point of the key.
        provingKey.writeUInt8(provingKey.readUInt8(provingKey.length - 1024) ^ 1, provingKey.length - 1024)
        return { ...sound, provingKey }
      },
    }
    const prover = pool({ artifacts: broken })
    for (let i = 0; i < 2; i++) await assert.rejects(prover.prove(job()), fails('BAD_PROVING_KEY'))
  })

  /** A script that becomes the prover, except while `marker` exists. */
  function faulty(name: string, fault: string): { readonly proverExecutable: string; readonly repair: () => void } {
    const [script, marker] = [pathOf(name), pathOf(`${name}-marker`)]
    writeFileSync(marker, '')
    writeFileSync(script, `#!/bin/sh\n[ -e '${marker}' ] && { ${fault}; }\nexec '${executable}' "$@"\n`)
    chmodSync(script, 0o755)
    return { proverExecutable: script, repair: () => rmSync(marker) }
  }

  it('fails only the job whose process dies, then proves with another process', async () => {
    const { proverExecutable, repair } = faulty('dying', 'head -c 100 > /dev/null; kill -9 $$')
    const prover = pool({ proverExecutable })
    await assert.rejects(prover.prove(job()), fails('WORKER_CRASHED'))
    repair()
    assert.equal((await prover.prove(job())).publicSignals[1], 24n)
  })

  it('stops at nonsense from the process', async () => {
    const { proverExecutable, repair } = faulty('babbling', "printf 'nonsense nonsense'; cat > /dev/null; exit")
    const prover = pool({ proverExecutable })
    await assert.rejects(prover.prove(job()), fails('INTERNAL'))
    repair()
    assert.equal((await prover.prove(job())).publicSignals[1], 24n)
  })

  it('ends the process with its thread when a proof is aborted', async () => {
    const { proverExecutable } = faulty('hanging', `echo $$ > '${pathOf('pid')}'; exec cat > /dev/null`)
    const controller = new AbortController()
    const running = pool({ proverExecutable }).prove(job(), { signal: controller.signal })
    for (const start = Date.now(); !existsSync(pathOf('pid')); await sleep(10)) assert.ok(Date.now() - start < 20_000)
    await sleep(100)
    const pid = Number(readFileSync(pathOf('pid'), 'utf8'))
    controller.abort()
    await assert.rejects(running, fails('ABORTED'))
    const alive = () =>
      existsSync(`/proc/${pid}`) && !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    for (const start = Date.now(); alive(); await sleep(10)) assert.ok(Date.now() - start < 20_000)
  })

  it('is unavailable without its executable', async () => {
    await assert.rejects(pool({ proverExecutable: pathOf('none') }).prove(job()), fails('BACKEND_UNAVAILABLE'))
  })

  it('proves the real circuit for the committed verification key', async () => {
    await buildKeys('work-dev')
    const { proofs } = JSON.parse(await readFile(new URL('../vectors/work-dev.json', import.meta.url), 'utf8'))
    type Nested = string | number | readonly Nested[]
    const big = (value: Nested): never => (typeof value === 'object' ? value.map(big) : BigInt(value)) as never
    const inputs = Object.fromEntries(
      Object.entries(proofs[0].inputs as Readonly<Record<string, Nested>>).map(([signal, value]) => [
        signal,
        big(value),
      ]),
    )
    const prover = new ProverPool({ workers: 1, backend: 'native', circuits: ['work-dev'] })
    open.push(prover)
    const { proof, publicSignals } = await prover.prove({ circuit: 'work-dev', inputs })
    const file = new URL('../../circuits/generated/work-dev.verification-key.json', import.meta.url)
    const key = JSON.parse(await readFile(file, 'utf8'))
    assert.equal(await snarkjs.groth16.verify(key, publicSignals.map(String), JSON.parse(JSON.stringify(proof))), true)
  })
})
