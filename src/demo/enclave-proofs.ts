/**
 * The committed proofs of the demo's enclave, which take minutes to make and need keys that no checkout builds.
 *
 * `npx tsx src/demo/enclave-proofs.ts` makes them anew, after `npm run keys -- --circuit` of both circuits.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { buildNativeProver, createProver, type Groth16Proof } from '../../prover/index.ts'
import { type DemoEnclave, demoBoot, demoPlatform } from './enclave-statements.ts'

export type EnclaveCircuit = 'enclave-platform-dev' | 'enclave-boot-tdx-v4'

export type CommittedProof = {
  readonly circuit: EnclaveCircuit
  readonly proof: Groth16Proof
  /** In the order of circuits.json, decimal. */
  readonly publicSignals: readonly string[]
}

/** What the demo uses with its default seed: its registrant, its secrets, and the challenge of its first window. */
export const provenEnclave: DemoEnclave = {
  owner: 282505811851165982858872167295750075309554091592n,
  nullifierKey: 14017110050542602559376724220217258823013345898875748840044782373693253826216n,
  binding: {
    publicKey: [
      3988817687875357489271653401256332760450044475377491179449838437115831269764n,
      6070623510106697624584355816393978193356437479990565734956245436421375827078n,
    ],
    gpuCommitment: 0n,
    challenge: 7614989181631928955341606453853451692539668082596757339579238811509864375641n,
  },
  window: 0,
  level: 2,
}

const files: Readonly<Record<EnclaveCircuit, URL>> = {
  'enclave-platform-dev': new URL('proofs/platform.json', import.meta.url),
  'enclave-boot-tdx-v4': new URL('proofs/boot.json', import.meta.url),
}

export async function committedProof(circuit: EnclaveCircuit): Promise<CommittedProof> {
  return JSON.parse(await readFile(files[circuit], 'utf8'))
}

/** The statement behind each proof, made from synthetic evidence. */
export function provenStatement(circuit: EnclaveCircuit) {
  return circuit === 'enclave-platform-dev' ? demoPlatform(provenEnclave) : demoBoot(provenEnclave)
}

async function proveAnew(circuit: EnclaveCircuit): Promise<void> {
  const prover = await createProver({ workers: 1, circuits: [circuit] })
  try {
    const { inputs } = provenStatement(circuit)
    const { proof, publicSignals, witnessMs, proveMs } = await prover.prove({ circuit, inputs })
    const committed: CommittedProof = { circuit, proof, publicSignals: publicSignals.map(String) }
    await writeFile(files[circuit], `${JSON.stringify(committed, null, 2)}\n`)
    process.stderr.write(`${circuit}: witness ${witnessMs.toFixed(0)} ms, proof ${proveMs.toFixed(0)} ms, verified\n`)
  } finally {
    await prover.close()
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await buildNativeProver({ onProgress: (text) => process.stderr.write(`${text}\n`) })
  const all = Object.keys(files) as EnclaveCircuit[]
  for (const circuit of all.filter((id) => argv.length < 3 || argv.includes(id))) await proveAnew(circuit)
}
