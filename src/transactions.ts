/** Signs transactions and follows them to their end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type JsonRpcProvider, keccak256, type Signer, Transaction } from 'ethers'
import type { Contracts } from '../verifier-contracts/index.ts'
import { chainError } from './chain-error.ts'
import { ChainRejectedError } from './errors.ts'
import type { SignedTransaction } from './outbox.ts'

/** `replaced`: another transaction took the nonce. `stalled`: not mined for so long that a higher fee is due. */
export type BroadcastOutcome = 'mined' | 'failed' | 'replaced' | 'stalled'

export type Transactions = {
  /** @throws {ChainRejectedError} it would revert. */
  sign(action: string, to: string, data: string): Promise<SignedTransaction>
  broadcast(transaction: SignedTransaction, signal?: AbortSignal): Promise<BroadcastOutcome>
  priceUp(transaction: SignedTransaction): Promise<SignedTransaction>
  failureOf(transaction: SignedTransaction, action: string): Promise<ChainRejectedError>
}

/** Three slots of twelve seconds. */
const STALL_MS = 36_000
const RESEND_MS = 12_000
/** Nodes refuse a replacement that pays less than a tenth more. */
const PRICE_UP_PERCENT = 125n

type Options = {
  readonly provider: JsonRpcProvider
  readonly signer: Signer
  readonly contracts: Contracts
  readonly pollMs: number
}

export function createTransactions({ provider, signer, contracts, pollMs }: Options): Transactions {
  async function call<Value>(action: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      throw chainError(action, error, contracts)
    }
  }
  const seal = async (unsigned: Parameters<Signer['signTransaction']>[0]): Promise<SignedTransaction> => {
    const raw = await signer.signTransaction(unsigned)
    return { hash: keccak256(raw), raw }
  }

  /** Errors mean little here: the transaction may be known, or mined already. Only what can never be paid is thrown. */
  async function send(raw: string): Promise<void> {
    try {
      await provider.broadcastTransaction(raw)
    } catch (error) {
      if ((error as { code?: unknown }).code === 'INSUFFICIENT_FUNDS') throw chainError('sending', error, contracts)
    }
  }

  return {
    sign: (action, to, data) =>
      call(action, async () => {
        const { from: _, ...populated } = await signer.populateTransaction({ to, data })
        return seal(populated)
      }),

    async broadcast({ hash, raw }, signal) {
      const { nonce, from } = Transaction.from(raw)
      const started = Date.now()
      let sentAt = Number.NEGATIVE_INFINITY
      for (;;) {
        // In this order: a receipt that appears between the two is seen in the next turn.
        const mined = await call('reading the nonce', () => provider.getTransactionCount(from!, 'latest'))
        const receipt = await call('reading a receipt', () => provider.getTransactionReceipt(hash))
        if (receipt) return receipt.status === 1 ? 'mined' : 'failed'
        if (mined > nonce) return 'replaced'
        if (Date.now() - started > STALL_MS) return 'stalled'
        if (Date.now() - sentAt > RESEND_MS) {
          await send(raw)
          sentAt = Date.now()
        }
        await sleep(pollMs, undefined, signal ? { signal } : {})
      }
    },

    priceUp: ({ raw }) =>
      call('pricing up', async () => {
        const { type, chainId, nonce, to, data, gasLimit, gasPrice, maxFeePerGas, maxPriorityFeePerGas } =
          Transaction.from(raw)
        const more = (fee: bigint | null) => (fee === null ? null : (fee * PRICE_UP_PERCENT) / 100n + 1n)
        const fees =
          maxFeePerGas === null
            ? { gasPrice: more(gasPrice) }
            : { maxFeePerGas: more(maxFeePerGas), maxPriorityFeePerGas: more(maxPriorityFeePerGas) }
        return seal({ type, chainId, nonce, to, data, gasLimit, ...fees })
      }),

    async failureOf({ hash, raw }, action) {
      const { to, from, data } = Transaction.from(raw)
      const receipt = await call('reading a receipt', () => provider.getTransactionReceipt(hash))
      try {
        await provider.call({ to, from, data, ...(receipt ? { blockTag: receipt.blockNumber } : {}) })
      } catch (error) {
        const reason = chainError(action, error, contracts)
        return reason instanceof ChainRejectedError ? reason : new ChainRejectedError(action, reason.message)
      }
      return new ChainRejectedError(action, 'it failed, and would not fail now')
    },
  }
}
