/** Brings one action on chain once: each transaction is stored before it is broadcast, and found again after a crash. */
import { readFile, rm } from 'node:fs/promises'
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

const pathOf = (folder: string, name: ActionName) => join(folder, `${name}.transaction.json`)

/** Drops a transaction that says what no longer holds. */
export async function forget(folder: string, name: ActionName): Promise<void> {
  await rm(pathOf(folder, name), { force: true })
}

export type ActionName = 'commit' | 'vouch' | 'settle'

/** What is to happen on chain, and how one sees that it has. */
export type Action = {
  readonly name: ActionName
  /** True when the chain holds the effect, whoever brought it there. */
  readonly isDone: () => Promise<boolean>
  /** A transaction with the account's next nonce. Throws when it is too late. */
  readonly sign: () => Promise<SignedTransaction>
}

/**
 * Resolves when the action is on chain.
 *
 * The stored transaction is sent again after a crash, so there is no second one while it can be mined. When it cannot be, since
 * another took its nonce or it failed, it is dropped and a new one signed; when it lingers, it is priced up under the same nonce. Two of
 * them never both count: the contract takes one commitment and one settlement a node and epoch, and an attestation says the same
 * when it comes twice.
 */
export async function submitOnce(
  chain: Chain,
  folder: string,
  { name, isDone, sign }: Action,
  signal?: AbortSignal,
): Promise<void> {
  const path = pathOf(folder, name)
  const keep = async (transaction: SignedTransaction) => {
    await writeDurably(path, `${JSON.stringify(transaction)}\n`)
    return transaction
  }
  while (!(await isDone())) {
    const transaction = (await load(path)) ?? (await keep(await sign()))
    const outcome = await chain.broadcast(transaction, signal)
    if (outcome === 'stalled') await keep(await chain.priceUp(transaction))
    else if (outcome !== 'mined') await rm(path)
    if (outcome === 'failed' && !(await isDone())) throw await chain.failureOf(transaction, name)
  }
}
