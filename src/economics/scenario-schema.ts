/** The schema of scenario files: every field with its unit and range. */
import { z } from 'zod'

const amount = (what: string, least = 0, most = 1e9) => z.number().min(least).max(most).describe(what)
const share = (what: string) => amount(`${what}; a share, 0 to 1`, 0, 1)
const whole = (what: string, least: number, most: number) => z.number().int().min(least).max(most).describe(what)
const list = <Item extends z.ZodType>(item: Item, most = 24) => z.array(item).min(1).max(most)
const text = (what: string) => z.string().min(1).max(2000).describe(what)

const strategy = z.enum(['constant-product', 'utilisation']).describe('price strategy of the pool')

const pool = z.strictObject({
  strategy,
  alpha: amount('exponent of the utilisation curve', 0, 10),
  basePrice: amount('price of an empty pool, and of the utilisation curve at full use; tokens an hour', 1e-6),
  floorPrice: amount('lowest price; tokens an hour', 1e-9),
  ceilingPrice: amount('highest price; tokens an hour', 1e-6),
  windowHours: whole('T: hours that a provider stakes', 24, 672),
  fee: share('burned at once, on top of every payment'),
  burnShare: share('beta: burned of every paid epoch'),
  riseLimit: amount('how fast the price of sales may follow the market upwards; a share an hour', 0, 1),
  collateralMultiple: amount('collateral of a sale, as a multiple of its proceeds', 0, 1000),
})

const demand = z.strictObject({
  arrivalsPerHour: amount('clients an hour before any of them looks at the price', 0, 1e5),
  dailySwing: share('how far the arrivals of the busiest hour lie above the day’s mean'),
  weekend: amount('arrivals of a weekend day, as a part of a weekday’s', 0, 2),
  meanHours: amount('mean of the exponential distribution of rented hours', 1, 168),
  longestHours: whole('longest rental, hours', 1, 168),
  elasticity: amount(
    'share of clients that still rent at price p is (p / reference)^-elasticity, above the reference',
    0.1,
    10,
  ),
  referencePrice: amount('price that every client pays; dollars an hour', 1e-6),
  terminates: share('rentals that end early, at a time uniform in the rental'),
})

const supply = z.strictObject({
  providers: whole('owners who stake tokens with their GPU or keep it out', 1, 100_000),
  sellers: whole('owners who sell days of their GPU or keep it out', 0, 100_000),
  opex: amount('power, space and people while the GPU is offered; dollars an hour'),
  providerAlternative: amount('what a provider’s GPU earns elsewhere, median over owners; dollars an hour'),
  sellerAlternative: amount('what a seller’s GPU earns elsewhere, median over owners; dollars an hour'),
  spread: amount('standard deviation of the logarithm of those', 0, 2),
  emission: amount('paid by the protocol to a proven node; tokens an hour'),
  capitalRate: amount('what staked tokens could earn elsewhere, a year', 0, 2),
  failures: share('node-epochs without an accepted proof'),
  reconsiderHours: amount('mean hours between two looks at the market of an owner who stays out', 1, 1000),
})

const common = {
  title: text('what the scenario is about'),
  question: text('the question it answers'),
  source: text('who reports or asks it'),
  fitted: z
    .array(text('an input that was fitted, and to what'))
    .describe('everything else is assumed; every output is predicted'),
  runs: whole('independent repetitions', 1, 10_000),
}

const marketFields = {
  pool,
  demand,
  supply,
  tokenPrice: amount('dollars a token', 1e-9),
  days: whole('days recorded', 2, 2000),
  warmupDays: whole('days before that', 0, 2000),
}

const windows = list(whole('T, hours', 24, 672), 12).describe('stake windows to compare')

const volatility = z.strictObject({
  kind: z.literal('volatility'),
  ...common,
  ...marketFields,
  study: z.strictObject({
    windowsHours: z.tuple([whole('short window, hours', 24, 672), whole('long window, hours', 24, 672)]),
    arrivalsPerHour: list(amount('arrivals to try, clients an hour', 0.01)).describe(
      'grid over which demand is fitted',
    ),
    targetSwing: amount(
      'median over days of ln(highest / lowest price) that demand is fitted to, short window',
      0.01,
      3,
    ),
  }),
})

const earnings = z.strictObject({
  kind: z.literal('return'),
  ...common,
  ...marketFields,
  study: z.strictObject({
    stakeDays: amount('stake of a node, days of its computing power', 0, 60),
    failureSlash: share('of the stake that a failed round costs'),
    provenDays: list(amount('age of the node in proven days', 0, 1000), 6).describe('ages to compare'),
    fullDays: amount('T0: proven days at which PoT is 1', 1, 365),
    heldShare: share('of its rewards that the owner keeps (PoL)'),
    work: amount('W as a part of the benchmark (PoW)', 0, 4),
    elsewherePrice: amount('price on an ordinary marketplace; dollars an hour'),
    elsewhereUse: share('hours rented there'),
    elsewhereCommission: share('kept by that marketplace'),
  }),
})

const inference = z.strictObject({
  kind: z.literal('inference'),
  ...common,
  study: z.strictObject({
    callsPerDay: whole('calls a day', 1, 1e9),
    callsPerGpuHour: amount('calls that one GPU answers in an hour', 1),
    poolPrice: amount('rent in the pool; dollars an hour'),
    poolFee: share('on top of the rent'),
    cloudPrice: amount('rent of the same GPU in a cloud; dollars an hour'),
    cloudFailures: share('GPU-days lost in the cloud'),
    apiPrice: amount('dollars for a thousand calls of a hosted API'),
    apiFailures: share('API calls that must be repeated'),
    nodeFailures: share('GPU-days of honest nodes without an accepted round'),
    lazyShares: list(share('lazy nodes among the pool’s')).describe('shares of lazy nodes to compare'),
    lazyFraction: share('answers that a lazy node makes up'),
    proofs: whole('proofs of a round', 1, 128),
    columnsPerProof: whole('sampled columns in a proof', 1, 16),
    neuronsPerColumn: whole('sampled neurons in a column', 1, 16),
    strikesBeforeJail: whole('failed days after which a lazy node is gone', 1, 30),
    days: whole('days of calls', 1, 2000),
  }),
})

const equilibrium = z.strictObject({
  kind: z.literal('equilibrium'),
  ...common,
  ...marketFields,
  study: z.strictObject({
    alphas: list(amount('alpha', 0, 10)).describe('exponents to compare'),
    betas: list(share('beta')).describe('burnt shares to compare'),
    swingLimit: amount('ln(highest / lowest price) of a median day that still counts as stable', 0.01, 5),
    driftLimit: share('change of GPUs offered, and of price, between the two halves that still counts as stable'),
    refusedLimit: share('clients without a GPU that still counts as stable'),
    supplyTokens: amount('tokens in circulation', 1),
    sensitivity: amount('change of the token’s price for one unit of net burn / circulation', 0, 100),
  }),
})

const token = z.strictObject({
  kind: z.literal('token'),
  ...common,
  ...marketFields,
  study: z.strictObject({
    factors: list(amount('what the token’s price is multiplied by', 0.01, 100), 6),
    strategies: list(strategy, 2),
    moveDay: whole('recorded day on which the move begins', 1, 1000),
    moveDays: amount('days it takes', 0.1, 365),
  }),
})

const bankRun = z.strictObject({
  kind: z.literal('bank-run'),
  ...common,
  ...marketFields,
  study: z.strictObject({
    windowsHours: windows,
    panicDay: whole('recorded day on which the first owners decide to leave for good', 1, 1000),
    firstShare: share('owners who decide so that day'),
    contagion: amount(
      'chance a day that an owner follows when all GPUs are gone, in proportion when a share is',
      0,
      10,
    ),
    fearDays: whole('days for which owners watch the others', 1, 365),
  }),
})

const whale = z.strictObject({
  kind: z.literal('whale'),
  ...common,
  ...marketFields,
  study: z.strictObject({
    strategies: list(strategy, 2),
    windowsHours: windows,
    shares: list(share('idle GPUs that the whale rents at once')),
    day: whole('recorded day of the purchase', 1, 1000),
    hours: whole('hours that it rents', 1, 168),
    recovered: share('distance from the price before at which the market has recovered'),
  }),
})

const wash = z.strictObject({
  kind: z.literal('wash'),
  ...common,
  ...marketFields,
  study: z.strictObject({
    fees: list(amount('fee to try; a share', 0, 30)).describe('fees to compare'),
    speeds: list(share('true W as a part of the benchmark')).describe('slow nodes to compare'),
    loadedShare: share('of the benchmark that a rented node is measured by'),
    rewardPerDay: amount('reward of a full node a day; tokens'),
    rentedHours: whole('hours that a node rents itself for one challenge', 1, 24),
    strategies: list(strategy, 2),
    pumpShares: list(share('idle GPUs rented to raise the price before a sale')),
    holdHours: list(whole('hours for which own nodes are rented before the sale', 0, 168), 12),
    saleShare: share('the attacker’s GPUs, as a share of those offered'),
  }),
})

const cartel = z.strictObject({
  kind: z.literal('cartel'),
  ...common,
  study: z.strictObject({
    nodes: whole('members', 1, 10_000),
    rounds: whole('rounds of one member', 10, 100_000),
    saved: amount('C: what a day of work left out saves, days of a node’s value', 0, 10),
    rewards: list(amount('R: reward of an accepted round, days of a node’s value', 0, 10)),
    slashes: list(amount('S: what a failed round costs beside R (stake, collateral), days of a node’s value', 0, 1000)),
    samples: list(whole('n: sampled columns of a round', 1, 1024)),
    neuronsPerColumn: whole('s', 1, 16),
    fractions: list(amount('f: outputs left out', 0.0001, 1)),
    control: list(share('r: rounds whose sample the cartel controls')),
  }),
})

export const scenarioSchema = z
  .discriminatedUnion('kind', [volatility, earnings, inference, equilibrium, token, bankRun, whale, wash, cartel])
  .check((context) => {
    for (const [path, message] of contradictions(context.value as Scenario)) {
      context.issues.push({ code: 'custom', input: context.value, path, message })
    }
  })

/** What no single field can say. */
function* contradictions(scenario: Scenario): Generator<[path: string[], message: string]> {
  if (!('pool' in scenario)) return
  const { floorPrice, basePrice, ceilingPrice } = scenario.pool
  if (floorPrice > basePrice) yield [['pool', 'floorPrice'], 'it must not lie above basePrice']
  if (ceilingPrice < basePrice) yield [['pool', 'ceilingPrice'], 'it must not lie below basePrice']
  const day =
    scenario.kind === 'whale'
      ? 'day'
      : scenario.kind === 'bank-run'
        ? 'panicDay'
        : scenario.kind === 'token'
          ? 'moveDay'
          : undefined
  if (day === undefined) return
  // Two days before it and fourteen after are what the studies look at.
  const at = (scenario.study as Record<string, unknown>)[day] as number
  if (at < 2 || at + 14 > scenario.days) yield [['study', day], 'it needs 2 recorded days before it and 14 after it']
}

export type Scenario = z.infer<typeof scenarioSchema>
export type ScenarioKind = Scenario['kind']
export type ScenarioOf<Kind extends ScenarioKind> = Extract<Scenario, { kind: Kind }>
/** Scenarios that play the market of `market.ts`. */
export type MarketScenario = Extract<Scenario, { pool: unknown }>
