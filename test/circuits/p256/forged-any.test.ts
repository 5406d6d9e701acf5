/** False statements about any key: witnesses of the whole circuit that fit in all rows but those that refuse them. */
import assert from 'node:assert/strict'
import { compile } from '../../../circuits/compile.ts'
import { add, basePoint, inverse, modulo, multiply, n, negate, type Point, p } from '../../../circuits/p256/curve.ts'
import { OFFSET_SHIFT } from '../../../circuits/p256/shape.ts'
import { SignatureExceptionalError, SignatureInvalidError } from '../../../src/p256/errors.ts'
import { type HalfSize, halfSize } from '../../../src/p256/half-size.ts'
import { ecdsaHint, type JointStatement, jointHint, jointWitness } from '../../../src/p256/hint.ts'
import type { Signature } from '../../../src/p256/signature.ts'
import { randomElement } from '../harness.ts'
import { Forger } from './forger.ts'
import { pointFrom } from './formal.ts'
import { anyInputs, oracle, publicPoint, randomDigest, randomScalar, signWith } from './signatures.ts'

const quotient = (dividend: bigint, divisor: bigint) => modulo(dividend * inverse(divisor, n), n)

/** The key under which (r, s) is a signature of the digest with this point R. */
function keyFor({ digest, r, s }: Signature, point: Point): Point {
  return multiply(inverse(r, n), add(multiply(s, point)!, multiply(-digest, basePoint)!))!
}

/** A hint as for a valid signature, for a statement that need not be true. */
function hintFor(signature: Signature, statement: Omit<JointStatement, 'half' | 'r'>): bigint[] {
  const { digest, r, s } = signature
  const half = halfSize(quotient(r, s))
  const u1 = quotient(digest, s)
  return jointHint(jointWitness({ ...statement, r, half }, (h) => -half.u * u1 - (h << BigInt(OFFSET_SHIFT))))
}

const randomOdd = () => ((randomElement() >> 126n) << 1n) + 1n
const plain = (w: bigint, u: bigint): HalfSize => ({
  w,
  u,
  alpha: w,
  beta: u,
  combined: false,
  onR: false,
  plus: false,
})

describe('circuits: P-256 with any key, forged', () => {
  let forger: Forger
  before(async () => {
    forger = await Forger.of(await compile('p256-any'), ['main.ecdsa.offset.random'])
  })
  const refuses = (signature: Signature, key: Point, hint: readonly bigint[], ...patterns: readonly RegExp[]) => {
    forger.assertBreaksOnly(anyInputs(signature, key, hint), patterns)
  }
  const takes = (signature: Signature, key: Point, hint = ecdsaHint(signature, key)) => {
    assert.ok(oracle(signature, key))
    forger.assertHolds(anyInputs(signature, key, hint))
  }

  it('takes a digest of 0 or n, for which u1 = 0', () => {
    const secret = randomScalar()
    for (const digest of [0n, n]) takes(signWith(secret, digest, randomScalar()), publicPoint(secret))
  })

  it('admits no r = 0 with s = 0, for which the equations between scalars say nothing', () => {
    const point = pointFrom(0n)
    assert.equal(point.x, 0n)
    const [w, u, delta] = [randomOdd(), randomOdd(), randomScalar()]
    // w Q + u R = delta G, so that the sum closes with a = -delta - 2^128 h.
    const key = multiply(inverse(w, n), add(multiply(delta, basePoint)!, multiply(-u, point)!))!
    const statement = { key, r: 0n, point, wrapped: false, half: plain(w, u) }
    const hint = jointHint(jointWitness(statement, (h) => -delta - (h << BigInt(OFFSET_SHIFT))))
    refuses({ digest: 0n, r: 0n, s: 0n }, key, hint, /rScalar\.positive\.inverse/, /sScalar\.positive\.inverse/)
  })

  it('takes an R whose x is small, or n or more: r is that x modulo n', () => {
    const small = pointFrom(1n)
    const first = { digest: randomDigest(), r: small.x, s: randomScalar() }
    takes(first, keyFor(first, small))
    const wrapped = pointFrom(n + 1n)
    const second = { digest: randomDigest(), r: wrapped.x - n, s: randomScalar() }
    takes(second, keyFor(second, wrapped))
  })

  it('admits no r from n on, though it is the x of R', () => {
    const point = pointFrom(n + 1n)
    const signature = { digest: randomDigest(), r: point.x - n, s: randomScalar() }
    const key = keyFor(signature, point)
    const forged = { ...signature, r: point.x }
    refuses(forged, key, hintFor(forged, { key, point, wrapped: false }), /rScalar\.below\.factor/)
  })

  it('admits no r whose r + n is the x of R only modulo p', () => {
    const point = pointFrom(1n)
    const signature = { digest: randomDigest(), r: point.x + p - n, s: randomScalar() }
    const key = keyFor(signature, point)
    assert.ok(!oracle(signature, key))
    refuses(signature, key, hintFor(signature, { key, point, wrapped: true }), /signatureX\.below\.factor/)
  })

  it('takes s and n - s alike, and no s + n', () => {
    const secret = randomScalar()
    const [key, nonce] = [publicPoint(secret), randomScalar()]
    const { x } = publicPoint(nonce)
    const small = { digest: modulo(5n * nonce - x * secret, n), r: x % n, s: 5n }
    takes(small, key)
    takes({ ...small, s: n - 5n }, key)
    refuses({ ...small, s: 5n + n }, key, ecdsaHint(small, key), /sScalar\.below\.factor/)
  })

  it('admits no public key with a coordinate from p on', () => {
    const key = pointFrom(3n)
    const [a, c] = [randomScalar(), randomScalar()]
    const point = add(multiply(a, basePoint)!, multiply(c, key)!)
    const s = quotient(point.x, c)
    const signature = { digest: modulo(s * a, n), r: point.x % n, s }
    takes(signature, key)
    const same = { x: key.x + p, y: key.y }
    refuses(signature, same, hintFor(signature, { key: same, point, wrapped: false }), /key\.below\[0\]\.factor/)
  })

  it('admits no false signature, though all points fit', () => {
    const [q, k, w, u] = [randomScalar(), randomScalar(), randomOdd(), -randomOdd()]
    const [key, point] = [publicPoint(q), publicPoint(k)]
    const r = point.x % n
    const statement = { key, r, point, wrapped: point.x >= n, half: plain(w, u) }
    const hint = jointHint(jointWitness(statement, (h) => -(w * q + u * k) - (h << BigInt(OFFSET_SHIFT))))
    // s (a + 2^128 h) + z u = 0 with a + 2^128 h = -(w q + u k)
    const digest = randomDigest()
    const fitsTotal = quotient(digest * u, w * q + u * k)
    assert.ok(!oracle({ digest, r, s: fitsTotal }, key))
    refuses({ digest, r, s: fitsTotal }, key, hint, /equations\.ratio/)
    const fitsRatio = quotient(-r * u, w)
    refuses({ digest, r, s: fitsRatio }, key, hint, /equations\.total/)
    takes({ digest: quotient(fitsRatio * (w * q + u * k), u), r, s: fitsRatio }, key, hint)
  })

  it('admits no false signature, though all scalars fit', () => {
    const [q, k] = [randomScalar(), randomScalar()]
    const [key, point] = [publicPoint(q), publicPoint(k)]
    const signature = { digest: randomDigest(), r: point.x % n, s: randomScalar() }
    assert.ok(!oracle(signature, key))
    const hint = hintFor(signature, { key, point, wrapped: point.x >= n })
    refuses(signature, key, hint, /opposite\.x/, /opposite\.y/)
  })

  it('admits no other offset than the hash has', () => {
    const secret = randomScalar()
    const [key, signature] = [publicPoint(secret), signWith(secret, randomDigest(), randomScalar())]
    const { r, s, digest } = signature
    const half = halfSize(quotient(r, s))
    const point = add(multiply(quotient(digest, s), basePoint)!, multiply(quotient(r, s), key)!)
    const statement = { key, r, point, wrapped: false, half }
    const scalarOf = (h: bigint) => -half.u * quotient(digest, s) - (h << BigInt(OFFSET_SHIFT))
    // All digits 1: h = sum of 2^(9t).
    const h = Array.from({ length: 14 }, (_, t) => 1n << BigInt(9 * t)).reduce((sum, each) => sum + each)
    const inputs = anyInputs(signature, key, jointHint(jointWitness(statement, scalarOf, h)))
    const witness = forger.witness(inputs, 0n)
    assert.equal(forger.system.broken(witness).length, 1)
    forger.assertWitnessBreaksOnly(witness, [/offset\.random\.in$/])
  })

  it('has no witness for R = ±Q or for R at infinity', () => {
    const secret = randomScalar()
    const key = publicPoint(secret)
    for (const s of [key.x % n, n - (key.x % n)]) {
      const signature = { digest: 0n, r: key.x % n, s }
      assert.ok(oracle(signature, key))
      assert.throws(() => ecdsaHint(signature, key), SignatureExceptionalError)
    }
    const r = randomScalar()
    const infinity = { digest: modulo(-r * secret, n), r, s: randomScalar() }
    assert.throws(() => ecdsaHint(infinity, key), SignatureInvalidError)
    assert.throws(() => ecdsaHint(signWith(secret, randomDigest(), randomScalar()), negate(key)), SignatureInvalidError)
  })
})
