/**
 * Makes the real proofs that the contracts are tested with: one trace of the benchmark kernel, sixteen samples.
 *
 * Regenerate after a change of the `work-dev` key: `npm run keys && npx tsx test/verifier-contracts/fixtures.ts`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { AbiCoder, encodeBytes32String, getCreateAddress, id, keccak256, ZeroHash } from 'ethers'
import { groth16 } from 'snarkjs'
import { workProfileOf } from '../../circuits/circuits.ts'
import { ReferenceKernel } from '../../src/work/reference-kernel.ts'
import { toSolidityProof, verificationKeyHash } from '../../verifier-contracts/index.ts'
import { double } from './twist.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const fixturePath = join(root, 'verifier-contracts/test/fixtures/work-dev.json')
export const verificationKeyPath = join(root, 'circuits/generated/work-dev.verification-key.json')

/** A round of node (operator, salt 0) in epoch 0 of a deployment by `deployer`'s first transactions. */
export type Fixture = {
  /** `keyHash()` of the verifier that accepts the proofs. */
  readonly keyHash: string
  readonly chainId: number
  readonly deployer: string
  readonly operator: string
  readonly rounds: string
  readonly node: string
  readonly datasetRoot: string
  readonly challengeRandomness: string
  readonly sampleRandomness: string
  readonly challenge: string
  readonly traceRoot: string
  readonly steps: number
  readonly sampleSeed: string
  /** Eight words for each proof, as `Groth16Proof` lays them out. */
  readonly proofWords: readonly string[]
  /** 2 B of proof 0, four words: with A / 2 another proof of the same statement. */
  readonly doubledB: readonly string[]
}

const PROOFS = 16
const STEPS = 6
/** Accounts 0 and 1 of the mnemonic that development chains share. */
const deployer = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const operator = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const chainId = 31337
/** `rounds` is the fifth contract that `deploy` creates. */
const ROUNDS_NONCE = 4
const kernel = 'benchmark'

const coder = AbiCoder.defaultAbiCoder()

/** keccak256 of the encoded values, cut to 253 bits: how Rounds.sol makes a field element. */
export function fieldHash(types: readonly string[], values: readonly unknown[]): bigint {
  return BigInt(keccak256(coder.encode(types, values))) >> 3n
}

export async function readFixture(): Promise<Fixture> {
  return JSON.parse(await readFile(fixturePath, 'utf8')) as Fixture
}

async function makeFixture(): Promise<Fixture> {
  const vectors = JSON.parse(await readFile(join(root, 'test/vectors/work-dev.json'), 'utf8'))
  const datasetSeed = Buffer.from(vectors.datasetSeed.slice(2), 'hex')
  const profile = workProfileOf('work-dev')
  const rounds = getCreateAddress({ from: deployer, nonce: ROUNDS_NONCE })
  const node = keccak256(coder.encode(['address', 'bytes32'], [operator, ZeroHash]))
  const challengeRandomness = id('challenge of the fixture')
  const sampleRandomness = id('sample of the fixture')
  const challenge = fieldHash(
    ['uint256', 'address', 'bytes32', 'uint48', 'bytes32', 'uint256'],
    [chainId, rounds, node, 0, encodeBytes32String(kernel), challengeRandomness],
  )

  const runner = new ReferenceKernel()
  const input = { profile, datasetSeed }
  const datasetRoot = runner.datasetRoot(input)
  const tracePath = join(tmpdir(), `pocps-fixture-${process.pid}.trace`)
  const run = { ...input, challenge, windowMs: 600_000, maxSteps: STEPS, tracePath }
  const { traceRoot, steps } = await runner.run(run)
  const sampleSeed = fieldHash(['uint256', 'uint256', 'uint256'], [sampleRandomness, challenge, traceRoot])

  const proofWords: string[] = []
  for (let sampleIndex = 0; sampleIndex < PROOFS; sampleIndex += 1) {
    const opening = await runner.open({ ...input, challenge, tracePath, sampleSeed, sampleIndex })
    const { proof } = await groth16.fullProve(
      {
        challenge,
        datasetRoot,
        traceRoot,
        steps: BigInt(steps),
        sampleSeed,
        sampleIndex: BigInt(sampleIndex),
        ...opening,
      } as never,
      join(root, 'build/circuits/work-dev/work-dev.wasm'),
      join(root, 'build/keys/work-dev/proving-key.zkey'),
    )
    const { a, b, c } = toSolidityProof(proof)
    proofWords.push(...[a, b, c].flat(2).map((word) => `0x${BigInt(word).toString(16)}`))
  }
  return {
    keyHash: verificationKeyHash(JSON.parse(await readFile(verificationKeyPath, 'utf8'))),
    chainId,
    deployer,
    operator,
    rounds,
    node,
    datasetRoot: String(datasetRoot),
    challengeRandomness,
    sampleRandomness,
    challenge: String(challenge),
    traceRoot: String(traceRoot),
    steps,
    sampleSeed: String(sampleSeed),
    proofWords,
    doubledB: doubledB(proofWords),
  }
}

/** Words of G2 points are (imaginary, real), of x and then of y. */
function doubledB(proofWords: readonly string[]): string[] {
  const [xImaginary, xReal, yImaginary, yReal] = proofWords.slice(2, 6).map(BigInt) as [bigint, bigint, bigint, bigint]
  const [x, y] = double([
    [xReal, xImaginary],
    [yReal, yImaginary],
  ])
  return [x[1], x[0], y[1], y[0]].map((word) => `0x${word.toString(16)}`)
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(fixturePath, `${JSON.stringify(await makeFixture(), undefined, 2)}\n`)
  // snarkjs keeps its threads until told otherwise, and Node would wait for them.
  process.exit(0)
}
