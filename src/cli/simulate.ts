/** `pocps simulate`: the market under agents, one scenario a question, with charts and tables. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Table from 'cli-table3'
import type { Command } from 'commander'
import pc from 'picocolors'
import { recommend } from '../economics/recommend.ts'
import { renderReport } from '../economics/report.ts'
import { jsonSchema, readScenario, scenarioNames } from '../economics/scenario.ts'
import { type Simulation, simulate } from '../economics/simulate.ts'
import type { Table as Rows } from '../economics/study.ts'
import { BadArgumentError, StorageFailedError } from '../errors.ts'
import { share, wholeNumber } from './arguments.ts'
import { printJson, progress } from './output.ts'

type SimulateOptions = {
  seed: number
  runs?: number
  workers?: number
  out: string
  json?: boolean
  list?: boolean
  schema?: boolean
  recommend?: boolean
  targetSecurity: number
  targetVolatility: number
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('simulate the market: prices, returns, attacks; every scenario unless one is named')
    .argument('[scenario]', 'name of a scenario, or path of a scenario file')
    .option('-s, --seed <n>', 'decides every random number', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('-r, --runs <n>', 'repetitions (default: the scenario’s own)', wholeNumber(1, 10_000))
    .option('-o, --out <folder>', 'where charts, report and results go', 'build/simulation')
    .option(
      '-w, --workers <n>',
      'threads, 0 for none (default: one a core); the result does not depend on it',
      wholeNumber(0, 256),
    )
    .option('--json', 'print the results as JSON on stdout; progress stays on stderr')
    .option('--list', 'list the scenarios')
    .option('--schema', 'print the schema of scenario files, with units')
    .option('--recommend', 'search stake, collateral, proofs and fee that meet both targets')
    .option('--target-security <p>', 'least chance a round to catch 10 % of wrong outputs', share, 0.9)
    .option('--target-volatility <v>', 'most daily volatility of the price', share, 0.1)
    .addHelpText(
      'after',
      `
Examples:
  pocps simulate volatility
  pocps simulate cartel --seed 7 --runs 50 --out /tmp/cartel
  pocps simulate ./mine.json --json | jq .simulations[0].figures
  pocps simulate --recommend --target-security 0.95 --target-volatility 0.08`,
    )
    .action(run)
}

async function run(asked: string | undefined, options: SimulateOptions): Promise<void> {
  if (options.schema) return printJson(jsonSchema())
  if (options.list) return list(options.json === true)
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    if (options.recommend) await advise(asked, options, stop.signal)
    else await play(asked === undefined ? await scenarioNames() : [asked], options, stop.signal)
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt)
  }
}

async function list(json: boolean): Promise<void> {
  const all = await Promise.all((await scenarioNames()).map(readScenario))
  if (json)
    return printJson(all.map(({ name, scenario: { title, question, source } }) => ({ name, title, question, source })))
  for (const { name, scenario } of all) process.stdout.write(`${name.padEnd(14)} ${scenario.question}\n`)
}

async function play(names: readonly string[], options: SimulateOptions, signal: AbortSignal): Promise<void> {
  // All are read before any is played: the last one's mistake is known at once.
  const scenarios = await Promise.all(names.map(readScenario))
  const simulations: Simulation[] = []
  for (const { name, scenario } of scenarios) {
    const started = performance.now()
    progress(`${pc.bold(name)}: ${scenario.question}`)
    const { seed, runs, workers } = options
    const simulation = await simulate(name, scenario, {
      seed,
      ...(runs === undefined ? {} : { runs }),
      ...(workers === undefined ? {} : { workers }),
      signal,
      onProgress: meter(),
    })
    simulations.push(simulation)
    progress(pc.dim(`  ${pace(simulation, performance.now() - started)}`))
    if (!options.json) show(simulation)
  }
  const written = await writeAll(options.out, simulations)
  progress(`wrote ${written.join(', ')}`)
  if (options.json) printJson({ ok: true, simulations: simulations.map(({ charts: _, ...rest }) => rest) })
}

/** Progress in place on a terminal, in quarters otherwise. */
function meter(): (done: number, of: number) => void {
  let told = 0
  return (done, of) => {
    if (process.stderr.isTTY) process.stderr.write(`\r  ${done} of ${of} jobs${done === of ? '\n' : ''}`)
    else if (Math.floor((4 * done) / of) > told) {
      told = Math.floor((4 * done) / of)
      progress(`  ${done} of ${of} jobs`)
    }
  }
}

function pace({ agentSteps, jobs }: Simulation, ms: number): string {
  const rate = agentSteps / (ms / 1000)
  return `${jobs} jobs, ${(agentSteps / 1e6).toFixed(1)} M agent-steps in ${(ms / 1000).toFixed(1)} s: ${(rate / 1e6).toFixed(1)} M a second`
}

function show({ finding, table, scenario }: Simulation): void {
  process.stdout.write(`\n${pc.bold(scenario.title)}\n${finding}\n${plainTable(table)}\n\n`)
}

function plainTable({ columns, rows }: Rows): string {
  const table = new Table({
    head: columns.map(pc.cyan),
    style: { head: [], border: [], compact: true },
    colAligns: columns.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  for (const row of rows) table.push([...row])
  return table.toString()
}

async function writeAll(folder: string, simulations: readonly Simulation[]): Promise<string[]> {
  const files: [string, string][] = simulations.flatMap(({ charts, ...rest }): [string, string][] => [
    [`${rest.name}.json`, `${JSON.stringify(rest, undefined, 2)}\n`],
    ...charts.map(({ name, svg }): [string, string] => [`${rest.name}-${name}.svg`, svg]),
  ])
  files.push(['report.html', renderReport(simulations)])
  try {
    await mkdir(folder, { recursive: true })
    await Promise.all(files.map(([name, content]) => writeFile(join(folder, name), content)))
  } catch (cause) {
    throw new StorageFailedError(folder, cause)
  }
  return [join(folder, 'report.html'), `${files.length - 1} files beside it`]
}

async function advise(asked: string | undefined, options: SimulateOptions, signal: AbortSignal): Promise<void> {
  const { scenario } = await readScenario(asked ?? 'volatility')
  if (scenario.kind !== 'volatility')
    throw new BadArgumentError('--recommend takes a market from a volatility scenario')
  const { seed, runs, workers, targetSecurity, targetVolatility } = options
  progress(`searching for ${targetSecurity} security and ${targetVolatility} volatility …`)
  const advice = await recommend(scenario, {
    seed,
    targetSecurity,
    targetVolatility,
    ...(runs === undefined ? {} : { runs }),
    ...(workers === undefined ? {} : { workers }),
    signal,
    onProgress: meter(),
  })
  if (options.json) return printJson({ ok: true, ...advice })
  process.stdout.write(`${pc.bold(advice.summary)}\n${plainTable(advice.table)}\n`)
}
