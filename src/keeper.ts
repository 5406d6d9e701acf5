/** The pokes of an epoch that anyone may make: open, draw, expire, close. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contract, Signer, TransactionReceipt } from 'ethers'
import type { Chain } from './chain.ts'
import { chainError } from './contracts.ts'

export type Keeper = {
  /** Fixes the epoch's members, then challenges them all at once. Seconds: when commitments end. */
  challenge(epoch: number): Promise<{ readonly commitBy: number }>
  /** Waits until it may, then fixes the samples of all committed nodes. Seconds: when proofs end. */
  sample(epoch: number): Promise<{ readonly proveBy: number }>
  /** Strikes and slashes those of `nodes` that missed a deadline. */
  expire(nodes: readonly string[], epoch: number): Promise<void>
  /** Burns what nobody earned. */
  close(epoch: number): Promise<void>
}

const POLL_MS = 100

export function createKeeper(chain: Chain, signer: Signer): Keeper {
  const rounds = chain.contracts.rounds.connect(signer) as Contract

  async function send(name: string, ...args: unknown[]): Promise<TransactionReceipt | null> {
    try {
      const response = await rounds.getFunction(name)(...args)
      return await response.wait()
    } catch (error) {
      throw chainError(name, error, chain.contracts)
    }
  }
  const view = async (epoch: number) => rounds.getFunction('epochOf')(epoch)
  const until = async (time: number) => {
    while ((await chain.now()) <= time) await sleep(POLL_MS)
  }

  return {
    async challenge(epoch) {
      await send('open', epoch)
      await until(Number((await view(epoch)).openedAt))
      await send('drawChallenge', epoch)
      return { commitBy: Number((await view(epoch)).commitBy) }
    },
    async sample(epoch) {
      await until(Number((await view(epoch)).sampleAfter))
      await send('drawSample', epoch)
      return { proveBy: Number((await view(epoch)).proveBy) }
    },
    async expire(nodes, epoch) {
      await send('expire', nodes, epoch)
    },
    async close(epoch) {
      await send('close', epoch)
    },
  }
}
