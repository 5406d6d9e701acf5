/** Reads a file with a secret in it, which nobody but its owner may be able to read. */
import { readFile, stat } from 'node:fs/promises'
import { BadArgumentError } from '../errors.ts'

/** @throws {BadArgumentError} absent, or readable by others; the message never shows the content. */
export async function readPrivateFile(path: string, what: string): Promise<string> {
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new BadArgumentError(`${path} can be read by others than its owner: chmod 600 ${path}`)
    }
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    if (cause instanceof BadArgumentError) throw cause
    throw new BadArgumentError(`cannot read ${what} ${path}: ${(cause as Error).message}`, { cause })
  }
}
