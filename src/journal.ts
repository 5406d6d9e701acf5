/** Keeps the record of each round on disk, one folder a round. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { workCircuitIds } from '../circuits/circuits.ts'
import { isAlive } from '../circuits/process-alive.ts'
import { writeDurably } from './durable-file.ts'
import { JournalCorruptError, RoundLockedError, StorageFailedError } from './errors.ts'
import type { Challenged, RoundId, Settled } from './round.ts'

/** A job engine's table can take the place of the folder later. */
export interface Journal {
  /** Where the round's trace and transactions are kept. */
  folder(id: RoundId): string
  /** The newest record of the round. @throws {JournalCorruptError} */
  load(id: RoundId): Promise<Challenged | undefined>
  /** Resolves when the record survives a crash. */
  save(round: Challenged): Promise<void>
  /** Keeps other processes off the round until the returned function is called. @throws {RoundLockedError} */
  lock(id: RoundId): Promise<() => Promise<void>>
}

const Integer = z.number().int().nonnegative()
const Big = z.bigint().nonnegative()
const Hex32 = z.string().regex(/^0x[0-9a-f]{64}$/)
const WorkCircuit = z.enum(workCircuitIds)
const Coordinates = z.array(z.string().regex(/^\d{1,78}$/)).readonly()

const Proof = z.strictObject({
  circuit: WorkCircuit,
  proof: z.strictObject({
    pi_a: Coordinates,
    pi_b: z.array(Coordinates).readonly(),
    pi_c: Coordinates,
    protocol: z.literal('groth16'),
    curve: z.literal('bn128'),
  }),
  publicSignals: z.array(Big).readonly(),
  witnessMs: z.number(),
  proveMs: z.number(),
})

const Receipt = { transaction: Hex32, block: Integer, gas: Big }

const Complete = z.strictObject({
  challenge: z.strictObject({
    id: z.strictObject({ node: Hex32, epoch: Integer }),
    value: Big,
    circuit: WorkCircuit,
    datasetSeed: Hex32,
    datasetRoot: Big,
    maxSteps: Integer,
    commitDeadline: Integer,
    proofsPerRound: Integer,
  }),
  execution: z.strictObject({ traceRoot: Big, steps: Integer, elapsedMs: z.number(), trace: z.string() }),
  commitment: z.strictObject(Receipt),
  samples: z.strictObject({ seed: Big, proofDeadline: Integer }),
  proofs: z.array(Proof).readonly(),
  voucher: z.union([z.strictObject({ ...Receipt, level: Big }), z.strictObject({ absent: z.string() })]),
  settlement: z.strictObject({
    ...Receipt,
    operationsPerSecond: Big,
    factors: z.strictObject({ time: Big, loyalty: Big, privacy: Big, work: Big }),
    reward: Big,
    burned: Big,
  }),
}) satisfies z.ZodType<Settled>

const { challenge, execution, commitment, samples, proofs, voucher } = Complete.shape
/** One schema a stage, newest first: a record has all fields up to its stage and none beyond. */
const AnyStage = z.union([
  Complete,
  z.strictObject({ challenge, execution, commitment, samples, proofs, voucher }),
  z.strictObject({ challenge, execution, commitment, samples, proofs }),
  z.strictObject({ challenge, execution, commitment, samples }),
  z.strictObject({ challenge, execution, commitment }),
  z.strictObject({ challenge, execution }),
  z.strictObject({ challenge }),
]) satisfies z.ZodType<Challenged>

const BigIntTag = z.strictObject({ $bigint: z.string().regex(/^\d{1,100}$/) })

/** JSON with bigints as `{"$bigint": "123"}`. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? { $bigint: item.toString() } : item), 1)
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_, item) => {
    const tagged = BigIntTag.safeParse(item)
    return tagged.success ? BigInt(tagged.data.$bigint) : item
  })
}

export class FolderJournal implements Journal {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  folder({ node, epoch }: RoundId): string {
    return join(this.#root, `${node}-${epoch}`)
  }

  async load(id: RoundId): Promise<Challenged | undefined> {
    const path = this.#path(id)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    let round: Challenged
    try {
      round = AnyStage.parse(decode(text))
    } catch (cause) {
      throw new JournalCorruptError(path, 'not the record of a round', { cause })
    }
    const found = round.challenge.id
    if (found.node !== id.node || found.epoch !== id.epoch) {
      throw new JournalCorruptError(path, `it is the record of node ${found.node}, epoch ${found.epoch}`)
    }
    return round
  }

  async save(round: Challenged): Promise<void> {
    await writeDurably(this.#path(round.challenge.id), `${encode(round)}\n`)
  }

  async lock(id: RoundId): Promise<() => Promise<void>> {
    const folder = this.folder(id)
    const path = join(folder, 'lock')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (;;) {
      try {
        await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 })
        return () => rm(path, { force: true })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new StorageFailedError(path, error)
      }
      const holder = Number(await readFile(path, 'utf8').catch(() => Number.NaN))
      if (holder === process.pid || isAlive(holder)) throw new RoundLockedError(path, holder)
      // Left behind by a process that died; who removes it races for it again.
      await rm(path, { force: true })
    }
  }

  #path(id: RoundId): string {
    return join(this.folder(id), 'round.json')
  }
}
