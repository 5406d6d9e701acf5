/** The embedded chain: anvil in a child process; where setpriv exists it dies with us, however we die. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { HDNodeWallet, type JsonRpcProvider, Mnemonic, sha256, toUtf8Bytes } from 'ethers'
import { ChainUnreachableError } from '../errors.ts'
import { openProvider } from '../provider.ts'

export type EmbeddedChain = {
  readonly url: string
  readonly provider: JsonRpcProvider
  /** Funded wallet number `index`, 0 to `accounts - 1`, the same for the same seed. */
  wallet(index: number): HDNodeWallet
  /** Moves the chain's clock forward and mines a block there. Seconds. */
  advance(seconds: number): Promise<void>
  stop(): Promise<void>
}

export type EmbeddedChainOptions = {
  /** Decides the accounts, hence node ids, hence challenges. */
  readonly seed: string
  readonly accounts?: number
}

/** anvil's own. */
const CHAIN_ID = 31_337
/** Anvil listens within a tenth of a second; a machine may be busy. */
const START_MS = 30_000
const PARENT_DEATH_SIGNAL = '/usr/bin/setpriv'

function anvilBinary(): string {
  const require = createRequire(import.meta.url)
  const platform = process.platform === 'win32' ? 'win32' : process.platform
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const name = `@foundry-rs/anvil-${platform}-${architecture}`
  try {
    return join(
      dirname(require.resolve(`${name}/package.json`)),
      'bin',
      process.platform === 'win32' ? 'anvil.exe' : 'anvil',
    )
  } catch (cause) {
    throw new ChainUnreachableError(`there is no anvil for ${process.platform} on ${process.arch} (${name})`, { cause })
  }
}

function listeningPort(child: ChildProcess): Promise<number> {
  let errors = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-500)
  })
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new ChainUnreachableError(`anvil does not listen after ${START_MS} ms`)), START_MS).unref()
    child.once('error', (cause) => reject(new ChainUnreachableError('anvil does not start', { cause })))
    child.once('exit', (code) => {
      reject(new ChainUnreachableError(`anvil stopped with ${code}: ${errors}`))
    })
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const port = /^Listening on .*:(\d+)$/.exec(line.trim())?.[1]
      if (port) resolve(Number(port))
    })
  })
}

/** Starts a fresh chain on a free port of this machine; every transaction mines a block of its own. */
export async function startEmbeddedChain({ seed, accounts = 10 }: EmbeddedChainOptions): Promise<EmbeddedChain> {
  const mnemonic = Mnemonic.fromEntropy(sha256(toUtf8Bytes(`pocps embedded chain ${seed}`)).slice(0, 34))
  const flags = [
    '--port',
    '0',
    '--host',
    '127.0.0.1',
    '--hardfork',
    'osaka',
    '--enable-tx-gas-limit',
    '--chain-id',
    String(CHAIN_ID),
  ]
  flags.push('--mnemonic', mnemonic.phrase, '--accounts', String(accounts))
  const binary = anvilBinary()
  const [command, args] = existsSync(PARENT_DEATH_SIGNAL)
    ? [PARENT_DEATH_SIGNAL, ['--pdeathsig', 'KILL', binary, ...flags]]
    : [binary, flags]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const killChild = () => child.kill('SIGKILL')
  process.once('exit', killChild)

  const port = await listeningPort(child).catch((error: unknown) => {
    process.removeListener('exit', killChild)
    killChild()
    throw error
  })
  const url = `http://127.0.0.1:${port}`
  const provider = openProvider(url, CHAIN_ID, 20)
  return {
    url,
    provider,
    wallet: (index) => HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${index}`).connect(provider),
    async advance(seconds) {
      await provider.send('evm_increaseTime', [seconds])
      await provider.send('evm_mine', [])
    },
    async stop() {
      provider.destroy()
      process.removeListener('exit', killChild)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
