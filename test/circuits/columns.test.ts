/** The templates of a sampled column: its input, one neuron, and the whole. */
import assert from 'node:assert/strict'
import { workProfileOf } from '../../circuits/circuits.ts'
import { entriesOf } from '../../src/work/dataset.ts'
import { hash, FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { columnInput, dotProduct, outputBits, stepSeed, unpackOutput } from '../../src/work/step.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { type Inputs, Subject } from './harness.ts'
import { vectors } from './vectors.ts'

const profile = workProfileOf('work-dev')

/** Every opened column of the vectors, with what follows from its place. */
const columns = vectors.proofs.flatMap(({ inputs, places }) =>
  places.map((place, i) => {
    const challenge = BigInt(inputs.challenge)
    const seed = stepSeed(challenge, place.step, inputs.tracePath[i]!.map(BigInt))
    return { inputs, place, i, challenge, seed, input: columnInput(profile, seed, place.column) }
  }),
)
const first = columns[0]!

describe('circuits: ColumnInput', () => {
  const subject = () =>
    Subject.template('column-input', 'column_input.circom', 'ColumnInput(1, 4)', ['datasetRoot', 'seed', 'c'])
  const inputsOf = ({ inputs, place, i, seed }: (typeof columns)[number]) => ({
    datasetRoot: inputs.datasetRoot,
    seed,
    c: place.column,
    row: inputs.rowElements[i]!,
    siblings: inputs.rowPath[i]!,
  })

  it('gives the row with fresh nibbles in front', async () => {
    const template = await subject()
    for (const column of columns) {
      const witness = await template.witness(inputsOf(column))
      const expected = [column.input.fresh, ...column.inputs.rowElements[column.i]!.slice(1).map(BigInt)]
      for (const [e, value] of expected.entries()) {
        const bits = template.system.array(`main.x[${e}]`)
        assert.equal(bits.length, 248)
        assert.equal(
          bits.reduce((sum, wire, k) => sum + (witness[wire]! << BigInt(k)), 0n),
          value,
        )
      }
    }
  })

  it('refuses another row of the dataset, another seed, another column and another dataset', async () => {
    const template = await subject()
    const right = inputsOf(first)
    const other = inputsOf(columns.find(({ input }) => input.row !== first.input.row)!)
    const wrong: Inputs[] = [
      { ...right, row: other.row, siblings: other.siblings },
      { ...right, seed: right.seed + 1n },
      { ...right, c: right.c + 1 },
      { ...right, datasetRoot: 1n },
      { ...right, row: right.row.with(0, '5') },
    ]
    for (const inputs of wrong) await assert.rejects(template.witness(inputs), /Assert Failed/)
  })

  it('admits no forged witness: the other decomposition of a hash gives fresh nibbles or a row that no row check passes', async () => {
    const template = await subject()
    const { system } = template
    const canonical = system.matching(/^main\.(drawn|fresh)\.bits/)
    const plan = assertDetermined(template, canonical)
    const hasAlias = (h: bigint) => h + r < 1n << 254n
    for (const [name, tag] of [
      ['fresh', 'pocps.fresh'],
      ['drawn', 'pocps.input'],
    ] as const) {
      const column = columns.find(({ seed, place }) => hasAlias(hash(tag, [seed, BigInt(place.column)])))!
      const witness = await template.witness(inputsOf(column))
      assertEveryWireIsHeld(template, witness)
      const alias = hash(tag, [column.seed, BigInt(column.place.column)]) + r
      const bits = system.array(`main.${name}.bits`)
      const aliased = system.set(
        witness,
        bits.map((wire, k) => [wire, (alias >> BigInt(k)) & 1n]),
      )
      const forged = system.complete(aliased, plan)
      // The range check; and where the alias draws another row, the root that the old row does not lead to.
      assert.equal(system.broken(forged).length, name === 'fresh' ? 1 : 2)
    }
  })
})

describe('circuits: SampledNeuron', () => {
  const subject = () =>
    Subject.template(
      'sampled-neuron',
      'sampled_neuron.circom',
      'OfNumbers()',
      ['datasetRoot', 'layer', 'neuron', 'x', 'outputs'],
      `template OfNumbers() {
    signal input datasetRoot;
    signal input layer;
    signal input neuron;
    signal input x[16];
    signal input outputs[16];
    signal input weights[16];
    signal input siblings[12];
    component checked = SampledNeuron(1, 4);
    checked.datasetRoot <== datasetRoot;
    checked.layer <== Bits(2)(layer);
    checked.neuron <== Bits(10)(neuron);
    for (var e = 0; e < 16; e++) checked.x[e] <== Bits(248)(x[e]);
    checked.outputs <== outputs;
    checked.weights <== weights;
    checked.siblings <== siblings;
}`,
    )
  const inputsOf = ({ inputs, place, i, input }: (typeof columns)[number]) => ({
    datasetRoot: inputs.datasetRoot,
    layer: input.layer,
    neuron: place.neurons[0]!,
    x: [String(input.fresh), ...inputs.rowElements[i]!.slice(1)],
    outputs: inputs.outputElements[i]!,
    weights: inputs.weightElements[i]![0]!,
    siblings: inputs.weightPath[i]![0]!,
  })

  it('takes the committed output of every vector', async () => {
    const template = await subject()
    for (const column of columns) await template.witness(inputsOf(column))
  })

  it('refuses a wrong output, input, layer, neuron or weight, and takes no interest in other outputs', async () => {
    const template = await subject()
    const right = inputsOf(first)
    const j = right.neuron
    const outputs = (slot: number) => {
      const e = Math.floor(slot / 62)
      return right.outputs.with(e, String(BigInt(right.outputs[e]!) ^ (1n << BigInt(2 * (slot % 62)))))
    }
    const otherX = right.x.with(3, String(BigInt(right.x[3]!) ^ 255n))
    const entries = (x: readonly string[]) => entriesOf(x.map(BigInt))
    const y = outputBits(dotProduct(entries(right.weights), entries(otherX)))
    const wrong: Inputs[] = [
      { ...right, outputs: outputs(j) },
      { ...right, layer: (right.layer + 1) % 4 },
      { ...right, neuron: j + 1 },
      { ...right, weights: right.weights.with(5, '0') },
      { ...right, siblings: right.siblings.with(0, '1') },
      { ...right, neuron: 992 },
    ]
    for (const inputs of wrong) await assert.rejects(template.witness(inputs), /Assert Failed/)
    await template.witness({ ...right, outputs: outputs(j + 1) })
    const changed = template.witness({ ...right, x: otherX })
    if (y === unpackOutput(right.outputs.map(BigInt), j)) await changed
    else await assert.rejects(changed, /Assert Failed/)
  })

  it('admits no forged witness: the opening of another neuron does not pass for the one that was asked for', async () => {
    const template = await subject()
    const { system } = template
    const selectors = system.matching(/^main\.checked\.committed\.at(Element|Slot)\[/)
    assertDetermined(template, selectors)
    const witness = await template.witness(inputsOf(first))
    assertEveryWireIsHeld(template, witness)
    // A forger who holds a right opening of row `layer K + j` and is asked for j + 1: all but two rows are right.
    const index = system.array('main.checked.index.bits')
    const asked = system.set(witness, [[system.wire('main.neuron'), BigInt(first.place.neurons[0]! + 1)]])
    const forged = system.complete(asked, system.plan([...selectors, ...index]), index)
    const broken = system.broken(forged)
    assert.equal(broken.length, 2)
    const position = new Set(selectors)
    const readers = broken.filter((row) => [...system.rows[row]![2].keys()].some((wire) => position.has(wire)))
    assert.equal(readers.length, 1, 'one row holds the selectors, the other the index of the weights')
  })

  it('admits no forged witness: a dot product for a wrong output does not follow from the weights', async () => {
    const template = await subject()
    const { system } = template
    const witness = await template.witness(inputsOf(first))
    const plan = system.plan(system.matching(/^main\.checked\.committed\.at(Element|Slot)\[/))
    const slot = first.place.neurons[0]!
    const element = system.wire(`main.outputs[${Math.floor(slot / 62)}]`)
    const wrong = system.set(witness, [[element, witness[element]! ^ (1n << BigInt(2 * (slot % 62)))]])
    // All that follows from the wrong output is consistent; only its equality with the computed one fails.
    assertOneRowBreaks(template, system.complete(wrong, plan))
  })
})

describe('circuits: SampledColumn', () => {
  const roots = ['challenge', 'datasetRoot', 'traceRoot']
  const subject = () =>
    Subject.template(
      'sampled-column',
      'sampled_column.circom',
      'OfNumbers()',
      [...roots, 'step', 'column', 'neuron'],
      `template OfNumbers() {
    signal input challenge;
    signal input datasetRoot;
    signal input traceRoot;
    signal input step;
    signal input column;
    signal input neuron;
    signal input tracePath[16];
    signal input columnPath[4];
    signal input rowElements[16];
    signal input rowPath[12];
    signal input weightElements[1][16];
    signal input weightPath[1][12];
    signal input outputElements[16];
    component opened = SampledColumn(1, 4, 2, 8, 16, 1);
    opened.challenge <== challenge;
    opened.datasetRoot <== datasetRoot;
    opened.traceRoot <== traceRoot;
    opened.step <== Bits(16)(step);
    opened.column <== Bits(4)(column);
    opened.neuron[0] <== Bits(10)(neuron);
    opened.tracePath <== tracePath;
    opened.columnPath <== columnPath;
    opened.rowElements <== rowElements;
    opened.rowPath <== rowPath;
    opened.weightElements <== weightElements;
    opened.weightPath <== weightPath;
    opened.outputElements <== outputElements;
}`,
    )
  const opening = [
    'tracePath',
    'columnPath',
    'rowElements',
    'rowPath',
    'weightElements',
    'weightPath',
    'outputElements',
  ]
  const inputsOf = ({ inputs, place, i }: (typeof columns)[number]): Inputs => ({
    challenge: inputs.challenge,
    datasetRoot: inputs.datasetRoot,
    traceRoot: inputs.traceRoot,
    step: place.step,
    column: place.column,
    neuron: place.neurons[0]!,
    ...Object.fromEntries(opening.map((name) => [name, (inputs[name] as readonly Inputs[string][])[i]!])),
  })

  it('takes every opened column of the vectors', async () => {
    const template = await subject()
    for (const column of columns) await template.witness(inputsOf(column))
  })

  it('refuses another challenge, root, step, column or neuron', async () => {
    const template = await subject()
    const right = inputsOf(first)
    for (const name of [...roots, 'step', 'column', 'neuron']) {
      const inputs = { ...right, [name]: BigInt(String(right[name])) + 1n }
      await assert.rejects(template.witness(inputs), /Assert Failed/)
    }
  })

  it('admits no forged witness: the opening of another step does not pass for the one that was asked for', async () => {
    const template = await subject()
    const { system } = template
    const plan = assertDetermined(template, system.matching(/(drawn|fresh)\.bits\[|committed\.at(Element|Slot)\[/))
    const witness = await template.witness(inputsOf(first))
    assertEveryWireIsHeld(template, witness)
    const step = system.wire('main.step')
    for (const other of [first.place.step + 1, first.place.step + 2]) {
      const forged = system.complete(system.set(witness, [[step, BigInt(other)]]), plan)
      assert.ok(system.broken(forged).length > 0)
      const bits = system.array('main.opened.step')
      const keptBits = system.complete(system.set(witness, [[step, BigInt(other)]]), plan, bits)
      assertOneRowBreaks(template, keptBits)
    }
  })
})
