/** Reads the secrets of a software enclave, for development: a real enclave's key lies in no file. */
import { z } from 'zod'
import { SUBGROUP_ORDER } from '../enclave/curve.ts'
import { createSoftwareEnclave, type Enclave } from '../enclave/enclave.ts'
import { BadArgumentError } from '../errors.ts'
import { FIELD_ORDER } from '../work/poseidon.ts'
import { readPrivateFile } from './private-file.ts'

const below = (bound: bigint) =>
  z
    .string()
    .regex(/^\d{1,78}$/)
    .transform(BigInt)
    .refine((value) => value < bound)
const uint32 = z.number().int().nonnegative().max(0xffff_ffff)
const Secrets = z.strictObject({
  secretKey: below(SUBGROUP_ORDER).refine((key) => key > 0n),
  nullifierKey: below(FIELD_ORDER),
  level: uint32,
  window: uint32,
})

/** @throws {BadArgumentError} absent, readable by others, or malformed; the message never shows a value. */
export async function readEnclave(path: string): Promise<Enclave> {
  const text = await readPrivateFile(path, 'the enclave file')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new BadArgumentError(`${path} is not JSON`)
  }
  const parsed = Secrets.safeParse(json)
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path: at }) => at.join('.') || 'the object')
    throw new BadArgumentError(`${path} is no enclave file: ${[...new Set(fields)].join(', ')} is not as it should be`)
  }
  const { secretKey, ...session } = parsed.data
  return createSoftwareEnclave(secretKey, session)
}
