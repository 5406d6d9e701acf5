/** Reads an operator's private key from a file that nobody else can read. */
import { readFile, stat } from 'node:fs/promises'
import { Wallet } from 'ethers'
import { BadArgumentError } from '../errors.ts'

/** @throws {BadArgumentError} absent, readable by others, or no key; the message never shows the content. */
export async function readKey(path: string): Promise<Wallet> {
  let text: string
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new BadArgumentError(`${path} can be read by others than its owner: chmod 600 ${path}`)
    }
    text = (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    if (cause instanceof BadArgumentError) throw cause
    throw new BadArgumentError(`cannot read the key file ${path}: ${(cause as Error).message}`, { cause })
  }
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new BadArgumentError(`${path} does not hold a 0x… key of 32 bytes`)
  try {
    return new Wallet(text)
  } catch {
    throw new BadArgumentError(`${path} holds no valid key`)
  }
}
