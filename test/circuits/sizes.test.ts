/** The recorded sizes of the circuits. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { circuit, circuitIds, workCircuitIds, workProfileOf } from '../../circuits/circuits.ts'
import { compile } from '../../circuits/compile.ts'
import { formatSizes, isLarge, measure, type Size } from '../../circuits/sizes.ts'
import { codeHashOf, mainSource } from '../../circuits/source.ts'

const recorded = readFileSync(new URL('../../circuits/generated/sizes.json', import.meta.url), 'utf8')
const sizes: Readonly<Record<string, Size>> = JSON.parse(recorded)
const sizeOf = (id: string) => sizes[id] ?? assert.fail(`no size of ${id} is recorded: tsx circuits/sizes.ts`)
const counted = circuitIds.filter((id) => process.env.POCPS_SLOW || !isLarge(sizeOf(id)))

describe('circuits: sizes', () => {
  it('are of the sources as they are now, the large circuits too', () => {
    assert.deepEqual(Object.keys(sizes), circuitIds)
    for (const id of circuitIds)
      assert.equal(sizeOf(id).code, codeHashOf(mainSource(id)), `${id} has changed: tsx circuits/sizes.ts`)
    assert.equal(formatSizes(sizes), recorded)
  })

  for (const id of counted) {
    it(`are those of ${id} as it compiles now`, async () => {
      assert.deepEqual(await measure(await compile(id)), sizeOf(id))
    })
  }
  if (counted.length < circuitIds.length) it('are counted anew for the large circuits too (npm run test:slow)')

  it('keep every circuit within its bound', () => {
    for (const id of circuitIds) {
      const { publicSignals, maxConstraints } = circuit(id)
      const { constraints } = sizeOf(id)
      assert.ok(constraints <= maxConstraints, id)
      const domain = 2 ** Math.ceil(Math.log2(maxConstraints))
      assert.ok(constraints + publicSignals.length + 1 <= domain, id)
    }
  })

  it('give every row to one template', () => {
    for (const id of circuitIds) {
      const owned = Object.values(sizeOf(id).templates).reduce((sum, { constraints }) => sum + constraints, 0)
      assert.equal(owned, sizeOf(id).constraints)
    }
  })

  it('give a template the rows that its text writes', () => {
    for (const id of workCircuitIds) {
      const { entries, elements, sampledColumns, sampledNeurons, columnDepth, datasetDepth, traceDepth } =
        workProfileOf(id)
      const neurons = sampledColumns * sampledNeurons
      const rowsEach: Record<string, readonly [rows: number, instances: number]> = {
        CanonicalBits: [254 + 1 + 1, sampledColumns * (3 + Math.ceil((2 + sampledNeurons) / 3))],
        DotProduct: [Math.ceil(entries / 6) + 1, neurons],
        OutputBits: [3, neurons],
        OutputAt: [2 * elements + 2 * 62 + 5, neurons],
        TracePath: [4 * traceDepth + 1, sampledColumns],
      }
      for (const [template, [rows, instances]] of Object.entries(rowsEach)) {
        assert.deepEqual(sizeOf(id).templates[template], { constraints: rows * instances, instances }, template)
      }
      const paths = sizeOf(id).templates.MerklePath!
      const levels = sampledColumns * (columnDepth + (1 + sampledNeurons) * datasetDepth)
      assert.equal(paths.constraints, 2 * levels)
    }
  })
})
