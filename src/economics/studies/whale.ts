/** What one large purchase does to the price, and how long the market remembers it. */
import { renderChart } from '../chart/chart.ts'
import { Market } from '../market.ts'
import { combinations, grouped, marketOf, mean, meanOf, round, type Study } from '../study.ts'

const BEFORE_HOURS = 48
const AFTER_HOURS = 240

export const whale: Study<'whale'> = {
  jobs: ({ runs, study }) =>
    combinations(runs, { strategy: study.strategies, windowHours: study.windowsHours, share: study.shares }),

  run(scenario, { strategy, windowHours, share }, random) {
    const { study } = scenario
    const input = marketOf(scenario)
    const at = (scenario.warmupDays + study.day) * 24
    let paid = 0
    let hours = 0
    let spotBefore = 0
    const market = new Market(
      {
        ...input,
        pool: { ...input.pool, windowHours: Number(windowHours), kind: strategy as typeof input.pool.kind },
        onHour(here, hour) {
          if (hour !== at) return
          const { pool } = here
          spotBefore = pool.spot
          const free = here.idleNodes()
          for (const node of free.slice(0, Math.floor(free.length * Number(share)))) {
            const wanted = Math.min(study.hours, pool.end[node]! - hour)
            paid += pool.buy(node, wanted)
            hours += wanted
          }
        },
      },
      random,
    )
    const { spot } = market.run()
    const first = study.day * 24
    const before = mean(spot.subarray(first - BEFORE_HOURS, first))
    const peak = Math.max(...spot.subarray(first, first + 24))
    let recovered = first
    while (recovered < spot.length && mean(spot.subarray(recovered, recovered + 24)) > before * (1 + study.recovered))
      recovered++
    const path = Array.from(spot.subarray(first - BEFORE_HOURS, first + AFTER_HOURS), (price) => price / before)
    return {
      values: {
        peak: peak / before,
        recovery: recovered - first,
        premium: hours > 0 && spotBefore > 0 ? paid / hours / spotBefore : 1,
        before,
      },
      series: { path },
      agentSteps: market.totals.agentSteps,
    }
  },

  conclude(scenario, outcomes) {
    const { study } = scenario
    const groups = grouped(outcomes, 'strategy', 'windowHours', 'share')
    const rows = [...groups].map(([key, runs]) => {
      const [strategy = '', windowHours, share] = key.split(' ')
      return {
        strategy,
        windowHours: Number(windowHours),
        share: Number(share),
        peak: meanOf(runs, 'peak'),
        premium: meanOf(runs, 'premium'),
        recovery: meanOf(runs, 'recovery'),
        path: averagePath(runs.map(({ series }) => series?.path ?? [])),
      }
    })
    const largest = Math.max(...study.shares)
    const atLargest = rows.filter(({ share }) => share === largest)
    const least = Math.min(...study.shares)
    const worst = atLargest.reduce((a, b) => (b.peak > a.peak ? b : a))
    const mildest = atLargest.reduce((a, b) => (b.peak < a.peak ? b : a))
    const nameOf = ({ strategy, windowHours }: { strategy: string; windowHours: number }) =>
      `${strategy}, ${windowHours} h`
    const jumpAt = (share: number) =>
      rows.find((row) => nameOf(row) === nameOf(worst) && row.share === share)?.peak ?? 1
    const [shallow, deep] = [study.windowsHours[0]!, study.windowsHours.at(-1)!]
    const first = study.strategies[0]!
    const peakAt = (window: number) =>
      atLargest.find((row) => row.strategy === first && row.windowHours === window)!.peak
    const lines = study.strategies.flatMap((strategy) =>
      study.windowsHours.map((windowHours) => ({ strategy, windowHours })),
    )
    return {
      finding: `A whale that rents ${round(100 * largest, 2)} % of the idle GPUs multiplies the price by ${round(worst.peak, 2)} (${nameOf(worst)}; back after ${round(worst.recovery, 2)} h), and by ${round(mildest.peak, 2)} under ${nameOf(mildest)} (back after ${round(mildest.recovery, 2)} h).`,
      figures: {
        'worst peak': worst.peak,
        'mildest peak': mildest.peak,
        'recovery of the worst, hours': worst.recovery,
      },
      table: {
        columns: ['strategy', 'stake (h)', 'share bought', 'price ×', 'paid / spot before', 'recovery (h)'],
        rows: rows.map((row) => [
          row.strategy,
          row.windowHours,
          row.share,
          round(row.peak),
          round(row.premium),
          round(row.recovery),
        ]),
      },
      charts: [
        {
          name: 'path',
          svg: renderChart({
            title: `Renting ${round(100 * largest, 2)} % of the idle GPUs at once: price × ${round(peakAt(shallow), 2)} under ${shallow} h stakes, × ${round(peakAt(deep), 2)} under ${deep} h (${first})`,
            note: `Price relative to the two days before, mean of ${scenario.runs} runs; the whale rents each for ${study.hours} h, or as long as its stake still lasts. Its effect fades as the hours are used up.`,
            x: { label: 'hours since the purchase', from: -BEFORE_HOURS, to: AFTER_HOURS },
            y: { label: 'price / price before' },
            marks: [
              { kind: 'rule', x: 0, words: 'purchase', at: worst.peak },
              ...atLargest.map((row, i) => ({
                kind: 'line' as const,
                points: row.path.map((price, hour): [number, number] => [hour - BEFORE_HOURS, price]),
                colour: i % 6,
                label: nameOf(row),
              })),
            ],
          }),
        },
        {
          name: 'impact',
          svg: renderChart({
            title: `From ${round(100 * least, 2)} to ${round(100 * largest, 2)} % of the idle GPUs the jump grows from × ${round(jumpAt(least), 2)} to × ${round(jumpAt(largest), 2)} (${nameOf(worst)})`,
            note: 'Highest price within a day of the purchase over the price before, by share of idle GPUs bought.',
            x: { label: 'share of the idle GPUs bought', from: 0, to: largest },
            y: { label: 'highest price / price before', scale: 'log' },
            marks: lines.map(({ strategy, windowHours }, i) => ({
              kind: 'line' as const,
              points: rows
                .filter((row) => row.strategy === strategy && row.windowHours === windowHours)
                .map(({ share, peak }): [number, number] => [share, peak]),
              colour: i % 6,
              label: nameOf({ strategy, windowHours }),
            })),
          }),
        },
      ],
    }
  },
}

function averagePath(paths: readonly (readonly number[])[]): number[] {
  const length = Math.min(...paths.map((path) => path.length))
  return Array.from({ length }, (_, i) => mean(paths.map((path) => path[i]!)))
}
