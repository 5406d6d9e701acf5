/** The closing tables of the demo: why each node earned what it earned, and where every token is. */
import Table from 'cli-table3'
import { formatEther } from 'ethers'
import pc from 'picocolors'
import type { Factors } from '../round.ts'
import { pocps, WAD } from '../score.ts'

/** One node over the whole play. */
export type NodeSummary = {
  readonly name: string
  readonly node: string
  readonly className: string
  readonly rounds: readonly RoundSummary[]
  /** Tokens (wei). */
  readonly stake: bigint
  readonly slashed: bigint
  readonly strikes: number
  readonly status: string
}

export type RoundSummary = {
  readonly epoch: number
  readonly outcome: 'settled' | 'late' | 'unproven' | 'absent'
  /** Why there is no settlement, in one sentence. */
  readonly reason?: string
  readonly steps?: number
  readonly operationsPerSecond?: bigint
  readonly factors?: Factors
  readonly reward: bigint
  /** What of the node's share nobody gets. */
  readonly burned: bigint
}

/** Where tokens are; `held` sums to `minted - burned`. */
export type TokenSummary = {
  readonly minted: bigint
  readonly burned: bigint
  readonly held: readonly { readonly holder: string; readonly amount: bigint }[]
}

export function tokens(wei: bigint): string {
  const [whole = '0', fraction = ''] = formatEther(wei).split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction.padEnd(2, '0').slice(0, 2)}`
}

export function factor(wad: bigint): string {
  return (Number(wad) / Number(WAD)).toFixed(4)
}

/** The library would colour even what goes to a file; headings are coloured by hand. */
export const plain = { head: [], border: [], compact: true }

export function nodeTable(nodes: readonly NodeSummary[]): string {
  const table = new Table({
    head: [
      'node',
      'class',
      'epoch',
      'outcome',
      'PoT',
      'PoL',
      'PoP',
      'PoW',
      'PoCPS',
      'reward',
      'burned',
      'strikes',
      'stake',
    ].map(pc.cyan),
    style: plain,
    colAligns: ['left', 'left', 'right', 'left', ...Array<'right'>(9).fill('right')],
  })
  for (const node of nodes) {
    node.rounds.forEach((round, i) => {
      const { factors } = round
      const shown = factors
        ? [
            factors.time,
            factors.loyalty,
            factors.privacy,
            factors.work,
            pocps(factors.time, factors.loyalty, factors.privacy, factors.work),
          ]
        : []
      const last = i === node.rounds.length - 1
      table.push([
        i === 0 ? pc.bold(node.name) : '',
        i === 0 ? node.className : '',
        round.epoch,
        round.outcome === 'settled' ? pc.green(round.outcome) : pc.red(round.outcome),
        ...(factors ? shown.map(factor) : Array<string>(5).fill('–')),
        tokens(round.reward),
        tokens(round.burned),
        last ? node.strikes : '',
        last ? tokens(node.stake) : '',
      ])
    })
  }
  return table.toString()
}

export function reasons(nodes: readonly NodeSummary[]): string {
  return nodes
    .flatMap(({ name, rounds, slashed, status }) => [
      ...rounds.filter(({ reason }) => reason).map(({ epoch, reason }) => `  ${name}, epoch ${epoch}: ${reason}`),
      ...(slashed > 0n ? [`  ${name}: ${tokens(slashed)} of its stake were slashed; it is now ${status}`] : []),
    ])
    .join('\n')
}

export function tokenTable({ minted, burned, held }: TokenSummary): string {
  const table = new Table({
    style: plain,
    head: ['where', 'tokens'].map(pc.cyan),
    colAligns: ['left', 'right'],
  })
  for (const { holder, amount } of held) table.push([holder, tokens(amount)])
  const sum = held.reduce((total, { amount }) => total + amount, 0n)
  table.push([pc.bold('held'), tokens(sum)], ['burned', tokens(burned)], [pc.bold('minted'), tokens(minted)])
  table.push(['minted − burned − held', (minted - burned - sum).toString()])
  return table.toString()
}
