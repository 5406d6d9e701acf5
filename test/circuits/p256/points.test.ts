/** The P-256 templates for sums of points, and slopes that are free where points coincide. */
import assert from 'node:assert/strict'
import { add, basePoint, inverse, modulo, multiply, n, negate, type Point, p } from '../../../circuits/p256/curve.ts'
import { provenIdentities } from '../../../circuits/p256/identities.ts'
import { balancedLimbs } from '../../../circuits/p256/limbs.ts'
import { jointTable, type Sum } from '../../../src/p256/joint.ts'
import { FIELD_ORDER as r } from '../../../src/work/poseidon.ts'
import { randomElement } from '../harness.ts'
import { Forger } from './forger.ts'
import { formalSum, sumAlong } from './formal.ts'
import { publicPoint, randomScalar } from './signatures.ts'

const coordinates = ({ x, y }: Point) => [balancedLimbs(x), balancedLimbs(y)]
const hintOf = ({ slope: lambda, point }: Sum) => [lambda, point.x, point.y].flatMap(balancedLimbs)
const randomPoint = () => publicPoint(randomScalar())

describe('circuits: P-256 Chord and Tangent', () => {
  const ranges = provenIdentities().CHORD.map(({ ranges: { quotientBits, carryBits } }) => [quotientBits, carryBits])
  const chord = () =>
    Forger.template('chord', 'p256/addition.circom', `Chord(${JSON.stringify(ranges)})`, [
      'x1',
      'y1',
      'x2',
      'y2',
      'hint',
    ])
  const tangent = () =>
    Forger.template('tangent', 'p256/addition.circom', 'Tangent(WIDE_TANGENT_RANGES())', ['x', 'y', 'hint'])
  const inputs = (left: Point, right: Point, sum: Sum) => {
    const [[x1, y1], [x2, y2]] = [coordinates(left), coordinates(right)]
    return { x1: x1!, y1: y1!, x2: x2!, y2: y2!, hint: hintOf(sum) }
  }

  it('take the sum of two points, and twice a point', async () => {
    const [left, right] = [randomPoint(), randomPoint()]
    ;(await chord()).assertHolds(inputs(left, right, formalSum(left, right)))
    const [x, y] = coordinates(left)
    ;(await tangent()).assertHolds({ x: x!, y: y!, hint: hintOf(formalSum(left, left)) })
  })

  it('admit no forged witness: another slope, x or y breaks its own identity', async () => {
    const [left, right] = [randomPoint(), randomPoint()]
    const { slope: lambda, point } = formalSum(left, right)
    const forger = await chord()
    const other = modulo(lambda + 1n, p)
    forger.assertBreaksOnly(inputs(left, right, sumAlong(other, left, right)), [/slopeCheck/])
    const y = modulo(lambda * (left.x - point.x - 1n) - left.y, p)
    const shifted = { slope: lambda, point: { x: point.x + 1n, y } }
    forger.assertBreaksOnly(inputs(left, right, shifted), [/xCheck/])
    forger.assertBreaksOnly(inputs(left, right, { slope: lambda, point: negate(point) }), [/yCheck/])
    const [x1, y1] = coordinates(left)
    const double = await tangent()
    double.assertBreaksOnly({ x: x1!, y: y1!, hint: hintOf(sumAlong(other, left, left)) }, [/slopeCheck/])
  })

  it('admit no slope for opposite points', async () => {
    const left = randomPoint()
    const forger = await chord()
    for (const lambda of [0n, 1n, modulo(randomElement(), p)]) {
      forger.assertBreaksOnly(inputs(left, negate(left), sumAlong(lambda, left, negate(left))), [/slopeCheck/])
    }
  })

  it('leave the slope free for equal points, which is why callers exclude them', async () => {
    const left = randomPoint()
    const forger = await chord()
    forger.assertHolds(inputs(left, left, sumAlong(modulo(randomElement(), p), left, left)))
  })
})

describe('circuits: P-256 JointTable', () => {
  const subject = () => Forger.template('joint-table', 'p256/joint_table.circom', 'JointTable()', ['a', 'b', 'hint'])
  const inputs = (a: Point, b: Point, table: readonly Sum[]) => ({
    a: coordinates(a),
    b: coordinates(b),
    hint: table.flatMap(hintOf),
  })
  /** The table for any points, with a slope of choice in one place. */
  const forgedTable = (a: Point, b: Point, free: number, lambda: bigint): Sum[] => {
    const table: Sum[] = []
    const sum = (left: Point, right: Point) => {
      table.push(table.length === free ? sumAlong(lambda, left, right) : formalSum(left, right))
      return table.at(-1)!.point
    }
    const twiceA = sum(a, a)
    const twiceB = sum(b, b)
    const first = [b, negate(b)].map((each) => sum(a, each))
    const signed = [twiceB, negate(twiceB)]
    for (const i of [0, 1]) sum(first[i]!, signed[i]!)
    const wideA = first.map((each) => sum(each, twiceA))
    for (const i of [0, 1]) sum(wideA[i]!, signed[i]!)
    return table
  }

  it('has i A + j B in its eight places', async () => {
    const [secretA, secretB] = [randomScalar(), randomScalar()]
    const [a, b] = [publicPoint(secretA), publicPoint(secretB)]
    const table = jointTable(a, b)
    assert.deepEqual(forgedTable(a, b, -1, 0n), table)
    for (const [place, { point }] of table.slice(2).entries()) {
      const i = place & 4 ? 3n : 1n
      const j = (place & 2 ? 3n : 1n) * (place & 1 ? -1n : 1n)
      assert.deepEqual(point, multiply(i * secretA + j * secretB, basePoint))
    }
    ;(await subject()).assertHolds(inputs(a, b, table))
  })

  it('admits no forged witness for bases that collide: a check says so, and another sum has no slope', async () => {
    const forger = await subject()
    const a = randomPoint()
    const [third, lambda] = [multiply(inverse(3n, n), a)!, modulo(randomElement(), p)]
    const refuses = (left: Point, right: Point, free: number, ...patterns: readonly RegExp[]) =>
      forger.assertBreaksOnly(inputs(left, right, forgedTable(left, right, free, lambda)), patterns)
    // Places of the hint: 2A, 2B, A + B, A - B, A + 3B, A - 3B, 3A + B, 3A - B, 3A + 3B, 3A - 3B.
    refuses(a, a, 2, /differ\[0\]\.inverse/, /sum\[1\]\.slopeCheck/)
    refuses(a, negate(a), 3, /differ\[0\]\.inverse/, /sum\[0\]\.slopeCheck/)
    refuses(third, a, 8, /differ\[1\]\.inverse/, /sum\[5\]\.slopeCheck/)
    refuses(third, negate(a), 9, /differ\[2\]\.inverse/, /sum\[4\]\.slopeCheck/)
  })
})

describe('circuits: P-256 JointBases', () => {
  const subject = () =>
    Forger.template(
      'joint-bases',
      'p256/joint_scalars.circom',
      'Flags()',
      ['flags', 'q', 'r', 'alpha', 'beta', 'hint'],
      `include "tags.circom";
template Flags() {
    signal input flags;
    signal input q[2][8];
    signal input r[2][8];
    signal input alpha[4];
    signal input beta[4];
    signal input hint[24];
    component bits = Bits(3);
    bits.in <== flags;
    component bases = JointBases();
    bases.combined <== bits.bits[0];
    bases.onR <== bits.bits[1];
    bases.plus <== bits.bits[2];
    bases.q <== q;
    bases.r <== r;
    bases.alpha <== alpha;
    bases.beta <== beta;
    bases.hint <== hint;
}`,
    )

  it('keeps alpha A + beta B = w Q + u R in every case', async () => {
    const forger = await subject()
    const [secretQ, secretR] = [randomScalar(), randomScalar()]
    const [q, point] = [publicPoint(secretQ), publicPoint(secretR)]
    for (let flags = 0; flags < 8; flags++) {
      const mixed = formalSum(q, flags & 4 ? point : negate(point))
      const [alpha, beta] = [5n, -7n]
      const witness = forger.witness({
        flags,
        q: coordinates(q),
        r: coordinates(point),
        alpha: [alpha, 0n, 0n, 0n],
        beta: [beta, 0n, 0n, 0n],
        hint: hintOf(mixed),
      })
      assert.deepEqual(forger.system.broken(witness), [])
      const read = (name: string) => forger.system.array(`main.bases.${name}`).map((wire) => witness[wire]!)
      const signed = (value: bigint) => (value > r / 2n ? value - r : value)
      const pointOf = (name: string) =>
        [0, 1].map((c) =>
          modulo(
            read(`${name}[${c}]`).reduceRight((sum, limb) => (sum << 32n) + signed(limb), 0n),
            p,
          ),
        )
      const combined = (flags & 1) !== 0
      const a = combined && flags & 2 ? point : q
      const b = combined ? mixed.point : point
      assert.deepEqual(
        [pointOf('a'), pointOf('b')],
        [
          [a.x, a.y],
          [b.x, b.y],
        ],
      )
      const [w, u] = [signed(read('w')[0]!), signed(read('u')[0]!)]
      assert.deepEqual(add(multiply(alpha, a)!, multiply(beta, b)!), multiply(w * secretQ + u * secretR, basePoint))
    }
  })

  it('admits no forged witness for Q = ±R, where the slope of their sum would be free', async () => {
    const forger = await subject()
    const q = randomPoint()
    for (const [point, plus] of [
      [q, 4],
      [negate(q), 0],
    ] as const) {
      const lambda = modulo(randomElement(), p)
      const rest = { alpha: [1n, 0n, 0n, 0n], beta: [1n, 0n, 0n, 0n] }
      const mixed = hintOf(sumAlong(lambda, q, q))
      const inputs = { flags: 1 + plus, q: coordinates(q), r: coordinates(point), hint: mixed, ...rest }
      forger.assertBreaksOnly(inputs, [/differ\.inverse/])
    }
  })
})
