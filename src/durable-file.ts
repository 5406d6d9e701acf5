/** Writes a file so that after a crash it is either the old one or the new one, whole. */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StorageFailedError } from './errors.ts'

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Temporary file, fsync, rename, fsync of the folder, which is made when absent. Readable by the owner only.
 *
 * @throws {StorageFailedError} no space, no permission, no such place; no temporary file is left.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await syncFolder(folder)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new StorageFailedError(path, error)
  }
}
