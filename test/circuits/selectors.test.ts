/** Octets and one-hot selectors: what tags.circom grants for choosing bytes at a place that the witness names. */
import assert from 'node:assert/strict'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld } from './forgery.ts'
import { Subject } from './harness.ts'

describe('circuits: Octets', () => {
  const subject = () =>
    Subject.template(
      'octets',
      'tags.circom',
      'TwoOctets()',
      ['in'],
      `template TwoOctets() {
    signal input in[2];
    signal output out[2];
    component octets = Octets(2);
    octets.in <== in;
    out <== octets.out;
}`,
    )

  it('pass every octet on', async () => {
    const octets = await subject()
    for (const value of [0n, 1n, 127n, 128n, 255n]) {
      assert.deepEqual((await octets.witness({ in: [value, 255n - value] })).slice(1, 3), [value, 255n - value])
    }
  })

  it('refuse other numbers', async () => {
    const octets = await subject()
    for (const value of [256n, r - 1n]) await assert.rejects(octets.witness({ in: [1n, value] }), /Assert Failed/)
  })

  it('admit no forged witness', async () => {
    const octets = await subject()
    assertEveryWireIsHeld(octets, await octets.witness({ in: [37n, 200n] }))
    assertDetermined(octets)
  })
})

describe('circuits: OneHot and MoveOneHot', () => {
  const subject = () =>
    Subject.template(
      'one-hot',
      'tags.circom',
      'Moved()',
      ['index', 'by'],
      `template Moved() {
    signal input index;
    signal input by;
    signal output at[4];
    signal output moved[5];
    signal {binary} bit[1] <== Binary(1)([by]);
    signal {oneHot} selector[4] <== OneHot(4)(index);
    at <== selector;
    moved <== MoveOneHot(4)(selector, bit[0]);
}`,
    )
  const oneHot = (size: number, index: number) => Array.from({ length: size }, (_, i) => (i === index ? 1n : 0n))

  it('mark the index, and the one after it when asked to', async () => {
    const moved = await subject()
    for (let index = 0; index < 4; index++) {
      for (const by of [0, 1]) {
        const witness = await moved.witness({ index, by })
        assert.deepEqual(witness.slice(1, 5), oneHot(4, index))
        assert.deepEqual(witness.slice(5, 10), oneHot(5, index + by))
      }
    }
  })

  it('refuse an index out of range', async () => {
    const moved = await subject()
    for (const index of [4n, r - 1n]) await assert.rejects(moved.witness({ index, by: 0 }), /Assert Failed/)
  })

  it('admit no forged witness: of all 16 selectors only the right one holds', async () => {
    const moved = await subject()
    const { system } = moved
    const at = system.array('main.at')
    const plan = assertDetermined(moved, at)
    for (let index = 0; index < 4; index++) {
      const witness = await moved.witness({ index, by: 1 })
      assertEveryWireIsHeld(moved, witness)
      for (let other = 0; other < 16; other++) {
        const values = at.map((wire, i) => [wire, BigInt((other >> i) & 1)] as const)
        const forged = system.complete(system.set(witness, values), plan)
        assert.equal(system.broken(forged).length === 0, other === 1 << index)
      }
      // Three ones and a minus two would have both sums right: no bit is -2.
      const weights = [1n, -2n, 1n, 1n].map((value, i) => [at[i]!, value] as const)
      assert.ok(system.broken(system.complete(system.set(witness, weights), plan)).length > 0)
    }
  })
})
