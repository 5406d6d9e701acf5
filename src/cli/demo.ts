/** `pocps demo`: the full play on an embedded chain, told as it happens. */
import { availableParallelism, cpus } from 'node:os'
import type { Command } from 'commander'
import pc from 'picocolors'
import { isCircuitId, isWorkCircuitId } from '../../circuits/circuits.ts'
import { keyedCircuits } from '../../circuits/setup.ts'
import { enclaveCircuits } from '../demo/enclave.ts'
import { positionTable, rentalTable } from '../demo/market-table.ts'
import { type PlayEvent, play } from '../demo/play.ts'
import { nodeTable, reasons, tokens, tokenTable } from '../demo/table.ts'
import { BadArgumentError } from '../errors.ts'
import { wholeNumber } from './arguments.ts'
import { printJson, progress } from './output.ts'
import { prepareCircuit, prepareContracts } from './prepare.ts'
import { stageText } from './stage-text.ts'

type DemoOptions = {
  epochs: number
  profile: string
  seed: string
  proofs: number
  window: number
  enclave?: boolean
  json?: boolean
}

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('play some epochs of five nodes on an embedded chain: real kernels, proofs and contracts')
    .option('-e, --epochs <n>', 'epochs to play', wholeNumber(1, 100), 3)
    .option('-p, --profile <id>', 'work circuit of circuits.json', 'work-dev')
    .option('-s, --seed <text>', 'decides accounts, node ids and so every challenge', 'pocps')
    .option('--proofs <n>', 'proofs that settle one round', wholeNumber(1, 16), 1)
    .option('--window <seconds>', 'from the challenge to the last commitment', wholeNumber(3, 600), 4)
    .option('--enclave', 'prove the private node’s platform and boot anew (minutes) instead of showing cached proofs')
    .option('--json', 'print the result as JSON on stdout; progress stays on stderr')
    .addHelpText(
      'after',
      `
Examples:
  pocps demo
  pocps demo --epochs 5 --seed 42
  pocps demo --json | jq '.nodes[] | {name, strikes, stake}'`,
    )
    .action(run)
}

async function run({ profile, epochs, seed, proofs, window, enclave, json }: DemoOptions): Promise<void> {
  if (!isWorkCircuitId(profile) || !keyedCircuits.includes(profile)) {
    const known = keyedCircuits.filter(isWorkCircuitId).join(', ')
    throw new BadArgumentError(`${profile} is no work circuit with keys; there are keys for ${known}`)
  }
  const started = performance.now()
  await prepareCircuit(profile)
  await prepareCircuit('enclave-epoch')
  if (enclave) for (const id of Object.values<string>(enclaveCircuits).filter(isCircuitId)) await prepareCircuit(id)
  await prepareContracts()
  progress(
    pc.dim(`${cpus()[0]?.model ?? 'processor'}, ${availableParallelism()} cores; seed ${seed}; profile ${profile}`),
  )

  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const enclaveProofs = enclave ? 'made' : 'cached'
    const options = { epochs, circuit: profile, seed, proofsPerRound: proofs, window, enclaveProofs } as const
    const result = await play({ ...options, signal: stop.signal, onEvent: (event) => progress(eventText(event)) })
    const elapsedSeconds = (performance.now() - started) / 1000
    if (json) {
      printJson({ ok: true, elapsedSeconds, ...result })
      return
    }
    process.stdout.write(`\n${pc.bold('Why each node earned what it earned')}\n${nodeTable(result.nodes)}\n`)
    process.stdout.write(`${reasons(result.nodes)}\n`)
    process.stdout.write(
      pc.dim('  PoP is 1 where an enclave vouched for the round, else 0.1. PoT is full after two proven days here.\n'),
    )
    process.stdout.write(`\n${pc.bold('What became of the rents')}\n${rentalTable(result.market)}\n`)
    process.stdout.write(`\n${pc.bold('What became of the hours')}\n${positionTable(result.market)}\n`)
    process.stdout.write(`\n${pc.bold('Where every token is')}\n${tokenTable(result.tokens)}\n`)
    progress(pc.dim(`${elapsedSeconds.toFixed(1)} s`))
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt)
  }
}

/** One line an event. */
function eventText(event: PlayEvent): string {
  switch (event.type) {
    case 'note':
      return pc.dim(event.text)
    case 'epoch':
      return `\n${pc.bold(`epoch ${event.epoch}`)}: ${event.nodes.join(', ')} are challenged`
    case 'stage':
      return `  ${event.role.padEnd(7)} ${stageText(event.round)}`
    case 'stopped':
      return `  ${event.role.padEnd(7)} ${pc.red('stopped')}    ${event.code}: ${event.reason}`
    case 'punished': {
      const slashed = event.slashed > 0n ? `, ${tokens(event.slashed)} tokens slashed` : ''
      return `  ${event.role.padEnd(7)} ${pc.red('punished')}   strikes ${event.strikes}${slashed}`
    }
    case 'provided':
      return `  ${event.role.padEnd(7)} provides   a week of hours with ${tokens(event.tokens)} tokens of equal value`
    case 'rented':
      return `  client  rents      ${event.hours} hours of ${event.role} for ${tokens(event.cost)}, fee ${tokens(event.fee)}`
    case 'given-up':
      return `  client  gives up   the rest of ${event.role}: ${tokens(event.refund)} back, ${tokens(event.kept)} kept by the pool`
    case 'rent-settled': {
      const refunded = event.refunded > 0n ? pc.red(`, ${tokens(event.refunded)} refunded to the client`) : ''
      return `  rent    settled    ${tokens(event.paid)} to ${event.role}${refunded}`
    }
  }
}
