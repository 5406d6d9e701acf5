/** Points, their multiples, and the proof that an enclave stands behind a round. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { circuit } from '../../circuits/circuits.ts'
import { compile } from '../../circuits/compile.ts'
import { CHALLENGE_BITS, publicKeyOf, sign } from '../../src/enclave/attestation.ts'
import { add, BASE_POINT, isOnCurve, multiply, type Point, SUBGROUP_ORDER } from '../../src/enclave/curve.ts'
import { epochInputs } from '../../src/enclave/epoch.ts'
import { FIELD_ORDER, hash } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { type Inputs, modulo, randomElement, Subject } from './harness.ts'

type Vectors = { readonly epochs: readonly { readonly secretKey: string; readonly inputs: Inputs }[] }
const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/enclave.json', import.meta.url), 'utf8'))

const neutral: Point = [0n, 1n]
/** EIP-2494's generator of the whole curve: a multiple of l leaves only its part of small order. */
const GENERATOR: Point = [
  995203441582195749578291179787384436505546430278305826713579947235728471134n,
  5472060717959818805561601436314318772137091100104008585924551046643952123905n,
]
const ofOrderTwo = multiply(GENERATOR, 4n * SUBGROUP_ORDER)
const ofOrderEight = multiply(GENERATOR, SUBGROUP_ORDER)
const randomPoint = () => multiply(GENERATOR, randomElement())
/** Quotients are fixed by the argument of point.circom: on the curve, no denominator is 0. */
const quotients = /\b(sum\[\d+\]|double\[\d+\]|claimed|adder)\.out\[\d\]$/

/** Points arrive unchecked, as in the circuits, and pass through `OnCurve`. */
const wrapped = (template: string, points: readonly string[], bits = 0) => `
include "tags.circom";
template Wrapped() {
${points.map((name) => `    signal input ${name}[2];`).join('\n')}
${bits > 0 ? `    signal input scalar;` : ''}
    signal output out[2];
    component adder = ${template};
${points.map((name) => `    adder.${name} <== OnCurve()(${name});`).join('\n')}
${bits > 0 ? `    adder.bits <== Bits(${bits})(scalar);` : ''}
    out <== adder.out;
}`
const outOf = (witness: readonly bigint[]) => [witness[1], witness[2]]

describe('circuits: OnCurve, PointAdd, PointDouble', () => {
  const addition = () =>
    Subject.template('point-add', 'enclave/point.circom', 'Wrapped()', ['p', 'q'], wrapped('PointAdd()', ['p', 'q']))
  const doubling = () =>
    Subject.template('point-double', 'enclave/point.circom', 'Wrapped()', ['p'], wrapped('PointDouble()', ['p']))

  it('add as the reference does, where other formulas have exceptions too', async () => {
    const [adder, doubler] = [await addition(), await doubling()]
    assert.deepEqual(ofOrderTwo, [0n, FIELD_ORDER - 1n])
    const points = [neutral, ofOrderTwo, ofOrderEight, BASE_POINT, negative(BASE_POINT), randomPoint()]
    assert.ok(points.every(isOnCurve))
    for (const p of points) {
      assert.deepEqual(outOf(await doubler.witness({ p })), add(p, p))
      for (const q of points) assert.deepEqual(outOf(await adder.witness({ p, q })), add(p, q))
    }
  })

  it('refuse a point that is not on the curve', async () => {
    const adder = await addition()
    for (const wrong of [
      [0n, 0n],
      [1n, 1n],
      [BASE_POINT[0], BASE_POINT[1] + 1n],
    ] satisfies Point[]) {
      await assert.rejects(adder.witness({ p: wrong, q: BASE_POINT }), /Assert Failed/)
      await assert.rejects(adder.witness({ p: BASE_POINT, q: wrong }), /Assert Failed/)
    }
  })

  it('admit no forged witness: another sum breaks the row of its quotient', async () => {
    for (const [subject, inputs] of [
      [await addition(), { p: randomPoint(), q: randomPoint() }],
      [await addition(), { p: BASE_POINT, q: negative(BASE_POINT) }],
      [await doubling(), { p: randomPoint() }],
      [await doubling(), { p: ofOrderEight }],
    ] as const) {
      const { system } = subject
      const witness = await subject.witness(inputs)
      assertEveryWireIsHeld(subject, witness)
      const sum = system.array('main.adder.out')
      assertDetermined(subject, sum)
      for (const wire of sum) assertOneRowBreaks(subject, system.set(witness, [[wire, randomElement()]]))
    }
  })

  it('would let the sum be chosen off the curve, where denominators can vanish: hence the check', async () => {
    const adder = await addition()
    const { system } = adder
    // 1 + d x1 y2 y1 x2 = 0 with x1 = y1 = y2 = 1.
    const x2 = modulo(-inverse(168696n))
    const inputs = { p: [1n, 1n], q: [x2, 1n] }
    const honest = await adder.witness({ p: neutral, q: neutral })
    const forged = system.complete(
      system.set(honest, [
        ...system.array('main.p').map((wire, i) => [wire, inputs.p[i]!] as const),
        ...system.array('main.q').map((wire, i) => [wire, inputs.q[i]!] as const),
      ]),
      system.plan(system.array('main.adder.out')),
      system.array('main.adder.out'),
    )
    // Both curve equations, and whatever the division by 0 leaves.
    assert.ok(system.broken(forged).length >= 2)
  })
})

describe('circuits: BaseMultiple, MultiplyBase', () => {
  const WINDOWS = 4
  const subject = () =>
    Subject.template(
      'multiply-base-4',
      'enclave/multiply.circom',
      'Wrapped()',
      ['scalar'],
      wrapped(`MultiplyBase(${WINDOWS})`, [], 3 * WINDOWS),
    )

  it('multiplies the base point by every digit in every window', async () => {
    const product = await subject()
    const scalars = [0, 1, 2, 3].flatMap((w) => [0, 1, 2, 3, 4, 5, 6, 7].map((digit) => digit * 8 ** w))
    for (const scalar of [...scalars, 4095, 0o1234]) {
      assert.deepEqual(outOf(await product.witness({ scalar })), multiply(BASE_POINT, BigInt(scalar)))
    }
  })

  it('refuses a scalar of more bits', async () => {
    await assert.rejects((await subject()).witness({ scalar: 4096 }), /Assert Failed/)
  })

  it('admits no forged witness: the scalar fixes every wire, and a digit that is no bit is refused', async () => {
    const product = await subject()
    const { system } = product
    const witness = await product.witness({ scalar: 0o1234 })
    assertEveryWireIsHeld(product, witness)
    const assumed = system.matching(quotients)
    const plan = assertDetermined(product, assumed)
    const bits = system.array('main.adder.bits')
    const halves = system.set(witness, [
      [bits[0]!, 2n],
      [bits[1]!, witness[bits[1]!]! - 1n],
    ])
    // The sum of bits holds; two rows say that these are none, and what they select is no point.
    const broken = system.broken(system.complete(halves, plan, [...bits, ...assumed]))
    assert.ok(broken.length >= 2)
  })
})

describe('circuits: PointOrNeutral, MultiplyPoint', () => {
  const BITS = 8
  const subject = () =>
    Subject.template(
      'multiply-point-8',
      'enclave/multiply.circom',
      'Wrapped()',
      ['scalar', 'p'],
      wrapped(`MultiplyPoint(${BITS})`, ['p'], BITS),
    )

  it('multiplies any point of the curve, of small order too', async () => {
    const product = await subject()
    for (const p of [neutral, ofOrderTwo, ofOrderEight, BASE_POINT, randomPoint()]) {
      for (const scalar of [0, 1, 2, 3, 7, 128, 129, 255]) {
        assert.deepEqual(outOf(await product.witness({ p, scalar })), multiply(p, BigInt(scalar)))
      }
    }
  })

  it('refuses a scalar of more bits, and a point that is not on the curve', async () => {
    const product = await subject()
    await assert.rejects(product.witness({ p: BASE_POINT, scalar: 256 }), /Assert Failed/)
    await assert.rejects(product.witness({ p: [1n, 1n], scalar: 3 }), /Assert Failed/)
  })

  it('admits no forged witness: scalar and point fix every wire', async () => {
    const product = await subject()
    assertEveryWireIsHeld(product, await product.witness({ p: randomPoint(), scalar: 0xa5 }))
    assertDetermined(product, product.system.matching(quotients))
  })
})

describe('circuits: enclave-epoch', () => {
  const { publicSignals, maxConstraints } = circuit('enclave-epoch')
  const secretKey = randomElement() % SUBGROUP_ORDER
  const session = { publicKey: publicKeyOf(secretKey), level: 3, window: 17, nullifierKey: randomElement() }
  const attested = { challenge: randomElement(), traceRoot: randomElement() }
  const epoch = 12
  const inputs = epochInputs(session, attested, epoch, sign(secretKey, attested)) as Inputs
  const canonical = /digest\.bits\[/
  const assumedOf = (subject: Subject) => [...subject.system.matching(quotients), ...subject.system.matching(canonical)]
  let proof: Subject
  before(async () => {
    proof = await Subject.of(await compile('enclave-epoch'))
  })

  it('takes the vectors', async () => {
    for (const { inputs: vector } of vectors.epochs) {
      const witness = await proof.witness(vector)
      assert.deepEqual(proof.system.broken(witness), [])
      assert.deepEqual(
        witness.slice(1, 1 + publicSignals.length),
        publicSignals.map((name) => BigInt(String(vector[name]))),
      )
    }
  })

  it('fits a domain of 2^13 with its public signals and the constant', () => {
    assert.ok(proof.system.rows.length + publicSignals.length + 1 <= 2 ** 13)
    assert.ok(proof.system.rows.length <= maxConstraints)
  })

  it('refuses every other value of any input', async () => {
    await proof.witness(inputs)
    const plusOne = (value: unknown) => BigInt(String(value)) + 1n
    for (const [name, value] of Object.entries(inputs)) {
      const changed = Array.isArray(value) ? value.map((_, i) => value.with(i, plusOne(value[i]))) : [plusOne(value)]
      for (const wrong of changed) {
        await assert.rejects(proof.witness({ ...inputs, [name]: wrong }), /Assert Failed/, name)
      }
    }
  })

  it('refuses the signature of another key, round or trace, however well the rest fits', async () => {
    const other = sign((secretKey % (SUBGROUP_ORDER - 1n)) + 1n, attested)
    const elsewhere = sign(secretKey, { ...attested, challenge: attested.challenge + 1n })
    const replaced = sign(secretKey, { ...attested, traceRoot: attested.traceRoot + 1n })
    for (const { point, scalar } of [other, elsewhere, replaced]) {
      const forged = { ...inputs, signaturePoint: point, signatureScalar: scalar }
      await assert.rejects(proof.witness(forged), /Assert Failed/)
    }
  })

  it('takes a scalar written as S + l, which is the same signature, and none of 2^252 or more', async () => {
    const scalar = BigInt(String(inputs.signatureScalar))
    await proof.witness({ ...inputs, signatureScalar: scalar + SUBGROUP_ORDER })
    await assert.rejects(proof.witness({ ...inputs, signatureScalar: scalar + 2n ** 252n }), /Assert Failed/)
  })

  it('refuses a signature whose point has a part of small order', async () => {
    const { point, scalar } = sign(secretKey, attested)
    const forged = { ...inputs, signaturePoint: add(point, ofOrderTwo), signatureScalar: scalar }
    await assert.rejects(proof.witness(forged), /Assert Failed/)
  })

  it('admits no forged witness: no private wire can move alone', async () => {
    for (const { inputs: vector } of [vectors.epochs[0]!, vectors.epochs[2]!]) {
      assertEveryWireIsHeld(proof, await proof.witness(vector))
    }
  })

  it('admits no forged witness: the inputs fix every wire, given canonical bits and quotients', async () => {
    const assumed = assumedOf(proof)
    // The last sum of either side is the same point, on the same two wires.
    assert.equal(assumed.length, 254 + 2 * (83 + 2 * 127))
    assertDetermined(proof, assumed)
  })

  it('refuses a signature for the challenge that the second representative of the hash would give', async () => {
    const point = multiply(BASE_POINT, 5n)
    const hashed = hash('pocps.attest', [...point, ...session.publicKey, attested.challenge, attested.traceRoot])
    const scalarFor = (h: bigint) => (5n + BigInt.asUintN(CHALLENGE_BITS, h) * secretKey) % SUBGROUP_ORDER
    await proof.witness({ ...inputs, signaturePoint: point, signatureScalar: scalarFor(hashed) })
    const alias = { ...inputs, signaturePoint: point, signatureScalar: scalarFor(hashed + FIELD_ORDER) }
    await assert.rejects(proof.witness(alias), /Assert Failed/)
  })

  it('admits no forged witness: a proof of one session, round, epoch or level is none of another', async () => {
    const { system } = proof
    const plan = system.plan(assumedOf(proof))
    const witness = await proof.witness(inputs)
    for (const name of publicSignals) {
      for (const value of [randomElement(), modulo(-1n), 0n]) {
        const claimed = system.set(witness, [[system.wire(`main.${name}`), value]])
        assert.ok(system.broken(claimed).length > 0, name)
        assert.ok(system.broken(system.complete(claimed, plan, assumedOf(proof))).length > 0, name)
      }
    }
  })
})

function negative([x, y]: Point): Point {
  return [modulo(-x), y]
}

function inverse(value: bigint): bigint {
  let [result, base] = [1n, modulo(value)]
  for (let e = FIELD_ORDER - 2n; e > 0n; e >>= 1n, base = (base * base) % FIELD_ORDER) {
    if (e & 1n) result = (result * base) % FIELD_ORDER
  }
  return result
}
