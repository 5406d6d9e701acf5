/** Compiling circuits: the cache, its hash, and what an interruption leaves behind. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { circuit, circuitIds } from '../../circuits/circuits.ts'
import { type CompileOptions, compileMain, sourceClosureHash } from '../../circuits/compile.ts'
import { CircuitError, type CircuitErrorCode } from '../../circuits/errors.ts'
import { closureHashOf, mainSource, repositoryRoot, sourceClosure } from '../../circuits/source.ts'
import { testBuildDirectory } from './harness.ts'

const buildDirectory = join(testBuildDirectory, 'compile-test')
const main = (call: string) => `pragma circom 2.2.3;
include "tags.circom";
component main = ${call};
`
const small = main('Bits(8)')

function coded(code: CircuitErrorCode) {
  return (error: unknown) => error instanceof CircuitError && error.code === code && !error.retryable
}

describe('circuits: compile', () => {
  let started = 0
  const options: CompileOptions = { buildDirectory, onStart: () => started++ }
  beforeEach(async () => {
    started = 0
    await rm(buildDirectory, { recursive: true, force: true })
  })
  after(() => rm(buildDirectory, { recursive: true, force: true }))

  it('compiles once, and again only when the source differs', async () => {
    const first = await compileMain('small', small, options)
    assert.deepEqual(await compileMain('small', small, options), first)
    assert.equal(started, 1)
    const second = await compileMain('small', main('Bits(9)'), options)
    assert.equal(started, 2)
    assert.notEqual(second.closureHash, first.closureHash)
    assert.deepEqual(await readdir(buildDirectory), ['small'])
  })

  it('compiles again when a file is damaged or missing', async () => {
    const { wasm, sym } = await compileMain('small', small, options)
    const bytes = await readFile(wasm)
    await writeFile(wasm, bytes.subarray(0, bytes.length - 1))
    await compileMain('small', small, options)
    assert.deepEqual(await readFile(wasm), bytes)
    await rm(sym)
    await compileMain('small', small, options)
    assert.ok(existsSync(sym))
    assert.equal(started, 3)
  })

  it('compiles once for two callers at a time', async () => {
    await Promise.all([compileMain('small', small, options), compileMain('small', small, options)])
    assert.equal(started, 1)
  })

  it('writes the same R1CS and witness program every time', async () => {
    const { r1cs, wasm } = await compileMain('small', small, options)
    const before = [await readFile(r1cs), await readFile(wasm)]
    await rm(r1cs)
    await compileMain('small', small, options)
    assert.deepEqual([await readFile(r1cs), await readFile(wasm)], before)
    assert.equal(started, 2)
  })

  it('refuses a circuit that circom refuses, with its message, and leaves nothing', async () => {
    await assert.rejects(compileMain('broken', main('Bits(254)'), options), (error: CircuitError) => {
      assert.match(error.message, /False assert|assert/i)
      return coded('CIRCUIT_COMPILER_FAILED')(error)
    })
    await assert.rejects(compileMain('broken', main('Missing()'), options), coded('CIRCUIT_COMPILER_FAILED'))
    assert.deepEqual(await readdir(buildDirectory), [])
  })

  it('refuses a missing include and a build folder that circom cannot reach', async () => {
    const missing = small.replace('tags.circom', 'absent.circom')
    await assert.rejects(compileMain('missing', missing, options), coded('CIRCUIT_SOURCE_MISSING'))
    const outside = { ...options, buildDirectory: join(repositoryRoot, '..', 'outside-build-test') }
    await assert.rejects(compileMain('outside', small, outside), coded('CIRCUIT_COMPILER_FAILED'))
    assert.ok(!existsSync(outside.buildDirectory))
  })

  it('stops when aborted, and leaves nothing', async () => {
    const abort = new AbortController()
    const run = compileMain('aborted', mainSource('work-dev'), {
      buildDirectory,
      signal: abort.signal,
      onStart: () => setTimeout(() => abort.abort(), 500),
    })
    await assert.rejects(run, coded('CIRCUIT_BUILD_ABORTED'))
    assert.deepEqual(await readdir(buildDirectory), [])
  })

  it('leaves no half-made folder under the name when killed, and the next run clears the rest away', async () => {
    const script = `
      import { compileMain } from './circuits/compile.ts'
      import { mainSource } from './circuits/source.ts'
      await compileMain('killed', mainSource('work-dev'), { buildDirectory: ${JSON.stringify(buildDirectory)} })`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: repositoryRoot,
      detached: true, // its own group, so that circom dies with it
      stdio: 'ignore',
    })
    await appears(buildDirectory, child)
    process.kill(-child.pid!, 'SIGKILL')
    await new Promise((done) => child.once('close', done))
    const left = await readdir(buildDirectory)
    assert.equal(left.length, 1)
    assert.match(left[0]!, /^\.partial-/)
    await compileMain('small', small, options)
    assert.deepEqual(await readdir(buildDirectory), ['small'])
  })
})

describe('circuits: source closure', () => {
  it('covers every included file, of circomlib too, and the parameters', () => {
    const source = mainSource('work-dev')
    const names = [...sourceClosure(source).keys()]
    assert.ok(names.includes('work.circom'))
    assert.ok(names.includes('hash.circom'))
    assert.ok(names.includes('circomlib/circuits/poseidon_constants.circom'))
    assert.notEqual(closureHashOf(source.replace('16, // traceDepth', '32, // traceDepth')), closureHashOf(source))
    assert.equal(sourceClosureHash('work-dev'), closureHashOf(source))
  })

  it('names each parameter of each circuit, in the order of its template', () => {
    for (const id of circuitIds) {
      const names = [...mainSource(id).matchAll(/^ {4}\d+,? \/\/ (\w+)$/gm)].map((match) => match[1])
      assert.deepEqual(names, Object.keys(circuit(id).parameters))
    }
  })
})

/** Waits until the child has started to make something in the folder. */
async function appears(directory: string, child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (existsSync(directory) && (await readdir(directory)).length > 0) return
    assert.equal(child.exitCode, null, 'the child ended early')
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('the child made nothing')
}
