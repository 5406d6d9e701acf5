/** The plain reference: known answers, its own vectors, and agreement with the native runner. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { workProfile, workProfileOf } from '../../circuits/circuits.ts'
import { buildNativeRunner, createNativeRunner, type Runner, type RunRequest } from '../../prover/index.ts'
import { entriesOf, GeneratedDataset, rowBytes } from '../../src/work/dataset.ts'
import { MerkleTree } from '../../src/work/merkle-tree.ts'
import { draw, FIELD_ORDER, hash, tagValue } from '../../src/work/poseidon.ts'
import { createReferenceRunner } from '../../src/work/reference-runner.ts'
import { outputBits, packOutputs, unpackOutput } from '../../src/work/step.ts'
import { crc64 } from '../../src/work/trace-file.ts'

const profile = workProfileOf('work-dev')
const vectorFile = new URL('../vectors/work-dev.json', import.meta.url)
const vectors = JSON.parse(await readFile(vectorFile, 'utf8'))
const datasetSeed = Buffer.from(vectors.datasetSeed.slice(2), 'hex')

describe('plain reference', () => {
  it('writes the same vectors as are committed', async () => {
    const committed = await readFile(vectorFile, 'utf8')
    const script = fileURLToPath(new URL('../vectors/generate.ts', import.meta.url))
    execFileSync(process.execPath, ['--import', 'tsx', script])
    assert.equal(await readFile(vectorFile, 'utf8'), committed)
  })

  it('reads tags as big-endian ASCII and puts them in the capacity', () => {
    assert.equal(tagValue('pocps.a'), 0x706f6370732e61n)
    assert.notEqual(hash('pocps.a', [1n, 2n]), hash('pocps.b', [1n, 2n]))
  })

  it('takes rows from the ChaCha20 keystream (RFC 8439 A.1, test vector 1: zero key, nonce and counter)', () => {
    const start = '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7'
    assert.equal(rowBytes(Buffer.alloc(32), 0, profile).subarray(0, 32).toString('hex'), start)
  })

  it('reads nibbles least significant first, each less 8', () => {
    assert.deepEqual([...entriesOf([0x1fn]).subarray(0, 3)], [7, -7, -8])
  })

  it('holds the same entries in a dataset as its elements say', () => {
    const dataset = new GeneratedDataset(profile, datasetSeed)
    assert.deepEqual(dataset.entries(7), entriesOf(dataset.row(7)))
  })

  it('draws every index below n, the ends included', () => {
    assert.equal(draw(0n, 0, 992), 0)
    assert.equal(draw(2n ** 64n - 1n, 0, 992), 991)
    assert.equal(draw(2n ** 64n - 1n, 1, 992), 0)
    assert.ok(draw(FIELD_ORDER - 1n, 2, 2n ** 32n) < 2 ** 32)
  })

  it('takes output bits from both ends of the sum', () => {
    assert.deepEqual([outputBits(0), outputBits(8), outputBits(16), outputBits(512), outputBits(520)], [0, 1, 2, 1, 0])
    assert.equal(outputBits(-1), 0) // 3 ^ 3: all ones below 2^20
  })

  it('unpacks every output that it packed', () => {
    const outputs = Uint8Array.from({ length: profile.entries }, (_, j) => (j * 7 + (j >> 3)) & 3)
    const packed = packOutputs(outputs)
    assert.ok(packed.every((element) => element < 2n ** 124n))
    assert.deepEqual(
      outputs.map((_, j) => unpackOutput(packed, j)),
      outputs,
    )
  })

  it('refuses parameters that the statement does not allow', () => {
    const { blocks, layers, groups, width, traceDepth, sampledColumns, sampledNeurons } = profile
    const good = { blocks, layers, groups, width, traceDepth, sampledColumns, sampledNeurons }
    for (const wrong of [{ layers: 3 }, { blocks: 16 }, { blocks: 0 }, { traceDepth: 20 }, { groups: 1, width: 1 }]) {
      assert.throws(() => workProfile({ ...good, ...wrong }), RangeError)
    }
  })

  it('sums the check string of CRC-64/XZ', () => {
    assert.equal(crc64(Buffer.from('123456789')), 0x995dc9bbdf1939fan)
  })
})

describe('a sparse Merkle tree', () => {
  it('has the root of the full tree, whatever the order of its leaves', () => {
    const tag = 'pocps.trace'
    const leaves = [5n, 0n, 7n, 0n, 0n, 9n, 0n, 0n]
    let level = leaves
    while (level.length > 1)
      level = level.filter((_, i) => i % 2 === 0).map((left, i) => hash(tag, [left, level[2 * i + 1]!]))
    const tree = new MerkleTree(tag, 3)
    assert.notEqual(tree.root, 0n)
    for (const index of [5, 0, 2]) {
      tree.set(index, leaves[index]!)
      tree.path(index)
    }
    assert.equal(tree.root, level[0])
  })

  it('opens any leaf, far apart or absent, to its root', () => {
    const tree = new MerkleTree('pocps.trace', 32)
    for (const index of [0, 1, 77, 2 ** 31, 2 ** 32 - 1]) tree.set(index, BigInt(index) + 1n)
    for (const index of [0, 77, 78, 2 ** 31, 2 ** 32 - 1]) {
      const leaf = index === 78 ? 0n : BigInt(index) + 1n
      const root = tree.path(index).reduce((node, sibling, height) => {
        const right = Math.floor(index / 2 ** height) % 2 === 1
        return hash('pocps.trace', right ? [sibling, node] : [node, sibling])
      }, leaf)
      assert.equal(root, tree.root)
    }
  })

  it('refuses a leaf outside', () => {
    assert.throws(() => new MerkleTree('pocps.trace', 3).set(8, 1n), RangeError)
  })
})

describe('the reference runner', () => {
  let folder: string
  let reference: Runner
  let native: Runner | undefined
  const request = (name: string): RunRequest => ({
    profile,
    datasetSeed,
    challenge: BigInt(vectors.challenge),
    windowMs: 60_000,
    maxSteps: vectors.steps,
    tracePath: join(folder, name),
  })
  const opening = (name: string, sampleIndex: number) => ({
    ...request(name),
    sampleSeed: BigInt(vectors.proofs[0].sampleSeed),
    sampleIndex,
  })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pocps-reference-'))
    reference = createReferenceRunner()
    const built = await buildNativeRunner()
    if ('executable' in built) native = await createNativeRunner({ executable: built.executable, threads: 1 })
  })
  after(async () => {
    await reference?.close()
    await native?.close()
    if (folder) await rm(folder, { recursive: true })
  })

  it('comes to the root of the vectors', async () => {
    const { traceRoot, steps } = await reference.run(request('a'))
    assert.equal(traceRoot, BigInt(vectors.traceRoot))
    assert.equal(steps, vectors.steps)
  })

  it('reports each step', async () => {
    const seen: number[] = []
    await reference.run(request('progress'), { onProgress: ({ steps }) => seen.push(steps) })
    assert.ok(seen.length >= 1 && seen.at(-1)! <= vectors.steps)
  })

  it('writes the same file as the native runner, and each opens the other’s alike', async function () {
    if (!native) this.skip()
    await reference.run(request('ours'))
    await native.run(request('theirs'))
    assert.deepEqual(await readFile(join(folder, 'ours')), await readFile(join(folder, 'theirs')))
    assert.deepEqual(await native.open(opening('ours', 1)), await reference.open(opening('theirs', 1)))
  })

  it('says when not one step fits the window', async () => {
    await assert.rejects(reference.run({ ...request('none'), windowMs: -1 }), { code: 'RUNNER_WINDOW_TOO_SHORT' })
  })

  it('refuses a trace that is absent, cut, flipped anywhere, or of another challenge', async () => {
    await reference.run(request('whole'))
    const whole = await readFile(join(folder, 'whole'))
    await assert.rejects(reference.open(opening('nowhere', 0)), { code: 'RUNNER_TRACE_MISSING' })
    for (const length of [0, 7, 60, whole.length - 32, whole.length - 1]) {
      await writeFile(join(folder, 'cut'), whole.subarray(0, length))
      await assert.rejects(reference.open(opening('cut', 0)), { code: 'RUNNER_TRACE_CORRUPT' })
    }
    for (let offset = 0; offset < whole.length; offset += 23) {
      const flipped = Buffer.from(whole)
      flipped[offset]! ^= 1
      await writeFile(join(folder, 'flipped'), flipped)
      await assert.rejects(reference.open(opening('flipped', 0)), { code: 'RUNNER_TRACE_CORRUPT' })
    }
    await assert.rejects(reference.open({ ...opening('whole', 0), challenge: 1n }), { code: 'RUNNER_TRACE_MISMATCH' })
  })
})
