/** Writes `enclave.json` from the plain reference: `tsx test/vectors/generate-enclave.ts`. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { SUBGROUP_ORDER } from '../../src/enclave/curve.ts'
import { epochInputs } from '../../src/enclave/epoch.ts'
import { type Session, windowNullifier } from '../../src/enclave/session.ts'
import { publicKeyOf, sign } from '../../src/enclave/attestation.ts'

const element = (name: string) =>
  BigInt(`0x${createHash('sha256').update(`pocps vector ${name}`).digest('hex')}`) >> 3n

/** The first has numbers that anyone can check by hand, the second extreme ones, the third those of no particular shape. */
const cases = [
  { secretKey: 1n, nullifierKey: 2n, level: 1, window: 0, challenge: 3n, traceRoot: 4n, epoch: 0 },
  {
    secretKey: SUBGROUP_ORDER - 1n,
    nullifierKey: 0n,
    level: 2 ** 32 - 1,
    window: 2 ** 32 - 1,
    challenge: 0n,
    traceRoot: 0n,
    epoch: 2 ** 48 - 1,
  },
  {
    secretKey: element('enclave key') % SUBGROUP_ORDER,
    nullifierKey: element('nullifier key'),
    level: 7,
    window: 411,
    challenge: element('challenge'),
    traceRoot: element('trace root'),
    epoch: 9,
  },
]
const vectors = cases.map(({ secretKey, nullifierKey, level, window, challenge, traceRoot, epoch }) => {
  const session: Session = { publicKey: publicKeyOf(secretKey), level, window, nullifierKey }
  const signature = sign(secretKey, { challenge, traceRoot })
  return {
    secretKey,
    windowNullifier: windowNullifier(nullifierKey, window),
    inputs: epochInputs(session, { challenge, traceRoot }, epoch, signature),
  }
})
const text = JSON.stringify(
  { epochs: vectors },
  (_, value) => (typeof value === 'bigint' || typeof value === 'number' ? value.toString() : value),
  1,
)
writeFileSync(new URL('enclave.json', import.meta.url), `${text}\n`)
