/** What a GPU owner can expect a day, part by part, against the alternatives: E = base R + fee U - opex - slashing risk. */

import { loyaltyFactor, pocps, privacyFactor, timeFactor, WAD, workFactor } from '../../score.ts'
import { type Mark, renderChart } from '../chart/chart.ts'
import { Market } from '../market.ts'
import type { ScenarioOf } from '../scenario-schema.ts'
import { combinations, marketOf, mean, meanOf, type Outcome, round, type Study } from '../study.ts'

/** Dollars a day. */
type Owner = {
  readonly name: string
  readonly reward: number
  readonly rent: number
  readonly opex: number
  readonly slashing: number
  readonly capital: number
}

const parts = [
  { name: 'reward', colour: 2, words: 'base × R: reward' },
  { name: 'rent', colour: 0, words: 'fee × U: rent' },
  { name: 'opex', colour: 1, words: 'opex' },
  { name: 'slashing', colour: 3, words: 'slashing risk' },
  { name: 'capital', colour: 5, words: 'cost of what is locked' },
] as const

export const earnings: Study<'return'> = {
  jobs: ({ runs }) => combinations(runs, {}),

  run(scenario, _, random) {
    const first = scenario.warmupDays * 24
    let soldBefore = 0
    const market = new Market(
      {
        ...marketOf(scenario),
        onHour(here, hour) {
          if (hour === first) soldBefore = here.pool.sold
        },
      },
      random,
    )
    const { spot } = market.run()
    const { rents, providedHours, providedRentedHours, soldHours, agentSteps } = market.totals
    return {
      values: {
        price: mean(spot),
        use: providedHours > 0 ? providedRentedHours / providedHours : 0,
        rent: providedHours > 0 ? rents / providedHours : 0,
        sale: soldHours > 0 ? (market.pool.sold - soldBefore) / soldHours : 0,
      },
      agentSteps,
    }
  },

  conclude(scenario, outcomes) {
    const owners = ownersOf(scenario, outcomes)
    const net = (owner: Owner) => owner.reward + owner.rent - owner.opex - owner.slashing - owner.capital
    const best = owners.reduce((a, b) => (net(b) > net(a) ? b : a))
    const proven = owners.filter(({ name }) => name.startsWith('provide'))
    const [worstProvider, bestProvider] = [
      proven.reduce((a, b) => (net(b) < net(a) ? b : a)),
      proven.reduce((a, b) => (net(b) > net(a) ? b : a)),
    ]
    const use = meanOf(outcomes, 'use')
    return {
      finding: `Best is “${best.name}” with $${net(best).toFixed(2)} a day; providing earns from $${net(worstProvider).toFixed(2)} (${worstProvider.name}) to $${net(bestProvider).toFixed(2)} (${bestProvider.name}), with its GPU rented ${round(100 * use, 2)} % of the time.`,
      figures: {
        'best, dollars a day': net(best),
        'worst provider': net(worstProvider),
        'best provider': net(bestProvider),
        'share of hours rented': use,
        'price, tokens an hour': meanOf(outcomes, 'price'),
      },
      table: {
        columns: ['owner', ...parts.map(({ words }) => words), 'E ($ a day)'],
        rows: owners.map((owner) => [
          owner.name,
          ...parts.map(({ name }, i) => round(i < 2 ? owner[name] : -owner[name])),
          round(net(owner)),
        ]),
      },
      charts: [
        {
          name: 'parts',
          svg: renderChart({
            title: `What a GPU earns a day: best is “${best.name}”, $${net(best).toFixed(2)}`,
            note: `E = base R + fee U − opex − slashing risk, dollars a day. Rent, use (${round(100 * use, 2)} %) and sale price come out of the simulated market; R is PoT × PoL × PoP × PoW by the contracts’ formulas. Without an enclave’s proof PoP is 0.1. Token at $${scenario.tokenPrice}, full reward ${round(scenario.supply.emission * 24)} tokens a day.`,
            x: { label: 'dollars a day; costs to the left of 0' },
            y: { label: '', categories: [...owners].reverse().map(({ name }) => name) },
            legend: parts.map(({ colour, words }) => ({ colour, label: words })),
            marks: [...owners].reverse().flatMap((owner, at) => barsOf(owner, at, net(owner))),
          }),
        },
      ],
    }
  },
}

function barsOf(owner: Owner, at: number, net: number): Mark[] {
  let [right, left] = [0, 0]
  const bars = parts.map(({ name, colour }, i): Mark => {
    const value = owner[name]
    const positive = i < 2
    const from = positive ? right : left
    const to = positive ? right + value : left - value
    if (positive) right = to
    else left = to
    return { kind: 'bar', at, from, to, colour, flat: true }
  })
  return [
    ...bars,
    { kind: 'words', x: right, y: at, words: `E = ${net < 0 ? '−' : ''}$${Math.abs(net).toFixed(2)}`, place: 'right' },
  ]
}

function ownersOf({ study, supply, pool, tokenPrice }: ScenarioOf<'return'>, outcomes: readonly Outcome[]): Owner[] {
  const dailyValue = meanOf(outcomes, 'price') * 24 * tokenPrice
  const locked = (dollars: number) => (dollars * supply.capitalRate) / 365
  const stake = study.stakeDays * dailyValue
  const rent = meanOf(outcomes, 'rent') * 24 * tokenPrice
  const sale = meanOf(outcomes, 'sale') * 24 * tokenPrice
  const opex = supply.opex * 24
  const slashing = supply.failures * study.failureSlash * stake
  const reward = (days: number, private_: boolean) =>
    supply.emission * 24 * tokenPrice * scoreOf(study, days, private_) * (1 - supply.failures)
  const oldest = Math.max(...study.provenDays)
  const saleDays = Math.min(7, pool.windowHours / 24)
  return [
    ...[false, true].flatMap((enclave) =>
      study.provenDays.map((days) => ({
        name: `provide, day ${days}${enclave ? ', enclave' : ''}`,
        reward: reward(days, enclave),
        rent,
        opex,
        slashing,
        capital: locked(stake + (pool.windowHours / 24) * dailyValue),
      })),
    ),
    {
      name: `sell days, day ${oldest}`,
      reward: reward(oldest, false),
      rent: sale,
      opex,
      slashing,
      capital: locked(stake + pool.collateralMultiple * sale * saleDays),
    },
    {
      name: 'marketplace',
      reward: 0,
      rent: study.elsewherePrice * 24 * study.elsewhereUse * (1 - study.elsewhereCommission),
      opex,
      slashing: 0,
      capital: 0,
    },
    { name: 'switched off', reward: 0, rent: 0, opex: 0, slashing: 0, capital: 0 },
  ]
}

/** PoCPS by the contracts' own arithmetic. */
function scoreOf({ fullDays, heldShare, work }: ScenarioOf<'return'>['study'], days: number, enclave: boolean): number {
  const wad = (value: number) => BigInt(Math.round(value * 1e6)) * 10n ** 12n
  const score = pocps(
    timeFactor(wad(days), wad(fullDays)),
    loyaltyFactor(wad(heldShare), WAD),
    privacyFactor(enclave ? 1n : 0n, 1n),
    workFactor(wad(work), WAD),
  )
  return Number(score) / 1e18
}
