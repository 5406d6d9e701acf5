/** A node's dealings with the chain when things go wrong: a lost nonce, a reorganisation, a second process. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AbiCoder, keccak256, toBeHex } from 'ethers'
import { type Chain, openChain } from '../src/chain.ts'
import { receiveChallenge } from '../src/challenge.ts'
import { commit } from '../src/commit.ts'
import { FolderJournal } from '../src/journal.ts'
import { createKeeper } from '../src/keeper.ts'
import { submitOnce } from '../src/outbox.ts'
import { reconcile } from '../src/reconcile.ts'
import type { Committed, Executed, RoundId, Sampled } from '../src/round.ts'
import { receiveSamples } from '../src/sample.ts'
import { type SmallWorld, startSmallWorld } from './embedded-round.ts'

/** Slot of epoch 0's challenge randomness; the sample's is the next. `_epochs` is the first variable of Rounds. */
const randomnessSlot = BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(['uint256', 'uint256'], [0, 0]))) + 1n

describe('a node on the chain', () => {
  let world: SmallWorld
  let chain: Chain
  let folder: string
  let id: RoundId
  let executed: Executed
  let committed: Committed

  before(async () => {
    world = await startSmallWorld({ datasetRoot: 1n, windowSeconds: 60 })
    const { embedded, operator, deployment, keeper, node } = world
    chain = await openChain({ provider: embedded.provider, signer: operator, deployment, pollMs: 20 })
    folder = await mkdtemp(join(tmpdir(), 'pocps-chain-'))
    id = { node, epoch: 0 }
    await createKeeper(chain, keeper).challenge(0)
    const challenged = await receiveChallenge(chain, id)
    executed = { ...challenged, execution: { traceRoot: 7n, steps: 3, elapsedMs: 1, trace: 'trace' } }
  })
  after(async () => {
    await world?.embedded.stop()
    if (folder) await rm(folder, { recursive: true })
  })

  const sent = () => world.embedded.provider.getTransactionCount(world.operator.address)
  /** What a reorganisation of the block that drew does to the contract's state. */
  const redraw = (slot: bigint) =>
    world.embedded.provider.send('anvil_setStorageAt', [
      world.deployment.addresses.rounds,
      toBeHex(slot, 32),
      toBeHex(99, 32),
    ])

  it('says by name why the contract refuses', async () => {
    await assert.rejects(chain.signCommit(id, 7n, 0), { code: 'CHAIN_REJECTED', message: /StepsInvalid\(0, 65536\)/ })
  })

  it('does not commit to an answer when the question has changed', async () => {
    const other: Executed = { ...executed, challenge: { ...executed.challenge, value: 1n } }
    await assert.rejects(commit(chain, other, folder), { code: 'REORGANISED', retryable: true })
  })

  it('signs anew when another transaction took the stored one’s nonce', async () => {
    const nonce = await sent()
    const dead = await chain.signCommit(id, 7n, 3)
    await writeFile(join(folder, 'commit.transaction.json'), JSON.stringify(dead))
    await (await world.operator.sendTransaction({ to: world.keeper.address, value: 1n, nonce })).wait()

    committed = await commit(chain, executed, folder)
    assert.notEqual(committed.commitment.transaction, dead.hash)
    assert.equal(await sent(), nonce + 2)
  })

  it('finds an earlier commitment and sends nothing', async () => {
    const before = await sent()
    assert.deepEqual(await commit(chain, executed, folder), committed)
    assert.equal(await sent(), before)
  })

  it('refuses to go on from a commitment to another trace', async () => {
    const other: Executed = { ...executed, execution: { ...executed.execution, traceRoot: 8n } }
    await assert.rejects(commit(chain, other, folder), { code: 'COMMITMENT_MISMATCH' })
  })

  it('drops a stored transaction that failed, and says why it did', async () => {
    // Signed with a gas limit of its own, it is mined and fails: the round is committed already.
    const { embedded, operator, contracts } = world
    const data = contracts.rounds.interface.encodeFunctionData('commit', [id.node, 0, 9n, 3])
    const { from: _, ...unsigned } = await operator.populateTransaction({
      to: world.deployment.addresses.rounds,
      data,
      gasLimit: 300_000n,
    })
    const raw = await operator.signTransaction(unsigned)
    const path = join(folder, 'settle.transaction.json')
    await writeFile(path, JSON.stringify({ hash: keccak256(raw), raw }))
    const action = {
      name: 'settle',
      isDone: async () => false,
      sign: () => Promise.reject(new Error('signed again')),
    } as const
    await assert.rejects(submitOnce(chain, folder, action), { code: 'CHAIN_REJECTED', message: /AlreadyCommitted/ })
    await assert.rejects(submitOnce(chain, folder, action), /signed again/)
    assert.equal((await embedded.provider.getTransactionReceipt(keccak256(raw)))?.status, 0)
  })

  it('prices a lingering transaction up under the same nonce', async () => {
    const { embedded, operator } = world
    const signed = await operator.signTransaction(
      await operator.populateTransaction({ to: world.keeper.address, value: 1n }).then(({ from: _, ...rest }) => rest),
    )
    const dearer = await chain.priceUp({ hash: keccak256(signed), raw: signed })
    const nonce = await sent()
    assert.equal(await chain.broadcast(dearer), 'mined')
    assert.equal(await chain.broadcast({ hash: keccak256(signed), raw: signed }), 'replaced')
    assert.equal(await embedded.provider.getTransactionCount(operator.address), nonce + 1)
  })

  it('keeps what still holds after a reorganisation, and drops the rest', async () => {
    await world.embedded.advance(62)
    await createKeeper(chain, world.keeper).sample(0)
    const sampled: Sampled = await receiveSamples(chain, committed)
    assert.deepEqual(await reconcile(chain, sampled, folder), sampled)
    await redraw(randomnessSlot + 1n)
    assert.deepEqual(await reconcile(chain, sampled, folder), committed)
    await redraw(randomnessSlot)
    assert.equal(await reconcile(chain, sampled, folder), undefined)
  })

  it('does not wait for an epoch that nobody opened in time', async () => {
    await world.embedded.advance(2 * 86_400)
    await assert.rejects(receiveChallenge(chain, { ...id, epoch: 1 }), { code: 'NOT_CHALLENGED' })
  })
})

describe('the lock of a round', () => {
  it('keeps a second holder off, and is free after release or after its holder died', async () => {
    const root = await mkdtemp(join(tmpdir(), 'pocps-lock-'))
    try {
      const journal = new FolderJournal(root)
      const id = { node: `0x${'ab'.repeat(32)}`, epoch: 0 }
      const unlock = await journal.lock(id)
      await assert.rejects(journal.lock(id), { code: 'ROUND_LOCKED', retryable: true })
      await unlock()
      await (await journal.lock(id))()
      // No process has this number on Linux: above the largest that pid_max allows.
      await writeFile(join(journal.folder(id), 'lock'), '4194305')
      await (await journal.lock(id))()
    } finally {
      await rm(root, { recursive: true })
    }
  })
})
