/** False statements about a constant key: witnesses of the whole circuit that fit in all rows but those that refuse them. */
import assert from 'node:assert/strict'
import { compile } from '../../../circuits/compile.ts'
import { basePoint, inverse, modulo, n, p, slope } from '../../../circuits/p256/curve.ts'
import { constantKeys } from '../../../circuits/p256/keys.ts'
import { exceptionalScalar } from '../../../circuits/p256/shape.ts'
import { type CombWitness, oddRepresentative } from '../../../src/p256/comb.ts'
import { SignatureExceptionalError, SignatureInvalidError } from '../../../src/p256/errors.ts'
import { constantHint, ecdsaConstantHint } from '../../../src/p256/hint.ts'
import type { Signature } from '../../../src/p256/signature.ts'
import { randomElement } from '../harness.ts'
import { Forger } from './forger.ts'
import { formalComb, squareRoot } from './formal.ts'
import { constantInputs, developmentSecret, oracle, publicPoint, randomScalar, signWith } from './signatures.ts'

const key = constantKeys[0]!.point
const odd = (scalar: bigint) => oddRepresentative(scalar)
const quotient = (dividend: bigint, divisor: bigint) => modulo(dividend * inverse(divisor, n), n)
const randomSlope = () => modulo(randomElement() << 3n, p)

/** Two combs joined by the chord through their sums, or by a slope of choice. */
function joined(base: CombWitness, multiple: CombWitness, chosen?: bigint) {
  const run = multiple.sum.x - base.sum.x
  const lambda = chosen ?? slope(base.sum, multiple.sum)
  const reciprocal = run === 0n ? 0n : inverse(run, p)
  const x = modulo(lambda * lambda - base.sum.x - multiple.sum.x, p)
  const witness = { point: { x, y: 0n }, wrapped: false, base, multiple, slope: lambda, inverse: reciprocal }
  return { x, hint: constantHint(witness) }
}

/** With r the joined x, c of the key's comb and a of the base's, the signature that fits both scalar equations. */
function fitting(x: bigint, a: bigint, c: bigint): Signature {
  assert.ok(x < n && x > 0n, 'a chance of 2^-32 against it')
  const s = quotient(x, c)
  return { digest: modulo(s * a, n), r: x, s }
}

describe('circuits: P-256 with a constant key, forged', () => {
  let forger: Forger
  before(async () => {
    forger = await Forger.of(await compile('p256-constant'))
  })
  const refuses = (signature: Signature, hint: readonly bigint[], ...patterns: readonly RegExp[]) => {
    forger.assertBreaksOnly(constantInputs(signature, hint), patterns)
  }

  it('admits no free slope where the last window of a comb meets its own point', () => {
    for (const a of [exceptionalScalar, -exceptionalScalar]) {
      const c = odd(randomScalar())
      const { x, hint } = joined(formalComb(a, basePoint, { 28: randomSlope() }), formalComb(c, key))
      const signature = fitting(x, a, c)
      assert.ok(!oracle(signature, key))
      refuses(signature, hint, /base\.ordinary\.inverse/)
      const other = joined(formalComb(c, basePoint), formalComb(a, key, { 28: randomSlope() }))
      const second = fitting(other.x, c, a)
      assert.ok(!oracle(second, key))
      refuses(second, other.hint, /multiple\.ordinary\.inverse/)
    }
  })

  it('admits no slope where a comb would reach infinity: a digest of 0 or n is refused', () => {
    const c = odd(randomScalar())
    const { x, hint } = joined(formalComb(n, basePoint, { 28: randomSlope() }), formalComb(c, key))
    refuses(fitting(x, n, c), hint, /base\.sum\.link\[27\]/)
    for (const digest of [0n, n]) {
      const signature = signWith(developmentSecret, digest, randomScalar())
      assert.ok(oracle(signature, key))
      assert.throws(() => ecdsaConstantHint(signature, 0), SignatureExceptionalError)
    }
  })

  it('admits no other slope within a comb', () => {
    const [a, c] = [odd(randomScalar()), odd(randomScalar())]
    for (const t of [1, 2, 13, 28]) {
      const { x, hint } = joined(formalComb(a, basePoint, { [t]: randomSlope() }), formalComb(c, key))
      refuses(fitting(x, a, c), hint, new RegExp(`base\\.sum\\.link\\[${t - 1}\\]`))
    }
  })

  it('admits no free slope where both multiples are one point, u1 G = u2 Q', () => {
    const c = odd(randomScalar())
    const a = odd(c * developmentSecret)
    const [base, multiple] = [formalComb(a, basePoint), formalComb(c, key)]
    assert.deepEqual(base.sum, multiple.sum)
    let r = randomScalar()
    while (squareRoot(r + 2n * base.sum.x) === undefined) r += 1n
    const { x, hint } = joined(base, multiple, squareRoot(r + 2n * base.sum.x))
    assert.equal(x, r)
    const signature = fitting(r, a, c)
    assert.ok(!oracle(signature, key))
    refuses(signature, hint, /join\.apartCheck/)
  })

  it('admits no point R at infinity, u1 G = -u2 Q', () => {
    const c = odd(randomScalar())
    const a = odd(-c * developmentSecret)
    const [base, multiple] = [formalComb(a, basePoint), formalComb(c, key)]
    const { x, hint } = joined(base, multiple, randomSlope())
    refuses(fitting(x, a, c), hint, /join\.slopeCheck/, /join\.apartCheck/)
    assert.throws(() => ecdsaConstantHint(fitting(x, a, c), 0), SignatureInvalidError)
  })

  it('admits no other digest, r or s, though all points fit', () => {
    const [a, c] = [odd(randomScalar()), odd(randomScalar())]
    const { x, hint } = joined(formalComb(a, basePoint), formalComb(c, key))
    const valid = fitting(x, a, c)
    assert.ok(oracle(valid, key))
    forger.assertHolds(constantInputs(valid, hint))
    refuses({ ...valid, digest: randomScalar() }, hint, /ofDigest\.check/)
    const s = randomScalar()
    refuses({ digest: modulo(s * a, n), r: x, s }, hint, /ofR\.check/)
    refuses(fitting(randomScalar(), a, c), hint, /join\.xCheck/)
    refuses({ ...valid, r: x ^ 1n }, hint, /join\.xCheck/, /ofR\.check/)
  })

  it('takes s and n - s alike, and no s + n', () => {
    const nonce = randomScalar()
    const { x } = publicPoint(nonce)
    const small = { digest: modulo(5n * nonce - x * developmentSecret, n), r: x % n, s: 5n }
    for (const s of [small.s, n - small.s]) {
      const signature = { ...small, s }
      assert.ok(oracle(signature, key))
      forger.assertHolds(constantInputs(signature, ecdsaConstantHint(signature, 0)))
    }
    const hint = ecdsaConstantHint(small, 0)
    refuses({ ...small, s: small.s + n }, hint, /sScalar\.below\.factor/)
  })
})
