/** `pocps round`: takes one node through one epoch, or on from where an earlier call stopped. */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { CircuitId } from '../../circuits/circuits.ts'
import { buildNativeRunner, createNativeRunner, createProver, type Runner } from '../../prover/index.ts'
import { attest } from '../attest.ts'
import { type Chain, openChain } from '../chain.ts'
import { readDeployment } from '../deployment.ts'
import { PocpsError } from '../errors.ts'
import { FolderJournal } from '../journal.ts'
import { createKeeper } from '../keeper.ts'
import { openProvider } from '../provider.ts'
import { createReferenceRunner } from '../work/reference-runner.ts'
import { nodeId, wholeNumber } from './arguments.ts'
import { readEnclave } from './enclave-file.ts'
import { readKey } from './key-file.ts'
import { printJson, progress } from './output.ts'
import { prepareCircuit } from './prepare.ts'
import { stageText } from './stage-text.ts'

type RoundOptions = {
  rpc: string
  deployment: string
  node: string
  key: string
  enclave?: string
  epoch?: number
  folder: string
  poke?: boolean
  threads?: number
  margin: number
  json?: boolean
}

export function addRound(program: Command): void {
  program
    .command('round')
    .description('take a registered node through one epoch; a call after a crash goes on where the last one stopped')
    .requiredOption('--rpc <url>', 'JSON-RPC of the chain')
    .requiredOption('--deployment <file>', 'where the contracts are (JSON)')
    .requiredOption('--node <id>', 'the node, as it was registered', nodeId)
    .requiredOption('--key <file>', 'the operator’s private key, in a file that only its owner can read')
    .option('--enclave <file>', 'secrets of a software enclave that vouches for the round (development only)')
    .option('--epoch <n>', 'the epoch; the current one unless given', wholeNumber(0, 2 ** 40))
    .option('--folder <path>', 'where rounds are kept', '.pocps/rounds')
    .option('--poke', 'also open the epoch and draw its randomness if nobody else does')
    .option('--threads <n>', 'threads of the native runner; all cores unless given', wholeNumber(1, 1024))
    .option('--margin <seconds>', 'kept free at the end of the window to commit', wholeNumber(0, 86_400), 24)
    .option('--json', 'print the record of the round as JSON')
    .addHelpText(
      'after',
      `
Example:
  pocps round --rpc http://127.0.0.1:8545 --deployment deployment.json --key operator.key --node 0x5f…`,
    )
    .action(run)
}

/** Native where it can be built, else the plain reference. */
async function startRunner(threads: number | undefined, signal: AbortSignal): Promise<Runner> {
  const built = await buildNativeRunner({ onProgress: progress, signal })
  if ('unavailable' in built) {
    progress(`no native runner (${built.unavailable}): the plain TypeScript kernel runs instead, far slower`)
    return createReferenceRunner()
  }
  return createNativeRunner({ executable: built.executable, ...(threads === undefined ? {} : { threads }) })
}

async function run(options: RoundOptions): Promise<void> {
  const deployment = await readDeployment(options.deployment)
  const key = await readKey(options.key)
  const enclave = options.enclave === undefined ? undefined : await readEnclave(options.enclave)
  const provider = openProvider(options.rpc, deployment.chainId, 500)
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const open: { close(): Promise<void> }[] = [{ close: async () => provider.destroy() }]
  try {
    const signer = key.connect(provider)
    const chain = await openChain({ provider, signer, deployment })
    await chain.requireChainId(deployment.chainId)
    const epoch = options.epoch ?? Number(await chain.contracts.rounds.getFunction('currentEpoch')())
    const circuits: CircuitId[] = [...new Set(deployment.classes.map((each) => each.circuit))]
    if (enclave) circuits.push('enclave-epoch')
    for (const circuit of circuits) await prepareCircuit(circuit)
    const runner = await startRunner(options.threads, stop.signal)
    open.push(runner)
    const prover = await createProver({ circuits })
    open.push(prover)
    const journal = new FolderJournal(resolve(options.folder))
    const poking = options.poke ? poke(chain, signer, epoch, stop.signal) : undefined
    const round = await attest(
      { chain, runner, prover, journal, ...(enclave ? { enclave } : {}) },
      { node: options.node, epoch },
      {
        signal: stop.signal,
        commitMarginMs: options.margin * 1000,
        onStage: (record) => progress(stageText(record)),
      },
    )
    stop.abort()
    await poking
    if (options.json) printJson({ ok: true, round })
    else progress(`round of epoch ${epoch} settled; record in ${journal.folder(round.challenge.id)}`)
  } finally {
    stop.abort()
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt)
    await Promise.allSettled(open.map((each) => each.close()))
  }
}

const POKE_AGAIN_MS = 2_000

/** Pokes in the background; what fails here, another may do, so it is said and not thrown. */
async function poke(
  chain: Chain,
  signer: Parameters<typeof createKeeper>[1],
  epoch: number,
  signal: AbortSignal,
): Promise<void> {
  const keeper = createKeeper(chain, signer)
  for (const step of ['challenge', 'sample'] as const) {
    for (;;) {
      try {
        await keeper[step](epoch, signal)
        break
      } catch (error) {
        if (signal.aborted) return
        progress(`poking (${step}): ${(error as Error).message}`)
        if (!(error instanceof PocpsError && error.retryable)) return
        await sleep(POKE_AGAIN_MS)
      }
    }
  }
}
