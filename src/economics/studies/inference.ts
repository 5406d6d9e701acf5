/** What one correct answer costs a client with many calls a day, failed and made-up answers included. */
import { renderChart } from '../chart/chart.ts'
import type { Random } from '../random.ts'
import type { ScenarioOf } from '../scenario-schema.ts'
import { combinations, grouped, meanOf, round, type Study } from '../study.ts'

type Terms = ScenarioOf<'inference'>['study']
type Tally = { paid: number; correct: number; wrong: number; lost: number }

const offers = [
  { name: 'proven', words: 'pool, proven', colour: 0 },
  { name: 'unproven', words: 'pool, unproven', colour: 1 },
  { name: 'majority', words: 'pool, best of three', colour: 4 },
  { name: 'cloud', words: 'cloud GPU', colour: 5 },
  { name: 'hosted', words: 'hosted API', colour: 3 },
] as const
type Offer = (typeof offers)[number]['name']

/** Nodes among which the client's are drawn each day. */
const POOL_NODES = 200

export const inference: Study<'inference'> = {
  jobs: ({ runs, study }) => combinations(runs, { offer: offers.map(({ name }) => name), lazy: study.lazyShares }),

  run({ study }, { offer, lazy }, random) {
    const tally: Tally = { paid: 0, correct: 0, wrong: 0, lost: 0 }
    const steps = play(offer as Offer, study, Number(lazy), tally, random)
    const answered = tally.correct + tally.wrong + tally.lost
    return {
      values: { cost: (1000 * tally.paid) / tally.correct, wrong: tally.wrong / answered, lost: tally.lost / answered },
      agentSteps: steps,
    }
  },

  conclude(scenario, outcomes) {
    const { study } = scenario
    const groups = grouped(outcomes, 'offer', 'lazy')
    const rows = offers.flatMap(({ name, words, colour }) =>
      study.lazyShares.map((lazy) => {
        const runs = groups.get(`${name} ${lazy}`) ?? []
        return {
          name,
          words,
          colour,
          lazy,
          cost: meanOf(runs, 'cost'),
          wrong: meanOf(runs, 'wrong'),
          lost: meanOf(runs, 'lost'),
        }
      }),
    )
    const typical = study.lazyShares[Math.floor(study.lazyShares.length / 2)]!
    const at = (name: Offer) => rows.find((row) => row.name === name && row.lazy === typical)!
    const cents = (dollars: number) => `$${dollars.toFixed(3)}`
    return {
      finding: `With ${round(100 * typical, 2)} % lazy nodes, a thousand correct answers cost ${cents(at('proven').cost)} in the proven pool (${round(100 * at('proven').wrong, 2)} % of paid-for answers made up), ${cents(at('unproven').cost)} unproven (${round(100 * at('unproven').wrong, 2)} % made up), ${cents(at('majority').cost)} by best of three, ${cents(at('cloud').cost)} in a cloud and ${cents(at('hosted').cost)} from a hosted API.`,
      figures: Object.fromEntries(
        offers.map(({ name, words }) => [`dollars per 1000 correct, ${words}`, at(name).cost]),
      ),
      table: {
        columns: ['offer', 'lazy nodes', '$ per 1000 correct', 'made up', 'to be repeated'],
        rows: rows.map((row) => [row.words, row.lazy, round(row.cost), round(row.wrong), round(row.lost)]),
      },
      charts: [
        {
          name: 'cost',
          svg: renderChart({
            title: `At ${round(100 * typical, 2)} % lazy nodes a thousand correct answers cost ${cents(at('proven').cost)} proven, ${cents(at('unproven').cost)} unproven, ${cents(at('majority').cost)} by best of three`,
            note: `${study.callsPerDay.toLocaleString('en')} calls a day, ${study.callsPerGpuHour.toLocaleString('en')} calls a GPU hour; pool $${study.poolPrice}, cloud $${study.cloudPrice} an hour, API $${study.apiPrice} a thousand. Lazy nodes make up ${round(100 * study.lazyFraction, 2)} % of their answers; assumed: who is lazy with answers is lazy in the round, which ${study.proofs * study.columnsPerProof} sampled columns check daily. Mean of ${scenario.runs} runs of ${study.days} days.`,
            x: { label: 'lazy nodes in the pool at the beginning (share)' },
            y: { label: 'dollars for a thousand correct answers', from: 0 },
            marks: offers.map(({ name, words, colour }) => ({
              kind: 'line' as const,
              points: rows.filter((row) => row.name === name).map(({ lazy, cost }): [number, number] => [lazy, cost]),
              colour,
              label: words,
              dashed: name === 'cloud' || name === 'hosted',
            })),
          }),
        },
        {
          name: 'wrong',
          svg: renderChart({
            title: `At ${round(100 * typical, 2)} % lazy nodes ${round(100 * at('unproven').wrong, 2)} % of unproven answers are made up, ${round(100 * at('proven').wrong, 2)} % with proofs`,
            note: 'Share of the answers that the client takes for good and that were made up. With proofs a lazy node is refunded when caught and gone after its last strike.',
            x: { label: 'lazy nodes in the pool at the beginning (share)' },
            y: { label: 'made-up answers among those delivered', from: 0 },
            marks: offers
              .filter(({ name }) => name !== 'hosted' && name !== 'cloud')
              .map(({ name, words, colour }) => ({
                kind: 'line' as const,
                points: rows
                  .filter((row) => row.name === name)
                  .map(({ lazy, wrong }): [number, number] => [lazy, wrong]),
                colour,
                label: words,
              })),
          }),
        },
      ],
    }
  },
}

function play(offer: Offer, terms: Terms, lazyShare: number, tally: Tally, random: Random): number {
  if (offer === 'hosted' || offer === 'cloud') return outside(offer, terms, tally, random)
  const strikes = new Uint8Array(POOL_NODES)
  const lazy = new Uint8Array(POOL_NODES).map(() => (random.chance(lazyShare) ? 1 : 0))
  const copies = offer === 'majority' ? 3 : 1
  const gpus = Math.max(1, Math.round(terms.callsPerDay / (terms.callsPerGpuHour * 24)))
  const calls = terms.callsPerDay / gpus
  const rent = 24 * terms.poolPrice * (1 + terms.poolFee)
  for (let day = 0; day < terms.days; day++) {
    const failed = offer === 'proven' ? judge(terms, lazy, strikes, random) : down(terms, random)
    for (let gpu = 0; gpu < gpus; gpu++) {
      const nodes = Array.from({ length: copies }, () => random.below(POOL_NODES))
      const working = nodes.filter((node) => !failed[node])
      tally.paid += rent * (offer === 'proven' ? working.length : nodes.length)
      if (offer === 'proven' && working.length === 0) tally.paid += 24 * terms.poolPrice * terms.poolFee
      answer(
        terms,
        calls,
        working.map((node) => lazy[node] === 1),
        copies,
        tally,
      )
    }
  }
  return terms.days * (POOL_NODES + gpus * copies)
}

/** Delivers a day's calls of one slot: with copies, an answer counts when two agree; made-up ones never do. */
function answer(terms: Terms, calls: number, lazy: readonly boolean[], copies: number, tally: Tally): void {
  if (copies === 1) {
    const good = lazy.length === 0 ? 0 : lazy[0] ? 1 - terms.lazyFraction : 1
    tally.correct += calls * good
    tally.wrong += lazy.length === 0 ? 0 : calls * (1 - good)
    tally.lost += lazy.length === 0 ? calls : 0
    return
  }
  const good = lazy.map((isLazy) => (isLazy ? 1 - terms.lazyFraction : 1))
  const none = good.reduce((product, p) => product * (1 - p), 1)
  const one = good.reduce(
    (sum, p, i) => sum + p * good.reduce((product, q, j) => (i === j ? product : product * (1 - q)), 1),
    0,
  )
  const agreed = good.length < 2 ? 0 : 1 - none - one
  tally.correct += calls * agreed
  tally.lost += calls * (1 - agreed)
}

/** The day's round of every node: who fails it is refunded, and a lazy one is replaced by an honest one after its last strike. */
function judge(terms: Terms, lazy: Uint8Array, strikes: Uint8Array, random: Random): Uint8Array {
  const catching = terms.lazyFraction * (1 - 4 ** -terms.neuronsPerColumn)
  const columns = terms.proofs * terms.columnsPerProof
  return lazy.map((isLazy, node) => {
    if (random.chance(terms.nodeFailures)) return 1
    if (!isLazy) return 0
    for (let column = 0; column < columns; column++) {
      if (!random.chance(catching)) continue
      strikes[node]!++
      if (strikes[node]! >= terms.strikesBeforeJail) lazy[node] = 0
      return 1
    }
    return 0
  })
}

function down(terms: Terms, random: Random): Uint8Array {
  return new Uint8Array(POOL_NODES).map(() => (random.chance(terms.nodeFailures) ? 1 : 0))
}

function outside(offer: 'hosted' | 'cloud', terms: Terms, tally: Tally, random: Random): number {
  const gpus = Math.max(1, Math.round(terms.callsPerDay / (terms.callsPerGpuHour * 24)))
  for (let day = 0; day < terms.days; day++) {
    if (offer === 'hosted') {
      tally.paid += (terms.callsPerDay / 1000) * terms.apiPrice
      tally.correct += terms.callsPerDay * (1 - terms.apiFailures)
      tally.lost += terms.callsPerDay * terms.apiFailures
      continue
    }
    for (let gpu = 0; gpu < gpus; gpu++) {
      tally.paid += 24 * terms.cloudPrice
      if (random.chance(terms.cloudFailures)) tally.lost += terms.callsPerDay / gpus
      else tally.correct += terms.callsPerDay / gpus
    }
  }
  return terms.days * gpus
}
