/** The pokes of an epoch that anyone may make: open, draw, expire, close. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contract, Signer } from 'ethers'
import type { Chain } from './chain.ts'
import { chainError } from './chain-error.ts'

export type Keeper = {
  /** Fixes the epoch's members, then challenges them all at once, unless another did. Seconds: when commitments end. */
  challenge(epoch: number, signal?: AbortSignal): Promise<{ readonly commitBy: number }>
  /** Waits until it may, then fixes the samples of all committed nodes, unless another did. Seconds: when proofs end. */
  sample(epoch: number, signal?: AbortSignal): Promise<{ readonly proveBy: number }>
  /** Strikes and slashes those of `nodes` that missed a deadline. */
  expire(nodes: readonly string[], epoch: number): Promise<void>
  /** Burns what nobody earned. */
  close(epoch: number): Promise<void>
}

const POLL_MS = 100

export function createKeeper(chain: Chain, signer: Signer): Keeper {
  const rounds = chain.contracts.rounds.connect(signer) as Contract

  async function send(name: string, ...args: unknown[]): Promise<void> {
    try {
      const response = await rounds.getFunction(name)(...args)
      await response.wait()
    } catch (error) {
      throw chainError(name, error, chain.contracts)
    }
  }
  const at = async (epoch: number, name: string) => Number((await rounds.getFunction('epochOf')(epoch))[name])
  const until = async (time: number, signal?: AbortSignal) => {
    while ((await chain.now()) <= time) await sleep(POLL_MS, undefined, signal ? { signal } : {})
  }
  /** Whoever else pokes may be faster: what counts is that it is done. */
  const poke = async (name: string, epoch: number, done: string) => {
    if ((await at(epoch, done)) !== 0) return
    try {
      await send(name, epoch)
    } catch (error) {
      if ((await at(epoch, done)) === 0) throw error
    }
  }

  return {
    async challenge(epoch, signal) {
      await poke('open', epoch, 'openedAt')
      await until(await at(epoch, 'openedAt'), signal)
      await poke('drawChallenge', epoch, 'challengedAt')
      return { commitBy: await at(epoch, 'commitBy') }
    },
    async sample(epoch, signal) {
      await until(await at(epoch, 'sampleAfter'), signal)
      await poke('drawSample', epoch, 'sampledAt')
      return { proveBy: await at(epoch, 'proveBy') }
    },
    expire: (nodes, epoch) => send('expire', nodes, epoch),
    close: (epoch) => send('close', epoch),
  }
}
