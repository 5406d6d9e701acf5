/** The P-256 circuits on whole signatures, valid and not. */
import assert from 'node:assert/strict'
import { compile } from '../../../circuits/compile.ts'
import { basePoint, modulo, multiply, n, type Point, p } from '../../../circuits/p256/curve.ts'
import { constantKeys } from '../../../circuits/p256/keys.ts'
import { DEVELOPMENT_PLATFORM_CA_KEY, DEVELOPMENT_PROCESSOR_CA_KEY } from '../../../src/enclave/synthetic/authority.ts'
import { SignatureInvalidError } from '../../../src/p256/errors.ts'
import { ecdsaConstantHint, ecdsaHint } from '../../../src/p256/hint.ts'
import type { Signature } from '../../../src/p256/signature.ts'
import {
  anyInputs,
  bytesOf,
  constantInputs,
  developmentSecret,
  oracle,
  publicPoint,
  randomDigest,
  randomScalar,
  signWith,
} from './signatures.ts'
import { WitnessProgram } from './witness-program.ts'

/** Signatures of the kinds that break careless verifiers, all valid; the first four unless the tests may be slow. */
function edgeCases(secret: bigint): readonly (readonly [name: string, signature: Signature])[] {
  const random = () => signWith(secret, randomDigest(), randomScalar())
  const { digest, r, s } = random()
  const highS = s > n / 2n ? s : n - s
  // With s given, the digest is s k - r d.
  const withS = (value: bigint): Signature => {
    const nonce = randomScalar()
    const x = multiply(nonce, basePoint)!.x % n
    return { digest: modulo(value * nonce - x * secret, n), r: x, s: value }
  }
  const all = [
    ['random', random()],
    ['high s', { digest, r, s: highS }],
    ['s = n - 1', withS(n - 1n)],
    ['a digest above n', signWith(secret, (1n << 256n) - 1n - (randomScalar() >> 40n), randomScalar())],
    ['low s', { digest, r, s: n - highS }],
    ['s = 1', withS(1n)],
    ['a digest of n + 1, which counts as 1', signWith(secret, n + 1n, randomScalar())],
    ['a digest of 1', signWith(secret, 1n, randomScalar())],
    ['a nonce of 1', signWith(secret, digest, 1n)],
    ['a nonce of n - 1', signWith(secret, digest, n - 1n)],
  ] as const
  return process.env.POCPS_SLOW ? all : all.slice(0, 4)
}

const unsatisfied = { code: 'WITNESS_UNSATISFIED' }

const mutants = ({ digest, r, s }: Signature): readonly Signature[] => [
  { digest: digest ^ 1n, r, s },
  { digest, r: r ^ 2n, s },
  { digest, r, s: s ^ (1n << 200n) },
]

describe('circuits: P-256 with any key', () => {
  let program: WitnessProgram
  before(async () => {
    program = new WitnessProgram(await compile('p256-any'))
  })
  const witness = (signature: Signature, key: Point, hint: readonly bigint[]) =>
    program.run(anyInputs(signature, key, hint))

  const secret = randomScalar()
  for (const [name, signature] of edgeCases(secret)) {
    it(`takes a valid signature: ${name}`, () => {
      const key = publicPoint(secret)
      assert.ok(oracle(signature, key))
      witness(signature, key, ecdsaHint(signature, key))
    })
  }

  it('refuses another digest, r, s or key with the hint of the valid signature', () => {
    const key = publicPoint(secret)
    const signature = signWith(secret, randomDigest(), randomScalar())
    const hint = ecdsaHint(signature, key)
    for (const mutant of mutants(signature)) {
      assert.ok(!oracle(mutant, key))
      assert.throws(() => ecdsaHint(mutant, key), SignatureInvalidError)
      assert.throws(() => witness(mutant, key, hint), unsatisfied)
    }
    assert.throws(() => witness(signature, publicPoint(secret + 1n), hint), unsatisfied)
    assert.throws(() => witness(signature, { x: key.x, y: p - key.y }, hint), unsatisfied)
  })
})

describe('circuits: P-256 with a constant key', () => {
  let program: WitnessProgram
  before(async () => {
    program = new WitnessProgram(await compile('p256-constant'))
  })
  const witness = (signature: Signature, hint: readonly bigint[]) => program.run(constantInputs(signature, hint))

  it('has the keys of the development authority', () => {
    const written = constantKeys.slice(0, 2).map(({ point }) => Buffer.concat([bytesOf(point.x), bytesOf(point.y)]))
    assert.deepEqual(
      written.map((key) => key.toString('hex')),
      [DEVELOPMENT_PLATFORM_CA_KEY, DEVELOPMENT_PROCESSOR_CA_KEY],
    )
    assert.deepEqual(publicPoint(developmentSecret), constantKeys[0]!.point)
  })

  for (const [name, signature] of edgeCases(developmentSecret)) {
    it(`takes a valid signature: ${name}`, () => {
      assert.ok(oracle(signature, constantKeys[0]!.point))
      witness(signature, ecdsaConstantHint(signature, 0))
    })
  }

  it('refuses another digest, r or s with the hint of the valid signature', () => {
    const signature = signWith(developmentSecret, randomDigest(), randomScalar())
    const hint = ecdsaConstantHint(signature, 0)
    for (const mutant of mutants(signature)) {
      assert.throws(() => ecdsaConstantHint(mutant, 0), SignatureInvalidError)
      assert.throws(() => witness(mutant, hint), unsatisfied)
    }
  })

  it('refuses a signature by another key', () => {
    const signature = signWith(randomScalar(), randomDigest(), randomScalar())
    assert.throws(() => ecdsaConstantHint(signature, 0), SignatureInvalidError)
  })
})
