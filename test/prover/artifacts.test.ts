/** What the prover makes of artifacts that are absent, damaged or not the pinned ones. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { hashFile, root } from '../../circuits/artifacts.ts'
import { fileArtifacts } from '../../prover/artifacts.ts'
import { ProverError, type ProverErrorCode } from '../../prover/errors.ts'
import { ProverPool } from '../../prover/pool.ts'
import { buildToy, type Toy, toy, toyArtifacts, toyInputs } from './toy-circuit.ts'

const kinds = ['witnessProgram', 'provingKey', 'verificationKey'] as const

function fails(code: ProverErrorCode, ...parts: readonly string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof ProverError && error.code === code, String(error))
    for (const part of parts) assert.ok(error.message.includes(part), `${error.message} lacks ${part}`)
    return true
  }
}

describe('prover artifacts', () => {
  let built: Toy
  let folder: string

  before(async () => {
    built = await buildToy()
    folder = await mkdtemp(path.join(root, 'build/test-artifacts-'))
  })
  after(() => rm(folder, { recursive: true }))

  for (const kind of kinds) {
    it(`refuses a ${kind} with one flipped bit, naming the file and both hashes`, async () => {
      const bytes = await readFile(built.files[kind])
      bytes[bytes.length >> 1]! ^= 1
      const file = path.join(folder, kind)
      await writeFile(file, bytes)
      const store = toyArtifacts({ ...built, files: { ...built.files, [kind]: file } })
      const [pinned, actual] = [built.entry.sha256[kind]!, (await hashFile(file))!]
      await assert.rejects(store.load(toy), fails('ARTIFACT_MISMATCH', file, pinned, actual))
    })

    it(`names the remedy when the ${kind} is absent`, async () => {
      const file = path.join(folder, 'absent')
      const store = toyArtifacts({ ...built, files: { ...built.files, [kind]: file } })
      await assert.rejects(store.load(toy), fails('ARTIFACT_MISSING', file, 'npm run keys'))
    })

    it(`refuses to trust a ${kind} that nobody pinned`, async () => {
      const { [kind]: _, ...sha256 } = built.entry.sha256
      const store = toyArtifacts({ ...built, entry: { ...built.entry, sha256 } })
      await assert.rejects(store.load(toy), fails('ARTIFACT_MISSING', kind))
    })
  }

  it('fails every waiting job when a key is absent, and proves once it is there', async () => {
    const file = path.join(folder, 'late.zkey')
    const artifacts = toyArtifacts({ ...built, files: { ...built.files, provingKey: file } })
    const prover = new ProverPool({ artifacts, workers: 1 })
    const jobs = await Promise.allSettled([1, 2].map((b) => prover.prove({ circuit: toy, inputs: toyInputs(b) })))
    for (const job of jobs) fails('ARTIFACT_MISSING')(job.status === 'rejected' && job.reason)
    await writeFile(file, await readFile(built.files.provingKey))
    await prover.prove({ circuit: toy, inputs: toyInputs() })
    await prover.close()
  })

  it('says so when the list of artifacts is malformed', async () => {
    const store = fileArtifacts(
      async () => JSON.parse('{'),
      () => built.files,
    )
    await assert.rejects(store.inputs(toy), fails('ARTIFACT_MISMATCH', 'list'))
  })

  it('knows no circuit by the name of an object’s method', async () => {
    await assert.rejects(toyArtifacts(built).inputs('toString'), fails('BAD_INPUT', 'toString'))
  })
})
