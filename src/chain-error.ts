/** Reads what ethers throws: a contract's refusal by its name, a silent node as worth another try. */
import { type Interface, isError } from 'ethers'
import type { Contracts } from '../verifier-contracts/index.ts'
import { ChainRejectedError, ChainUnreachableError, PocpsError } from './errors.ts'

/** `CommitmentLate(node, 3, 1790000000)`-like text of a revert, whichever contract it came from. */
function revertReason(data: string, interfaces: readonly Interface[]): string {
  for (const each of interfaces) {
    const parsed = each.parseError(data)
    if (parsed) return `${parsed.name}(${parsed.args.map(String).join(', ')})`
  }
  return data === '0x' ? 'it reverted without a reason' : `an unknown error ${data.slice(0, 10)}`
}

/** What ethers threw, as an error of ours. */
export function chainError(action: string, error: unknown, contracts: Contracts): PocpsError {
  if (error instanceof PocpsError) return error
  if (isError(error, 'CALL_EXCEPTION') || (error as { data?: unknown }).data !== undefined) {
    const data = (error as { data?: unknown }).data
    const interfaces = Object.values(contracts).map((contract) => contract.interface)
    return new ChainRejectedError(action, revertReason(typeof data === 'string' ? data : '0x', interfaces), {
      cause: error,
    })
  }
  const network = ['NETWORK_ERROR', 'SERVER_ERROR', 'TIMEOUT', 'ECONNREFUSED', 'ECONNRESET']
  const code = String((error as { code?: unknown }).code)
  if (network.includes(code))
    return new ChainUnreachableError(`${action}: the chain's node does not answer (${code})`, { cause: error })
  return new ChainRejectedError(action, error instanceof Error ? error.message : String(error), { cause: error })
}
