/** The Noir twin of `enclave-epoch` accepts and refuses what the circom circuit does. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InputMap, Noir } from '@noir-lang/noir_js'
import { compile } from '../../circuits/compile.ts'
import { compileProgram, noirRoot } from '../../circuits/noir/compile.ts'
import { publicKeyOf, sign } from '../../src/enclave/attestation.ts'
import { add, SUBGROUP_ORDER } from '../../src/enclave/curve.ts'
import { epochInputs } from '../../src/enclave/epoch.ts'
import { FIELD_ORDER } from '../../src/work/poseidon.ts'
import { Subject } from '../circuits/harness.ts'

type Value = string | readonly string[]
type Inputs = Readonly<Record<string, Value>>

const { epochs } = JSON.parse(readFileSync(new URL('../vectors/enclave.json', import.meta.url), 'utf8')) as {
  epochs: readonly { readonly inputs: Inputs }[]
}

/** Numbers as decimal strings. */
function decimal(inputs: unknown): Inputs {
  return JSON.parse(
    JSON.stringify(inputs, (_, v) => (typeof v === 'bigint' || typeof v === 'number' ? v.toString() : v)),
  ) as Inputs
}

const plusOne = (value: string) => ((BigInt(value) + 1n) % FIELD_ORDER).toString()

describe('the Noir twin of enclave-epoch', () => {
  let twin: Noir
  let circom: Subject
  before(async () => {
    twin = new Noir(await compileProgram(join(noirRoot, 'bin/enclave_epoch')))
    circom = await Subject.of(await compile('enclave-epoch'))
  })

  const accepts = async (inputs: Inputs) => {
    await twin.execute(inputs as InputMap)
    await circom.witness(inputs)
  }
  const refuses = async (inputs: Inputs, reason: RegExp) => {
    await assert.rejects(twin.execute(inputs as InputMap), reason)
    await assert.rejects(circom.witness(inputs), /Assert Failed/)
  }

  it('accepts the shared vectors', async () => {
    for (const { inputs } of epochs) await accepts(inputs)
  })

  it('refuses every input changed, for the reason that the statement has', async () => {
    const { inputs } = epochs[2]!
    const session = /another session/
    const reasons: Readonly<Record<string, RegExp>> = {
      session,
      challenge: /not signed/,
      traceRoot: /not signed/,
      epoch: /another nullifier/,
      epochNullifier: /another nullifier/,
      level: session,
      window: session,
      nullifierKey: session,
      publicKey: session,
      signaturePoint: /not on the curve/,
      signatureScalar: /not signed/,
    }
    assert.deepEqual(Object.keys(inputs), Object.keys(reasons))
    for (const [name, value] of Object.entries(inputs)) {
      const changed = typeof value === 'string' ? [plusOne(value)] : value.map((v, i) => value.with(i, plusOne(v)))
      for (const wrong of changed) await refuses({ ...inputs, [name]: wrong }, reasons[name]!)
    }
  })

  it('agrees with the circuit on signatures that are nearly right', async () => {
    const session = { publicKey: publicKeyOf(11n), level: 1, window: 2, nullifierKey: 3n }
    const attested = { challenge: 4n, traceRoot: 5n }
    const { point, scalar } = sign(11n, attested)
    const inputs = (signature: Parameters<typeof epochInputs>[3]) =>
      decimal(epochInputs(session, attested, 6, signature))
    await accepts(inputs({ point, scalar }))
    await accepts(inputs({ point, scalar: scalar + SUBGROUP_ORDER }))
    await refuses(inputs({ point, scalar: 2n ** 252n }), /./)
    await refuses(inputs({ point: add(point, [0n, FIELD_ORDER - 1n]), scalar }), /not signed/)
    await refuses(inputs(sign(12n, attested)), /not signed/)
  })
})
