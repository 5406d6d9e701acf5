/** Where the market settles for each exponent and burnt share, and where it does not. */
import { type Mark, renderChart } from '../chart/chart.ts'
import { Market } from '../market.ts'
import type { ScenarioOf } from '../scenario-schema.ts'
import { combinations, dailySwing, grouped, marketOf, mean, meanOf, round, type Study } from '../study.ts'

export const equilibrium: Study<'equilibrium'> = {
  jobs: ({ runs, study }) => combinations(runs, { alpha: study.alphas, beta: study.betas }),

  run(scenario, { alpha, beta }, random) {
    const { study } = scenario
    const input = marketOf(scenario)
    // What is burned makes the rest scarcer, what is emitted less so: the token's price answers in proportion.
    let dollars = scenario.tokenPrice
    let burned = 0
    const market = new Market(
      {
        ...input,
        pool: { ...input.pool, alpha: Number(alpha), burnShare: Number(beta) },
        tokenPrice: () => dollars,
        onHour(here, hour) {
          if (hour % 24 !== 0) return
          const net = here.pool.burned - burned - here.offered * scenario.supply.emission * 24
          burned = here.pool.burned
          dollars *= Math.exp((study.sensitivity * net) / study.supplyTokens)
        },
      },
      random,
    )
    const { spot, nodes, rentedNodes } = market.run()
    const half = spot.length >> 1
    const drift = (series: Float64Array) =>
      Math.log((mean(series.subarray(half)) + 1e-9) / (mean(series.subarray(0, half)) + 1e-9))
    const { totals } = market
    const { floor, ceiling } = input.pool
    return {
      values: {
        swing: dailySwing(spot),
        priceDrift: drift(spot),
        nodeDrift: drift(nodes),
        atBound: mean(spot.map((price) => (price <= floor * 1.001 || price >= ceiling * 0.999 ? 1 : 0))),
        nodes: mean(nodes),
        use: mean(rentedNodes) / Math.max(1, mean(nodes)),
        price: mean(spot) * dollars,
        refused: (totals.unserved + totals.priced) / Math.max(1, totals.unserved + totals.priced + totals.served),
        token: dollars / scenario.tokenPrice,
      },
      agentSteps: totals.agentSteps,
    }
  },

  conclude(scenario, outcomes) {
    const { study } = scenario
    const groups = grouped(outcomes, 'alpha', 'beta')
    const cells = study.betas.flatMap((beta, j) =>
      study.alphas.map((alpha, i) => {
        const runs = groups.get(`${alpha} ${beta}`) ?? []
        const names = [
          'swing',
          'priceDrift',
          'nodeDrift',
          'atBound',
          'nodes',
          'use',
          'price',
          'refused',
          'token',
        ] as const
        const values = Object.fromEntries(names.map((name) => [name, meanOf(runs, name)])) as Record<
          (typeof names)[number],
          number
        >
        return { i, j, alpha, beta, ...values, verdict: verdictOf(values, scenario) }
      }),
    )
    const stable = cells.filter(({ verdict }) => verdict === 'stable')
    const among = (name: 'alpha' | 'beta') => stable.map((cell) => cell[name])
    const reasons = Object.entries(verdicts).filter(([name]) => cells.some(({ verdict }) => verdict === name))
    const region =
      stable.length === 0
        ? 'No mix of alpha and beta is stable'
        : `The market settles for alpha from ${Math.min(...among('alpha'))} to ${Math.max(...among('alpha'))} and beta up to ${Math.max(...among('beta'))}`
    return {
      finding: `${region} (${stable.length} of ${cells.length} cells).`,
      figures: {
        'stable cells': stable.length,
        cells: cells.length,
        ...(stable.length > 0
          ? {
              'least stable alpha': Math.min(...among('alpha')),
              'largest stable alpha': Math.max(...among('alpha')),
              'largest stable beta': Math.max(...among('beta')),
            }
          : {}),
      },
      table: {
        columns: ['alpha', 'beta', 'verdict', 'price ($/h)', 'GPUs', 'in use', 'swing', 'refused', 'token ×'],
        rows: cells.map((cell) => [
          cell.alpha,
          cell.beta,
          cell.verdict,
          ...[cell.price, cell.nodes, cell.use, cell.swing, cell.refused, cell.token].map((value) => round(value)),
        ]),
      },
      charts: [
        {
          name: 'region',
          svg: renderChart({
            title: `${region}`,
            note: `P = base (D/R)^alpha, beta of every paid epoch burned. Each cell: mean of ${scenario.runs} runs of ${scenario.days} days; first line the price in dollars an hour, second the GPUs offered of ${scenario.supply.providers + scenario.supply.sellers}. Stable: a median day swings by less than ${study.swingLimit}, price and GPUs drift by less than ${study.driftLimit}, fewer than ${study.refusedLimit} of clients find no GPU at their price.`,
            x: { label: 'alpha: how sharply the price follows use', categories: study.alphas.map(String) },
            y: { label: 'beta: burnt share of rents', categories: study.betas.map(String) },
            legend: reasons.map(([, { colour, words }]) => ({ colour, label: words })),
            marks: cells.map(
              (cell): Mark => ({
                kind: 'cell',
                x: cell.i,
                y: cell.j,
                colour: verdicts[cell.verdict].colour,
                strength: cell.verdict === 'stable' ? 1 : 0.35,
                words: `$${cell.price.toFixed(2)}\n${cell.nodes.toFixed(0)} GPUs`,
                outlined: cell.verdict === 'stable',
              }),
            ),
          }),
        },
      ],
    }
  },
}

const verdicts = {
  stable: { colour: 2, words: 'stable' },
  swings: { colour: 4, words: 'price swings too far in a day' },
  drifts: { colour: 3, words: 'price or supply drifts' },
  'at a bound': { colour: 5, words: 'price sits at floor or ceiling' },
  refuses: { colour: 1, words: 'clients find no GPU at their price' },
} as const

type Verdict = keyof typeof verdicts

function verdictOf(
  {
    swing,
    priceDrift,
    nodeDrift,
    atBound,
    refused,
  }: Record<'swing' | 'priceDrift' | 'nodeDrift' | 'atBound' | 'refused', number>,
  { study }: ScenarioOf<'equilibrium'>,
): Verdict {
  if (atBound > 0.1) return 'at a bound'
  if (refused > study.refusedLimit) return 'refuses'
  if (Math.abs(priceDrift) > study.driftLimit || Math.abs(nodeDrift) > study.driftLimit) return 'drifts'
  return swing > study.swingLimit ? 'swings' : 'stable'
}
