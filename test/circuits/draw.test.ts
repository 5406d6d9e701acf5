/** Indices drawn from hashes, and the places that they add up to. */
import assert from 'node:assert/strict'
import { workProfileOf } from '../../circuits/circuits.ts'
import { samplePlaces } from '../../src/work/open.ts'
import { draw, FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { modulo, randomElement, Subject } from './harness.ts'
import { vectors } from './vectors.ts'

const highestCanonical = ((r >> 128n) << 128n) - 1n

describe('circuits: DrawConstant', () => {
  const sizes = [1n, 3n, 992n, 65536n, 2n ** 32n]
  const lanes = [0, 1, 2]
  const cases = sizes.flatMap((n) => lanes.map((lane) => ({ n, lane })))
  const subject = () =>
    Subject.template(
      'draw-constant',
      'draw.circom',
      'EveryDraw()',
      ['h'],
      `template EveryDraw() {
    signal input h;
    signal output value[${cases.length}];
    component bits = CanonicalBits();
    bits.in <== h;
    var sum;
${cases
  .map(
    ({ n, lane }, k) => `    component draw${k} = DrawConstant(${n});
    for (var i = 0; i < 64; i++) draw${k}.u[i] <== bits.bits[${64 * lane} + i];
    sum = 0;
    for (var i = 0; i < INDEX_BITS(${n}); i++) sum += draw${k}.index[i] * 2 ** i;
    value[${k}] <== sum;`,
  )
  .join('\n')}
}`,
    )

  it('equals the vectors in every lane', async () => {
    const draws = await subject()
    const hashes = new Set(vectors.draws.map(({ h }) => h).filter((h) => BigInt(h) <= highestCanonical))
    assert.equal(hashes.size, 4)
    for (const h of hashes) {
      const expected = cases.map(({ n, lane }) =>
        vectors.draws.find((vector) => vector.h === h && vector.lane === lane && vector.n === String(n)),
      )
      const found = (await draws.witness({ h })).slice(1, 1 + cases.length)
      assert.deepEqual(
        found,
        expected.map((vector) => BigInt(vector!.value)),
      )
    }
  })

  it('stays below n for the highest bits there are, and refuses a hash that CanonicalBits refuses', async () => {
    const draws = await subject()
    const found = (await draws.witness({ h: highestCanonical })).slice(1, 1 + cases.length)
    for (const [k, { n, lane }] of cases.entries()) {
      assert.equal(found[k], BigInt(draw(highestCanonical, lane, n)))
      assert.ok(found[k]! < n)
    }
    await assert.rejects(draws.witness({ h: r - 1n }), /Assert Failed/)
  })

  it('admits no forged witness: the canonical bits fix every index', async () => {
    const draws = await subject()
    const witness = await draws.witness({ h: randomElement() })
    assertEveryWireIsHeld(draws, witness)
    const plan = assertDetermined(draws, draws.system.matching(/^main\.bits\.bits/))
    // An index one higher, and everything after it computed to fit.
    const index = draws.system.wire('main.draw6.index[0]')
    const forged = draws.system.set(witness, [[index, 1n - witness[index]!]])
    assertOneRowBreaks(draws, draws.system.complete(forged, plan, [index]))
  })
})

describe('circuits: DrawBelow', () => {
  const subject = () =>
    Subject.template(
      'draw-below-16',
      'draw.circom',
      'DrawStep()',
      ['h', 'n'],
      `template DrawStep() {
    signal input h;
    signal input n;
    signal output value;
    component bits = CanonicalBits();
    component count = StepCount(16);
    component draw = DrawBelow(16);
    bits.in <== h;
    count.in <== n;
    draw.n <== count.out;
    for (var i = 0; i < 64; i++) draw.u[i] <== bits.bits[i];
    var sum = 0;
    for (var i = 0; i < 16; i++) sum += draw.index[i] * 2 ** i;
    value <== sum;
}`,
    )

  it('equals the reference for any number of steps', async () => {
    const drawStep = await subject()
    for (const n of [1, 2, 5, 40000, 65536]) {
      for (const h of [0n, highestCanonical, randomElement()]) {
        assert.equal((await drawStep.witness({ h, n }))[1], BigInt(draw(h, 0, n)))
      }
    }
  })

  it('refuses no steps and too many', async () => {
    const drawStep = await subject()
    for (const n of [0n, 65537n, r - 1n]) {
      await assert.rejects(drawStep.witness({ h: randomElement(), n }), /Assert Failed/)
    }
  })

  it('admits no forged witness: a number of steps that makes u n wrap to a chosen step breaks the range check', async () => {
    const drawStep = await subject()
    const { system } = drawStep
    const witness = await drawStep.witness({ h: randomElement(), n: 5 })
    assertEveryWireIsHeld(drawStep, witness)
    const plan = assertDetermined(drawStep, system.matching(/^main\.bits\.bits/))
    const u = system.array('main.draw.u').reduce((sum, wire, i) => sum + (witness[wire]! << BigInt(i)), 0n)
    for (const step of [0n, 4n, 12345n]) {
      const n = modulo((step << 64n) * inverse(u))
      const forged = system.complete(system.set(witness, [[system.wire('main.n'), n]]), plan)
      assert.equal(forged[1], step)
      assertOneRowBreaks(drawStep, forged)
    }
  })
})

describe('circuits: SamplePlace', () => {
  const profile = workProfileOf('work-standard')
  const call = `Place(1, ${profile.traceDepth}, ${profile.columns}, ${profile.entries}, ${profile.sampledNeurons})`
  const value = (bits: string) => `sum = 0;
    for (var k = 0; k < ${bits}.length; k++) sum += place.${bits}[k] * 2 ** k;`
  const subject = () =>
    Subject.template(
      'sample-place',
      'sample_place.circom',
      call,
      ['sampleSeed', 'sampleIndex', 'steps'],
      `template Place(i, depth, columns, K, neurons) {
    signal input sampleSeed;
    signal input sampleIndex;
    signal input steps;
    signal output value[2 + neurons];
    component count = StepCount(depth);
    count.in <== steps;
    component place = SamplePlace(i, depth, columns, K, neurons);
    place.sampleSeed <== sampleSeed;
    place.sampleIndex <== sampleIndex;
    place.steps <== count.out;
    var sum;
    ${value('step').replace('step.length', 'depth')}
    value[0] <== sum;
    ${value('column').replace('column.length', 'INDEX_BITS(columns)')}
    value[1] <== sum;
    for (var d = 0; d < neurons; d++) {
        sum = 0;
        for (var k = 0; k < INDEX_BITS(K); k++) sum += place.neuron[d][k] * 2 ** k;
        value[2 + d] <== sum;
    }
}`,
    )

  it('equals the reference', async () => {
    const place = await subject()
    for (const [steps, sampleIndex] of [
      [1, 0],
      [77777, 3],
      [2 ** 32, 15],
    ] as const) {
      const sampleSeed = randomElement()
      const expected = samplePlaces(profile, steps, sampleSeed, sampleIndex)[1]!
      const witness = await place.witness({ sampleSeed, sampleIndex, steps })
      assert.deepEqual(witness.slice(1, 7), [expected.step, expected.column, ...expected.neurons].map(BigInt))
    }
  })

  it('names other places for another seed and for another index', async () => {
    const place = await subject()
    const sampleSeed = randomElement()
    const at = async (seed: bigint, sampleIndex: number) =>
      (await place.witness({ sampleSeed: seed, sampleIndex, steps: 2 ** 32 })).slice(1, 7).join()
    const found = [await at(sampleSeed, 0), await at(sampleSeed, 1), await at(sampleSeed + 1n, 0)]
    assert.equal(new Set(found).size, 3)
  })

  it('admits no forged witness: another step, column or neuron breaks a row, however the rest is filled in', async () => {
    const place = await subject()
    const { system } = place
    const witness = await place.witness({ sampleSeed: randomElement(), sampleIndex: 2, steps: 77777 })
    assertEveryWireIsHeld(place, witness)
    const plan = assertDetermined(place, system.matching(/^main\.place\.lanes\[\d\]\.bits/))
    for (const name of ['step[3]', 'column[11]', 'neuron[0][0]', 'neuron[3][12]']) {
      const wire = system.wire(`main.place.${name}`)
      const forged = system.set(witness, [[wire, 1n - witness[wire]!]])
      assert.ok(system.broken(system.complete(forged, plan, [wire])).length > 0)
    }
  })
})

function inverse(value: bigint): bigint {
  let result = 1n
  for (let base = value, exponent = r - 2n; exponent > 0n; exponent >>= 1n, base = (base * base) % r) {
    if (exponent & 1n) result = (result * base) % r
  }
  return result
}
