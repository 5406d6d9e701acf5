/** Reads an operator's private key from its file. */
import { Wallet } from 'ethers'
import { BadArgumentError } from '../errors.ts'
import { readPrivateFile } from './private-file.ts'

/** @throws {BadArgumentError} absent, readable by others, or no key; the message never shows the content. */
export async function readKey(path: string): Promise<Wallet> {
  const text = await readPrivateFile(path, 'the key file')
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new BadArgumentError(`${path} does not hold a 0x… key of 32 bytes`)
  try {
    return new Wallet(text)
  } catch {
    throw new BadArgumentError(`${path} holds no valid key`)
  }
}
