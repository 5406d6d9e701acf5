/** Proofs of the demo's platform and boot that were made beforehand, as files of `proofs/`: data until a contract verifies them. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { toSolidityProof } from '../../verifier-contracts/index.ts'
import type { Statement } from '../enclave/enrol.ts'

const Decimal = z.string().regex(/^\d{1,78}$/)
const CachedProof = z.object({
  circuit: z.string(),
  proof: z.object({
    pi_a: z.array(Decimal).length(3),
    pi_b: z.array(z.array(Decimal).length(2)).length(3),
    pi_c: z.array(Decimal).length(3),
  }),
  publicSignals: z.array(Decimal.transform(BigInt)),
})

export type CachedName = 'platform' | 'boot'

/** Undefined when no proof was kept. @throws {Error} the file is no proof. */
export async function readCachedProof(name: CachedName): Promise<Statement | undefined> {
  let text: string
  try {
    text = await readFile(new URL(`proofs/${name}.json`, import.meta.url), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const { circuit, proof, publicSignals } = CachedProof.parse(JSON.parse(text))
  return { circuit, proof: toSolidityProof(proof), publicSignals }
}
