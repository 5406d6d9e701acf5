/** Simulations: the same bytes from the same seed, however many threads; failures by code; progress; interruption. */
import assert from 'node:assert/strict'
import { renderReport } from '../../src/economics/report.ts'
import { simulate } from '../../src/economics/simulate.ts'
import { smallScenario } from './small.ts'

const bytes = (value: unknown) => JSON.stringify(value)

describe('a simulation', function () {
  this.timeout(60_000)

  it('is the same for the same seed, whatever the number of threads', async () => {
    const scenario = await smallScenario('volatility', 'volatility')
    const [none, one, three] = await Promise.all(
      [0, 1, 3].map((workers) => simulate('volatility', scenario, { seed: 9, runs: 2, workers })),
    )
    assert.equal(bytes(one), bytes(none))
    assert.equal(bytes(three), bytes(none))
    const other = await simulate('volatility', scenario, { seed: 10, runs: 2, workers: 0 })
    assert.notEqual(bytes(other.table), bytes(none!.table))
  })

  it('carries its seed, its parameters as played, and the number of decisions', async () => {
    const scenario = await smallScenario('cartel', 'cartel')
    const simulation = await simulate('cartel', scenario, { seed: 4, runs: 1, workers: 0 })
    assert.equal(simulation.seed, 4)
    assert.deepEqual(simulation.scenario, { ...scenario, runs: 1 })
    assert.equal(simulation.agentSteps, simulation.jobs * 10 * 300)
  })

  it('tells how far it is', async () => {
    const told: [number, number][] = []
    const scenario = await smallScenario('inference', 'inference')
    await simulate('inference', scenario, { seed: 1, workers: 0, onProgress: (done, of) => told.push([done, of]) })
    const [done, of] = told.at(-1)!
    assert.equal(done, of)
    assert.deepEqual(
      told,
      [...told].sort((a, b) => a[0] - b[0]),
    )
  })

  it('fails by code when parameters lead to no number', async () => {
    const scenario = await smallScenario('inference', 'inference')
    const study = { ...scenario.study, nodeFailures: 1 }
    await assert.rejects(simulate('inference', { ...scenario, study }, { seed: 1, workers: 1 }), {
      code: 'SIMULATION_FAILED',
    })
  })

  it('stops when it is told to', async () => {
    const scenario = await smallScenario('whale', 'whale')
    await assert.rejects(simulate('whale', scenario, { seed: 1, workers: 1, signal: AbortSignal.abort() }), {
      name: 'AbortError',
    })
  })

  it('makes a report that asks nobody for anything and has every chart and table', async () => {
    const scenario = await smallScenario('cartel', 'cartel')
    const simulation = await simulate('cartel', scenario, { seed: 1, workers: 0 })
    const html = renderReport([simulation])
    assert.equal(html.match(/<svg /g)!.length, simulation.charts.length)
    assert.equal(html.match(/<tr>/g)!.length, simulation.table.rows.length + 1)
    // The only address is the name of the SVG namespace.
    assert.deepEqual([...new Set(html.match(/https?:\/\/[^"']+/g))], ['http://www.w3.org/2000/svg'])
    assert.doesNotMatch(html, /<script|@import|url\(/)
  })
})
