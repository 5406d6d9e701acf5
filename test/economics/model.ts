/** A market of the exact model for tests: terms, a protocol whose outcomes are decided by a rule, accounts with tokens. */
import { Ledger } from '../../src/economics/ledger.ts'
import { Pool, type PoolTerms } from '../../src/economics/pool.ts'
import type { Outcome, Protocol } from '../../src/economics/protocol.ts'
import { Settlement } from '../../src/economics/settlement.ts'
import { constantProduct, type Strategy, utilisationCurve } from '../../src/economics/strategy.ts'

export const WAD = 10n ** 18n
export const HOUR = 3600n
export const DAY = 86_400n
/** 100 tokens a day, as wei a second in WAD. */
export const BASE = (100n * WAD * WAD) / DAY

export const strategies: Readonly<Record<string, Strategy>> = {
  'constant-product': constantProduct(),
  utilisation: utilisationCurve(WAD / 2n, 1000n),
}

export function termsOf(strategy: Strategy, changes: Partial<PoolTerms> = {}): PoolTerms {
  return {
    strategy,
    windowSeconds: 3n * DAY,
    fee: 100n,
    collateralMultiple: 2n,
    riseLimit: 100n,
    floor: BASE / 10n,
    ceiling: BASE * 10n,
    base: BASE,
    tokensDissipate: true,
    ...changes,
  }
}

/** The rest of the protocol, as simple as can be: each node is its own operator's, active, and a member of every epoch. */
export function protocolOf(accepted: (node: string, epoch: bigint) => boolean): Protocol {
  return {
    genesis: 0n,
    epochSeconds: DAY,
    operatorOf: (node) => `operator of ${node}`,
    isActive: () => true,
    isMember: () => true,
    outcomeOf(node, epoch, now): Outcome {
      if (now < (epoch + 1n) * DAY) return 'undecided'
      return accepted(node, epoch) ? 'accepted' : 'failed'
    },
  }
}

export type World = { readonly pool: Pool; readonly settlement: Settlement; readonly ledger: Ledger }

export function worldOf(
  terms: PoolTerms,
  protocol: Protocol,
  nodes: readonly string[],
  clients: readonly string[],
): World {
  const ledger = new Ledger()
  for (const account of [...nodes.map((node) => protocol.operatorOf(node)), ...clients])
    ledger.mint(account, 10n ** 24n)
  const pool = new Pool(terms, protocol, ledger)
  return { pool, settlement: new Settlement(pool, protocol, ledger), ledger }
}
