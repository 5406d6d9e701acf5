/** The twin's gadgets against circomlibjs and plain bigint arithmetic, and under forged hints. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type InputMap, Noir } from '@noir-lang/noir_js'
import { compileContract } from '../../circuits/noir/compile.ts'

const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
const MASK_64 = 2n ** 64n - 1n

/** circomlibjs's unoptimised permutation: the twin uses the sparse form, so the two share no table but the S-box. */
type PoseidonReference = {
  (inputs: readonly bigint[], capacity: bigint): Uint8Array
  readonly F: { toObject(element: Uint8Array): bigint }
}
const { buildPoseidonReference } = createRequire(import.meta.url)('circomlibjs') as {
  buildPoseidonReference(): Promise<PoseidonReference>
}

type Vectors = {
  readonly poseidon: readonly { readonly tag: string; readonly inputs: readonly string[]; readonly output: string }[]
  readonly draws: readonly { readonly h: string; readonly lane: number; readonly n: string; readonly value: number }[]
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/work-dev.json', import.meta.url), 'utf8')) as Vectors

const tagValue = (tag: string) => BigInt(`0x${Buffer.from(tag, 'ascii').toString('hex')}`)
const element = (name: string) => BigInt(`0x${createHash('sha256').update(name).digest('hex')}`) % r
const lanesOf = (h: bigint) => [0n, 64n, 128n, 192n].map((shift) => (h >> shift) & MASK_64)
const digits = (value: bigint, bits: bigint, count: number) =>
  Array.from({ length: count }, (_, i) => (value >> (bits * BigInt(i))) & (2n ** bits - 1n))

/** Values at which a lane, a borrow or the order itself turns. */
const EDGES = [
  0n,
  1n,
  MASK_64,
  MASK_64 + 1n,
  2n ** 128n - 1n,
  2n ** 128n,
  2n ** 192n - 1n,
  2n ** 248n - 1n,
  2n ** 248n,
  r & (2n ** 128n - 1n),
  (r & (2n ** 128n - 1n)) - 1n,
  ((r >> 128n) << 128n) - 1n,
  r - 2n ** 128n,
  r - 1n,
  element('edge'),
]

describe("the Noir twin's gadgets", () => {
  let poseidon: PoseidonReference
  const functions = new Map<string, Noir>()

  before(async () => {
    poseidon = await buildPoseidonReference()
    for (const compiled of await compileContract(fileURLToPath(new URL('gadgets', import.meta.url)))) {
      functions.set(compiled.name, new Noir(compiled))
    }
  })

  async function call(name: string, inputs: Record<string, unknown>): Promise<unknown> {
    const decimal = JSON.parse(JSON.stringify(inputs, (_, v) => (typeof v === 'bigint' ? v.toString() : v))) as InputMap
    return (await functions.get(name)!.execute(decimal)).returnValue
  }

  const numbers = (value: unknown) => (value as (string | boolean)[]).map((v) => BigInt(v))
  const reference = (tag: bigint, inputs: readonly bigint[]) => poseidon.F.toObject(poseidon(inputs, tag))

  for (const n of [2, 3, 4, 5, 6, 8, 13, 16]) {
    it(`hashes ${n} inputs under a tag as circomlibjs's unoptimised Poseidon does`, async () => {
      const inputs = [
        new Array<bigint>(n).fill(0n),
        Array.from({ length: n }, (_, i) => r - 1n - BigInt(i)),
        Array.from({ length: n }, (_, i) => element(`poseidon ${n} ${i}`)),
      ]
      for (const x of inputs) {
        for (const tag of [0n, tagValue('pocps.columns'), r - 1n]) {
          assert.equal(BigInt((await call(`hash_${n}`, { tag, x })) as string), reference(tag, x))
        }
      }
    })
  }

  it('gives the shared Poseidon vectors', async () => {
    const known = vectors.poseidon.filter(({ inputs }) => functions.has(`hash_${inputs.length}`))
    assert.ok(known.length >= 5)
    for (const { tag, inputs, output } of known) {
      const computed = await call(`hash_${inputs.length}`, { tag: tagValue(tag), x: inputs })
      assert.equal(BigInt(computed as string), BigInt(output))
    }
  })

  for (const m of [2, 8]) {
    it(`digests ${m} blocks by hashing the block digests under the same tag`, async () => {
      const tag = tagValue('pocps.row')
      const x = Array.from({ length: 16 * m }, (_, i) => element(`digest ${i}`))
      const blocks = Array.from({ length: m }, (_, b) => reference(tag, x.slice(16 * b, 16 * b + 16)))
      assert.equal(BigInt((await call(`digest_${16 * m}`, { tag, x })) as string), reference(tag, blocks))
    })
  }

  it('cuts canonical lanes at every edge', async () => {
    for (const h of EDGES) assert.deepEqual(numbers(await call('lanes', { h })), lanesOf(h))
  })

  it('keeps the low 248 bits at every edge', async () => {
    for (const h of EDGES) assert.equal(BigInt((await call('low_248', { h })) as string), h & (2n ** 248n - 1n))
  })

  it('refuses the lanes of every second representative below 2^256', async () => {
    for (const h of EDGES) {
      for (let alias = h + r; alias < 2n ** 256n; alias += r) {
        for (const borrow of [false, true]) {
          await assert.rejects(call('assert_lanes', { h, lanes: lanesOf(alias), borrow }), /assert_max_bit_size/)
        }
      }
    }
  })

  it('refuses a wrong borrow at every edge', async () => {
    for (const h of EDGES) {
      const borrow = (h & (2n ** 128n - 1n)) > ((r - 1n) & (2n ** 128n - 1n))
      await call('assert_lanes', { h, lanes: lanesOf(h), borrow })
      await assert.rejects(call('assert_lanes', { h, lanes: lanesOf(h), borrow: !borrow }), /assert_max_bit_size/)
    }
  })

  it('draws as written, for extreme hashes and ranges', async () => {
    for (const h of EDGES) {
      for (const lane of [0, 1, 2]) {
        for (const n of [1n, 2n, 3968n, 2n ** 16n, 2n ** 32n - 1n, 2n ** 32n]) {
          const value = (((h >> BigInt(64 * lane)) & MASK_64) * n) >> 64n
          assert.equal(BigInt((await call('draw', { h, lane, n })) as string), value)
        }
      }
    }
  })

  it('gives the shared draws', async () => {
    for (const { h, lane, n, value } of vectors.draws) {
      assert.equal(Number((await call('draw', { h, lane, n })) as string), value)
    }
  })

  it('refuses a lane that is not 64 bits wide', async () => {
    await assert.rejects(call('draw', { h: 5n, lane: 3, n: 10n }), /lane out of range/)
  })

  it('refuses an index that the tree does not hold', async () => {
    assert.deepEqual(numbers(await call('path_bits', { index: 0xabc })), digits(0xabcn, 1n, 12))
    await assert.rejects(call('path_bits', { index: 4096 }))
  })

  it('refuses nibbles that are wide, or of another element', async () => {
    const nibbles = digits(element('nibbles') >> 8n, 4n, 62)
    await call('assert_nibbles', { element: element('nibbles') >> 8n, nibbles })
    // Carry one unit of nibble 1 into nibble 0: the same sum, a digit of 16 or more.
    const forged = [nibbles[0]! + 16n, nibbles[1]! - 1n, ...nibbles.slice(2)].map((v) => (v + r) % r)
    await assert.rejects(
      call('assert_nibbles', { element: element('nibbles') >> 8n, nibbles: forged }),
      /assert_max_bit_size/,
    )
    await assert.rejects(call('assert_nibbles', { element: 1n, nibbles }), /nibbles do not recompose/)
  })

  it('refuses to unpack an element of 249 bits', async () => {
    assert.deepEqual(numbers(await call('unpack', { element: 2n ** 248n - 1n })), new Array(62).fill(15n))
    for (const value of [2n ** 248n, r - 1n]) {
      await assert.rejects(call('unpack', { element: value }), /nibbles do not recompose/)
    }
  })

  it('refuses outputs that are wide, or of another element', async () => {
    const outputs = digits(element('outputs') >> 130n, 2n, 62)
    await call('assert_outputs', { element: element('outputs') >> 130n, outputs })
    const forged = [outputs[0]! + 4n, outputs[1]! - 1n, ...outputs.slice(2)].map((v) => (v + r) % r)
    await assert.rejects(
      call('assert_outputs', { element: element('outputs') >> 130n, outputs: forged }),
      /assert_max_bit_size/,
    )
    await assert.rejects(call('assert_outputs', { element: 1n, outputs }), /outputs do not recompose/)
  })

  it('refuses an output beyond the vector', async () => {
    assert.equal(BigInt((await call('output_at', { elements: [0n, 3n << 122n], j: 123 })) as string), 3n)
    await assert.rejects(call('output_at', { elements: [0n, 3n << 122n], j: 124 }))
  })
})
