/** A small keyed circuit for tests: c = a b + …, 2^8 rows, with a nested private input. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import {
  type ArtifactFiles,
  type ArtifactList,
  developmentSetup,
  findArtifacts,
  type PinnedCircuit,
  root,
} from '../../circuits/artifacts.ts'
import { compileMain } from '../../circuits/compile.ts'
import { buildKeyFiles } from '../../circuits/setup/build.ts'
import { inputShapes } from '../../circuits/setup/inputs.ts'
import { fileArtifacts } from '../../prover/artifacts.ts'
import type { CircuitInputs } from '../../prover/prover.ts'

/** The toy answers to the name of a real circuit: names are typed. */
export const toy = 'work-dev'

const source = (rows: number) => `pragma circom 2.2.3;
template Toy(rows) {
    signal input a;
    signal input c;
    signal input b;
    signal input p[2][3];
    signal x[rows + 1];
    x[0] <== a * b + p[1][2];
    for (var i = 0; i < rows; i++) {
        x[i + 1] <== x[i] * x[i] + i * a + p[i % 2][i % 3];
    }
    x[0] === c;
}
component main {public [a, c]} = Toy(${rows});
`

export type Toy = { readonly files: ArtifactFiles; readonly sym: string; readonly entry: PinnedCircuit }

/** Compiles the toy and makes its keys under build/, once. */
export async function buildToy(rows = 200): Promise<Toy> {
  const name = `toy-${rows}`
  const compiled = await compileMain(name, source(rows), { buildDirectory: path.join(root, 'build/test-circuits') })
  const keys = path.join(root, 'build/test-keys', name)
  const files: ArtifactFiles = {
    r1cs: compiled.r1cs,
    witnessProgram: compiled.wasm,
    provingKey: path.join(keys, 'proving-key.zkey'),
    verificationKey: path.join(keys, 'verification-key.json'),
    solidityVerifier: compiled.source,
  }
  await buildKeyFiles(files)
  return { files, sym: compiled.sym, entry: await entryOf(files, compiled.sym) }
}

export async function entryOf(files: ArtifactFiles, sym: string): Promise<PinnedCircuit> {
  const sourceClosure = createHash('sha256')
    .update(await readFile(files.solidityVerifier))
    .digest('hex')
  const hashes = (await findArtifacts(files)).map(({ artifact, hash }) => [artifact, hash!] as const)
  const sha256 = { sourceClosure, ...Object.fromEntries(hashes) }
  return { setup: developmentSetup, inputs: await inputShapes(files.r1cs, sym), sha256 }
}

export function toyArtifacts({ entry, files }: Pick<Toy, 'entry' | 'files'>) {
  const list: ArtifactList = { [toy]: entry }
  return fileArtifacts(
    async () => list,
    () => files,
  )
}

/** Satisfying inputs, different for each `b`. */
export function toyInputs(b: number | bigint = 5n): CircuitInputs {
  return {
    a: 3n,
    b,
    c: 3n * BigInt(b) + 9n,
    p: [
      [1, 2, 3],
      [7n, 8n, 9n],
    ],
  }
}
