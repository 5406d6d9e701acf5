/** What the prover makes of inputs that do not fit the circuit. */
import assert from 'node:assert/strict'
import { r } from '../../circuits/setup/field.ts'
import { ProverError } from '../../prover/errors.ts'
import { flattenInputs } from '../../prover/inputs.ts'
import { ProverPool } from '../../prover/pool.ts'
import { buildToy, type Toy, toyArtifacts, toyInputs } from './toy-circuit.ts'

describe('prover inputs', () => {
  let built: Toy

  before(async () => {
    built = await buildToy()
  })

  it('knows every input of the circuit by name and shape', () => {
    assert.deepEqual(built.entry.inputs, { a: [], c: [], b: [], p: [2, 3] })
  })

  it('flattens nested arrays row by row', () => {
    const flat = flattenInputs(built.entry.inputs, toyInputs())
    assert.deepEqual(Object.fromEntries(flat), { a: [3n], c: [24n], b: [5n], p: [1n, 2n, 3n, 7n, 8n, 9n] })
  })

  const { p, ...withoutP } = toyInputs()
  const cases: readonly (readonly [what: string, inputs: unknown, message: RegExp])[] = [
    ['no object', null, /not an object/],
    ['a missing signal', withoutP, /input p is missing/],
    ['an unknown signal', { ...toyInputs(), z: 1 }, /no input z/],
    ['a prototype’s name', { ...toyInputs(), constructor: 1 }, /no input constructor/],
    ['too few rows', { ...toyInputs(), p: [[1, 2, 3]] }, /p has 1 entries, not 2/],
    [
      'too long a row',
      {
        ...toyInputs(),
        p: [
          [1, 2, 3],
          [1, 2, 3, 4],
        ],
      },
      /p\[1\] has 4 entries, not 3/,
    ],
    ['a number for an array', { ...toyInputs(), p: 1 }, /p is not an array of 2/],
    ['an array for a number', { ...toyInputs(), a: [1n] }, /a is not a whole number/],
    ['a string', { ...toyInputs(), a: '1' }, /a is not a whole number/],
    ['a fraction', { ...toyInputs(), a: 1.5 }, /a is not a whole number/],
    ['a number that lost digits', { ...toyInputs(), a: 2 ** 60 }, /a is not a whole number/],
    ['a negative number', { ...toyInputs(), a: -1n }, /a is not in \[0, r\)/],
    [
      'the order of the field',
      {
        ...toyInputs(),
        p: [
          [1, 2, 3],
          [4, r, 6],
        ],
      },
      /p\[1\]\[1\] is not in \[0, r\)/,
    ],
  ]
  for (const [what, inputs, message] of cases) {
    it(`refuses ${what}, naming the signal and not its value`, () => {
      assert.throws(
        () => flattenInputs(built.entry.inputs, inputs),
        (error) => error instanceof ProverError && error.code === 'BAD_INPUT' && message.test(error.message),
      )
    })
  }

  it('refuses a circuit that it does not know or serve', async () => {
    const prover = new ProverPool({ artifacts: toyArtifacts(built), circuits: ['work-standard'] })
    const codeOf = (circuit: 'work-dev' | 'work-standard') =>
      prover.prove({ circuit, inputs: toyInputs() }).catch(({ code }: ProverError) => code)
    assert.equal(await codeOf('work-standard'), 'BAD_INPUT') // not in the list
    assert.equal(await codeOf('work-dev'), 'BAD_INPUT') // not served
    await prover.close()
  })
})
