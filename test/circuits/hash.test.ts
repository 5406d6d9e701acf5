/** The tagged Poseidon hash, the tags, and the digest of blocks. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { templateDirectory } from '../../circuits/source.ts'
import { digest, tagValue } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { randomElement, Subject } from './harness.ts'
import { vectors } from './vectors.ts'

const widths = [1, 2, 3, 4, 8, 15, 16]
/** The vectors hash prefixes of one sequence for each tag, so one circuit takes all widths. */
const everyWidth = `
include "domain_tags.circom";
template EveryWidth(tag) {
    signal input x[16];
    signal output out[${widths.length}];
${widths
  .map(
    (n, k) => `    component h${k} = Hash(${n}, tag);
    for (var i = 0; i < ${n}; i++) h${k}.inputs[i] <== x[i];
    out[${k}] <== h${k}.out;`,
  )
  .join('\n')}
}`

describe('circuits: Hash', () => {
  const subjects = new Map<string, Subject>()
  before(async () => {
    for (const [tag, call] of [
      ['pocps.trace', 'EveryWidth(TAG_TRACE())'],
      ['pocps.row', 'EveryWidth(TAG_ROW())'],
    ] as const) {
      subjects.set(tag, await Subject.template(`hash-${tag.slice(6)}`, 'hash.circom', call, ['x'], everyWidth))
    }
  })

  for (const tag of ['pocps.trace', 'pocps.row']) {
    it(`equals the vectors at every width under the tag ${tag}`, async () => {
      const known = vectors.poseidon.filter((vector) => vector.tag === tag)
      assert.deepEqual(
        known.map(({ inputs }) => inputs.length),
        widths,
      )
      const witness = await subjects.get(tag)!.witness({ x: known.at(-1)!.inputs })
      for (const { inputs } of known) assert.deepEqual(inputs, known.at(-1)!.inputs.slice(0, inputs.length))
      assert.deepEqual(
        witness.slice(1, 1 + widths.length).map(String),
        known.map(({ output }) => output),
      )
    })
  }

  it('gives another hash for another input or another tag', async () => {
    const x = Array.from({ length: 16 }, randomElement)
    const other = x.map((value, i) => (i === 0 ? value + 1n : value))
    const outputs = async (tag: string, inputs: bigint[]) =>
      (await subjects.get(tag)!.witness({ x: inputs })).slice(1, 1 + widths.length)
    const [a, b, c] = [
      await outputs('pocps.trace', x),
      await outputs('pocps.trace', other),
      await outputs('pocps.row', x),
    ]
    for (let k = 0; k < widths.length; k++) assert.equal(new Set([a[k], b[k], c[k]]).size, 3)
  })

  it('admits no forged witness: the inputs fix every wire, and a false output breaks a row', async () => {
    const subject = subjects.get('pocps.row')!
    const witness = await subject.witness({ x: Array.from({ length: 16 }, randomElement) })
    assertEveryWireIsHeld(subject, witness)
    assertDetermined(subject)
    for (let k = 0; k < widths.length; k++) {
      assertOneRowBreaks(subject, subject.system.set(witness, [[1 + k, witness[1 + k]! + 1n]]))
    }
  })
})

describe('circuits: domain tags', () => {
  const files = [
    'domain_tags.circom',
    'enclave/session_tags.circom',
    'enclave/platform_tags.circom',
    'p256/offset_tag.circom',
  ]
  const source = files.map((file) => readFileSync(join(templateDirectory, file), 'utf8')).join('')
  const declared = [...source.matchAll(/function TAG_(\w+)\(\) \{ return (\d+); \} \/\/ "(.*)"/g)]

  it('are the integers of their ASCII bytes', () => {
    for (const [, name, value, text] of declared) {
      assert.equal(text, `pocps.${name!.toLowerCase()}`)
      assert.equal(BigInt(value!), tagValue(text as `pocps.${string}`))
    }
  })

  it('are those of the statement', () => {
    const statement = readFileSync(join(templateDirectory, '../README.md'), 'utf8')
    const listed = [...statement.matchAll(/^\| `(pocps\.\w+)` \|/gm)].map((match) => match[1])
    assert.ok(listed.length > 0)
    assert.deepEqual(
      declared.map(([, , , text]) => text),
      listed,
    )
  })
})

describe('circuits: BlockDigest', () => {
  const one = () => subject(1)
  const eight = () => subject(8)
  const subject = (blocks: number) =>
    Subject.template(
      `block-digest-${blocks}`,
      'block_digest.circom',
      `BlockDigest(${blocks}, TAG_OUTPUT())`,
      ['elements'],
      'include "domain_tags.circom";',
    )

  it('equals the reference for one block and for eight', async () => {
    for (const [blocks, make] of [
      [1, one],
      [8, eight],
    ] as const) {
      const elements = Array.from({ length: 16 * blocks }, randomElement)
      const witness = await (await make()).witness({ elements })
      assert.equal(witness[1], digest('pocps.output', elements))
    }
  })

  it('gives another digest when one element of one block differs', async () => {
    const elements = Array.from({ length: 128 }, randomElement)
    const witness = await (await eight()).witness({ elements: elements.with(77, elements[77]! + 1n) })
    assert.notEqual(witness[1], digest('pocps.output', elements))
  })

  it('admits no forged witness: the elements fix every wire', async () => {
    const digestOfEight = await eight()
    const witness = await digestOfEight.witness({ elements: Array.from({ length: 128 }, randomElement) })
    assertEveryWireIsHeld(digestOfEight, witness)
    assertDetermined(digestOfEight)
  })
})
