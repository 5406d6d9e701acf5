/** The connection to a chain's node. */
import { JsonRpcProvider, type TransactionRequest } from 'ethers'

/**
 * What a transaction costs depends on the second it is mined in: a checkpoint of the same second is overwritten, one of a
 * later second is appended. Unused gas is not paid.
 */
const HEADROOM_PERCENT = 30n

class ChainProvider extends JsonRpcProvider {
  override async estimateGas(transaction: TransactionRequest): Promise<bigint> {
    const estimate = await super.estimateGas(transaction)
    return (estimate * (100n + HEADROOM_PERCENT)) / 100n
  }
}

/** @param pollingMs how often a receipt is asked for. */
export function openProvider(url: string, pollingMs: number): JsonRpcProvider {
  return new ChainProvider(url, undefined, {
    staticNetwork: true,
    batchMaxCount: 1,
    cacheTimeout: -1,
    pollingInterval: pollingMs,
  })
}
