/** Inputs of the enclave circuits as the Noir twins take them. */
import type { InputMap } from '@noir-lang/noir_js'

/** Order of P-256's group (SEC 2, secp256r1). */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const numberOf = (octets: readonly number[]) => BigInt(`0x${Buffer.from(octets).toString('hex')}`)

/** r || s with the lesser of s and n - s, which sign the same: the twins' black box takes no other. */
export function withLowS(signature: readonly number[]): number[] {
  const s = numberOf(signature.slice(32))
  const low = s > P256_ORDER / 2n ? P256_ORDER - s : s
  return [...signature.slice(0, 32), ...Buffer.from(low.toString(16).padStart(64, '0'), 'hex')]
}

/** Without the hints for P-256, signatures with low s, `quote` under a name that is no keyword, numbers as decimal strings. */
export function noirInputs(inputs: object): InputMap {
  const entries = Object.entries(inputs).flatMap(([name, value]) => {
    if (name.endsWith('Hint')) return []
    if (name.endsWith('Signature')) return [[name, withLowS(value as number[])]]
    return [[name === 'quote' ? 'signedQuote' : name, value]]
  })
  return JSON.parse(
    JSON.stringify(Object.fromEntries(entries), (_, v) =>
      typeof v === 'bigint' || typeof v === 'number' ? v.toString() : v,
    ),
  ) as InputMap
}
