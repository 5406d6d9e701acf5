/** SHA-256: each row solved for every combination of bits, and whole blocks against node:crypto. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { modulo, randomElement, Subject } from './harness.ts'
import { bitsOf, carries, fraction, primes, wordOf } from './sha256-words.ts'

describe('circuits: SHA-256, its constants', () => {
  it('are fractions of roots of primes, and a square root of -1', async () => {
    const subject = await Subject.template(
      'sha256-constants',
      'sha256/constants.circom',
      'Constants()',
      ['one'],
      `template Constants() {
    signal input one; // circom wants an input
    signal output k[64];
    signal output h[8];
    signal output root;
    for (var t = 0; t < 64; t++) k[t] <== SHA256_K(t);
    for (var j = 0; j < 8; j++) h[j] <== SHA256_INITIAL(j);
    root <== SQRT_MINUS_ONE();
}`,
    )
    const values = (await subject.witness({ one: 1 })).slice(1)
    assert.deepEqual(
      values.slice(0, 64).map(Number),
      primes.slice(0, 64).map((prime) => fraction(prime, 3)),
    )
    assert.deepEqual(
      values.slice(64, 72).map(Number),
      primes.slice(0, 8).map((prime) => fraction(prime, 2)),
    )
    assert.equal(modulo(values[72]! * values[72]!), r - 1n)
  })
})

describe('circuits: SHA-256, one-row functions', () => {
  const combinations = Array.from({ length: 16 }, (_, n) => bitsOf(n, 4))
  const repeated = (bit: bigint) => Array<bigint>(32).fill(bit)

  it('have exactly one root for every combination of bits, and it is the right one', () => {
    const L = 1n << 40n
    for (const [x, y, z, u] of combinations as [bigint, bigint, bigint, bigint][]) {
      // The rows are linear in the output: c m = rest with a constant c, so one root in the field.
      const s = x + y + z
      const [slope, rest] = [4n * s - 6n, s * s - s]
      assert.notEqual(modulo(slope), 0n)
      assert.equal(slope * (s > 1n ? 1n : 0n), rest)

      const product = (-3n * x + 2n * y + 4n * z + 2n * L * u) * (x - 2n * y + 4n * z - 2n * L * u)
      const both = product + 3n * x + (8n * L + 4n) * y - 8n * z + 4n * L * L * u
      assert.equal(both, 8n * ((x ? y : z) + L * (u ? x : y)))
      assert.ok(4n * L * L * 16n < r)

      for (const weight of [1n, 4n]) assert.equal((x - y) ** 2n + weight * (z - u) ** 2n, (x ^ y) + weight * (z ^ u))
    }
  })

  it('give the functions of FIPS 180-4 bit by bit, and admit no forged output', async () => {
    const circuit = await Subject.template(
      'sha256-bitwise',
      'sha256/bitwise.circom',
      'Bitwise()',
      ['x', 'y', 'z', 'u'],
      `include "sha256/constants.circom";
include "tags.circom";
template Bitwise() {
    signal input x[32];
    signal input y[32];
    signal input z[32];
    signal input u[32];
    signal output carry[32];
    signal output both[32];
    signal output pairs[2];
    signal {binary} a[32] <== Binary(32)(x);
    signal {binary} b[32] <== Binary(32)(y);
    signal {binary} c[32] <== Binary(32)(z);
    signal {binary} d[32] <== Binary(32)(u);
    carry <== Majority(32)(a, b, c);
    both <== ChoosePair()(a, b, c, d);
    pairs[0] <== XorPair(SQRT_MINUS_ONE())(a[0], b[0], c[0], d[0]);
    pairs[1] <== XorPair(2 * SQRT_MINUS_ONE())(a[0], b[0], c[0], d[0]);
}`,
    )
    const wrong = [1n, 2n, r - 1n, randomElement()]
    for (const [x, y, z, u] of combinations as [bigint, bigint, bigint, bigint][]) {
      const inputs = { x: repeated(x), y: repeated(y), z: repeated(z), u: repeated(u) }
      const witness = await circuit.witness(inputs)
      const [carry, both] = [x + y + z > 1n ? 1n : 0n, (x ? y : z) + ((u ? x : y) << 40n)]
      assert.deepEqual(witness.slice(1, 33), repeated(carry))
      assert.deepEqual(witness.slice(33, 65), repeated(both))
      assert.deepEqual(witness.slice(65, 67), [(x ^ y) + (z ^ u), (x ^ y) + 4n * (z ^ u)])
      assertEveryWireIsHeld(circuit, witness)
      for (const wire of [1, 32, 33, 64, 65, 66]) {
        for (const change of wrong)
          assertOneRowBreaks(circuit, circuit.system.set(witness, [[wire, witness[wire]! + change]]))
      }
    }
    await assert.rejects(
      circuit.witness({ x: repeated(2n), y: repeated(0n), z: repeated(0n), u: repeated(0n) }),
      /Assert Failed/,
    )
  })
})

describe('circuits: Sha256', () => {
  let hashes: Subject
  const blockBytes = 64
  before(async () => {
    hashes = await Subject.template(
      'sha256-hashes',
      'sha256/sha256.circom',
      'Hashes()',
      ['block', 'message'],
      `include "tags.circom";
template Hashes() {
    signal input block[64];
    signal input message[64];
    signal output ofBlock[32][8];
    signal output ofMessage[32][8];
    component one = Sha256Blocks(1);
    component two = Sha256(64);
    for (var i = 0; i < 64; i++) {
        one.bytes[i] <== Bits(8)(block[i]);
        two.message[i] <== Bits(8)(message[i]);
    }
    ofBlock <== one.digests[0];
    ofMessage <== two.digest;
}`,
    )
  })
  const padded = (message: Buffer) => {
    const block = Buffer.alloc(blockBytes)
    message.copy(block)
    block[message.length] = 0x80
    block.writeUInt32BE(8 * message.length, 60)
    return block
  }
  const digest = (bits: readonly bigint[]) =>
    Buffer.from(Array.from({ length: 32 }, (_, i) => wordOf(bits.slice(8 * i, 8 * i + 8)))).toString('hex')
  const oracle = (message: Buffer) => createHash('sha256').update(message).digest('hex')

  it('equals node:crypto for messages of every length of one block, and of exactly one block, which takes two', async () => {
    const messages = ['', 'abc'].map((text) => Buffer.from(text))
    messages.push(...[1, 31, 54, 55].map((length) => randomBytes(length)))
    for (const message of messages) {
      const long = message.length === 0 ? Buffer.alloc(64, 0xff) : randomBytes(64)
      const witness = await hashes.witness({ block: [...padded(message)], message: [...long] })
      assert.equal(digest(witness.slice(1, 257)), oracle(message))
      assert.equal(digest(witness.slice(257, 513)), oracle(long))
    }
  })

  it('refuses what is no byte', async () => {
    const block = [...padded(Buffer.from('abc'))]
    for (const value of [256n, -1n]) {
      const message = [value, ...Array<bigint>(63).fill(0n)]
      await assert.rejects(hashes.witness({ block, message }), /Assert Failed/)
    }
  })

  it('costs at most 16,300 rows a block', () => {
    const bytes = 128 * 9
    assert.ok(hashes.system.rows.length - bytes <= 3 * 16_300)
  })

  it('admits no forged witness: no wire can move alone, and another digest breaks a row', async () => {
    const witness = await hashes.witness({ block: [...padded(Buffer.from('abc'))], message: [...randomBytes(64)] })
    assertEveryWireIsHeld(hashes, witness)
    for (const wire of [1, 2, 256, 257, 512]) {
      assert.ok(hashes.system.broken(hashes.system.set(witness, [[wire, 1n - witness[wire]!]])).length > 0)
    }
  })

  it('admits no forged witness: message, carries of Majority and the first e of each pair of rounds fix all else', () => {
    const first = hashes.system.matching(/\.rounds\[\d+\]\.bitsE\[0\]\.in\[([12]?\d|3[01])\]$/)
    assertDetermined(hashes, [...carries(hashes), ...first])
  })
})
