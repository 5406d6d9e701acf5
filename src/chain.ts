/** The chain as a node sees it: what to wait for, what to sign, what was decided. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Contract, type JsonRpcProvider, keccak256, type Signer, type TransactionReceipt } from 'ethers'
import type { Groth16Proof } from '../prover/index.ts'
import { attach, type Contracts, toSolidityProof } from '../verifier-contracts/index.ts'
import { chainError } from './chain-error.ts'
import type { Deployment } from './deployment.ts'
import { BadArgumentError, ChainRejectedError, NotChallengedError } from './errors.ts'
import type { SignedTransaction } from './outbox.ts'
import type { Challenge, Commitment, RoundId, Samples, Settlement } from './round.ts'

export interface Chain {
  readonly contracts: Contracts
  /** @throws {BadArgumentError} the node serves another chain: a signature for one is never shown to another. */
  requireChainId(chainId: number): Promise<void>
  /** Seconds; what the next block's timestamp would be. */
  now(): Promise<number>
  /** @throws {NotChallengedError} */
  waitForChallenge(id: RoundId, signal?: AbortSignal): Promise<Challenge>
  /** @throws {NotChallengedError} the sample can no longer be drawn. */
  waitForSamples(id: RoundId, signal?: AbortSignal): Promise<Samples>
  commitmentOf(id: RoundId): Promise<(Commitment & { readonly traceRoot: bigint }) | undefined>
  requireCommitment(id: RoundId): Promise<Commitment & { readonly traceRoot: bigint }>
  settlementOf(id: RoundId): Promise<Settlement | undefined>
  requireSettlement(id: RoundId): Promise<Settlement>
  signCommit(id: RoundId, traceRoot: bigint, steps: number): Promise<SignedTransaction>
  signSettle(id: RoundId, proofs: readonly Groth16Proof[]): Promise<SignedTransaction>
  /** Sends a signed transaction, again if it must be, until it is mined. @throws {ChainRejectedError} it reverted. */
  broadcast(transaction: SignedTransaction, action: string): Promise<void>
}

export type ChainOptions = {
  readonly provider: JsonRpcProvider
  readonly signer: Signer
  readonly deployment: Deployment
  readonly pollMs?: number
}

export async function openChain({ provider, signer, deployment, pollMs = 100 }: ChainOptions): Promise<Chain> {
  const contracts = await attach(provider, deployment.addresses)
  const { rounds, registry, rewards } = contracts

  async function call<Value>(action: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      throw chainError(action, error, contracts)
    }
  }

  /** A round has at most one event of each kind. */
  async function eventOf(contract: Contract, name: string, { node, epoch }: RoundId) {
    const [event] = await call(`reading ${name}`, () => contract.queryFilter(contract.filters[name]!(node, epoch)))
    if (!event) return undefined
    const receipt = await provider.getTransactionReceipt(event.transactionHash)
    const parsed = contract.interface.parseLog(event)
    if (!receipt || !parsed) return undefined
    return { args: parsed.args, transaction: receipt.hash, block: receipt.blockNumber, gas: receipt.gasUsed }
  }

  async function now(): Promise<number> {
    const pending = await call('reading the clock', () => provider.send('eth_getBlockByNumber', ['pending', false]))
    return Number((pending as { timestamp: string }).timestamp)
  }

  async function sign(action: string, data: string): Promise<SignedTransaction> {
    const raw = await call(action, async () => {
      const to = await rounds.getAddress()
      const { from: _, ...populated } = await signer.populateTransaction({ to, data })
      return signer.signTransaction(populated)
    })
    return { hash: keccak256(raw), raw }
  }

  async function epochOf(epoch: number) {
    const view = await call('reading the epoch', () => rounds.getFunction('epochOf')(epoch))
    const number = (name: string) => Number(view[name])
    return {
      openedAt: number('openedAt'),
      challengeBy: number('challengeBy'),
      challengedAt: number('challengedAt'),
      commitBy: number('commitBy'),
      sampledAt: number('sampledAt'),
      sampleBy: number('sampleBy'),
      proveBy: number('proveBy'),
    }
  }

  const commitmentOf: Chain['commitmentOf'] = async (id) => {
    const event = await eventOf(rounds, 'Committed', id)
    if (!event) return undefined
    const { args, ...receipt } = event
    return { ...receipt, traceRoot: args.traceRoot as bigint }
  }

  const settlementOf: Chain['settlementOf'] = async (id) => {
    const settled = await eventOf(rounds, 'Settled', id)
    const rewarded = await eventOf(rewards, 'Rewarded', id)
    if (!settled || !rewarded) return undefined
    const { args, ...receipt } = settled
    const value = (name: string): bigint => rewarded.args[name]
    return {
      ...receipt,
      operationsPerSecond: args.work as bigint,
      factors: {
        time: value('timeFactor'),
        loyalty: value('loyaltyFactor'),
        privacy: value('privacyFactor'),
        work: value('workFactor'),
      },
      reward: value('reward'),
      burned: value('share') - value('reward'),
    }
  }

  return {
    contracts,
    async requireChainId(chainId) {
      const found = Number(await call('reading the chain id', () => provider.send('eth_chainId', [])))
      if (found !== chainId)
        throw new BadArgumentError(`the deployment is on chain ${chainId}, the node serves ${found}`)
    },
    now,
    commitmentOf,
    settlementOf,

    async waitForChallenge(id, signal) {
      const { node, epoch } = id
      for (;;) {
        const { openedAt, challengeBy, challengedAt, commitBy } = await epochOf(epoch)
        if (challengedAt !== 0) {
          const [, weight] = await call('reading membership', () => registry.getFunction('memberAt')(node, epoch))
          if (weight === 0n) throw new NotChallengedError(`node ${node} is not a member of epoch ${epoch}`)
          return challengeAt(id, commitBy)
        }
        if (openedAt !== 0 && (await now()) > challengeBy) {
          throw new NotChallengedError(`the challenge of epoch ${epoch} was never drawn: the epoch is void`)
        }
        await sleep(pollMs, undefined, signal ? { signal } : {})
      }
    },

    async waitForSamples(id, signal) {
      for (;;) {
        const { sampledAt, sampleBy, proveBy } = await epochOf(id.epoch)
        if (sampledAt !== 0) {
          const seed = await call('reading the sample', () => rounds.getFunction('sampleSeedOf')(id.node, id.epoch))
          return { seed, proofDeadline: proveBy }
        }
        if ((await now()) > sampleBy) {
          throw new NotChallengedError(`the sample of epoch ${id.epoch} was never drawn: nobody is paid or punished`)
        }
        await sleep(pollMs, undefined, signal ? { signal } : {})
      }
    },

    async requireCommitment(id) {
      const found = await commitmentOf(id)
      if (!found) throw new ChainRejectedError('commit', 'it was mined but left no event')
      return found
    },

    async requireSettlement(id) {
      const found = await settlementOf(id)
      if (!found) throw new ChainRejectedError('settle', 'it was mined but left no event')
      return found
    },

    signCommit: ({ node, epoch }, traceRoot, steps) =>
      sign('commit', rounds.interface.encodeFunctionData('commit', [node, epoch, traceRoot, steps])),

    signSettle: ({ node, epoch }, proofs) =>
      sign('settle', rounds.interface.encodeFunctionData('settle', [node, epoch, proofs.map(toSolidityProof)])),

    async broadcast({ hash, raw }, action) {
      let receipt = await call(action, () => provider.getTransactionReceipt(hash))
      if (!receipt) {
        try {
          await provider.broadcastTransaction(raw)
        } catch (error) {
          // It may be known or mined already: then the receipt decides. A refusal leaves none.
          receipt = await provider.getTransactionReceipt(hash)
          if (!receipt && (await provider.getTransaction(hash)) === null) throw chainError(action, error, contracts)
        }
      }
      receipt ??= await call(action, () => provider.waitForTransaction(hash))
      if (receipt?.status !== 1) throw await revertOf(hash, receipt, action)
    },
  }

  async function challengeAt(id: RoundId, commitDeadline: number): Promise<Challenge> {
    const { node, epoch } = id
    return call('reading the challenge', async () => {
      const value = await rounds.getFunction('challengeOf')(node, epoch)
      const { class: classId } = await registry.getFunction('nodeOf')(node)
      const [, terms] = await registry.getFunction('termsOf')(node)
      const known = deployment.classes[Number(classId)]
      if (!known) throw new BadArgumentError(`the deployment file does not name class ${classId}`)
      return {
        id,
        value,
        circuit: known.circuit,
        datasetSeed: known.datasetSeed,
        datasetRoot: terms.datasetRoot,
        commitDeadline,
        proofsPerRound: Number(terms.proofsPerRound),
      }
    })
  }

  /** Runs a mined and failed transaction again to learn why. */
  async function revertOf(hash: string, receipt: TransactionReceipt | null, action: string) {
    const transaction = await provider.getTransaction(hash)
    if (!transaction || !receipt) return new ChainRejectedError(action, 'it failed')
    try {
      await provider.call({
        to: transaction.to,
        from: transaction.from,
        data: transaction.data,
        blockTag: receipt.blockNumber,
      })
    } catch (error) {
      return chainError(action, error, contracts)
    }
    return new ChainRejectedError(action, 'it failed, and would not fail now')
  }
}
