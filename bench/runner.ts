/**
 * Benchmarks the native runner: `tsx bench/runner.ts [--threads N] [--json]`.
 *
 * It prints, for K = 992 (work-dev) and K = 7936 (few layers and columns, so that it takes seconds):
 * - achieved integer operations a second (2 K² columns a step), over whole steps and over the matrix product alone, beside
 *   the peak: what the same multiply-accumulate instruction reaches on registers, measured on this machine just before;
 * - the share of time in the matrix product, in hashing (seeds, inputs, column digests, column tree) and in the rest.
 *
 * Every figure is the best of several: other load on the machine only adds time, and moves the shares little.
 */
import { spawnSync } from 'node:child_process'
import { buildNativeRunner } from '../prover/index.ts'

const build = await buildNativeRunner({ onProgress: (text) => process.stderr.write(`${text}\n`) })
if ('unavailable' in build) {
  process.stderr.write(`no native runner: ${build.unavailable}\n`)
  process.exitCode = 1
} else {
  const { status } = spawnSync(build.executable, ['bench', ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
