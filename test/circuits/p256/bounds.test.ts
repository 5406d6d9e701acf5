/** The interval checker of the lazy identities, and that it can say no. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { combSum, windowStep } from '../../../circuits/p256/algebra.ts'
import { modulo } from '../../../circuits/p256/curve.ts'
import { extension, powers, quotientAndCarryRows } from '../../../circuits/p256/functionals.ts'
import { generatedInclude } from '../../../circuits/p256/generate.ts'
import { provenIdentities, settledWindows } from '../../../circuits/p256/identities.ts'
import { exactRing, type Polynomial } from '../../../circuits/p256/polynomial.ts'
import { combWindows, OFFSET_WINDOWS, SCALAR_BITS } from '../../../circuits/p256/shape.ts'
import {
  type Check,
  checks,
  fieldOrder,
  foldTable,
  lowModulus,
  proveRanges,
  quotientAndCarry,
  rangesFor,
  UnprovenBoundError,
} from '../../../circuits/p256/vanishing.ts'
import { templateDirectory } from '../../../circuits/source.ts'
import { randomElement } from '../harness.ts'

const identities = Object.entries(provenIdentities())
const places = identities.flatMap(([name, list]) => list.map((identity, i) => ({ name: `${name} ${i}`, ...identity })))

describe('P-256: interval checker', () => {
  it('proves every identity of the circuits', () => {
    assert.equal(places.length, 55)
    for (const { bound, check, ranges } of places) proveRanges(bound, check, ranges)
  })

  it('refuses ranges with one bit less, for some honest quotient or carry would not fit', () => {
    for (const { name, bound, check, ranges } of places) {
      const { quotientBits, carryBits } = ranges
      const short = [
        { quotientBits: quotientBits - 1, carryBits },
        { quotientBits, carryBits: carryBits - 1 },
      ]
      for (const each of short) assert.throws(() => proveRanges(bound, check, each), UnprovenBoundError, name)
    }
  })

  it('refuses ranges so wide that a forged quotient or carry would fit', () => {
    for (const { name, bound, check, ranges } of places) {
      const { quotientBits, carryBits } = ranges
      const largest = (holds: (bits: number) => boolean) => {
        let bits = 1
        while (holds(bits)) bits += 1
        return bits
      }
      const proven = (each: { quotientBits: number; carryBits: number }) => {
        try {
          proveRanges(bound, check, each)
          return true
        } catch (error) {
          assert.ok(error instanceof UnprovenBoundError)
          return false
        }
      }
      const wideQuotient = largest((more) => proven({ quotientBits: quotientBits + more, carryBits }))
      const wideCarry = largest((more) => proven({ quotientBits, carryBits: carryBits + more }))
      assert.ok(wideQuotient < 256 && wideCarry < 256, name)
      // The true limit: beyond it, S = q m + r 2^(32 t) has a quotient in range.
      assert.ok(1n << BigInt(quotientBits + wideQuotient - 1) <= fieldOrder << BigInt(32 * check.lowLimbs), name)
    }
  })

  it('refuses coefficients so large that no ranges prove the identity', () => {
    for (const { name, bound, check } of places) {
      const larger = bound.map((coefficient) => coefficient << 64n)
      assert.throws(() => proveRanges(larger, check, rangesFor(larger, check)), UnprovenBoundError, name)
    }
  })

  it('refuses a polynomial with more coefficients than the circuit has points', () => {
    const bound = Array.from({ length: 16 }, () => 1n)
    assert.throws(() => rangesFor(bound, checks.quadratic), UnprovenBoundError)
  })

  it('needs three kinds of joint window: the bounds of a third are those of all later ones', () => {
    assert.deepEqual(settledWindows[0], settledWindows[1])
  })

  it('bounds what the largest limbs of any signs give', () => {
    const limbs = (): Polynomial =>
      Array.from({ length: 8 }, () => (randomElement() & 1n ? -(1n << 31n) : (1n << 31n) - (randomElement() & 1n)))
    const extreme = () => (Math.random() < 0.3 ? Array.from({ length: 8 }, () => -(1n << 31n)) : limbs())
    const within = (polynomial: Polynomial, bound: Polynomial) =>
      polynomial.every((value, i) => (value < 0n ? -value : value) <= bound[i]!)
    const [link, double, there, back] = ['LINK', 'DOUBLE', 'THERE', 'BACK'].map(
      (name) => identities.find(([each]) => each === name)![1],
    )
    for (let trial = 0; trial < 20; trial++) {
      const points = combWindows(SCALAR_BITS).map(() => ({ x: extreme(), y: extreme() }))
      const slopes = points.slice(1).map(extreme)
      const { links } = combSum(exactRing, points, slopes)
      assert.ok(links.every((each, t) => within(each, link![t]!.bound)))
      let { sum } = combSum(exactRing, points.slice(0, OFFSET_WINDOWS), slopes.slice(0, OFFSET_WINDOWS - 1))
      for (let i = 0; i < 4; i++) {
        const window = { tangent: extreme(), there: extreme(), back: extreme() }
        const step = windowStep(exactRing, sum, { x: extreme(), y: extreme() }, window)
        const place = Math.min(i, 2)
        assert.ok(within(step.double, double![place]!.bound))
        assert.ok(within(step.there, there![place]!.bound))
        assert.ok(within(step.back, back![place]!.bound))
        sum = step.next
      }
    }
  })
})

describe('P-256: constants of the vanishing check', () => {
  for (const [name, check] of Object.entries(checks) as [string, Check][]) {
    it(`fold powers of 2^32 to what they are modulo the modulus: ${name}`, () => {
      foldTable(check).forEach((row, k) => {
        const value = row.reduce((sum, factor, i) => sum + (factor << BigInt(32 * i)), 0n)
        assert.equal(modulo(value - (1n << BigInt(32 * k)), check.modulus), 0n)
      })
      assert.equal(modulo(lowModulus(check) - check.modulus, 1n << BigInt(32 * check.lowLimbs)), 0n)
    })

    it(`give the quotient and the carry from values: ${name}`, () => {
      const { quotient, carry } = quotientAndCarryRows(check)
      const coefficients = Array.from({ length: check.points }, () => (randomElement() & 0xffffffffffn) - (1n << 39n))
      // Made a multiple of the modulus by its constant term.
      const at = coefficients.reduceRight((sum, value) => (sum << 32n) + value, 0n)
      coefficients[0] = coefficients[0]! - modulo(at, check.modulus)
      const expected = quotientAndCarry(coefficients, check)!
      const values = powers(check.points, check.points).map((row) =>
        row.reduce((sum, power, k) => sum + power * coefficients[k]!, 0n),
      )
      const weigh = (weights: readonly bigint[]) => weights.reduce((sum, weight, j) => sum + weight * values[j]!, 0n)
      assert.equal(modulo(weigh(quotient) - expected.quotient, fieldOrder), 0n)
      assert.equal(modulo(weigh(carry) - expected.carry, fieldOrder), 0n)
    })
  }

  it('extend values to further points', () => {
    for (const [from, to] of [
      [15, 29],
      [22, 29],
    ] as const) {
      const coefficients = Array.from({ length: from }, randomElement)
      const values = powers(to, from).map((row) => row.reduce((sum, power, k) => sum + power * coefficients[k]!, 0n))
      extension(from, to).forEach((row, i) => {
        const value = row.reduce((sum, weight, j) => sum + weight * values[j]!, 0n)
        assert.equal(modulo(value - values[from + i]!, fieldOrder), 0n)
      })
    }
  })
})

describe('P-256: README', () => {
  const readme = readFileSync(join(templateDirectory, 'p256', 'README.md'), 'utf8')

  it('has the recorded sizes', () => {
    const sizes = JSON.parse(readFileSync(join(templateDirectory, '../generated/sizes.json'), 'utf8'))
    const rows = [...readme.matchAll(/^\| `(p256-\w+)` \|[^|]*\| ([\d,]+) \| ([\d,]+) \|$/gm)]
    assert.deepEqual(
      rows.map(([, id]) => id),
      ['p256-any', 'p256-constant'],
    )
    for (const [, id, constraints, nonzeros] of rows) {
      assert.equal(Number(constraints!.replaceAll(',', '')), sizes[id!].constraints)
      assert.equal(Number(nonzeros!.replaceAll(',', '')), sizes[id!].nonzeros)
    }
  })

  it('has the proven ranges', () => {
    for (const { name, ranges } of places) {
      const text = `${ranges.quotientBits} + ${ranges.carryBits}`
      // Of the links between the first and the last only the ends are listed.
      if (/^LINK (?!0$|27$)/.test(name)) continue
      assert.ok(readme.includes(text), `${name}: ${text}`)
    }
  })
})

describe('P-256: generated parameters', () => {
  const text = generatedInclude('p256/generated/parameters.circom')!

  it('are the proven ranges', () => {
    for (const [name, list] of identities) {
      const ranges = list.map(({ ranges: { quotientBits, carryBits } }) => [quotientBits, carryBits])
      const written = new RegExp(`^function ${name}_RANGES\\(\\) \\{ return (.*); \\}$`, 'm').exec(text)
      assert.deepEqual(JSON.parse(written![1]!), ranges.length === 1 ? ranges[0] : ranges)
    }
  })

  it('are the only ranges that a template uses, and with the check that they are proven for', () => {
    const kinds = new Map<Check, string>([
      [checks.quadratic, 'Quadratic'],
      [checks.cubic, 'Cubic'],
      [checks.quartic, 'Quartic'],
      [checks.order, 'OrderQuadratic'],
    ])
    const folder = join(templateDirectory, 'p256')
    const used = new Set<string>()
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.circom'))) {
      const source = readFileSync(join(folder, file), 'utf8').replace(/\/\/.*/g, '')
      // Names that stand for ranges in this file: a variable, or the parameter of Chord and Tangent.
      const names = new Map(
        [...source.matchAll(/var (\w+)(?:\[\d+\])+ = (\w+)_RANGES\(\)/g)].map((match) => [match[1]!, [match[2]!]]),
      )
      if (/^template (Chord|Tangent)\(/m.test(source)) names.set('ranges', ['WIDE_CHORD', 'CHORD', 'WIDE_TANGENT'])
      for (const [, kind, argument] of source.matchAll(/= (Quadratic|Cubic|Quartic|OrderQuadratic)\(([^;]*)\);/g)) {
        const direct = /^(\w+)_RANGES\(\)$/.exec(argument!)?.[1]
        const variable = names.get(/^(\w+)\[\w+\]$/.exec(argument!)?.[1] ?? '')
        for (const name of direct ? [direct] : (variable ?? assert.fail(`${file}: ${argument}`))) {
          const check = identities.find(([each]) => each === name)![1][0]!.check
          assert.equal(kind, kinds.get(check), `${file}: ${name}`)
          used.add(name)
        }
      }
    }
    assert.deepEqual([...used].sort(), identities.map(([name]) => name).sort())
  })
})
