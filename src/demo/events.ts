/** Sums over the events of a contract. */
import type { Contract } from 'ethers'

/** The sum of one field over all events of a name whose first indexed fields are `topics`. */
export async function sumOf(contract: Contract, event: string, field: string, ...topics: unknown[]): Promise<bigint> {
  const logs = await contract.queryFilter(contract.filters[event]!(...topics))
  return logs.reduce((sum, log) => sum + (contract.interface.parseLog(log)!.args[field] as bigint), 0n)
}
