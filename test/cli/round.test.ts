/** Kills `pocps round` at every stage and finds the round finished, with one commitment, one attestation and one settlement. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { workProfileOf } from '../../circuits/circuits.ts'
import { buildNativeRunner } from '../../prover/index.ts'
import { openChain } from '../../src/chain.ts'
import { DATASET_SEED } from '../../src/demo/cast.ts'
import { GeneratedDataset } from '../../src/work/dataset.ts'
import { openSession, registerPlatform } from '../embedded-enclave.ts'
import { type SmallWorld, startSmallWorld } from '../embedded-round.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Two restarts must fit between the end of the run and the last commitment, on a busy machine. */
const WINDOW = 75
const MARGIN = 45
const STAGES = ['challenged', 'executed', 'committed', 'sampled', 'proven', 'vouched', 'settled'] as const

describe('pocps round', () => {
  let world: SmallWorld
  let folder: string

  before(async () => {
    await buildNativeRunner()
    const dataset = new GeneratedDataset(workProfileOf('work-dev'), DATASET_SEED)
    world = await startSmallWorld({ datasetRoot: dataset.root, windowSeconds: WINDOW })
    folder = await mkdtemp(join(tmpdir(), 'pocps-round-'))
    await writeFile(join(folder, 'deployment.json'), JSON.stringify(world.deployment))
    await writeFile(join(folder, 'operator.key'), `${world.operator.privateKey}\n`, { mode: 0o600 })
    const { embedded, operator, deployment, node } = world
    const chain = await openChain({ provider: embedded.provider, signer: operator, deployment })
    await registerPlatform(chain, operator)
    const { secrets } = await openSession(chain, operator, node)
    const file = { ...secrets, secretKey: String(secrets.secretKey), nullifierKey: String(secrets.nullifierKey) }
    await writeFile(join(folder, 'enclave.json'), JSON.stringify(file), { mode: 0o600 })
  })
  after(async () => {
    await world?.embedded.stop()
    if (folder) await rm(folder, { recursive: true })
  })

  function start(...extra: string[]): { child: ChildProcess; lines: string[]; until: (word: string) => Promise<void> } {
    const args = ['--import', 'tsx', join(root, 'src/cli/pocps.ts'), 'round', '--rpc', world.embedded.url]
    args.push('--deployment', join(folder, 'deployment.json'), '--key', join(folder, 'operator.key'))
    args.push('--node', world.node, '--folder', join(folder, 'rounds'), '--threads', '1', '--epoch', '0')
    args.push('--margin', String(MARGIN), '--enclave', join(folder, 'enclave.json'), ...extra)
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    const lines: string[] = []
    const input = createInterface({ input: child.stderr! })
    input.on('line', (line) => lines.push(line))
    const until = (word: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => lines.some((line) => line.includes(word)) && resolve()
        input.on('line', look)
        child.once('close', (code) => reject(new Error(`stopped with ${code} before "${word}":\n${lines.join('\n')}`)))
        look()
      })
    return { child, lines, until }
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }

  it('refuses a key file that others can read', async () => {
    await chmod(join(folder, 'operator.key'), 0o644)
    const { child, lines } = start()
    const [code] = await once(child, 'close')
    await chmod(join(folder, 'operator.key'), 0o600)
    assert.equal(code, 2)
    assert.match(lines.join('\n'), /BAD_ARGUMENT .*chmod 600/)
    assert.ok(!lines.join('\n').includes(world.operator.privateKey.slice(2)))
  })

  it('comes to the same outcome when it is killed after every stage, with one submission of each kind', async () => {
    const { contracts, embedded, operator, node } = world
    const nonce = await embedded.provider.getTransactionCount(operator.address)
    for (const stage of STAGES.slice(0, -1)) {
      const { child, until } = start('--poke')
      await until(stage)
      await kill(child)
    }
    const last = start('--poke')
    await last.until('settled')
    const [code] = await once(last.child, 'close')
    assert.equal(code, 0, last.lines.join('\n'))
    const again = start()
    const [codeAgain] = await once(again.child, 'close')
    assert.equal(codeAgain, 0, again.lines.join('\n'))

    const { rounds, enclaves } = contracts
    const committed = await rounds.queryFilter(rounds.filters.Committed!(node, 0))
    const settled = await rounds.queryFilter(rounds.filters.Settled!(node, 0))
    assert.equal(committed.length, 1)
    assert.equal(settled.length, 1)
    assert.equal((await enclaves.queryFilter(enclaves.filters.Attested!(node, 0))).length, 1)
    assert.equal(await enclaves.getFunction('levelAt')(node, 0), 3n)
    const blocks = await embedded.provider.getBlockNumber()
    let sent = 0
    for (let number = 0; number <= blocks; number++) {
      const block = await embedded.provider.getBlock(number, true)
      for (const { from, data } of block!.prefetchedTransactions) {
        const selector = data.slice(0, 10)
        const ours = [
          rounds.interface.getFunction('commit')!.selector,
          rounds.interface.getFunction('settle')!.selector,
          enclaves.interface.getFunction('attest')!.selector,
        ]
        if (from === operator.address && ours.includes(selector)) sent++
      }
    }
    assert.equal(sent, 3)
    assert.ok((await embedded.provider.getTransactionCount(operator.address)) > nonce)
  })
})
