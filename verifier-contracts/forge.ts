/** Runs the contracts' own tests with forge. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type ForgeResult = {
  readonly passed: number
  readonly failed: number
  readonly failures: readonly { readonly test: string; readonly reason: string }[]
}

export type ForgeOptions = {
  /** A profile of foundry.toml: `deep` does ten times the work. */
  readonly profile?: 'default' | 'deep'
  /** Only tests in files that match this glob. */
  readonly files?: string
  readonly signal?: AbortSignal
}

type SuiteReport = { readonly test_results: Readonly<Record<string, TestReport>> }
type TestReport = { readonly status: string; readonly reason?: string | null }

const folder = dirname(fileURLToPath(import.meta.url))

/** @throws {Error} forge could not be started, or the contracts do not compile; the message says why. */
export async function runForge({ profile = 'default', files, signal }: ForgeOptions = {}): Promise<ForgeResult> {
  const options = ['test', '--json', '--threads', '2', ...(files === undefined ? [] : ['--match-path', files])]
  const { output, errors } = await run(forgePath(), options, profile, signal)
  // forge says on the first lines what it compiles; its report is the last line.
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) throw new Error(`forge gave no report: ${errors || output}`)
  return summarise(JSON.parse(line) as Record<string, SuiteReport>)
}

/** The platform package's own binary: npm's shim costs 0.2 s and hides the exit status. */
function forgePath(): string {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const require = createRequire(import.meta.url)
  const manifest = require.resolve(`@foundry-rs/forge-${process.platform}-${architecture}/package.json`)
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge')
}

function run(path: string, options: readonly string[], profile: string, signal: AbortSignal | undefined) {
  return new Promise<{ output: string; errors: string }>((resolve, reject) => {
    const env = { ...process.env, FOUNDRY_PROFILE: profile, FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', NO_COLOR: '1' }
    const child = spawn(path, options, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal }),
    })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    child.on('error', reject)
    child.on('close', () => resolve({ output, errors }))
  })
}

function summarise(report: Record<string, SuiteReport>): ForgeResult {
  const tests = Object.entries(report).flatMap(([suite, { test_results }]) =>
    Object.entries(test_results).map(([test, result]) => ({ test: `${suite} ${test}`, ...result })),
  )
  const failures = tests
    .filter(({ status }) => status !== 'Success')
    .map(({ test, status, reason }) => ({ test, reason: reason ?? status }))
  return { passed: tests.length - failures.length, failed: failures.length, failures }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const profile = process.argv.includes('--deep') ? 'deep' : 'default'
  const result = await runForge({ profile })
  process.stdout.write(`${JSON.stringify(result)}\n`)
  // No test at all is a broken run, not a passed one.
  process.exitCode = result.failed > 0 || result.passed === 0 ? 1 : 0
}
