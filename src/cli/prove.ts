/** `pocps prove`: one proof from a file of inputs to two files that snarkjs reads. */
import type { Command } from 'commander'
import { buildNativeProver, createProver } from '../../prover/index.ts'
import { writeDurably } from '../durable-file.ts'
import { parseCircuit, readInputs } from './files.ts'
import { printJson, progress } from './output.ts'
import { prepareCircuit } from './prepare.ts'

export function addProve(program: Command): void {
  program
    .command('prove')
    .description('prove one statement from a JSON file of circuit inputs')
    .argument('<inputs>', 'JSON object of every circuit input by name (circuits/README.md §4)')
    .option('-c, --circuit <id>', 'circuit of circuits.json', 'work-dev')
    .option('-p, --proof <file>', 'where to write the proof', 'proof.json')
    .option('-s, --public <file>', 'where to write the public signals', 'public.json')
    .option('--json', 'print the proof and the public signals instead of writing files')
    .addHelpText(
      'after',
      `
Examples:
  pocps prove inputs.json
  pocps prove inputs.json --proof p.json --public s.json
  snarkjs groth16 verify circuits/generated/work-dev.verification-key.json s.json p.json`,
    )
    .action(async (path: string, options: { circuit: string; proof: string; public: string; json?: boolean }) => {
      const circuit = parseCircuit(options.circuit)
      const inputs = await readInputs(path)
      await prepareCircuit(circuit)
      await buildNativeProver({ onProgress: progress })
      const prover = await createProver({ workers: 1, circuits: [circuit] })
      try {
        progress(`proving ${circuit} …`)
        const { proof, publicSignals, witnessMs, proveMs } = await prover.prove({ circuit, inputs })
        progress(`witness ${witnessMs.toFixed(0)} ms, proof ${proveMs.toFixed(0)} ms, verified`)
        if (options.json) {
          printJson({ ok: true, circuit, proof, publicSignals })
          return
        }
        const signals = publicSignals.map(String)
        await writeDurably(options.proof, `${JSON.stringify(proof, null, 1)}\n`)
        await writeDurably(options.public, `${JSON.stringify(signals, null, 1)}\n`)
        progress(`wrote ${options.proof} and ${options.public}`)
      } finally {
        await prover.close()
      }
    })
}
