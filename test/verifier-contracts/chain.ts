/** Starts an anvil for one test file. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { JsonRpcProvider, type JsonRpcSigner } from 'ethers'

export type TestChain = {
  readonly provider: JsonRpcProvider
  /** Account `index` of anvil's well-known mnemonic. */
  signer(index: number): Promise<JsonRpcSigner>
  /** Mines one block `seconds` after the last one. */
  advance(seconds: number): Promise<void>
  close(): Promise<void>
}

const START = 1_800_000_000

/** Each block is one second after the one before, unless `advance` says otherwise. */
export async function startChain(): Promise<TestChain> {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const manifest = createRequire(import.meta.url).resolve(
    `@foundry-rs/anvil-${process.platform}-${architecture}/package.json`,
  )
  const options = ['--port', '0', '--hardfork', 'osaka', '--chain-id', '31337', '--timestamp', String(START)]
  const child = spawn(join(dirname(manifest), 'bin', 'anvil'), options, { stdio: ['ignore', 'pipe', 'inherit'] })
  // Otherwise a test run that dies would leave it behind.
  process.once('exit', () => child.kill())
  const url = await new Promise<string>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`anvil ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /Listening on (\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(`http://${address}`)
    })
  })
  const provider = new JsonRpcProvider(url, 31337, { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 })
  provider.pollingInterval = 10
  await provider.send('anvil_setBlockTimestampInterval', [1])
  return {
    provider,
    signer: (index) => provider.getSigner(index),
    async advance(seconds) {
      const last = await provider.getBlock('latest')
      await provider.send('evm_setNextBlockTimestamp', [last!.timestamp + seconds])
      await provider.send('evm_mine', [])
    },
    async close() {
      provider.destroy()
      if (child.exitCode === null) {
        const exit = once(child, 'exit')
        child.kill()
        await exit
      }
    },
  }
}
