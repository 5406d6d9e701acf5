/** The stage in which an enclave vouches for a round: real sessions, signatures and proofs, and what goes wrong with them. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildKeys } from '../circuits/setup.ts'
import { createProver, type Prover } from '../prover/index.ts'
import { type Chain, openChain } from '../src/chain.ts'
import { receiveChallenge } from '../src/challenge.ts'
import { commit } from '../src/commit.ts'
import { SUBGROUP_ORDER } from '../src/enclave/curve.ts'
import { createSoftwareEnclave, type Enclave } from '../src/enclave/enclave.ts'
import { ChainUnreachableError } from '../src/errors.ts'
import { createKeeper } from '../src/keeper.ts'
import { reconcile } from '../src/reconcile.ts'
import type { Proven, RoundId, Vouched } from '../src/round.ts'
import { receiveSamples } from '../src/sample.ts'
import { vouch } from '../src/vouch.ts'
import { openSession, registerPlatform, type Secrets } from './embedded-enclave.ts'
import { type SmallWorld, startSmallWorld } from './embedded-round.ts'

describe('an enclave that vouches', () => {
  let world: SmallWorld
  let chain: Chain
  let folder: string
  let prover: Prover
  let enclave: Enclave
  let secrets: Secrets
  let proven: Proven
  let id: RoundId

  before(async () => {
    await buildKeys('enclave-epoch')
    prover = await createProver({ circuits: ['enclave-epoch'], workers: 1 })
    world = await startSmallWorld({ datasetRoot: 1n, windowSeconds: 60 })
    const { embedded, operator, deployment, keeper, node } = world
    chain = await openChain({ provider: embedded.provider, signer: operator, deployment, pollMs: 20 })
    folder = await mkdtemp(join(tmpdir(), 'pocps-vouch-'))
    await registerPlatform(chain, operator)
    ;({ enclave, secrets } = await openSession(chain, operator, node))
    id = { node, epoch: 0 }
    await createKeeper(chain, keeper).challenge(0)
    const challenged = await receiveChallenge(chain, id)
    const executed = { ...challenged, execution: { traceRoot: 7n, steps: 3, elapsedMs: 1, trace: 'trace' } }
    const committed = await commit(chain, executed, folder)
    await embedded.advance(62)
    await createKeeper(chain, keeper).sample(0)
    // Proofs of the work are not what this stage looks at.
    proven = { ...(await receiveSamples(chain, committed)), proofs: [] }
  })
  after(async () => {
    await prover?.close()
    await world?.embedded.stop()
    if (folder) await rm(folder, { recursive: true })
  })

  const sent = () => world.embedded.provider.getTransactionCount(world.operator.address)
  const run = (by: Enclave | undefined) => vouch(by, prover, chain, proven, folder)
  const absent = async (by: Enclave | undefined, why: RegExp) => {
    const before = await sent()
    const { voucher } = await run(by)
    assert.ok('absent' in voucher)
    assert.match(voucher.absent, why)
    assert.equal(await sent(), before)
    assert.equal(await chain.levelOf(id), 0n)
  }

  it('is passed over by a node that has none', () => absent(undefined, /no enclave/))

  it('does not stop the round when its session is not the one on chain', async () => {
    await absent(
      createSoftwareEnclave(secrets.secretKey, { ...secrets, level: 2 }),
      /^SESSION_CLOSED: .*another session/,
    )
  })

  it('does not stop the round when it fails to sign, or signs with another key', async () => {
    const { session } = enclave
    await absent({ session, sign: () => Promise.reject(new Error('power cut')) }, /^ENCLAVE_FAILED: .*power cut/)
    const other = createSoftwareEnclave((secrets.secretKey % (SUBGROUP_ORDER - 1n)) + 1n, secrets)
    await absent({ session, sign: other.sign }, /^ENCLAVE_FAILED/)
    const elsewhere: Enclave = { session, sign: ({ traceRoot }) => enclave.sign({ challenge: 1n, traceRoot }) }
    await absent(elsewhere, /^ENCLAVE_FAILED/)
  })

  it('stops the round where trying again can help', async () => {
    const failing: Chain = {
      ...chain,
      sessionOf: () => Promise.reject(new ChainUnreachableError('no answer')),
    }
    await assert.rejects(vouch(enclave, prover, failing, proven, folder), { code: 'CHAIN_UNREACHABLE' })
    const stop = AbortSignal.abort()
    await assert.rejects(vouch(enclave, prover, chain, proven, folder, { signal: stop }), { code: 'ABORTED' })
  })

  it('sends after a crash what was signed before it, and nothing else', async () => {
    const inputs = { signed: undefined as Awaited<ReturnType<Chain['signVouch']>> | undefined }
    const crashing: Chain = {
      ...chain,
      async signVouch(...values) {
        inputs.signed = await chain.signVouch(...values)
        return inputs.signed
      },
      broadcast: () => Promise.reject(new Error('killed')),
    }
    await assert.rejects(vouch(enclave, prover, crashing, proven, folder), /killed/)
    const before = await sent()
    const { voucher } = await vouch(enclave, prover, { ...chain, signVouch: neverAgain }, proven, folder)
    assert.ok(!('absent' in voucher))
    assert.equal(voucher.transaction, inputs.signed?.hash)
    assert.equal(voucher.level, 3n)
    assert.equal(await sent(), before + 1)
    assert.equal(await chain.levelOf(id), 3n)
  })

  it('finds what was vouched for before, even in an empty folder', async () => {
    const before = await sent()
    const empty = await mkdtemp(join(tmpdir(), 'pocps-vouch-'))
    const { voucher } = await vouch(enclave, prover, { ...chain, signVouch: neverAgain }, proven, empty)
    assert.ok(!('absent' in voucher) && voucher.level === 3n)
    assert.equal(await sent(), before)
    await rm(empty, { recursive: true })
  })

  it('is asked again when a reorganisation took the attestation away', async () => {
    const vouched: Vouched = await run(enclave)
    assert.deepEqual(await reconcile(chain, vouched, folder), vouched)
    const lost: Chain = { ...chain, levelOf: async () => 0n }
    assert.deepEqual(await reconcile(lost, vouched, folder), proven)
    const without: Vouched = { ...proven, voucher: { absent: 'the node has no enclave' } }
    assert.deepEqual(await reconcile(lost, without, folder), without)
  })

  it('does not stop the round when the stored transaction is damaged beyond reading: that is said by code', async () => {
    const damaged = await mkdtemp(join(tmpdir(), 'pocps-vouch-'))
    await writeFile(join(damaged, 'vouch.transaction.json'), '{')
    const unseen: Chain = { ...chain, levelOf: async () => 0n }
    const { voucher } = await vouch(enclave, prover, unseen, proven, damaged)
    assert.ok('absent' in voucher && voucher.absent.startsWith('JOURNAL_CORRUPT'))
    await rm(damaged, { recursive: true })
  })
})

function neverAgain(): Promise<never> {
  return Promise.reject(new Error('signed again'))
}
