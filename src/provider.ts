/** The connection to a chain's node. */
import { FetchRequest, JsonRpcProvider, Network, type TransactionRequest } from 'ethers'

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

/** A node that has not answered by then is taken for dead. */
const TIMEOUT_MS = 10_000

/**
 * @param chainId what the node is expected to serve; nothing is asked of it here.
 * @param pollingMs how often a receipt is asked for.
 */
export function openProvider(url: string, chainId: number, pollingMs: number): JsonRpcProvider {
  const request = new FetchRequest(url)
  request.timeout = TIMEOUT_MS
  return new ChainProvider(request, chainId, {
    staticNetwork: Network.from(chainId),
    batchMaxCount: 1,
    cacheTimeout: -1,
    pollingInterval: pollingMs,
  })
}
