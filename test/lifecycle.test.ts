/** The whole play with real kernels, proofs and contracts, as its JSON tells it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

type Round = { epoch: number; outcome: string; reward: string; burned: string; factors?: Record<string, string> }
type Node = { name: string; strikes: number; slashed: string; status: string; rounds: Round[] }
type Play = {
  ok: boolean
  nodes: Node[]
  tokens: { minted: string; burned: string; held: { holder: string; amount: string }[] }
}

describe('the demo', () => {
  let play: Play
  const node = (name: string) => play.nodes.find((each) => each.name === name)!

  before(function () {
    this.timeout(900_000)
    // Two proofs a round: with one, a cheat slips through three rounds in 0.7 % of all plays, with two in 0.005 %.
    const args = [
      '--import',
      'tsx',
      join(root, 'src/cli/pocps.ts'),
      'demo',
      '--json',
      '--epochs',
      '3',
      '--seed',
      'lifecycle',
      '--proofs',
      '2',
      '--window',
      '10',
    ]
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      timeout: 840_000,
      env: { ...process.env, NO_COLOR: '1' },
    })
    assert.equal(status, 0, stderr)
    play = JSON.parse(stdout)
  })

  it('pays the honest node in every epoch, more as its proven time grows', () => {
    const { rounds } = node('honest')
    assert.deepEqual(
      rounds.map(({ outcome }) => outcome),
      ['settled', 'settled', 'settled'],
    )
    assert.ok(rounds.every(({ reward }) => BigInt(reward) > 0n))
    const time = rounds.map(({ factors }) => BigInt(factors!.time!))
    assert.ok(time[0]! < time[1]! && time[1] === 10n ** 18n)
  })

  it('never pays the lazy node for a round whose samples caught it, and slashes it', () => {
    const { rounds, slashed, status } = node('lazy')
    const caught = rounds.filter(({ outcome }) => outcome === 'unproven')
    assert.ok(caught.every(({ reward }) => BigInt(reward) === 0n))
    assert.equal(caught.length, 1)
    assert.ok(BigInt(slashed) > 0n)
    assert.equal(status, 'jailed')
  })

  it('strikes the late node once and does not slash it', () => {
    const { rounds, strikes, slashed } = node('late')
    assert.deepEqual(
      rounds.map(({ outcome }) => outcome),
      ['settled', 'settled', 'late'],
    )
    assert.equal(strikes, 1)
    assert.equal(BigInt(slashed), 0n)
  })

  it('gives the new node less for time than the honest one', () => {
    const [round] = node('new').rounds
    assert.equal(round!.outcome, 'settled')
    assert.ok(BigInt(round!.factors!.time!) < 10n ** 18n)
  })

  it('gives nobody more for privacy than a node without an enclave may have', () => {
    for (const { rounds } of play.nodes) {
      for (const { factors } of rounds) if (factors) assert.equal(factors.privacy!.slice(0, 3), '999')
    }
  })

  it('knows where every token is', () => {
    const { minted, burned, held } = play.tokens
    const sum = held.reduce((total, { amount }) => total + BigInt(amount), 0n)
    assert.equal(BigInt(minted) - BigInt(burned) - sum, 0n)
    assert.equal(BigInt(held.find(({ holder }) => holder.startsWith('unclaimed'))!.amount), 0n)
  })
})
