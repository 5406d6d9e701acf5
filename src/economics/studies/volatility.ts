/** How much calmer prices are when providers stake a week instead of a day. */
import { renderChart } from '../chart/chart.ts'
import { Market } from '../market.ts'
import {
  combinations,
  dailySwing,
  dailyVolatility,
  grouped,
  marketOf,
  mean,
  meanOf,
  round,
  type Study,
  thin,
} from '../study.ts'

/** Hours between two points of a drawn price path. */
const DRAWN_EVERY = 3
const DRAWN_DAYS = 28

export const volatility: Study<'volatility'> = {
  jobs: ({ runs, study }) => combinations(runs, { windowHours: study.windowsHours, arrivals: study.arrivalsPerHour }),

  run(scenario, { windowHours, arrivals, run }, random) {
    const input = marketOf(scenario)
    const market = new Market(
      {
        ...input,
        pool: { ...input.pool, windowHours: Number(windowHours) },
        demand: { ...input.demand, arrivalsPerHour: Number(arrivals) },
      },
      random,
    )
    const { spot, nodes } = market.run()
    return {
      values: { swing: dailySwing(spot), volatility: dailyVolatility(spot), price: mean(spot), nodes: mean(nodes) },
      ...(run === 0 ? { series: { spot: thin(spot.subarray(0, DRAWN_DAYS * 24), DRAWN_EVERY) } } : {}),
      agentSteps: market.totals.agentSteps,
    }
  },

  conclude(scenario, outcomes) {
    const { windowsHours, arrivalsPerHour, targetSwing } = scenario.study
    const [short, long] = windowsHours
    const groups = grouped(outcomes, 'windowHours', 'arrivals')
    const rows = arrivalsPerHour.map((arrivals) => {
      const [day, week] = [short, long].map((window) => groups.get(`${window} ${arrivals}`) ?? [])
      const value = (of: typeof day, name: string) => meanOf(of ?? [], name)
      return {
        arrivals,
        swing: value(day, 'swing'),
        longSwing: value(week, 'swing'),
        volatility: value(day, 'volatility'),
        longVolatility: value(week, 'volatility'),
        ratio: value(week, 'volatility') / value(day, 'volatility'),
        price: value(day, 'price'),
        longPrice: value(week, 'price'),
      }
    })
    // Fitted: the demand at which a median day under the short window moves as the report says.
    const fitted = rows.reduce((best, row) =>
      Math.abs(row.swing - targetSwing) < Math.abs(best.swing - targetSwing) ? row : best,
    )
    const path = (window: number) =>
      (groups.get(`${window} ${fitted.arrivals}`)?.[0]?.series?.spot ?? []).map((price, i): [number, number] => [
        (i * DRAWN_EVERY) / 24,
        price,
      ])
    const percent = `${round(100 * fitted.ratio, 2)} %`
    const depth = short / long
    const ratios = rows.map(({ ratio }) => ratio)
    const hours = (window: number) => (window % 24 === 0 ? `${window / 24}-day` : `${window}-hour`)
    return {
      finding: `With ${hours(long)} stakes prices have ${percent} of the volatility of ${hours(short)} stakes; depth alone would give ${round(100 * depth, 2)} %.`,
      figures: {
        'volatility ratio': fitted.ratio,
        'depth ratio': depth,
        'fitted arrivals, clients an hour': fitted.arrivals,
        'daily swing, short window': fitted.swing,
        'daily swing, long window': fitted.longSwing,
      },
      table: {
        columns: [
          'clients/h',
          `swing ${short} h`,
          `swing ${long} h`,
          `σ/day ${short} h`,
          `σ/day ${long} h`,
          'ratio',
          `price ${short} h`,
          `price ${long} h`,
        ],
        rows: rows.map((row) =>
          [
            row.arrivals,
            row.swing,
            row.longSwing,
            row.volatility,
            row.longVolatility,
            row.ratio,
            row.price,
            row.longPrice,
          ].map((value) => round(value)),
        ),
      },
      charts: [
        {
          name: 'paths',
          svg: renderChart({
            title: `Price volatility under ${hours(long)} stakes is ${percent} of that under ${hours(short)} stakes`,
            note: `Price of the same GPU class under the same clients, ${scenario.supply.providers} providers and ${scenario.supply.sellers} sellers. Fitted: ${fitted.arrivals} clients an hour, so that a median day under ${short} h stakes swings by ln(high/low) = ${round(fitted.swing, 2)} (testnet: ln(1.3/0.9) = 0.37). Everything about the ${long} h pool is predicted.`,
            x: { label: 'days', from: 0, to: DRAWN_DAYS },
            y: { label: 'price (tokens per GPU hour)', from: 0 },
            marks: [
              { kind: 'line', points: path(short), colour: 1, label: `${short} h stakes` },
              { kind: 'line', points: path(long), colour: 0, label: `${long} h stakes` },
            ],
          }),
        },
        {
          name: 'ratio',
          svg: renderChart({
            title: `Over all levels of demand the ratio is ${round(100 * Math.min(...ratios), 2)} to ${round(100 * Math.max(...ratios), 2)} %; depth alone says ${round(100 * depth, 2)} %`,
            note: `Volatility: standard deviation of hourly logarithmic returns, scaled to a day; mean of ${scenario.runs} runs a point. ${round(100 * depth, 2)} % is what ${round(1 / depth, 2)} times the depth alone predicts; what lies above it longer stakes do not change.`,
            x: { label: 'clients per hour', from: 0 },
            y: { label: `volatility under ${long} h stakes / under ${short} h stakes`, from: 0 },
            marks: [
              { kind: 'rule', y: depth, words: `depth alone: ${round(100 * depth, 2)} %`, at: 0 },
              { kind: 'line', points: rows.map(({ arrivals, ratio }) => [arrivals, ratio]), colour: 0 },
              { kind: 'points', points: rows.map(({ arrivals, ratio }) => [arrivals, ratio]), colour: 0 },
              {
                kind: 'words',
                x: fitted.arrivals,
                y: fitted.ratio + 0.03 * Math.max(...ratios),
                words: `fitted demand: ${percent}`,
                place: 'above',
              },
            ],
          }),
        },
      ],
    }
  },
}
