/** The enclave's keys, signatures and nullifiers in plain arithmetic. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isSignature, publicKeyOf, sign } from '../../src/enclave/attestation.ts'
import {
  add,
  BASE_POINT,
  COFACTOR,
  isInSubgroup,
  isOnCurve,
  multiply,
  type Point,
  SUBGROUP_ORDER,
} from '../../src/enclave/curve.ts'
import { epochNullifier, sessionHash, windowNullifier } from '../../src/enclave/session.ts'
import { FIELD_ORDER } from '../../src/work/poseidon.ts'
import { randomElement } from '../circuits/harness.ts'

const neutral: Point = [0n, 1n]
/** (0, -1) is its own negative. */
const ofOrderTwo: Point = [0n, FIELD_ORDER - 1n]

describe('the curve of the enclaves', () => {
  it('has a base point of prime order l, which is below 2^251', () => {
    assert.deepEqual(multiply(BASE_POINT, SUBGROUP_ORDER), neutral)
    assert.ok(isInSubgroup(BASE_POINT) && SUBGROUP_ORDER < 2n ** 251n)
  })

  it('tells points of the curve from others, and those of the subgroup from the rest', () => {
    assert.ok(isOnCurve(ofOrderTwo) && !isInSubgroup(ofOrderTwo))
    assert.ok(!isOnCurve([1n, 1n]))
    assert.ok(!isOnCurve([BASE_POINT[0] + FIELD_ORDER, BASE_POINT[1]]))
    assert.ok(isInSubgroup(multiply(add(BASE_POINT, ofOrderTwo), COFACTOR)))
  })

  it('adds completely: a is a square and d is not, so no denominator is ever 0', () => {
    const power = (base: bigint, exponent: bigint) => {
      let result = 1n
      for (let b = base, e = exponent; e > 0n; e >>= 1n) {
        if (e & 1n) result = (result * b) % FIELD_ORDER
        b = (b * b) % FIELD_ORDER
      }
      return result
    }
    assert.equal(power(168700n, (FIELD_ORDER - 1n) / 2n), 1n)
    assert.equal(power(168696n, (FIELD_ORDER - 1n) / 2n), FIELD_ORDER - 1n)
  })
})

describe('an enclave’s signature', () => {
  const secretKey = randomElement() % SUBGROUP_ORDER
  const publicKey = publicKeyOf(secretKey)
  const attested = { challenge: randomElement(), traceRoot: randomElement() }
  const signature = sign(secretKey, attested)

  it('writes the same vectors as are committed', () => {
    const file = new URL('../vectors/enclave.json', import.meta.url)
    const committed = readFileSync(file, 'utf8')
    const script = fileURLToPath(new URL('../vectors/generate-enclave.ts', import.meta.url))
    execFileSync(process.execPath, ['--import', 'tsx', script])
    assert.equal(readFileSync(file, 'utf8'), committed)
  })

  it('holds for what was signed, and is the same when made again', () => {
    assert.ok(isSignature(publicKey, attested, signature))
    assert.deepEqual(sign(secretKey, attested), signature)
  })

  it('holds for no other round, trace, key, point or scalar', () => {
    const { point, scalar } = signature
    const other = publicKeyOf((secretKey % (SUBGROUP_ORDER - 1n)) + 1n)
    assert.ok(!isSignature(publicKey, { ...attested, challenge: attested.challenge + 1n }, signature))
    assert.ok(!isSignature(publicKey, { ...attested, traceRoot: attested.traceRoot + 1n }, signature))
    assert.ok(!isSignature(other, attested, signature))
    assert.ok(!isSignature(publicKey, attested, { point: add(point, BASE_POINT), scalar }))
    assert.ok(!isSignature(publicKey, attested, { point, scalar: (scalar + 1n) % SUBGROUP_ORDER }))
  })

  it('refuses a scalar written otherwise, a point off the curve, and keys outside the subgroup', () => {
    const { point, scalar } = signature
    assert.ok(!isSignature(publicKey, attested, { point, scalar: scalar + SUBGROUP_ORDER }))
    assert.ok(!isSignature(publicKey, attested, { point: [1n, 1n], scalar }))
    assert.ok(!isSignature(add(publicKey, ofOrderTwo), attested, signature))
    // S B = R is a signature of the neutral key for anything.
    const anyone = { point: multiply(BASE_POINT, 5n), scalar: 5n }
    assert.ok(!isSignature(neutral, attested, anyone))
  })

  it('is made by no key outside [1, l)', () => {
    for (const key of [0n, -1n, SUBGROUP_ORDER]) assert.throws(() => sign(key, attested), RangeError)
  })
})

describe('a session', () => {
  it('changes with every part of it, and its nullifiers with key, window and epoch', () => {
    const session = { publicKey: publicKeyOf(5n), level: 1, window: 2, nullifierKey: 3n }
    const hashes = [
      session,
      { ...session, publicKey: publicKeyOf(6n) },
      { ...session, level: 2 },
      { ...session, window: 3 },
      { ...session, nullifierKey: 4n },
    ].map(sessionHash)
    const nullifiers = [1n, 2n].flatMap((key) => [
      windowNullifier(key, 1),
      windowNullifier(key, 2),
      epochNullifier(key, 1),
      epochNullifier(key, 2),
    ])
    assert.equal(new Set([...hashes, ...nullifiers]).size, 13)
  })
})
