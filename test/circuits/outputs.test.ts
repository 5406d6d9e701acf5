/** The dot product, the bits that are kept of it, and the lookup of a committed output. */
import assert from 'node:assert/strict'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { outputBits, packOutputs } from '../../src/work/step.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { modulo, randomElement, Subject } from './harness.ts'

const random = (below: number) => Math.floor(Math.random() * below)
/** Elements of 62 nibbles each, from entries in [-8, 7]. */
const pack = (entries: readonly number[]) =>
  Array.from({ length: entries.length / 62 }, (_, e) =>
    entries.slice(62 * e, 62 * e + 62).reduceRight((element, v) => (element << 4n) | BigInt(v + 8), 0n),
  )
const dot = (w: readonly number[], x: readonly number[]) => w.reduce((sum, v, i) => sum + v * x[i]!, 0)

describe('circuits: DotProduct', () => {
  const subject = (blocks: number) =>
    Subject.template(
      `dot-product-${blocks}`,
      'dot_product.circom',
      'OfElements()',
      ['w', 'x'],
      `template OfElements() {
    signal input w[16 * ${blocks}];
    signal input x[16 * ${blocks}];
    signal output a;
    component product = DotProduct(${blocks});
    for (var e = 0; e < 16 * ${blocks}; e++) {
        product.weights[e] <== Bits(248)(w[e]);
        product.inputs[e] <== Bits(248)(x[e]);
    }
    var sum = 0;
    for (var i = 0; i < 21; i++) sum += product.a[i] * 2 ** i;
    a <== sum;
}`,
    )
  const vector = (blocks: number, entry: (i: number) => number) =>
    Array.from({ length: 992 * blocks }, (_, i) => entry(i))

  for (const blocks of [1, 2]) {
    it(`equals plain arithmetic up to its extremes, with ${992 * blocks} entries`, async () => {
      const product = await subject(blocks)
      const pairs = [
        [vector(blocks, () => random(16) - 8), vector(blocks, () => random(16) - 8)],
        [vector(blocks, () => -8), vector(blocks, () => -8)],
        [vector(blocks, () => -8), vector(blocks, () => 7)],
        [vector(blocks, (i) => (i % 62 === 61 ? 7 : 0)), vector(blocks, (i) => (i % 62 === 61 ? -8 : 0))],
        [vector(blocks, (i) => (i === 0 ? 1 : 0)), vector(blocks, (i) => (i === 1 ? 1 : 0))],
      ] as const
      for (const [w, x] of pairs) {
        const witness = await product.witness({ w: pack(w), x: pack(x) })
        assert.equal(witness[1], BigInt(dot(w, x) + 2 ** 20))
      }
    })
  }

  it('refuses an element that is not 62 nibbles', async () => {
    const product = await subject(1)
    const w = pack(vector(1, () => 0))
    for (const element of [1n << 248n, r - 1n]) {
      await assert.rejects(product.witness({ w: w.with(3, element), x: w }), /Assert Failed/)
    }
  })

  it('leaves every coefficient of every allowed size inside its digit', () => {
    for (let blocks = 1; blocks <= 15; blocks++) {
      const largest = 6 * Math.ceil((992 * blocks) / 6) * 64
      assert.ok(largest < 2 ** 20)
    }
    assert.ok(1n << 231n < r)
  })

  it('admits no forged witness: neither a carry between digits, nor a product, nor a nibble can be cheated', async () => {
    const product = await subject(1)
    const { system } = product
    const [w, x] = [vector(1, () => random(16) - 8), vector(1, () => random(16) - 8)]
    const witness = await product.witness({ w: pack(w), x: pack(x) })
    assertEveryWireIsHeld(product, witness)
    const plan = assertDetermined(product)
    const digits = system.array('main.product.digits.bits')
    const total = digits.reduce((sum, wire, i) => sum + (witness[wire]! << BigInt(i)), 0n)

    // Digit 5 up by one and digit 4 down by 2^21: the total stays, but digit 4 has no bits to say so.
    const carried = digits.map((wire, i) => [wire, ((total + (1n << 105n)) >> BigInt(i)) & 1n] as const)
    const withCarry = system.complete(system.set(witness, carried), plan, digits)
    assert.equal(withCarry[1], witness[1]! + 1n)
    assertOneRowBreaks(product, withCarry)
    const negative = system.set(witness, [
      [digits[104]!, witness[digits[104]!]! - 2n],
      [digits[105]!, witness[digits[105]!]! + 1n],
    ])
    assert.ok(system.broken(negative).length > 0)

    // One product off by B^5 makes room for the wrong digit.
    const term = system.wire('main.product.product[7]')
    const withTerm = system.complete(system.set(witness, [[term, witness[term]! + (1n << 105n)]]), plan, [term])
    assert.equal(withTerm[1], witness[1]! + 1n)
    assertOneRowBreaks(product, withTerm)

    // Another nibble under the same element.
    const nibble = system.wire('main.product.weights[2][5]')
    const withNibble = system.set(witness, [[nibble, 1n - witness[nibble]!]])
    assertOneRowBreaks(product, system.complete(withNibble, plan, system.matching(/^main\.product\.weights/)))

    // An element that is no nibble vector: its low 248 bits are taken for it.
    const element = system.wire('main.w[2]')
    const alias = system.complete(system.set(witness, [[element, witness[element]! + (1n << 248n)]]), plan)
    assert.equal(alias[1], witness[1])
    assertOneRowBreaks(product, alias)
  })
})

describe('circuits: OutputBits', () => {
  const subject = () =>
    Subject.template(
      'output-bits',
      'output_bits.circom',
      'OfNumber()',
      ['a'],
      `include "tags.circom";
template OfNumber() {
    signal input a;
    signal output y;
    y <== OutputBits()(Bits(21)(a));
}`,
    )

  it('equals the formula', async () => {
    const output = await subject()
    for (const a of [0, 8, 16, 24, 512, 1024, 520, 1048, 2 ** 20, 2 ** 21 - 1, random(2 ** 21)]) {
      assert.equal((await output.witness({ a }))[1], BigInt(((a >> 3) ^ (a >> 9)) & 3))
      assert.equal(BigInt(outputBits(a - 2 ** 20)), BigInt(((a >> 3) ^ (a >> 9)) & 3))
    }
  })

  it('refuses a number of more than 21 bits', async () => {
    const output = await subject()
    await assert.rejects(output.witness({ a: 2 ** 21 }), /Assert Failed/)
  })

  it('admits no forged witness: the number fixes every wire', async () => {
    const output = await subject()
    const witness = await output.witness({ a: 1234567 })
    assertEveryWireIsHeld(output, witness)
    assertDetermined(output)
    for (const y of [0n, 1n, 2n, 3n].filter((value) => value !== witness[1])) {
      assert.ok(output.system.broken(output.system.set(witness, [[1, y]])).length > 0)
    }
  })
})

describe('circuits: OutputAt', () => {
  const blocks = 1
  const subject = () => Subject.template('output-at-1', 'output_at.circom', 'OutputAt(1)', ['elements', 'j'])
  const outputs = Uint8Array.from({ length: 992 * blocks }, () => random(4))
  const elements = packOutputs(outputs)

  it('gives every kind of position', async () => {
    const at = await subject()
    for (const j of [0, 1, 61, 62, 123, 500, 929, 930, 991]) {
      assert.equal((await at.witness({ elements, j }))[1], BigInt(outputs[j]!))
    }
  })

  it('refuses a position outside the vector, and an element that is no vector of outputs where it is asked for', async () => {
    const at = await subject()
    for (const j of [992n, r - 1n]) await assert.rejects(at.witness({ elements, j }), /Assert Failed/)
    const large = elements.with(2, elements[2]! + (1n << 124n))
    await assert.rejects(at.witness({ elements: large, j: 130 }), /Assert Failed/)
    assert.equal((await at.witness({ elements: large, j: 61 }))[1], BigInt(outputs[61]!))
  })

  it('admits no forged witness: the selectors of every other position break a row', async () => {
    const at = await subject()
    const { system } = at
    const selectors = [...system.array('main.atElement'), ...system.array('main.atSlot')]
    const plan = assertDetermined(at, selectors)
    const j = 500
    const witness = await at.witness({ elements, j })
    assertEveryWireIsHeld(at, witness)
    const choose = (element: number, slot: number) =>
      selectors.map((wire, i) => [wire, i === element || i === 16 + slot ? 1n : 0n] as const)
    for (let other = 0; other < 992; other += 1) {
      const forged = system.complete(system.set(witness, choose(Math.floor(other / 62), other % 62)), plan)
      assert.equal(forged[1], BigInt(outputs[other]!))
      assert.equal(system.broken(forged).length, other === j ? 0 : 1)
    }
  })

  it('admits no forged witness: half of two positions, none, or two at once break a row', async () => {
    const at = await subject()
    const { system } = at
    const [element, slot] = [system.array('main.atElement'), system.array('main.atSlot')]
    const plan = system.plan([...element, ...slot])
    const witness = await at.witness({ elements, j: 500 }) // element 8, slot 4
    const half = modulo((r + 1n) / 2n)
    const mixtures: [wire: number, value: bigint][][] = [
      [
        [slot[4]!, 0n],
        [slot[3]!, half],
        [slot[5]!, half],
      ],
      [
        [element[8]!, 0n],
        [element[7]!, half],
        [element[9]!, half],
      ],
      [
        [slot[4]!, 0n],
        [slot[2]!, 1n],
        [slot[3]!, 1n],
        [slot[1]!, -1n],
      ],
      [[slot[4]!, 0n]],
      [[slot[5]!, 1n]],
      [[slot[0]!, randomElement()]],
    ]
    for (const mixture of mixtures) {
      assert.ok(system.broken(system.complete(system.set(witness, mixture), plan)).length > 0)
    }
  })
})
