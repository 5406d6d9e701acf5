/** What renting to oneself, or renting to raise a price, earns: and the fee at which it stops paying. */
import { workFactor } from '../../score.ts'
import { renderChart } from '../chart/chart.ts'
import { Market } from '../market.ts'
import type { Random } from '../random.ts'
import type { ScenarioOf } from '../scenario-schema.ts'
import { combinations, grouped, marketOf, mean, meanOf, type Outcome, round, type Study } from '../study.ts'
import { pump } from './pump.ts'

type Wash = ScenarioOf<'wash'>

/** Without an anchor a sale would be paid whatever the price is then. */
const guards = ['none', 'anchor'] as const

export const wash: Study<'wash'> = {
  jobs: (scenario) => [
    ...combinations(scenario.runs, { attack: ['load'] }),
    ...combinations(scenario.runs, {
      attack: ['pump'],
      strategy: scenario.study.strategies,
      guard: guards,
      share: scenario.study.pumpShares,
    }),
    ...combinations(scenario.runs, {
      attack: ['hold'],
      strategy: scenario.study.strategies,
      share: scenario.study.pumpShares,
      hours: scenario.study.holdHours,
    }),
  ],

  run(scenario, { attack, strategy, guard, share, hours = 0 }, random) {
    if (attack === 'load') return rentOneself(scenario, random)
    const riseLimit = guard === 'none' ? Number.POSITIVE_INFINITY : scenario.pool.riseLimit
    return pump(
      scenario,
      { kind: strategy as 'utilisation', riseLimit, share: Number(share), hours: Number(hours) },
      random,
    )
  },

  conclude(scenario, outcomes) {
    const { study } = scenario
    const load = outcomes.filter(({ vary }) => vary.attack === 'load')
    const spent = meanOf(load, 'price') * study.rentedHours
    const rows = study.speeds.map((speed) => {
      const gain = study.rewardPerDay * (pow(speed / study.loadedShare) - pow(speed))
      const remembered = study.rewardPerDay * (pow(Math.min(speed / study.loadedShare, speed)) - pow(speed))
      const breakEven = (of: number) => of / spent - scenario.pool.burnShare
      return { speed, gain, remembered, simple: breakEven(gain), memory: breakEven(remembered) }
    })
    const worst = rows.reduce((a, b) => (b.simple > a.simple ? b : a))
    const pumps = study.strategies.flatMap((strategy) => pumpRows(strategy, study.pumpShares, outcomes))
    const dearest = pumps.reduce((a, b) => (b.none.fee > a.none.fee ? b : a))
    const holds = holdRows(study, outcomes)
    const longestHold = holds.reduce((a, b) => (b.fee > a.fee ? b : a))
    const anchored = Math.max(...pumps.map(({ anchor }) => anchor.fee))
    const percent = (value: number) => `${round(100 * value, 3)} %`
    return {
      finding: `Renting oneself for ${study.rentedHours} h to be measured by ${percent(study.loadedShare)} of the benchmark would pay up to a fee of ${percent(worst.simple)}, so no fee stops it; remembering the last unrented W makes it worthless (break-even fee ${percent(Math.max(...rows.map(({ memory }) => memory)))}). Pumping the price before a sale would pay up to a fee of ${percent(Math.max(0, dearest.none.fee))}; with the anchor it pays up to ${percent(Math.max(0, anchored))} at once, and up to ${percent(Math.max(0, longestHold.fee))} when own nodes are rented for ${longestHold.hours} h first (${longestHold.strategy}).`,
      figures: {
        'break-even fee, load, simple rule': worst.simple,
        'break-even fee, load, remembered W': Math.max(...rows.map(({ memory }) => memory)),
        'break-even fee, pump, no anchor': dearest.none.fee,
        'break-even fee, pump, anchor': anchored,
        'break-even fee, price held with own nodes': longestHold.fee,
      },
      table: {
        columns: ['attack', 'setting', 'gain (tokens)', 'break-even fee', 'break-even fee, guarded'],
        rows: [
          ...rows.map((row) => [
            'rent oneself',
            `W = ${row.speed} of the benchmark`,
            round(row.gain),
            percent(row.simple),
            percent(row.memory),
          ]),
          ...holds.map((row) => [
            `hold, then sell, ${row.strategy}`,
            `${percent(row.share)} of idle GPUs, own, ${row.hours} h`,
            round(row.gain),
            '–',
            percent(row.fee),
          ]),
          ...pumps.map((row) => [
            `pump a sale, ${row.strategy}`,
            `${percent(row.share)} of idle GPUs rented`,
            round(row.none.gain),
            percent(row.none.fee),
            percent(row.anchor.fee),
          ]),
        ],
      },
      charts: [
        {
          name: 'load',
          svg: renderChart({
            title: `Renting itself pays a slow node below a fee of ${percent(worst.simple)}; with a remembered W below ${percent(Math.max(...rows.map(({ memory }) => memory)))}`,
            note: `Profit a day of a node that rents itself for ${study.rentedHours} h around each challenge, so that ${percent(study.loadedShare)} of the benchmark are enough. Full reward ${study.rewardPerDay} tokens a day; an hour costs ${round(meanOf(load, 'price'))} tokens in the simulated market, and comes back to the node but for fee and burn (${percent(scenario.pool.burnShare)}). Dashed: the rule of the contracts, which credits at most the last W shown unrented.`,
            x: {
              label: 'fee on rentals (share)',
              scale: 'log',
              from: Math.min(...study.fees),
              to: Math.max(...study.fees),
            },
            y: { label: 'profit (tokens a day)' },
            marks: [
              { kind: 'rule', y: 0, words: 'break-even', at: Math.min(...study.fees.filter((fee) => fee > 0)) },
              ...rows.map((row, i) => ({
                kind: 'line' as const,
                points: curveOf(study.fees, (fee) => row.gain - spent * (fee + scenario.pool.burnShare)),
                colour: i % 6,
                label: `W = ${row.speed}`,
              })),
              {
                kind: 'line',
                points: curveOf(study.fees, (fee) => rows[0]!.remembered - spent * (fee + scenario.pool.burnShare)),
                colour: 5,
                dashed: true,
                label: 'remembered W',
              },
            ],
          }),
        },
        {
          name: 'pump',
          svg: renderChart({
            title: `Pumping a sale pays up to a fee of ${percent(Math.max(0, dearest.none.fee))} without the anchor, ${anchored > 0 ? `${percent(anchored)} with it` : 'never with it'}`,
            note: `An owner of ${percent(study.saleShare)} of the pool’s hours rents idle GPUs, sells, and gives the hours back in the same block. Height: the fee at which that stops paying; below 0 it loses without any fee. The anchor lets the price of sales rise by ${percent(scenario.pool.riseLimit)} an hour only.`,
            x: { label: 'share of idle GPUs rented to raise the price', from: 0, to: Math.max(...study.pumpShares) },
            y: { label: 'break-even fee (share of what is rented and given back)' },
            marks: [
              { kind: 'rule', y: 0, words: 'no fee needed below', at: 0 },
              ...study.strategies.flatMap((strategy, k) =>
                guards.map((guard, i) => ({
                  kind: 'line' as const,
                  points: pumps
                    .filter((row) => row.strategy === strategy)
                    .map((row): [number, number] => [row.share, row[guard].fee]),
                  colour: k === 0 ? 0 : 1,
                  dashed: i === 1,
                  label: `${shortName(strategy)}, ${guard === 'none' ? 'no anchor' : 'anchor'}`,
                })),
              ),
            ],
          }),
        },
        {
          name: 'hold',
          svg: renderChart({
            title: `Holding the price up with own nodes pays below a fee of ${percent(Math.max(0, longestHold.fee))}`,
            note: `The anchor follows a price that is held: the owner rents its own idle nodes, whose rent comes home but for the fee, waits, sells and gives the rest back. Best of the shares ${study.pumpShares.join(', ')}; above the contracts’ fee (${percent(scenario.pool.fee)}, dotted) it pays.`,
            x: { label: 'hours held before the sale', from: 0, to: Math.max(...study.holdHours) },
            y: { label: 'break-even fee (share of what is rented and given back)' },
            marks: [
              { kind: 'rule', y: scenario.pool.fee, words: 'fee of the scenario', at: Math.min(...study.holdHours) },
              ...study.strategies.map((strategy, k) => ({
                kind: 'line' as const,
                points: holds
                  .filter((row) => row.strategy === strategy)
                  .map(({ hours, fee }): [number, number] => [hours, fee]),
                colour: k,
                label: shortName(strategy),
              })),
            ],
          }),
        },
      ],
    }
  },
}

function curveOf(fees: readonly number[], of: (fee: number) => number): [number, number][] {
  return fees.filter((fee) => fee > 0).map((fee) => [fee, of(fee)])
}

function pumpRows(strategy: string, shares: readonly number[], outcomes: readonly Outcome[]) {
  const groups = grouped(
    outcomes.filter(({ vary }) => vary.attack === 'pump' && vary.strategy === strategy),
    'guard',
    'share',
  )
  return shares.map((share) => {
    const of = (guard: string) => {
      const runs = groups.get(`${guard} ${share}`) ?? []
      return { gain: meanOf(runs, 'gain'), fee: meanOf(runs, 'fee'), extra: meanOf(runs, 'extra') }
    }
    return { strategy, share, none: of('none'), anchor: of('anchor') }
  })
}

function holdRows({ strategies, pumpShares, holdHours }: Wash['study'], outcomes: readonly Outcome[]) {
  const groups = grouped(
    outcomes.filter(({ vary }) => vary.attack === 'hold'),
    'strategy',
    'share',
    'hours',
  )
  // The attacker chooses the share that suits it.
  return strategies.flatMap((strategy) =>
    holdHours.map((hours) => {
      const choices = pumpShares.map((share) => {
        const runs = groups.get(`${strategy} ${share} ${hours}`) ?? []
        return { strategy, share, hours, gain: meanOf(runs, 'gain'), fee: meanOf(runs, 'fee') }
      })
      return choices.reduce((best, choice) => (choice.fee > best.fee ? choice : best))
    }),
  )
}

const shortName = (strategy: string) => (strategy === 'utilisation' ? 'utilisation' : 'product')

/** PoW by the contract's own arithmetic. */
function pow(share: number): number {
  const wad = BigInt(Math.round(Math.min(share, 1) * 1e6)) * 10n ** 12n
  return Number(workFactor(wad, 10n ** 18n)) / 1e18
}

/** What an hour costs in the market as it plays. */
function rentOneself(scenario: Wash, random: Random): Omit<Outcome, 'vary'> {
  const market = new Market(marketOf(scenario), random)
  const { spot } = market.run()
  return { values: { price: mean(spot), gain: 0, fee: 0, extra: 0 }, agentSteps: market.totals.agentSteps }
}
