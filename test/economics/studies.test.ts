/** Each study, played small: it runs, and what it says holds in its own numbers. */
import assert from 'node:assert/strict'
import { scenarioNames } from '../../src/economics/scenario.ts'
import type { Simulation } from '../../src/economics/simulate.ts'
import { playSmall } from './small.ts'

const figure = ({ figures }: Simulation, name: string): number => {
  const value = figures[name]
  assert.ok(value !== undefined && Number.isFinite(value), `figure ${name}: ${value}`)
  return value
}
/** The cells of one column, by its heading. */
const column = ({ table }: Simulation, name: string) => table.rows.map((row) => row[table.columns.indexOf(name)]!)

describe('the studies', function () {
  this.timeout(60_000)

  it('find week-long stakes several times calmer, a little less than their depth says', async () => {
    const simulation = await playSmall('volatility')
    const ratio = figure(simulation, 'volatility ratio')
    assert.ok(ratio > figure(simulation, 'depth ratio') && ratio < 0.35, String(ratio))
  })

  it('find cheating to pay exactly below the break-even curve', async () => {
    const simulation = await playSmall('cartel')
    assert.equal(figure(simulation, 'settings on the wrong side of the curve'), 0)
    const paying = figure(simulation, 'settings that pay')
    assert.ok(paying > 0 && paying < figure(simulation, 'settings'))
    const [least, most] = [
      column(simulation, 'settings that pay').at(0),
      column(simulation, 'settings that pay').at(-1),
    ]
    assert.match(String(most), /^0 of/)
    assert.doesNotMatch(String(least), /^0 of/)
  })

  it('find a slow node held back by the memory of its speed, not by a fee; and a pumped sale by the anchor', async () => {
    const simulation = await playSmall('wash')
    assert.ok(figure(simulation, 'break-even fee, load, simple rule') > 1)
    assert.ok(figure(simulation, 'break-even fee, load, remembered W') <= 0)
    assert.ok(figure(simulation, 'break-even fee, pump, no anchor') > 0)
    assert.ok(figure(simulation, 'break-even fee, pump, anchor') <= 0)
  })

  it('find the price to rise with what a whale buys, less in the deeper pool', async () => {
    const simulation = await playSmall('whale')
    const rows = simulation.table.rows.filter(([strategy]) => strategy === 'constant-product')
    const impact = (window: number, share: number) =>
      Number(rows.find((row) => row[1] === window && row[2] === share)![3])
    for (const window of [24, 168]) assert.ok(impact(window, 0.75) > impact(window, 0.25))
    assert.ok(impact(168, 0.75) < impact(24, 0.75))
  })

  it('find a panic to move prices less under longer stakes', async () => {
    const simulation = await playSmall('bank-run')
    assert.ok(figure(simulation, 'price peak, longest stake') < figure(simulation, 'price peak, shortest stake'))
    assert.ok(
      figure(simulation, 'left after a day, longest stake') >
        figure(simulation, 'left after a day, shortest stake') - 0.05,
    )
  })

  it('find providers to leave a curve whose base is fixed in tokens when the token falls, and dollars to return under the product', async () => {
    const simulation = await playSmall('token')
    assert.ok(figure(simulation, 'GPUs, utilisation × 0.5') < 0.8)
    const kept = figure(simulation, 'staked value, constant-product × 0.5')
    assert.ok(kept > 0.7 && kept < 1.5, String(kept))
  })

  it('find a stable region between exponents that starve clients and exponents that starve owners', async () => {
    const simulation = await playSmall('equilibrium')
    const verdicts = new Map(simulation.table.rows.map((row) => [`${row[0]} ${row[1]}`, row[2]]))
    assert.equal(verdicts.get('0.5 0'), 'stable')
    assert.notEqual(verdicts.get('0.1 0'), 'stable')
    assert.notEqual(verdicts.get('2 0'), 'stable')
  })

  it('find proofs to keep the cost of a correct answer flat where made-up answers raise it', async () => {
    const simulation = await playSmall('inference')
    const cost = (offer: string, lazy: number) =>
      Number(simulation.table.rows.find((row) => row[0] === offer && row[1] === lazy)![2])
    assert.ok(cost('pool, proven', 0.4) < 1.03 * cost('pool, proven', 0))
    assert.ok(cost('pool, unproven', 0.4) > 1.15 * cost('pool, unproven', 0))
    assert.ok(cost('pool, best of three', 0) > 2.5 * cost('pool, proven', 0))
  })

  it('find that an enclave’s proof and proven time are what a provider earns by', async () => {
    const simulation = await playSmall('return')
    const earned = new Map(simulation.table.rows.map((row) => [row[0], Number(row.at(-1))]))
    assert.ok(earned.get('provide, day 30, enclave')! > earned.get('provide, day 30')! + 1)
    assert.ok(earned.get('provide, day 30')! > earned.get('provide, day 3')!)
    const parts = simulation.table.rows.map((row) =>
      row.slice(1, -1).reduce((sum: number, part) => sum + Number(part), 0),
    )
    simulation.table.rows.forEach((row, i) => {
      assert.ok(Math.abs(parts[i]! - Number(row.at(-1))) < 0.02, `${row[0]}: the parts are E`)
    })
  })

  it('have a scenario each', async () => {
    assert.deepEqual(await scenarioNames(), [
      'bank-run',
      'cartel',
      'equilibrium',
      'inference',
      'return',
      'token',
      'volatility',
      'wash',
      'whale',
    ])
  })
})
