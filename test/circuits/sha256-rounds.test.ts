/** The rounds and the message schedule of SHA-256 against plain arithmetic, and forged sums. */
import assert from 'node:assert/strict'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { Subject } from './harness.ts'
import {
  add,
  bitsOf,
  carries,
  choose,
  fraction,
  majority,
  primes,
  randomWord,
  rotate,
  sigma,
  tagged,
  wordOf,
} from './sha256-words.ts'

describe('circuits: ScheduleWord', () => {
  const inputs = { w2: '[32]', w7: '[32]', w15: '[32]', w16: '[32]' }
  const subject = () =>
    Subject.template(
      'sha256-schedule',
      'sha256/schedule.circom',
      'Tagged()',
      Object.keys(inputs),
      tagged('ScheduleWord()', inputs, 'word', '[32]'),
    )
  const expected = (w2: number, w7: number, w15: number, w16: number) => {
    const sigma0 = (rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)) >>> 0
    const sigma1 = (rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10)) >>> 0
    return add(sigma1, w7, sigma0, w16)
  }
  const bits = (w2: number, w7: number, w15: number, w16: number) => ({
    w2: bitsOf(w2),
    w7: bitsOf(w7),
    w15: bitsOf(w15),
    w16: bitsOf(w16),
  })

  it('equals the formula on extremes, single bits and random words', async () => {
    const schedule = await subject()
    const samples = [
      [0, 0, 0, 0],
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      ...Array.from({ length: 32 }, (_, i) => [2 ** i, 0xffffffff, 2 ** (31 - i), 0xffffffff]),
      ...Array.from({ length: 16 }, () => [randomWord(), randomWord(), randomWord(), randomWord()]),
    ] as [number, number, number, number][]
    for (const sample of samples) {
      const witness = await schedule.witness(bits(...sample))
      assert.equal(wordOf(witness.slice(1, 33)), expected(...sample))
    }
  })

  it('refuses what is no bit', async () => {
    const schedule = await subject()
    const good = bits(1, 2, 3, 4)
    await assert.rejects(schedule.witness({ ...good, w7: [2n, ...good.w7.slice(1)] }), /Assert Failed/)
  })

  it('admits no forged witness: the inputs fix every wire, and no carry is left to choose', async () => {
    const schedule = await subject()
    const { system } = schedule
    const plan = assertDetermined(schedule, carries(schedule))
    const witness = await schedule.witness(bits(randomWord(), randomWord(), randomWord(), randomWord()))
    assertEveryWireIsHeld(schedule, witness)
    const word = system.array('main.gadget.bits.in') // 32 bits and the lower bit of carry
    const value = wordOf(word.map((wire) => witness[wire]!))
    // Another word of 33 bits leaves a top digit that is neither 0 nor 1, unless it differs by 2^33.
    for (let i = 0; i < 33; i++) {
      const other = bitsOf((value + 2 ** i) % 2 ** 33, 33).map((bit, k) => [word[k]!, bit] as const)
      const forged = system.complete(system.set(witness, other), plan, word)
      assertOneRowBreaks(schedule, forged)
    }
    // A digit 2 in place of a carry of 1 into the next bit: the sum holds, the digit is no bit.
    const at = word.findIndex((wire, i) => i < 31 && witness[wire] === 0n && witness[word[i + 1]!] === 1n)
    if (at >= 0) {
      const digits = system.set(witness, [
        [word[at]!, 2n],
        [word[at + 1]!, 0n],
      ])
      assert.ok(system.broken(system.complete(digits, plan, word)).length > 0)
    }
  })
})

describe('circuits: RoundPair', () => {
  const inputs = { a: '[4][32]', e: '[4][32]', w: '[2][32]' }
  const t = 6
  const K = (i: number) => fraction(primes[i]!, 3)
  const subject = () =>
    Subject.template(
      'sha256-round-pair',
      'sha256/round_pair.circom',
      'Both()',
      Object.keys(inputs),
      tagged(`RoundPair(${t})`, inputs, 'nextA', '[2][32]')
        .replace('Tagged', 'Both')
        .replace('    component', '    signal output nextE[2][32];\n    component')
        .replace(/\}$/, '    nextE <== gadget.nextE;\n}'),
    )
  type State = { readonly a: readonly number[]; readonly e: readonly number[]; readonly w: readonly number[] }
  const expected = ({ a, e, w }: State) => {
    const [A, E] = [[...a], [...e]]
    for (const j of [0, 1]) {
      const T = add(E[j]!, sigma(E[j + 3]!, 6, 11, 25), choose(E[j + 3]!, E[j + 2]!, E[j + 1]!), K(t + j), w[j]!)
      E.push(add(A[j]!, T))
      A.push(add(T, sigma(A[j + 3]!, 2, 13, 22), majority(A[j + 3]!, A[j + 2]!, A[j + 1]!)))
    }
    return [...A.slice(4), ...E.slice(4)]
  }
  const bits = ({ a, e, w }: State) => ({
    a: a.map((x) => bitsOf(x)),
    e: e.map((x) => bitsOf(x)),
    w: w.map((x) => bitsOf(x)),
  })
  const words = (next: () => number): State => ({
    a: Array.from({ length: 4 }, next),
    e: Array.from({ length: 4 }, next),
    w: Array.from({ length: 2 }, next),
  })

  it('equals the formulas on extremes and random words', async () => {
    const pair = await subject()
    const extreme = () => (Math.random() < 0.5 ? 0 : 0xffffffff)
    const states = [words(() => 0), words(() => 0xffffffff)]
    states.push(
      ...Array.from({ length: 20 }, () => words(extreme)),
      ...Array.from({ length: 20 }, () => words(randomWord)),
    )
    for (const state of states) {
      const witness = await pair.witness(bits(state))
      const found = [0, 1, 2, 3].map((k) => wordOf(witness.slice(1 + 32 * k, 33 + 32 * k)))
      assert.deepEqual(found, expected(state))
    }
  })

  it('keeps every sum inside its bits', () => {
    const most = 2 ** 32 - 1
    assert.ok(6 * most < 2 ** 35) // a bracket of the identity, left side; the right has 32 + 3 bits
    assert.ok(2 ** 35 < 2 ** 40 && 1n << 75n < r) // its digits cannot run into each other, nor wrap
    assert.ok(0 - most + 0 + 2 ** 32 >= 0 && most + 2 * most + 2 ** 32 < 2 ** 34)
  })

  it('admits no forged witness: with the first new e all wires follow, and no other first e holds', async () => {
    const pair = await subject()
    const { system } = pair
    const first = system.array('main.gadget.bitsE[0].in').slice(0, 32)
    // The first new e enters the Ch of the second round, which shares its identity; its uniqueness is by digits to the base 2^40.
    const plan = assertDetermined(pair, [...first, ...carries(pair)])
    const witness = await pair.witness(bits(words(randomWord)))
    assertEveryWireIsHeld(pair, witness)
    const value = wordOf(first.map((wire) => witness[wire]!))
    const others = Array.from({ length: 64 }, (_, i) => (i < 32 ? (value ^ (2 ** i)) >>> 0 : randomWord()))
    for (const other of others) {
      let forged = system.set(
        witness,
        bitsOf(other).map((bit, k) => [first[k]!, bit] as const),
      )
      // Everything that follows is computed to fit: first what depends on e, then on the a that follows from it.
      for (let pass = 0; pass < 3; pass++) {
        for (const name of ['sigma1[1]', 'sigma0[1]', 'majority[1]']) {
          const [x, y, z, carry] = ['x', 'y', 'z', 'carry'].map((port) => system.array(`main.gadget.${name}.${port}`))
          forged = system.set(
            forged,
            carry!.map(
              (wire, i) => [wire, forged[x![i]!]! + forged[y![i]!]! + forged[z![i]!]! > 1n ? 1n : 0n] as const,
            ),
          )
        }
        forged = system.complete(forged, plan)
      }
      assertOneRowBreaks(pair, forged)
    }
  })

  it('admits no forged witness: a carry moved between the two rounds breaks a row', async () => {
    const pair = await subject()
    const { system } = pair
    const witness = await pair.witness(bits(words(randomWord)))
    const [low, high] = [system.array('main.gadget.bitsE[0].in'), system.array('main.gadget.bitsE[1].in')]
    const plan = assertDetermined(pair, [...low, ...high, ...carries(pair)])
    // One more in the second bracket is 2^40 more in all; the first bracket ends at 2^35.
    const moved = system.set(witness, [
      [high[0]!, witness[high[0]!]! + 1n],
      [low[34]!, witness[low[34]!]! - 64n],
    ])
    assert.ok(system.broken(system.complete(moved, plan)).length > 0)
  })
})
