/** Whether staked value keeps up when the token's price moves, or providers leave. */
import { renderChart } from '../chart/chart.ts'
import { Market } from '../market.ts'
import { combinations, grouped, marketOf, mean, meanOf, round, type Study, thin } from '../study.ts'

const DRAWN_EVERY = 12

export const token: Study<'token'> = {
  jobs: ({ runs, study }) => combinations(runs, { strategy: study.strategies, factor: study.factors }),

  run(scenario, { strategy, factor }, random) {
    const { study } = scenario
    const input = marketOf(scenario)
    const from = (scenario.warmupDays + study.moveDay) * 24
    const moved = (hour: number) => Math.min(1, Math.max(0, (hour - from) / (study.moveDays * 24)))
    const tokenPrice = (hour: number) => scenario.tokenPrice * Number(factor) ** moved(hour)
    const market = new Market(
      { ...input, tokenPrice, pool: { ...input.pool, kind: strategy as 'utilisation' } },
      random,
    )
    const { spot, staked, nodes } = market.run()
    const first = scenario.warmupDays * 24
    const inDollars = (tokens: Float64Array) => tokens.map((amount, hour) => amount * tokenPrice(first + hour))
    const around = study.moveDay * 24
    const change = (series: Float64Array) =>
      mean(series.subarray(-7 * 24)) / mean(series.subarray(Math.max(0, around - 7 * 24), around))
    const stakedDollars = inDollars(staked)
    const before = mean(stakedDollars.subarray(Math.max(0, around - 7 * 24), around))
    return {
      values: {
        staked: change(stakedDollars),
        nodes: change(nodes),
        price: change(inDollars(spot)),
        priceTokens: change(spot),
      },
      series: { staked: thin(stakedDollars, DRAWN_EVERY).map((value) => value / before) },
      agentSteps: market.totals.agentSteps,
    }
  },

  conclude(scenario, outcomes) {
    const { study } = scenario
    const groups = grouped(outcomes, 'strategy', 'factor')
    const rows = [...groups].map(([key, runs]) => {
      const [strategy = '', factor] = key.split(' ')
      const paths = runs.map(({ series }) => series?.staked ?? [])
      return {
        strategy,
        factor: Number(factor),
        staked: meanOf(runs, 'staked'),
        nodes: meanOf(runs, 'nodes'),
        price: meanOf(runs, 'price'),
        priceTokens: meanOf(runs, 'priceTokens'),
        path: (paths[0] ?? []).map((_, i) => mean(paths.map((path) => path[i]!))),
      }
    })
    const moved = rows.filter(({ factor }) => factor !== 1)
    const told = moved.map(
      ({ strategy, factor, staked, nodes }) =>
        `${strategy}, token × ${factor}: staked value × ${round(staked, 2)}, GPUs × ${round(nodes, 2)}`,
    )
    const worst = moved.reduce((a, b) => (b.nodes < a.nodes ? b : a))
    return {
      finding: `${told.join('; ')}.`,
      figures: Object.fromEntries(
        moved.flatMap(({ strategy, factor, staked, nodes }) => [
          [`staked value, ${strategy} × ${factor}`, staked],
          [`GPUs, ${strategy} × ${factor}`, nodes],
        ]),
      ),
      table: {
        columns: [
          'strategy',
          'token price ×',
          'staked value ($) ×',
          'GPUs offered ×',
          'price ($) ×',
          'price (tokens) ×',
        ],
        rows: rows.map((row) => [
          row.strategy,
          row.factor,
          ...[row.staked, row.nodes, row.price, row.priceTokens].map((value) => round(value)),
        ]),
      },
      charts: [
        {
          name: 'staked',
          svg: renderChart({
            title: `Worst when the token’s price is × ${worst.factor} under ${worst.strategy}: dollars staked × ${round(worst.staked, 2)}, GPUs × ${round(worst.nodes, 2)}`,
            note: `Dollars staked, relative to the week before the token’s price moves within ${study.moveDays} days; mean of ${scenario.runs} runs. Clients and owners reckon in dollars. A curve whose base is fixed in tokens lets the dollar price of an hour move with the token; a product lets new providers reset it.`,
            x: { label: 'days since the move begins', from: -study.moveDay, to: scenario.days - study.moveDay },
            y: { label: 'dollars staked / before', from: 0 },
            marks: [
              { kind: 'rule', x: 0, words: 'move begins', at: 0.1 },
              ...moved.map((row, i) => ({
                kind: 'line' as const,
                points: row.path.map((value, k): [number, number] => [(k * DRAWN_EVERY) / 24 - study.moveDay, value]),
                colour: i % 6,
                label: `${row.strategy === 'utilisation' ? 'utilisation' : 'product'}, token × ${row.factor}`,
              })),
            ],
          }),
        },
      ],
    }
  },
}
