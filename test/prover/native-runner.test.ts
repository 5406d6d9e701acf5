/** The native runner as a process: exact answers, coded errors, and no way to hang or to outlive its parent. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { workProfileOf } from '../../circuits/circuits.ts'
import { buildNativeRunner, createNativeRunner, type ProverErrorCode, type Runner } from '../../prover/index.ts'
import { generatedHeaders } from '../../prover/native/generate.ts'

const vectors = JSON.parse(readFileSync(new URL('../vectors/work-dev.json', import.meta.url), 'utf8'))
const profile = workProfileOf('work-dev')
const input = { profile, datasetSeed: Buffer.from(vectors.datasetSeed.slice(2), 'hex') }
const challenge = BigInt(vectors.challenge)
const folder = mkdtempSync(join(tmpdir(), 'pocps-native-'))
const pathOf = (name: string) => join(folder, name)
const longRun = { ...input, challenge, windowMs: 600_000, maxSteps: profile.maxSteps, tracePath: pathOf('long') }

const withCode = (code: ProverErrorCode) => (error: unknown) => {
  assert.equal((error as { code?: unknown }).code, code, String(error))
  return true
}

/** Nested bigints as the vectors write them. */
const strings = (value: unknown): unknown => (Array.isArray(value) ? value.map(strings) : String(value))

/** An executable shell script. */
function script(name: string, text: string): string {
  writeFileSync(pathOf(name), `#!/bin/sh\n${text}\n`)
  chmodSync(pathOf(name), 0o755)
  return pathOf(name)
}

async function waitFor(what: string, condition: () => boolean): Promise<void> {
  for (const start = Date.now(); !condition(); await sleep(10)) {
    assert.ok(Date.now() - start < 20_000, `waited in vain for ${what}`)
  }
}

/** A killed process stays in the table until its parent reads its status; a zombie does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('generated headers of the native runner', () => {
  it('are what circomlibjs and circuits.json give', () => {
    for (const [path, text] of generatedHeaders()) {
      assert.ok(readFileSync(path, 'utf8') === text, `${path} is stale: tsx prover/native/generate.ts`)
    }
  })
})

describe('native build', () => {
  it('says what is missing where there is no CMake', async () => {
    const build = await buildNativeRunner({ folder: pathOf('build'), searchPath: folder })
    assert.ok('unavailable' in build && /cmake does not run/.test(build.unavailable))
  })

  it('says why when the compiler refuses, and leaves nothing half built', async function () {
    const compiler = script('refusing-c++', '[ "$1" = --version ] && echo 1.0 && exit 0; echo no; exit 1')
    const before = process.env.CXX
    process.env.CXX = compiler
    try {
      const build = await buildNativeRunner({ folder: pathOf('build') })
      if (!('unavailable' in build)) assert.fail('it built')
      if (/cmake does not run/.test(build.unavailable)) this.skip()
      assert.match(build.unavailable, /cmake -S failed/)
      assert.equal(existsSync(pathOf('build')) && readdirSync(pathOf('build')).length > 0, false)
    } finally {
      if (before === undefined) delete process.env.CXX
      else process.env.CXX = before
    }
  })
})

describe('native runner', () => {
  let executable: string
  let runner: Runner
  /** Notes its process id, then becomes the runner. */
  let noting: string
  const notedPid = () => Number(readFileSync(pathOf('pid'), 'utf8'))

  before(async function () {
    const build = await buildNativeRunner()
    if ('unavailable' in build) return this.skip()
    executable = build.executable
    noting = script('noting', `echo $$ > '${pathOf('pid')}'; exec '${executable}' "$@"`)
    runner = await createNativeRunner({ executable, threads: 2 })
  })
  after(async () => {
    await runner?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('tells its path and threads', async () => {
    const info = await runner.info()
    assert.equal(info.kind, 'native')
    assert.ok(['avx512-vnni', 'avx2', 'scalar'].includes(info.path))
    assert.equal(info.threads, 2)
  })

  it('computes the dataset root, the trace and every opening of the vectors', async () => {
    const tracePath = pathOf('vectors')
    assert.equal(await runner.datasetRoot(input), BigInt(vectors.datasetRoot))
    const run = await runner.run({ ...input, challenge, windowMs: 60_000, maxSteps: vectors.steps, tracePath })
    assert.deepEqual([run.traceRoot, run.steps], [BigInt(vectors.traceRoot), vectors.steps])
    for (const { sampleSeed, sampleIndex, inputs } of vectors.proofs) {
      const opening = await runner.open({ ...input, challenge, tracePath, sampleSeed: BigInt(sampleSeed), sampleIndex })
      for (const [name, value] of Object.entries(opening)) assert.deepEqual(strings(value), inputs[name], name)
    }
  })

  it('stops within its window and reports progress', async () => {
    const reports: number[] = []
    const onProgress = ({ steps }: { steps: number }) => reports.push(steps)
    const run = await runner.run({ ...longRun, windowMs: 500 }, { onProgress })
    assert.ok(run.steps > 1 && run.elapsedMs > 250 && run.elapsedMs < 3000, JSON.stringify(run.elapsedMs))
    assert.ok(reports.length > 0 && reports.every((steps, i) => i === 0 || steps > reports[i - 1]!))
  })

  it('counts the time that a run waits for its turn', async () => {
    const first = runner.run({ ...longRun, windowMs: 300 })
    await assert.rejects(runner.run({ ...longRun, windowMs: 100 }), withCode('RUNNER_WINDOW_TOO_SHORT'))
    assert.ok((await first).steps > 1)
  })

  it('aborts a run between steps, leaves no trace and takes the next request', async () => {
    const abort = new AbortController()
    const aborted = runner.run(
      { ...longRun, tracePath: pathOf('aborted') },
      { signal: abort.signal, onProgress: () => abort.abort() },
    )
    await assert.rejects(aborted, withCode('ABORTED'))
    assert.equal(existsSync(pathOf('aborted')), false)
    await assert.rejects(runner.run(longRun, { signal: AbortSignal.abort() }), withCode('ABORTED'))
    assert.equal((await runner.info()).kind, 'native')
  })

  it('refuses a trace that is absent, cut, altered or of another challenge', async () => {
    const tracePath = pathOf('refused')
    await runner.run({ ...input, challenge, windowMs: 60_000, maxSteps: 2, tracePath })
    const open = (more: object = {}) =>
      runner.open({ ...input, challenge, tracePath, sampleSeed: 1n, sampleIndex: 0, ...more })
    await open()
    await assert.rejects(open({ tracePath: pathOf('absent') }), withCode('RUNNER_TRACE_MISSING'))
    await assert.rejects(open({ challenge: 1n }), withCode('RUNNER_TRACE_MISMATCH'))
    const good = readFileSync(tracePath)
    writeFileSync(tracePath, good.subarray(0, -1))
    await assert.rejects(open(), withCode('RUNNER_TRACE_CORRUPT'))
    good.writeUInt8(good.readUInt8(100) ^ 1, 100)
    writeFileSync(tracePath, good)
    await assert.rejects(open(), withCode('RUNNER_TRACE_CORRUPT'))
  })

  it('refuses requests that no field can hold, and paths that no file can have', async () => {
    const run = (more: object) => runner.run({ ...longRun, windowMs: 1000, maxSteps: 1, ...more })
    const order = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
    for (const more of [
      { challenge: order },
      { challenge: -1n },
      { windowMs: -1 },
      { windowMs: Number.NaN },
      { maxSteps: 0 },
      { maxSteps: 1.5 },
      { maxSteps: profile.maxSteps + 1 },
      { datasetSeed: Buffer.alloc(31) },
      { tracePath: 'a\0b' },
      { tracePath: `/${'a'.repeat(5000)}` },
    ]) {
      await assert.rejects(run(more), withCode('RUNNER_BAD_REQUEST'))
    }
    await assert.rejects(run({ profile: { ...profile, blocks: 5 } }), withCode('RUNNER_BAD_PROFILE'))
    await assert.rejects(run({ tracePath: pathOf('no/such/folder') }), withCode('RUNNER_IO'))
  })

  it('rejects what was in flight when the process dies, and starts another for the next request', async () => {
    const mortal = await createNativeRunner({ executable: noting, threads: 1 })
    try {
      const lost = mortal.run(longRun, { onProgress: () => process.kill(notedPid(), 'SIGKILL') })
      await assert.rejects(
        lost,
        (error) => withCode('RUNNER_CRASHED')(error) && (error as { retryable: boolean }).retryable,
      )
      const dead = notedPid()
      assert.equal((await mortal.info()).threads, 1)
      assert.notEqual(notedPid(), dead)
    } finally {
      await mortal.close()
    }
  })

  it('ends its process when it is closed in mid-run, by call or by signal', async () => {
    const stop = new AbortController()
    const closing = await createNativeRunner({ executable: noting, threads: 1, signal: stop.signal })
    const lost = closing.run(longRun, { onProgress: () => stop.abort() })
    await assert.rejects(lost, withCode('ABORTED'))
    await closing.close()
    assert.equal(isRunning(notedPid()), false)
    await assert.rejects(closing.info(), withCode('ABORTED'))
  })

  it('ends its process when the parent is killed in mid-run', async () => {
    const source = `
      import { createNativeRunner } from '${new URL('../../prover/index.ts', import.meta.url)}'
      import { workProfileOf } from '${new URL('../../circuits/circuits.ts', import.meta.url)}'
      const runner = await createNativeRunner({ executable: '${noting}', threads: 1 })
      const run = { profile: workProfileOf('work-dev'), datasetSeed: new Uint8Array(32), challenge: 1n, windowMs: 600000,
        maxSteps: 65536, tracePath: '${pathOf('orphan')}' }
      await runner.run(run, { onProgress: () => process.kill(process.pid, 'SIGKILL') })`
    writeFileSync(pathOf('parent.mts'), source)
    rmSync(pathOf('pid'))
    const parent = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), pathOf('parent.mts')])
    const signal = await new Promise((resolve) => parent.once('close', (_, killed) => resolve(killed)))
    assert.equal(signal, 'SIGKILL')
    await waitFor('the end of the runner', () => !isRunning(notedPid()))
  })

  it('says so when the executable is absent, dies at once or speaks nonsense', async () => {
    const start = (path: string) => createNativeRunner({ executable: path })
    await assert.rejects(start(pathOf('absent')), withCode('RUNNER_UNAVAILABLE'))
    await assert.rejects(start(script('dying', 'echo sorry >&2; exit 3')), (error) => {
      assert.match((error as Error).message, /exit status 3: sorry/)
      return withCode('RUNNER_CRASHED')(error)
    })
    for (const nonsense of [
      '\\377\\377\\377\\377\\1\\1\\0\\0\\0',
      '\\6\\0\\0\\0\\201\\1\\0\\0\\0\\9',
      '\\5\\0\\0\\0\\203\\1\\0\\0\\0',
    ]) {
      await assert.rejects(start(script('odd', `printf '${nonsense}'; sleep 5`)), withCode('RUNNER_PROTOCOL'))
    }
  })
})
