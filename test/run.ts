/** Runs every suite and closes with one line that counts them all. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildKeys, checkCommitted, checkKeys, keyedCircuits, standardCircuits } from '../circuits/setup.ts'
import { buildNativeRunner } from '../prover/index.ts'
import { runForge } from '../verifier-contracts/index.ts'

type Count = { readonly passed: number; readonly failed: number; readonly skipped: number }

const require = createRequire(import.meta.url)
const root = fileURLToPath(new URL('..', import.meta.url))
const say = (text: string) => process.stdout.write(`${text}\n`)

const { values } = parseArgs({
  options: { slow: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  say(
    'npm test [-- --slow]\n\n  --slow  ten times the forge runs, the tests that compile the large circuits, and every bit of enclave evidence',
  )
  process.exit(0)
}
if (values.slow) process.env.POCPS_SLOW = '1' // what mocha's files ask

/** Shows what the child prints and keeps it. */
function run(command: string, args: readonly string[], cwd?: string): Promise<{ output: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...(cwd ? { cwd } : {}) })
    let output = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk
      process.stdout.write(chunk)
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ output, code }))
  })
}

const numberBefore = (output: string, word: string): number =>
  Number(new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0)

/** A suite that exits badly without a failure of its own counts as one. */
function checked(count: Count, code: number | null): Count {
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

async function mocha(patterns: readonly string[]): Promise<Count> {
  const binary = join(require.resolve('mocha/package.json'), '../bin/mocha.js')
  const { output, code } = await run(process.execPath, [binary, '--no-color', ...patterns])
  return checked(
    {
      passed: numberBefore(output, 'passing'),
      failed: numberBefore(output, 'failing'),
      skipped: numberBefore(output, 'pending'),
    },
    code,
  )
}

async function forge(): Promise<Count> {
  const { passed, failed, failures } = await runForge({ profile: values.slow ? 'deep' : 'default' })
  for (const { test, reason } of failures) say(`  ✗ ${test}: ${reason}`)
  return { passed, failed, skipped: 0 }
}

async function ctest(): Promise<Count> {
  const built = await buildNativeRunner({ onProgress: say })
  if ('unavailable' in built) {
    say(`  the native tests are skipped: ${built.unavailable}`)
    return { passed: 0, failed: 0, skipped: 1 }
  }
  const folder = join(root, 'build', 'native-tests')
  const sources = join(root, 'prover', 'native')
  const jobs = String(availableParallelism())
  for (const args of [
    ['-S', sources, '-B', folder, '-DCMAKE_BUILD_TYPE=Release', '-DPOCPS_TESTS=ON'],
    ['--build', folder, '--parallel', jobs],
  ]) {
    const { code } = await run('cmake', args)
    if (code !== 0) return { passed: 0, failed: 1, skipped: 0 }
  }
  const { output, code } = await run('ctest', ['--output-on-failure'], folder)
  const [, failed = '0', all = '0'] = /(\d+) tests? failed out of (\d+)/.exec(output) ?? []
  return checked({ passed: Number(all) - Number(failed), failed: Number(failed), skipped: 0 }, code)
}

/** Builds what is pinned, on a clean checkout all of it, and compares: a difference is a failure. */
async function keys(): Promise<Count> {
  for (const id of standardCircuits) await buildKeys(id)
  const onDemand = keyedCircuits.filter((id) => !standardCircuits.includes(id))
  const differing = [...(await checkKeys()), ...(await checkCommitted(onDemand))]
  for (const { circuit, artifact, expected, actual } of differing) {
    say(`  ✗ ${circuit} ${artifact}: pinned ${expected}, found ${actual}`)
  }
  const checkedArtifacts = 6 * standardCircuits.length + 3 * onDemand.length
  const failed = Math.min(differing.length, checkedArtifacts)
  return { passed: checkedArtifacts - failed, failed, skipped: 0 }
}

async function lint(): Promise<Count> {
  const tsc = await run(process.execPath, [join(require.resolve('typescript/package.json'), '../bin/tsc'), '--noEmit'])
  const biome = await run(process.execPath, [require.resolve('@biomejs/biome/bin/biome'), 'check', '.'])
  const failed = [tsc, biome].filter(({ code }) => code !== 0).length
  return { passed: 2 - failed, failed, skipped: 0 }
}

const suites: readonly (readonly [name: string, suite: () => Promise<Count>])[] = [
  ['keys: every artifact against its pin', keys],
  ['types and style', lint],
  ['native code (ctest)', ctest],
  ['contracts (forge)', forge],
  ['everything else (mocha)', () => mocha(['test/**/*.test.ts'])],
]

const total = { passed: 0, failed: 0, skipped: 0 }
for (const [name, suite] of suites) {
  const started = performance.now()
  say(`\n== ${name}`)
  let count: Count
  try {
    count = await suite()
  } catch (error) {
    say(`  ✗ ${error instanceof Error ? error.message : String(error)}`)
    count = { passed: 0, failed: 1, skipped: 0 }
  }
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  say(`== ${name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped in ${seconds} s`)
}
say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
