/** Measures the snarkjs pool on work-dev: CPU time, throughput and memory (`tsx bench/prover.ts [workers] [proofs]`). */
import { readFile } from 'node:fs/promises'
import { buildKeys } from '../circuits/setup.ts'
import { type CircuitInputs, createProver, type SignalValue } from '../prover/index.ts'

type Nested = string | number | readonly Nested[]

const [workers, proofs] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 2)]

function toBigints(value: Nested): SignalValue {
  return typeof value === 'object' ? value.map(toBigints) : BigInt(value)
}

async function vectors(): Promise<CircuitInputs[]> {
  const text = await readFile(new URL('../test/vectors/work-dev.json', import.meta.url), 'utf8')
  const all: readonly { readonly inputs: Readonly<Record<string, Nested>> }[] = JSON.parse(text).proofs
  return all.map(({ inputs }) =>
    Object.fromEntries(Object.entries(inputs).map(([signal, value]) => [signal, toBigints(value)])),
  )
}

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const mean = (values: readonly number[]) => Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)

await buildKeys('work-dev')
const inputs = await vectors()
const idleMb = process.memoryUsage.rss() / 2 ** 20
const prover = await createProver({ workers })
const [cpu, start] = [cpuSeconds(), performance.now()]
const results = await Promise.all(
  Array.from({ length: proofs }, (_, i) => prover.prove({ circuit: 'work-dev', inputs: inputs[i % inputs.length]! })),
)
const seconds = (performance.now() - start) / 1000
const peakMb = process.resourceUsage().maxRSS / 1024
await prover.close()
const measured = {
  workers,
  proofs,
  cpuSecondsPerProof: Number(((cpuSeconds() - cpu) / proofs).toFixed(2)),
  proofsPerMinute: Number(((60 * proofs) / seconds).toFixed(2)),
  witnessMs: mean(results.map(({ witnessMs }) => witnessMs)),
  proveMs: mean(results.map(({ proveMs }) => proveMs)),
  idleMb: Math.round(idleMb),
  peakMb: Math.round(peakMb),
}
process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`)
