/** The deployed contracts, and how their refusals are read. */
import { Contract, type Interface, isError, type Provider, type Signer } from 'ethers'
import { compileContracts } from '../verifier-contracts/index.ts'
import type { Deployment } from './deployment.ts'
import { ChainRejectedError, ChainUnreachableError, type PocpsError } from './errors.ts'

export type Contracts = {
  readonly token: Contract
  readonly registry: Contract
  readonly rounds: Contract
  readonly rewards: Contract
  readonly router: Contract
}

export async function contractsAt(deployment: Deployment, runner: Signer | Provider): Promise<Contracts> {
  const artifacts = await compileContracts()
  const at = (name: string, address: string) => new Contract(address, artifacts[name]!.abi, runner)
  return {
    token: at('ComputeToken', deployment.token),
    registry: at('NodeRegistry', deployment.registry),
    rounds: at('Rounds', deployment.rounds),
    rewards: at('Rewards', deployment.rewards),
    router: at('VerifierRouter', deployment.router),
  }
}

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
  if (isError(error, 'CALL_EXCEPTION') || (error as { data?: unknown }).data !== undefined) {
    const data = (error as { data?: unknown }).data
    const interfaces = Object.values(contracts).map((contract: Contract) => contract.interface)
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
