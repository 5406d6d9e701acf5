/** Merkle paths, and the trace path with its seed. */
import assert from 'node:assert/strict'
import { MerkleTree } from '../../src/work/merkle-tree.ts'
import { stepSeed } from '../../src/work/step.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { type Inputs, randomElement, Subject } from './harness.ts'
import { vectors } from './vectors.ts'

/** An index arrives as a number whose bits are range-checked, as everywhere in the circuits. */
const wrapped = (template: string, depth: number, more: readonly string[], outputs: readonly string[]) => `
include "domain_tags.circom";
include "tags.circom";
template Wrapped() {
    signal input index;
${['leaf', ...more].map((name) => `    signal input ${name};`).join('\n')}
    signal input siblings[${depth}];
${outputs.map((name) => `    signal output ${name};`).join('\n')}
    component path = ${template};
    path.index <== Bits(${depth})(index);
${['leaf', 'siblings', ...more].map((name) => `    path.${name} <== ${name};`).join('\n')}
${outputs.map((name) => `    ${name} <== path.${name};`).join('\n')}
}`

describe('circuits: MerklePath', () => {
  const depth = 12
  const subject = () =>
    Subject.template(
      'merkle-path-12',
      'merkle_path.circom',
      'Wrapped()',
      ['leaf', 'index', 'siblings'],
      wrapped('MerklePath(12, TAG_DATASET())', depth, [], ['root']),
    )
  const tree = MerkleTree.of('pocps.dataset', depth, Array.from({ length: 40 }, randomElement))
  const opening = (index: number) => ({ index, leaf: tree.node(0, index), siblings: tree.path(index) })

  it('leads every leaf of a tree to its root, absent ones too', async () => {
    const path = await subject()
    for (const index of [0, 1, 22, 39, 40, 4095]) {
      assert.equal((await path.witness(opening(index)))[1], tree.root)
    }
  })

  it('leads a wrong leaf, index or sibling elsewhere, and refuses an index outside the tree', async () => {
    const path = await subject()
    const right = opening(22)
    const wrong: Inputs[] = [
      { ...right, leaf: right.leaf + 1n },
      { ...right, index: 23 },
      { ...right, siblings: right.siblings.with(5, right.siblings[5]! + 1n) },
    ]
    for (const inputs of wrong) assert.notEqual((await path.witness(inputs))[1], tree.root)
    await assert.rejects(path.witness({ ...right, index: 4096 }), /Assert Failed/)
  })

  it('admits no forged witness: index, leaf and siblings fix every wire', async () => {
    const path = await subject()
    const witness = await path.witness(opening(22))
    assertEveryWireIsHeld(path, witness)
    assertDetermined(path)
    // A bit of 2 would mix node and sibling in a proportion of the forger's choice.
    const { system } = path
    const bits = system.array('main.path.index')
    assert.equal(witness[bits[3]!], 0n)
    const mixed = system.set(witness, [
      [bits[3]!, 2n],
      [system.wire('main.index'), 22n + 16n],
    ])
    // Only the row that makes it a bit stands against the mixture.
    assertOneRowBreaks(path, system.complete(mixed, system.plan(), bits))
  })
})

describe('circuits: TracePath', () => {
  for (const depth of [16, 32]) {
    const subject = () =>
      Subject.template(
        `trace-path-${depth}`,
        'trace_path.circom',
        'Wrapped()',
        ['leaf', 'index', 'challenge', 'siblings'],
        wrapped(`TracePath(${depth})`, depth, ['challenge'], ['root', 'seed']),
      )
    const leaves = depth === 16 ? vectors.leaves.map(BigInt) : Array.from({ length: 9 }, randomElement)
    const challenge = depth === 16 ? BigInt(vectors.proofs[0]!.inputs.challenge) : randomElement()
    const trace = MerkleTree.of('pocps.trace', depth, leaves)
    const opening = (index: number) => ({
      index,
      challenge,
      leaf: trace.node(0, index),
      siblings: trace.path(index),
    })

    it(`gives root and seed of every step, at depth ${depth}`, async () => {
      const path = await subject()
      for (const [t] of leaves.entries()) {
        const witness = await path.witness(opening(t))
        assert.equal(witness[path.system.wire('main.root')], trace.root)
        assert.equal(witness[path.system.wire('main.seed')], stepSeed(challenge, t, trace.path(t)))
      }
    })

    it(`gives a step the seed that the tree had when the step ran, at depth ${depth}`, async () => {
      const path = await subject()
      const t = 3
      const before = MerkleTree.of('pocps.trace', depth, leaves.slice(0, t))
      const witness = await path.witness(opening(t))
      assert.equal(witness[path.system.wire('main.seed')], stepSeed(challenge, t, before.path(t)))
    })

    it(`gives another seed for another past or challenge, and the same for another future, at depth ${depth}`, async () => {
      const path = await subject()
      const t = 2
      const seedAfter = async (inputs: Inputs) => (await path.witness(inputs))[path.system.wire('main.seed')]
      const seed = await seedAfter(opening(t))
      const withLeaf = (i: number) => MerkleTree.of('pocps.trace', depth, leaves.with(i, leaves[i]! + 1n)).path(t)
      assert.notEqual(await seedAfter({ ...opening(t), siblings: withLeaf(0) }), seed)
      assert.notEqual(await seedAfter({ ...opening(t), challenge: challenge + 1n }), seed)
      assert.equal(await seedAfter({ ...opening(t), siblings: withLeaf(3) }), seed)
    })

    it(`admits no forged witness: neither mask can be cheated, at depth ${depth}`, async () => {
      const path = await subject()
      const { system } = path
      const witness = await path.witness(opening(2)) // binary 10: one sibling on the left, at height 1
      assertEveryWireIsHeld(path, witness)
      const plan = assertDetermined(path)
      const cheats = {
        'a right sibling enters the fold': ['main.path.fromLeft[0]', witness[system.wire('main.siblings[0]')]!],
        'a left sibling is left out of it': ['main.path.fromLeft[1]', 0n],
        'a node is placed on both sides': ['main.path.toRight[2]', randomElement()],
      } as const
      for (const [cheat, [name, value]] of Object.entries(cheats)) {
        const wire = system.wire(name)
        const forged = system.complete(system.set(witness, [[wire, value]]), plan, [wire])
        assert.equal(system.broken(forged).length, 1, cheat)
      }
    })
  }
})
