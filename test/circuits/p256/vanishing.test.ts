/** Range checks of the P-256 circuits at their edges, and witnesses forged beyond them. */
import assert from 'node:assert/strict'
import { basePoint, n, p } from '../../../circuits/p256/curve.ts'
import { powers } from '../../../circuits/p256/functionals.ts'
import { type IdentityName, provenIdentities } from '../../../circuits/p256/identities.ts'
import { balancedLimbs, unsignedLimbs } from '../../../circuits/p256/limbs.ts'
import { fieldOrder, lowModulus } from '../../../circuits/p256/vanishing.ts'
import { randomElement } from '../harness.ts'
import { Forger } from './forger.ts'
import { publicPoint, randomScalar } from './signatures.ts'

const identities = provenIdentities()
const halves = (value: bigint) => [value >> 128n, value & ((1n << 128n) - 1n)]
/** A template's 256 bits from two halves, and what else it takes. */
const fromHalves = (call: string, bits: string, inputs = '') => `include "tags.circom";
template FromHalves() {
    signal input halves[2];
    component half[2];
    component part = ${call};
    for (var i = 0; i < 2; i++) half[i] = Bits(128);
    half[0].in <== halves[0];
    half[1].in <== halves[1];
    for (var i = 0; i < 256; i++) part.${bits}[i] <== half[i \\ 128].bits[127 - i % 128];
    ${inputs}
}`

describe('circuits: P-256 Reduced', () => {
  const subject = () => Forger.template('reduced', 'p256/element.circom', 'Reduced()', ['limbs'])
  const limbs = (value: bigint) => ({ limbs: [0n, 1n, -1n, value, 5n, 0n, 0n, 0n] })

  it('takes limbs from -2^31 to 2^31 - 1', async () => {
    const reduced = await subject()
    for (const value of [-(1n << 31n), -1n, 0n, 1n, (1n << 31n) - 1n]) reduced.assertHolds(limbs(value))
  })

  it('admits no forged witness: a limb fixes its bits, and beyond the range their last row breaks', async () => {
    const reduced = await subject()
    for (const value of [-(1n << 31n) - 1n, 1n << 31n, 1n << 32n, (1n << 253n) + 7n, randomElement()]) {
      reduced.assertBreaksOnly(limbs(value), [/^main\.bits\[3\]/])
      assert.equal(reduced.system.broken(reduced.witness(limbs(value))).length, 1)
    }
  })
})

describe('circuits: P-256 Vanishing', () => {
  const kinds: readonly (readonly [template: string, name: IdentityName, place: number])[] = [
    ['Quadratic', 'CHORD', 0],
    ['Cubic', 'LINK', 27],
    ['Quartic', 'DOUBLE', 2],
    ['OrderQuadratic', 'TOTAL', 0],
  ]
  for (const [template, name, place] of kinds) {
    const { check, ranges } = identities[name][place]!
    const { quotientBits, carryBits } = ranges
    const { modulus, points, lowLimbs } = check
    const low = 1n << BigInt(32 * lowLimbs)
    /** Limbs of an integer, the last one as large as need be; `moved` units go from limb lowLimbs to the one below. */
    const values = (integer: bigint, moved = 0n) => {
      let rest = integer
      const limbs = Array.from({ length: 8 }, (_, i) => {
        const limb = i === 7 ? rest : BigInt.asIntN(32, rest)
        rest = (rest - limb) >> 32n
        return limb
      })
      limbs[lowLimbs]! -= moved
      limbs[lowLimbs - 1]! += moved << 32n
      return { values: powers(points, 8).map((row) => row.reduce((sum, power, k) => sum + power * limbs[k]!, 0n)) }
    }
    const carryOf = (quotient: bigint) => {
      const lowPart = BigInt.asUintN(32 * lowLimbs, quotient * modulus)
      const signed = lowPart >= low / 2n ? lowPart - low : lowPart
      return (signed - quotient * lowModulus(check)) / low
    }
    const subject = () =>
      Forger.template(
        `vanishing-${template.toLowerCase()}`,
        'p256/vanishing.circom',
        `${template}([${quotientBits}, ${carryBits}])`,
        ['values'],
      )
    const edges = [-(1n << BigInt(quotientBits - 1)), -1n, 0n, 1n, (1n << BigInt(quotientBits - 1)) - 1n]

    it(`${template} takes multiples of the modulus with quotients at both ends of their range`, async () => {
      const vanishing = await subject()
      for (const quotient of edges) vanishing.assertHolds(values(quotient * modulus))
    })

    it(`${template} admits no quotient beyond its range`, async () => {
      const vanishing = await subject()
      for (const quotient of [edges[0]! - 1n, edges.at(-1)! + 1n]) {
        vanishing.assertBreaksOnly(values(quotient * modulus), [/quotientBits/])
      }
    })

    it(`${template} takes carries at both ends of their range, and none beyond`, async () => {
      const vanishing = await subject()
      const quotient = 12345n
      const [least, most] = [-(1n << BigInt(carryBits - 1)), (1n << BigInt(carryBits - 1)) - 1n]
      const moved = (carry: bigint) => values(quotient * modulus, carry - carryOf(quotient))
      for (const carry of [least, most]) vanishing.assertHolds(moved(carry))
      for (const carry of [least - 1n, most + 1n]) vanishing.assertBreaksOnly(moved(carry), [/carryBits/])
    })

    it(`${template} admits no sum that is a small multiple in the field alone, nor one that is no multiple`, async () => {
      const vanishing = await subject()
      vanishing.assertBreaksOnly(values(5n * modulus + fieldOrder), [/carryBits/])
      for (const rest of [1n, modulus - 1n, modulus / 2n, 5n * modulus + low]) {
        vanishing.assertBreaksOnly(values(rest), [/carryBits/, /quotientBits/])
      }
    })
  }
})

describe('circuits: P-256 GroupScalar', () => {
  const subject = () =>
    Forger.template(
      'group-scalar',
      'p256/signature_parts.circom',
      'FromHalves()',
      ['halves'],
      fromHalves('GroupScalar()', 'bits'),
    )

  it('takes 1 to n - 1', async () => {
    const scalar = await subject()
    for (const value of [1n, 2n, n >> 1n, n - 2n, n - 1n, randomScalar()]) {
      scalar.assertHolds({ halves: halves(value) })
    }
  })

  it('admits no forged witness for 0, and none from n on, whatever the factors', async () => {
    const scalar = await subject()
    scalar.assertBreaksOnly({ halves: halves(0n) }, [/positive\.inverse/])
    for (const value of [n, n + 1n, n + randomScalar() / (1n << 40n), (1n << 256n) - 1n]) {
      const witness = scalar.witness({ halves: halves(value) })
      scalar.assertWitnessBreaksOnly(witness, [/below\.factor/])
      const factors = scalar.system.array('main.part.below.factor')
      const forged = scalar.system.set(
        witness,
        factors.map((wire) => [wire, randomElement()]),
      )
      assert.ok(scalar.system.broken(forged).length > 0)
    }
  })
})

describe('circuits: P-256 SignatureX', () => {
  const subject = () =>
    Forger.template(
      'signature-x',
      'p256/signature_parts.circom',
      'FromHalves()',
      ['halves', 'r', 'wrapped'],
      fromHalves(
        'SignatureX()',
        'rBits',
        `signal input r[8];
    signal input wrapped;
    component flag = Bits(1);
    flag.in <== wrapped;
    part.wrapped <== flag.bits[0];
    part.r <== r;`,
      ),
    )
  const inputs = (r: bigint, wrapped: bigint) => ({ halves: halves(r), r: unsignedLimbs(r), wrapped })

  it('takes r, and r + n where that is below p', async () => {
    const x = await subject()
    for (const r of [1n, p - n - 1n, n - 1n]) x.assertHolds(inputs(r, 0n))
    for (const r of [1n, 1000n, p - n - 1n]) x.assertHolds(inputs(r, 1n))
  })

  it('admits no forged witness for r + n from p on', async () => {
    const x = await subject()
    for (const r of [p - n, p - n + 1n, 1n << 127n, n - 1n]) x.assertBreaksOnly(inputs(r, 1n), [/below\.factor/])
  })
})

describe('circuits: P-256 OnCurve and Apart', () => {
  const onCurve = () => Forger.template('on-curve', 'p256/on_curve.circom', 'OnCurve()', ['x', 'y'])
  const apart = () => Forger.template('apart', 'p256/apart.circom', 'Apart()', ['x1', 'x2'])

  it('OnCurve takes points in either kind of limbs', async () => {
    const curve = await onCurve()
    for (const { x, y } of [basePoint, publicPoint(randomScalar())]) {
      curve.assertHolds({ x: unsignedLimbs(x), y: unsignedLimbs(y) })
      curve.assertHolds({ x: unsignedLimbs(x), y: balancedLimbs(y) })
    }
  })

  it('OnCurve admits no forged witness off the curve, nor for (0, 0) in the place of infinity', async () => {
    const curve = await onCurve()
    const { x, y } = publicPoint(randomScalar())
    for (const [otherX, otherY] of [
      [0n, 0n],
      [0n, 1n],
      [x, y ^ 1n],
      [x ^ 1n, y],
    ] as const) {
      curve.assertBreaksOnly({ x: unsignedLimbs(otherX), y: unsignedLimbs(otherY) }, [/quotientBits/, /carryBits/])
    }
  })

  it('Apart admits no forged witness for equal x, in two representatives either', async () => {
    const differ = await apart()
    const { x } = publicPoint(randomScalar())
    differ.assertHolds({ x1: unsignedLimbs(x), x2: unsignedLimbs(x ^ 1n) })
    differ.assertBreaksOnly({ x1: unsignedLimbs(x), x2: unsignedLimbs(x) }, [/inverse/])
    // 2^255 has the representatives 2^255 and 2^255 - p, and both fit into eight limbs.
    const low = unsignedLimbs(1n << 255n)
    const high = balancedLimbs(1n << 255n)
    assert.notDeepEqual(low, high)
    differ.assertBreaksOnly({ x1: low, x2: high }, [/inverse/])
    differ.assertBreaksOnly({ x1: high, x2: low }, [/inverse/])
  })
})
