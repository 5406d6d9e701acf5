/** Replaces a file so that a reader, or the next run after a crash, sees the old content or the new, never a part. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { isAlive } from '../process-alive.ts'

export async function replaceFile(file: string, parts: readonly Uint8Array[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await removeAbandoned(file)
  const temporary = `${file}.${process.pid}-${randomBytes(6).toString('hex')}.partial`
  try {
    const handle = await open(temporary, 'wx')
    try {
      for (const part of parts) await handle.writeFile(part)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Removes what processes that are gone left half written. */
async function removeAbandoned(file: string): Promise<void> {
  const directory = path.dirname(file)
  const name = path.basename(file)
  for (const entry of await readdir(directory)) {
    const [owner] = entry.startsWith(`${name}.`) ? (/\d+(?=-\w+\.partial$)/.exec(entry) ?? []) : []
    if (owner !== undefined && !isAlive(Number(owner))) await rm(path.join(directory, entry), { force: true })
  }
}
