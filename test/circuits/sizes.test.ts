/** The recorded sizes of the circuits. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type CircuitId, circuit, circuitIds, workCircuitIds, workProfileOf } from '../../circuits/circuits.ts'
import { formatSizes, measureAll, type Size } from '../../circuits/sizes.ts'

const recorded = readFileSync(new URL('../../circuits/generated/sizes.json', import.meta.url), 'utf8')
const sizes = JSON.parse(recorded) as Record<CircuitId, Size>

describe('circuits: sizes', () => {
  it('are those of the circuits as they compile now', async () => {
    assert.equal(formatSizes(await measureAll()), recorded)
  })

  it('keep every circuit within its bound', () => {
    for (const id of circuitIds) {
      const { publicSignals, maxConstraints } = circuit(id)
      const { constraints } = sizes[id]
      assert.ok(constraints <= maxConstraints, id)
      const domain = 2 ** Math.ceil(Math.log2(maxConstraints))
      assert.ok(constraints + publicSignals.length + 1 <= domain, id)
    }
  })

  it('give every row to one template', () => {
    for (const id of circuitIds) {
      const owned = Object.values(sizes[id].templates).reduce((sum, { constraints }) => sum + constraints, 0)
      assert.equal(owned, sizes[id].constraints)
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
        assert.deepEqual(sizes[id].templates[template], { constraints: rows * instances, instances }, template)
      }
      const paths = sizes[id].templates.MerklePath!
      const levels = sampledColumns * (columnDepth + (1 + sampledNeurons) * datasetDepth)
      assert.equal(paths.constraints, 2 * levels)
    }
  })
})
