/**
 * Makes the real epoch proof that the contracts are tested with: an enclave that vouches for the round of `work-dev.json`.
 *
 * Regenerate after a change of either key or of that fixture: `npx tsx test/verifier-contracts/enclave-fixture.ts`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { circuit } from '../../circuits/circuits.ts'
import { buildKeys } from '../../circuits/setup.ts'
import { createProver } from '../../prover/index.ts'
import { publicKeyOf, sign } from '../../src/enclave/attestation.ts'
import { epochInputs } from '../../src/enclave/epoch.ts'
import { toSolidityProof, verificationKeyHash } from '../../verifier-contracts/index.ts'
import { readFixture } from './fixtures.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const enclaveFixturePath = join(root, 'verifier-contracts/test/fixtures/enclave-epoch.json')
export const epochKeyPath = join(root, 'circuits/generated/enclave-epoch.verification-key.json')

/** Of epoch 0. */
export type EnclaveFixture = {
  /** `keyHash()` of the verifier that accepts the proof. */
  readonly keyHash: string
  readonly session: string
  readonly epochNullifier: string
  readonly level: number
  /** In the order of circuits.json. */
  readonly signals: readonly string[]
  /** Eight words, as `Groth16Proof` lays them out. */
  readonly proofWords: readonly string[]
}

const SECRET_KEY = 1234567n
const LEVEL = 2

export async function readEnclaveFixture(): Promise<EnclaveFixture> {
  return JSON.parse(await readFile(enclaveFixturePath, 'utf8')) as EnclaveFixture
}

async function makeFixture(): Promise<EnclaveFixture> {
  const { challenge, traceRoot } = await readFixture()
  const attested = { challenge: BigInt(challenge), traceRoot: BigInt(traceRoot) }
  const session = { publicKey: publicKeyOf(SECRET_KEY), level: LEVEL, window: 0, nullifierKey: 7654321n }
  const inputs = epochInputs(session, attested, 0, sign(SECRET_KEY, attested))
  await buildKeys('enclave-epoch')
  const prover = await createProver({ circuits: ['enclave-epoch'], workers: 1, backend: 'snarkjs' })
  try {
    const { proof, publicSignals } = await prover.prove({ circuit: 'enclave-epoch', inputs })
    const { a, b, c } = toSolidityProof(proof)
    const signals = circuit('enclave-epoch').publicSignals.map((_, i) => String(publicSignals[i]))
    return {
      keyHash: verificationKeyHash(JSON.parse(await readFile(epochKeyPath, 'utf8'))),
      session: signals[0]!,
      epochNullifier: signals[4]!,
      level: LEVEL,
      signals,
      proofWords: [a, b, c].flat(2).map((word) => `0x${BigInt(word).toString(16)}`),
    }
  } finally {
    await prover.close()
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(enclaveFixturePath, `${JSON.stringify(await makeFixture(), undefined, 2)}\n`)
}
