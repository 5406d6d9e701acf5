/** The P-256 templates along scalars: half-size scalars, joint windows, comb windows. */
import assert from 'node:assert/strict'
import { combTable } from '../../../circuits/p256/comb-table.ts'
import {
  add,
  addAlong,
  basePoint,
  inverse,
  modulo,
  n,
  negate,
  type Point,
  p,
  slope,
} from '../../../circuits/p256/curve.ts'
import { powers } from '../../../circuits/p256/functionals.ts'
import { constantKeys } from '../../../circuits/p256/keys.ts'
import { balancedLimbs } from '../../../circuits/p256/limbs.ts'
import { halfSize } from '../../../src/p256/half-size.ts'
import { jointDigits, jointTable } from '../../../src/p256/joint.ts'
import { modulo as field, randomElement } from '../harness.ts'
import { Forger } from './forger.ts'
import { publicPoint, randomScalar } from './signatures.ts'

const randomPoint = () => publicPoint(randomScalar())
const values = (count: number, limbs: readonly bigint[]) =>
  powers(count, 8).map((row) => row.reduce((sum, power, k) => sum + power * limbs[k]!, 0n))

describe('circuits: P-256 half-size scalars', () => {
  it('exist for every u2: odd alpha and beta below 2^128', () => {
    const edges = [1n, 2n, 3n, 4n, n - 1n, n - 2n, n / 2n, 1n << 128n, (1n << 128n) - 1n, 1n << 127n]
    const seen = new Set<string>()
    for (const u2 of [...edges, ...Array.from({ length: 3000 }, randomScalar)]) {
      const { alpha, beta, w, u, combined, onR, plus } = halfSize(u2)
      for (const each of [alpha, beta]) assert.ok((each & 1n) === 1n && -(1n << 128n) < each && each < 1n << 128n)
      assert.equal(modulo(w + u * u2, n), 0n)
      const sign = plus ? 1n : -1n
      const expected = !combined ? [alpha, beta] : onR ? [beta, alpha + sign * beta] : [alpha + beta, sign * beta]
      assert.deepEqual([w, u], expected)
      seen.add(combined ? `${onR} ${plus}` : 'plain')
    }
    assert.equal(seen.size, 5)
  })
})

describe('circuits: P-256 JointWindow', () => {
  const subject = () =>
    Forger.template('joint-window', 'p256/joint_window.circom', 'JointWindow(2)', [
      'x',
      'y',
      'termX',
      'termY',
      'slopes',
    ])
  const inputs = (point: Point, term: Point, slopes: readonly bigint[]) => ({
    x: values(15, balancedLimbs(point.x)),
    y: values(22, balancedLimbs(point.y)),
    termX: balancedLimbs(term.x),
    termY: balancedLimbs(term.y),
    slopes: slopes.flatMap(balancedLimbs),
  })
  /** The slopes that go with a slope of choice from 2P to T. */
  const along = (point: Point, term: Point, there: bigint) => {
    const double = add(point, point)
    const middle = addAlong(there, double, term)
    // (there + back)(x(2P) - x(middle)) = 2 y(2P)
    const back = modulo(2n * double.y * inverse(double.x - middle.x, p) - there, p)
    return [slope(point, point), there, back]
  }

  it('takes 4P + T', async () => {
    const [point, term] = [randomPoint(), randomPoint()]
    const forger = await subject()
    const there = slope(add(point, point), term)
    const witness = forger.witness(inputs(point, term, along(point, term, there)))
    assert.deepEqual(forger.system.broken(witness), [])
    const x = forger.system.array('main.nextX').map((wire) => witness[wire]!)
    // The value at 0 is the lowest limb, before any reduction.
    const back = along(point, term, there)[2]!
    const low = (limbs: readonly bigint[]) => limbs[0]! * limbs[0]!
    assert.equal(x[0], field(low(balancedLimbs(back)) - low(balancedLimbs(there)) + balancedLimbs(term.x)[0]!))
  })

  it('admits no other tangent, and no other slope where T is not 2P', async () => {
    const [point, term] = [randomPoint(), randomPoint()]
    const forger = await subject()
    const there = slope(add(point, point), term)
    const slopes = along(point, term, there)
    forger.assertBreaksOnly(inputs(point, term, [slopes[0]!, slopes[1]!, slopes[2]! ^ 1n]), [/backCheck/])
    forger.assertBreaksOnly(inputs(point, term, along(point, term, there ^ 1n)), [/thereCheck/, /backCheck/])
    forger.assertBreaksOnly(inputs(point, term, [slopes[0]! ^ 1n, slopes[1]!, slopes[2]!]), [
      /doubleCheck/,
      /thereCheck/,
      /backCheck/,
    ])
  })

  it('leaves the slope free for T = 2P: that this does not happen is up to the random offset', async () => {
    const point = randomPoint()
    const double = add(point, point)
    const forger = await subject()
    for (const there of [1n, modulo(randomElement(), p)]) {
      forger.assertHolds(inputs(point, double, along(point, double, there)))
    }
  })

  it('admits no witness for T = -2P', async () => {
    const point = randomPoint()
    const term = negate(add(point, point))
    const forger = await subject()
    for (const there of [0n, 1n, modulo(randomElement(), p)]) {
      const witness = forger.witness(inputs(point, term, along(point, term, there)))
      forger.assertWitnessBreaksOnly(witness, [/thereCheck/, /backCheck/])
    }
  })
})

describe('circuits: P-256 JointScalars and JointChoice', () => {
  const subject = () =>
    Forger.template(
      'joint-choice',
      'p256/joint_scalars.circom',
      'Choices()',
      ['words', 'points'],
      `include "p256/joint_table.circom";
include "tags.circom";
template Choices() {
    signal input words[2];
    signal input points[8][2][8];
    signal output alpha[4];
    signal output beta[4];
    signal output x[8];
    signal output y[8];
    component scalars = JointScalars();
    component bits[2];
    for (var i = 0; i < 2; i++) {
        bits[i] = Bits(128);
        bits[i].in <== words[i];
        for (var k = 0; k < 128; k++) scalars.bits[128 * i + k] <== bits[i].bits[k];
    }
    component choice = JointChoice();
    choice.points <== points;
    choice.sign <== bits[0].bits[0];
    choice.low <== bits[0].bits[1];
    choice.high <== bits[0].bits[2];
    choice.middle <== bits[0].bits[3];
    alpha <== scalars.alpha;
    beta <== scalars.beta;
    x <== choice.x;
    y <== choice.y;
}`,
    )
  const wordsOf = (bits: readonly boolean[]) =>
    [0, 1].map((i) => bits.slice(128 * i, 128 * i + 128).reduceRight((sum, bit) => 2n * sum + (bit ? 1n : 0n), 0n))

  it('add up to the scalars, and choose from the table the term that their first digits name', async () => {
    const forger = await subject()
    const [a, b] = [randomPoint(), randomPoint()]
    const table = jointTable(a, b).slice(2)
    const points = table.map(({ point: { x, y } }) => [balancedLimbs(x), balancedLimbs(y)])
    for (let trial = 0; trial < 24; trial++) {
      const half = halfSize(randomScalar())
      const digits = jointDigits(half)
      const bits = digits.flatMap(({ sign, opposed, largeA, largeB }) => [sign, opposed, largeA, largeB])
      // The digits of the first window are forced through all sixteen.
      const first = [0, 1, 2, 3].map((k) => ((trial >> k) & 1) === 1)
      const forced = trial < 16 ? [...first, ...bits.slice(4)] : bits
      const witness = forger.witness({ words: wordsOf(forced), points })
      assert.deepEqual(forger.system.broken(witness), [])
      const read = (name: string) => forger.system.array(`main.${name}`).map((wire) => witness[wire]!)
      const integer = (limbs: readonly bigint[]) => limbs.reduceRight((sum, limb) => field((sum << 32n) + limb), 0n)
      if (trial >= 16) {
        assert.equal(integer(read('alpha')), field(half.alpha))
        assert.equal(integer(read('beta')), field(half.beta))
      }
      const [sign, opposed, largeA, largeB] = forced.map(Number)
      const { point } = table[4 * largeA! + 2 * largeB! + opposed!]!
      assert.deepEqual(read('x'), balancedLimbs(point.x).map(field))
      assert.deepEqual(
        read('y'),
        balancedLimbs(point.y).map((limb) => field(sign ? -limb : limb)),
      )
    }
  })
})

describe('circuits: P-256 CombWindow', () => {
  for (const [name, place, key] of [
    ['BaseWindow(5, 8)', 5, basePoint],
    ['BaseWindow(28, 3)', 28, basePoint],
    ['KeyWindow(2, 7, 8)', 7, constantKeys[2]!.point],
  ] as const) {
    const title = `gives the point and the digit of every index and sign: ${name}`
    // Compiling the large tables takes a quarter of a minute; the whole circuits use them anyway.
    if (!process.env.POCPS_SLOW && place !== 28) it(`${title} (npm run test:slow)`)
    else
      it(title, async () => {
        const size = place === 28 ? 3 : 8
        const forger = await Forger.template(
          `comb-window-${place}`,
          place === 7 ? 'p256/key_comb.circom' : 'p256/base_comb.circom',
          'Window()',
          ['bits'],
          `include "tags.circom";
template Window() {
    signal input bits;
    signal output x[8];
    signal output y[8];
    signal output digit;
    component each = Bits(${size + 1});
    each.in <== bits;
    component window = ${name};
    for (var i = 0; i < ${size}; i++) window.index[i] <== each.bits[i];
    window.sign <== each.bits[${size}];
    x <== window.x;
    y <== window.y;
    digit <== window.digit;
}`,
        )
        const table = combTable(key)[place]!
        for (let bits = 0; bits < 2 << size; bits += size === 3 ? 1 : 7) {
          const witness = forger.witness({ bits })
          assert.deepEqual(forger.system.broken(witness), [])
          const [index, sign] = [bits % (1 << size), bits >> size]
          const { x, y } = table[index]!
          const read = (signal: string) => forger.system.array(`main.${signal}`).map((wire) => witness[wire]!)
          assert.deepEqual(read('x'), balancedLimbs(x).map(field))
          assert.deepEqual(
            read('y'),
            balancedLimbs(y).map((limb) => field(sign ? -limb : limb)),
          )
          assert.equal(witness[forger.system.wire('main.digit')], field((sign ? -1n : 1n) * BigInt(2 * index + 1)))
        }
      })
  }
})
