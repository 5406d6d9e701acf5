/** The Noir twin of `enclave-platform-dev` agrees with the reference on public signals, and refuses what the statement does. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Noir } from '@noir-lang/noir_js'
import { compileProgram, noirRoot } from '../../circuits/noir/compile.ts'
import { demoPlatform } from '../../src/demo/enclave-statements.ts'
import { parseQuote } from '../../src/enclave/quote.ts'
import { platformStatement, serialOf } from '../../src/enclave/statement/platform-statement.ts'
import { type Gap, Revocations } from '../../src/enclave/statement/revocations.ts'
import { deriveBytes, deriveKey, signRaw } from '../../src/enclave/synthetic/keys.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { type QuoteRequest, syntheticQuote } from '../../src/enclave/synthetic/quote.ts'
import { noirInputs } from './enclave-inputs.ts'

type Inputs = Readonly<Record<string, unknown>>
type Evidence = {
  readonly platform?: Partial<Parameters<typeof syntheticPlatform>[0]>
  readonly quote?: Partial<QuoteRequest>
  readonly revoked?: readonly bigint[]
}

/** In the order of circuits/enclave.md §3. */
const PUBLIC = ['platformNullifier', 'platformLeaf', 'revocationRoot', 'validThroughYear', 'owner']

function quoteOf({ platform, quote }: Evidence) {
  const machine = syntheticPlatform({ seed: 'noir platform', ...platform })
  return parseQuote(syntheticQuote(machine, { format: 'tdx-v4', reportData: Buffer.alloc(64), ...quote }))
}

/** The statement about evidence that is signed as it should be, whatever it says. */
function stated(evidence: Evidence = {}): Inputs {
  const quote = quoteOf(evidence)
  const revocations = new Revocations(evidence.revoked ?? [5n, serialOf(quote) + 1n])
  return platformStatement({
    ...{ quote, authority: 0, revocations },
    ...{ nullifierKey: 7n, owner: 0x1234n, validThroughYear: 2031 },
  }).inputs
}

const inGap = (revocations: Revocations, { low, high, position, path }: Gap) => ({
  revocationRoot: revocations.root,
  revokedLow: low,
  revokedHigh: high,
  revokedPosition: position,
  revokedPath: path,
})

describe('the Noir twin of enclave-platform-dev', () => {
  let twin: Noir
  before(async () => {
    twin = new Noir(await compileProgram(join(noirRoot, 'bin/enclave_platform_dev')))
  })

  const accepts = (inputs: object) => twin.execute(noirInputs(inputs))
  const refuses = (inputs: object, reason: RegExp, message?: string) =>
    assert.rejects(twin.execute(noirInputs(inputs)), reason, message)

  it("computes the reference's public signals of the demo's platform", async () => {
    const { publicSignals, inputs } = demoPlatform({ owner: 0x1234n, nullifierKey: 5n })
    assert.deepEqual(
      PUBLIC.map((name) => (inputs as Inputs)[name]),
      publicSignals,
    )
    await accepts(inputs)
  })

  it('accepts either quoting enclave, and certificates of every layout', async () => {
    await accepts(stated({ quote: { format: 'sgx-v3' } }))
    for (const first of [0, 0x7f, 0x80]) {
      const serial = Buffer.from([first, 0x7f, ...deriveBytes('noir', 'serial', 18)])
      const components = Array.from({ length: 16 }, (_, i) => (first + 16 * i) % 256)
      await accepts(stated({ platform: { serial, components, pceSvn: first } }))
    }
  })

  it('refuses every other value of a public signal', async () => {
    const inputs = stated()
    for (const [name, value, reason] of [
      ['platformNullifier', 1n, /another platform/],
      ['platformLeaf', 1n, /another leaf/],
      ['revocationRoot', 1n, /another revocation list/],
      ['validThroughYear', 2032n, /assert_max_bit_size/],
      ['validThroughYear', 1775n, /assert_max_bit_size/],
      ['owner', 1n << 160n, /assert_max_bit_size/],
    ] as const) {
      await refuses({ ...inputs, [name]: value }, reason, name)
    }
    await accepts({ ...inputs, validThroughYear: 1776n, owner: (1n << 160n) - 1n })
  })

  it('refuses one flipped bit of certificate, report, signatures, key or authentication data', async () => {
    const inputs = stated()
    const UNSIGNED =
      /not signed by this key|not laid out|another key|attributes|debuggable|product|quoting enclave|go on/
    for (const [name, places] of [
      ['tbs', [12, 60, 172, 330, 393, 500, 660, 1100, 1170]],
      ['certificateSignature', [1, 60]],
      ['qeReport', [0, 49, 64, 130, 256, 258, 320, 383]],
      ['qeReportSignature', [1, 60]],
      ['attestationKey', [0, 63]],
      ['qeAuthData', [0, 31]],
    ] as const) {
      const octets = inputs[name] as number[]
      for (const place of places) {
        await refuses(
          { ...inputs, [name]: octets.with(place, octets[place]! ^ 1) },
          UNSIGNED,
          `${name}, octet ${place}`,
        )
      }
    }
  })

  it('refuses a certificate that another key signed', () => {
    const inputs = stated()
    const tbs = Buffer.from(inputs.tbs as number[])
    const signature = signRaw(deriveKey('noir', 'nobody'), tbs.subarray(0, 4 + tbs.readUInt16BE(2)))
    return refuses({ ...inputs, certificateSignature: [...signature] }, /not signed by this key/)
  })

  it('refuses reports of other enclaves, though the certificate’s key signed them', async () => {
    for (const [qe, reason] of [
      [{ attributes: Buffer.from('1300000000000000e700000000000000', 'hex') }, /debuggable/],
      [{ attributes: Buffer.from('1101000000000000e700000000000000', 'hex') }, /other attributes/],
      [{ mrSigner: Buffer.alloc(32, 1) }, /not Intel's quoting enclave/],
      [{ isvProdId: 1 }, /not Intel's quoting enclave/],
      [{ isvProdId: 3 }, /another product/],
      [{ reportData: Buffer.alloc(64, 1) }, /vouches for another key/],
    ] as const) {
      await refuses(stated({ quote: { qe } }), reason)
    }
  })

  it('refuses a revoked serial number, whichever gap it names', async () => {
    const serial = serialOf(quoteOf({}))
    const inputs = stated()
    const after = new Revocations([5n, serial])
    for (const gap of [after.gapOf(serial - 1n), after.gapOf(serial + 1n)]) {
      await refuses({ ...inputs, ...inGap(after, gap) }, /assert_max_bit_size/)
    }
    const before = new Revocations([5n]).gapOf(serial)
    await refuses({ ...inputs, ...inGap(after, before) }, /another revocation list/)
  })

  it('binds the leaf to the operator’s secret, and one machine to one nullifier', async () => {
    const inputs = stated()
    await refuses({ ...inputs, nullifierKey: 8n }, /another leaf/)
    const renewed = stated({ platform: { serial: deriveBytes('noir', 'renewed', 20), pceSvn: 12 } })
    assert.equal(renewed.platformNullifier, inputs.platformNullifier)
    assert.notEqual(renewed.platformLeaf, inputs.platformLeaf)
    await accepts(renewed)
  })
})
