/** What happens to the pool when providers leave in fear, and what the stake's length does to a run. */
import { renderChart } from '../chart/chart.ts'
import { Market } from '../market.ts'
import { combinations, grouped, marketOf, mean, meanOf, round, type Study, thin } from '../study.ts'

const DRAWN_EVERY = 6

export const bankRun: Study<'bank-run'> = {
  jobs: ({ runs, study }) => combinations(runs, { windowHours: study.windowsHours }),

  run(scenario, { windowHours }, random) {
    const { study } = scenario
    const input = marketOf(scenario)
    const start = (scenario.warmupDays + study.panicDay) * 24
    const owners = scenario.supply.providers + scenario.supply.sellers
    const market = new Market(
      {
        ...input,
        pool: { ...input.pool, windowHours: Number(windowHours) },
        onHour(here, hour) {
          if (hour < start || hour > start + study.fearDays * 24 || (hour - start) % 24 !== 0) return
          const first = hour === start
          // Fear grows with what one sees leave: GPUs that are gone from the market, not decisions that nobody knows.
          const missing = 1 - here.offered / Math.max(1, offeredBefore)
          if (first) offeredBefore = here.offered
          const chance = first ? study.firstShare : Math.min(1, study.contagion * Math.max(0, missing))
          for (let node = 0; node < owners; node++)
            if (!here.gone[node] && here.random.chance(chance)) here.gone[node] = 1
        },
      },
      random,
    )
    let offeredBefore = 0
    const { spot, nodes, staked } = market.run()
    const at = study.panicDay * 24
    const before = mean(staked.subarray(Math.max(0, at - 72), at))
    const left = staked.subarray(at)
    const halved = left.findIndex((tokens) => tokens < before / 2)
    return {
      values: {
        afterDay: staked[at + 24]! / before,
        afterThree: staked[at + 72]! / before,
        halved: halved < 0 ? left.length : halved,
        lowest: Math.min(...left) / before,
        nodes: nodes.at(-1)! / mean(nodes.subarray(Math.max(0, at - 72), at)),
        peak: Math.max(...spot.subarray(at, at + 14 * 24)) / mean(spot.subarray(Math.max(0, at - 72), at)),
        unserved:
          market.totals.unserved / Math.max(1, market.totals.unserved + market.totals.served + market.totals.priced),
      },
      series: { staked: thin(staked, DRAWN_EVERY).map((tokens) => tokens / before) },
      agentSteps: market.totals.agentSteps,
    }
  },

  conclude(scenario, outcomes) {
    const { study } = scenario
    const groups = grouped(outcomes, 'windowHours')
    const rows = study.windowsHours.map((window) => {
      const runs = groups.get(String(window)) ?? []
      const paths = runs.map(({ series }) => series?.staked ?? [])
      const middle = (paths[0] ?? []).map((_, i) => mean(paths.map((path) => path[i]!)))
      const range = (paths[0] ?? []).map((_, i): [number, number] => {
        const sorted = paths.map((path) => path[i]!).sort((a, b) => a - b)
        return [sorted[Math.floor(sorted.length * 0.1)]!, sorted[Math.floor(sorted.length * 0.9)]!]
      })
      const value = (name: string) => meanOf(runs, name)
      return { window, middle, range, value }
    })
    const [shortest, longest] = [rows[0]!, rows[rows.length - 1]!]
    const day = (i: number) => (i * DRAWN_EVERY) / 24 - study.panicDay
    return {
      finding: `${round(100 * study.firstShare, 2)} % of the owners panic: a day later ${round(100 * shortest.value('afterDay'), 2)} % of the tokens are left under ${shortest.window} h stakes and ${round(100 * longest.value('afterDay'), 2)} % under ${longest.window} h stakes; the price peaks at × ${round(shortest.value('peak'), 2)} and × ${round(longest.value('peak'), 2)}, and ${round(100 * shortest.value('nodes'), 2)} % and ${round(100 * longest.value('nodes'), 2)} % of the GPUs stay.`,
      figures: {
        'left after a day, shortest stake': shortest.value('afterDay'),
        'left after a day, longest stake': longest.value('afterDay'),
        'price peak, shortest stake': shortest.value('peak'),
        'price peak, longest stake': longest.value('peak'),
        'GPUs that stay, shortest stake': shortest.value('nodes'),
        'GPUs that stay, longest stake': longest.value('nodes'),
      },
      table: {
        columns: [
          'stake (h)',
          'tokens after 1 day',
          'after 3 days',
          'days to half',
          'lowest',
          'GPUs at the end',
          'price ×, two weeks',
          'clients turned away',
        ],
        rows: rows.map(({ window, value }) => [
          window,
          round(value('afterDay')),
          round(value('afterThree')),
          round(value('halved') / 24),
          round(value('lowest')),
          round(value('nodes')),
          round(value('peak')),
          round(value('unserved')),
        ]),
      },
      charts: [
        {
          name: 'tokens',
          svg: renderChart({
            title: `In a panic the price peaks at × ${round(shortest.value('peak'), 2)} under ${shortest.window} h stakes and at × ${round(longest.value('peak'), 2)} under ${longest.window} h stakes`,
            note: `Tokens in the pool relative to the three days before the panic; mean and middle 80 % of ${scenario.runs} runs. Day 0: ${round(100 * study.firstShare, 2)} % of the owners decide to leave for good; on each of ${study.fearDays} days others follow with chance ${study.contagion} × the share of GPUs gone. Nobody can leave before the end of what they staked.`,
            x: { label: 'days since the panic', from: -study.panicDay, to: scenario.days - study.panicDay },
            y: { label: 'tokens in the pool / before', from: 0 },
            marks: [
              { kind: 'rule', x: 0, words: 'panic', at: 0.08 },
              ...rows.flatMap(({ window, middle, range }, i) => [
                {
                  kind: 'band' as const,
                  points: range.map(([low, high], k): [number, number, number] => [day(k), low, high]),
                  colour: i,
                },
                {
                  kind: 'line' as const,
                  points: middle.map((share, k): [number, number] => [day(k), share]),
                  colour: i,
                  label: `${window} h stakes`,
                },
              ]),
            ],
          }),
        },
      ],
    }
  },
}
