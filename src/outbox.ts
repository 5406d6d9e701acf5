/** Sends a transaction once: signed and stored before it is broadcast, found again after a crash. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Chain } from './chain.ts'
import { writeDurably } from './durable-file.ts'
import { JournalCorruptError } from './errors.ts'

const Stored = z.strictObject({ hash: z.string().regex(/^0x[0-9a-f]{64}$/), raw: z.string().regex(/^0x[0-9a-f]+$/) })
export type SignedTransaction = z.infer<typeof Stored>

async function load(path: string): Promise<SignedTransaction | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return Stored.parse(JSON.parse(text))
  } catch (cause) {
    throw new JournalCorruptError(path, 'not a signed transaction', { cause })
  }
}

/**
 * Broadcasts what `sign` made, or what an earlier call stored under `name`, and waits for the receipt.
 *
 * The stored transaction carries its nonce, so broadcasting it again can never be a second submission.
 */
export async function submitOnce(
  chain: Chain,
  folder: string,
  name: string,
  sign: () => Promise<SignedTransaction>,
): Promise<void> {
  const path = join(folder, `${name}.transaction.json`)
  let transaction = await load(path)
  if (!transaction) {
    transaction = await sign()
    await writeDurably(path, `${JSON.stringify(transaction)}\n`)
  }
  await chain.broadcast(transaction, name)
}
