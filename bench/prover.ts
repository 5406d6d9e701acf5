/**
 * Measures the proving backends side by side on work-dev: `tsx bench/prover.ts [pairs]`.
 *
 * snarkjs and the native prover take turns (A B A B …) in one run, warm, on the same witness and the same key, one thread
 * each, so that a busy machine slows both. CPU seconds are of proving alone: neither witness nor verification is in them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { artifactFiles, readArtifactList } from '../circuits/artifacts.ts'
import { useSingleThread } from '../circuits/setup/curve.ts'
import { buildKeys } from '../circuits/setup.ts'
import { WitnessCalculator } from '../prover/backends/witness.ts'
import { buildNativeProver, type SignalValue } from '../prover/index.ts'
import { flattenInputs } from '../prover/inputs.ts'

type Nested = string | number | readonly Nested[]
type Row = {
  readonly circuit: string
  readonly snarkjsCpu: number
  readonly nativeCpu: number
  readonly ratio: number
  readonly memoryMb: number
  readonly path: string
}

const circuit = 'work-dev'
const pairs = Number(process.argv[2] ?? 3)
if (!Number.isSafeInteger(pairs) || pairs < 1) throw new RangeError(`${process.argv[2]} is not a number of pairs`)

function toBigints(value: Nested): SignalValue {
  return typeof value === 'object' ? value.map(toBigints) : BigInt(value)
}

async function calculateWitness(): Promise<Uint8Array> {
  const text = await readFile(new URL('../test/vectors/work-dev.json', import.meta.url), 'utf8')
  const named: Readonly<Record<string, Nested>> = JSON.parse(text).proofs[0].inputs
  const inputs = Object.fromEntries(Object.entries(named).map(([signal, value]) => [signal, toBigints(value)]))
  const program = await readFile(artifactFiles(circuit).witnessProgram)
  return new WitnessCalculator(program).calculate(flattenInputs((await readArtifactList())[circuit]!.inputs, inputs))
}

async function snarkjsSeconds(zkey: string, witness: string): Promise<number> {
  const before = process.cpuUsage()
  await snarkjs.groth16.prove(zkey, witness)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** CPU seconds of one proof and the process's peak memory in MiB; null where the arithmetic does not run. */
async function nativeSeconds(executable: string, path: string, zkey: string, witness: string) {
  const env = { ...process.env, POCPS_PROVER_PATH: path }
  const child = spawn(executable, ['bench', zkey, witness, '1', '--threads', '1'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  const [status] = await once(child, 'close')
  if (status !== 0) return null
  const measured: { readonly proveCpu: readonly number[]; readonly peakMb: number } = JSON.parse(output)
  return { cpu: measured.proveCpu[0]!, memoryMb: measured.peakMb }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2
}
const spread = (values: readonly number[]) => `${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)}`
const rounded = (value: number) => Number(value.toFixed(3))

const build = await buildNativeProver({ onProgress: (text) => process.stderr.write(`${text}\n`) })
if ('unavailable' in build) throw new Error(build.unavailable)
await buildKeys(circuit)
await useSingleThread()
const folder = await mkdtemp(join(tmpdir(), 'pocps-bench-'))
try {
  const [zkey, witness] = [artifactFiles(circuit).provingKey, join(folder, 'witness.wtns')]
  await writeFile(witness, await calculateWitness())
  await snarkjsSeconds(zkey, witness) // its WebAssembly is compiled meanwhile
  const rows: Row[] = []
  for (const path of ['adx', 'portable']) {
    const [slow, fast, ratios, memory]: number[][] = [[], [], [], []]
    for (let pair = 0; pair < pairs; pair++) {
      const native = await nativeSeconds(build.executable, path, zkey, witness)
      if (!native) break
      const snarkjsCpu = await snarkjsSeconds(zkey, witness)
      slow!.push(snarkjsCpu)
      fast!.push(native.cpu)
      ratios!.push(snarkjsCpu / native.cpu)
      memory!.push(native.memoryMb)
    }
    if (fast!.length === 0) continue
    rows.push({
      circuit,
      snarkjsCpu: rounded(median(slow!)),
      nativeCpu: rounded(median(fast!)),
      ratio: rounded(median(ratios!)),
      memoryMb: Math.max(...memory!),
      path,
    })
    const { snarkjsCpu, nativeCpu, ratio, memoryMb } = rows.at(-1)!
    process.stdout.write(
      `${circuit} ${path}: snarkjs ${snarkjsCpu} s (${spread(slow!)}), native ${nativeCpu} s (${spread(fast!)}), ` +
        `ratio ${ratio} (${spread(ratios!)}), ${memoryMb} MiB\n`,
    )
  }
  const results = new URL('results/', import.meta.url)
  await mkdir(results, { recursive: true })
  const machine = `${cpus()[0]!.model.trim()}, ${cpus().length} processors, Node ${process.versions.node}`
  await writeFile(new URL('prover.json', results), `${JSON.stringify({ machine, rows }, null, 2)}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
