/** `pocps verify`: checks one proof against a circuit's pinned verification key. */
import type { Command } from 'commander'
import { circuit as circuitOf } from '../../circuits/circuits.ts'
import { createProver } from '../../prover/index.ts'
import { ProofInvalidError } from '../errors.ts'
import { parseCircuit, readProof, readPublicSignals } from './files.ts'
import { printJson, progress } from './output.ts'

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('check one proof; exit code 0 when it holds, 1 when it does not, 2 when a file is malformed')
    .argument('<proof>', 'proof.json as snarkjs or `pocps prove` writes it')
    .argument('<public>', 'public.json, the public signals in the order of circuits.json')
    .option('-c, --circuit <id>', 'circuit of circuits.json', 'work-dev')
    .option('--json', 'print the verdict and the named public signals as JSON')
    .addHelpText('after', '\nExample:\n  pocps verify proof.json public.json --json')
    .action(async (proofPath: string, publicPath: string, options: { circuit: string; json?: boolean }) => {
      const circuit = parseCircuit(options.circuit)
      const proof = await readProof(proofPath)
      const publicSignals = await readPublicSignals(publicPath)
      const prover = await createProver({ workers: 1 })
      try {
        const valid = await prover.verify(circuit, publicSignals, proof)
        if (!valid) throw new ProofInvalidError(`${proofPath} does not prove ${circuit} for ${publicPath}`)
        const names = circuitOf(circuit).publicSignals
        const signals = Object.fromEntries(names.map((name, i) => [name, publicSignals[i]!]))
        if (options.json) printJson({ ok: true, circuit, signals })
        else progress(`valid: ${circuit}\n${names.map((name) => `  ${name.padEnd(12)} ${signals[name]}`).join('\n')}`)
      } finally {
        await prover.close()
      }
    })
}
