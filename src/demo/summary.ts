/** Reads from the chain what the play came to. */
import type { Deployment as Deployed } from '../../verifier-contracts/index.ts'
import type { Cast } from './cast.ts'
import { sumOf } from './events.ts'
import type { Player } from './play.ts'
import type { NodeSummary, TokenSummary } from './table.ts'

type Holder = { readonly holder: string; readonly address: string }

/** `NodeStatus` in INodeRegistry.sol. */
const statuses = ['unknown', 'active', 'jailed', 'unbonding', 'withdrawn'] as const

/** Pays out every reward first, so that the tables show it in the operators' hands. */
export async function summarise(
  players: readonly Player[],
  cast: Cast,
  { contracts, addresses }: Deployed,
  holders: readonly Holder[],
): Promise<{ nodes: NodeSummary[]; tokens: TokenSummary }> {
  const { token, registry } = contracts
  const nodes: NodeSummary[] = []
  for (const player of players) {
    await player.claim()
    const { stake, strikes, status } = await registry.getFunction('nodeOf')(player.node)
    nodes.push({
      name: player.role,
      node: player.node,
      className: cast.classes[player.classId]!.name,
      rounds: player.rounds,
      stake,
      slashed: await sumOf(registry, 'Slashed', 'amount', player.node),
      strikes: Number(strikes),
      status: statuses[Number(status)] ?? 'unknown',
    })
  }

  const minted: bigint = await token.getFunction('totalMinted')()
  const supply: bigint = await token.getFunction('totalSupply')()
  const everyone: Holder[] = [
    ...players.map(({ role, operator }) => ({ holder: `${role} operator`, address: operator })),
    { holder: 'stakes (registry)', address: addresses.registry },
    { holder: 'unclaimed (rewards)', address: addresses.rewards },
    { holder: 'hours (pool)', address: addresses.pool },
    { holder: 'rents (settlement)', address: addresses.settlement },
    ...holders,
  ]
  const held = await Promise.all(
    everyone.map(async ({ holder, address }) => ({
      holder,
      amount: (await token.getFunction('balanceOf')(address)) as bigint,
    })),
  )
  return { nodes, tokens: { minted, burned: minted - supply, held } }
}
