/** The Noir twin of `enclave-boot-tdx-v4` agrees with the reference on public signals, and refuses what the statement does. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Noir } from '@noir-lang/noir_js'
import { compileProgram, noirRoot } from '../../circuits/noir/compile.ts'
import { demoBoot } from '../../src/demo/enclave-statements.ts'
import { type Binding, reportHash } from '../../src/enclave/binding.ts'
import { parseQuote } from '../../src/enclave/quote.ts'
import { sessionHash, windowNullifier } from '../../src/enclave/session.ts'
import { bootStatement } from '../../src/enclave/statement/boot-statement.ts'
import { Measurements, registersDigest } from '../../src/enclave/statement/measurements.ts'
import { platformLeaf, platformTree } from '../../src/enclave/statement/platform-leaf.ts'
import { platformOf } from '../../src/enclave/statement/platform-statement.ts'
import { TcbEntries, type TcbEntry } from '../../src/enclave/statement/tcb-entries.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { syntheticQuote, type TdFields } from '../../src/enclave/synthetic/quote.ts'
import { noirInputs } from './enclave-inputs.ts'

type Inputs = Readonly<Record<string, unknown>>
type Evidence = { readonly td?: TdFields; readonly reportData?: Uint8Array; readonly entry?: Partial<TcbEntry> }

/** In the order of circuits/enclave.md §4. */
const PUBLIC = [
  ...['session', 'windowNullifier', 'platformRoot', 'tcbRoot', 'measurementRoot'],
  ...['challenge', 'window', 'level'],
]
const NULLIFIER_KEY = 5n
const WINDOW = 3
const LEVEL = 2
const binding: Binding = { publicKey: [11n, 12n], gpuCommitment: 13n, challenge: 77n }
const platform = syntheticPlatform({ seed: 'noir boot' })
const moduleVersions = (...first: number[]) => [...first, ...Array<number>(16 - first.length).fill(0)]

/** The statement about a quote that is signed as it should be, with its own software accepted, whatever it says. */
function stated({ td, entry, reportData = reportHash(binding) }: Evidence = {}): Inputs {
  const quote = parseQuote(syntheticQuote(platform, { format: 'tdx-v4', reportData, ...(td && { td }) }))
  const registered = platformOf(quote, NULLIFIER_KEY)
  const accepted: TcbEntry = {
    ...{ tee: 'tdx', fmspc: platform.fmspc, pceId: platform.pceId, pceSvn: 11, components: platform.components },
    ...{ tdxComponents: moduleVersions(6, 0, 3), moduleVersion: 1, qeSvn: 6, ...entry },
  }
  return bootStatement({
    ...{ quote, platform: registered, binding, window: WINDOW },
    ...{ platforms: platformTree([1n, 2n, platformLeaf(registered)]), position: 2 },
    tcb: new TcbEntries([{ ...accepted, pceSvn: 300 }, accepted]),
    measurements: new Measurements([
      { registers: 9n, level: 1 },
      { registers: registersDigest(quote), level: LEVEL },
    ]),
  }).inputs
}

/** `inputs`, of which those that begin with `prefix` are taken from `others`. */
const from = (inputs: Inputs, others: Inputs, ...prefixes: string[]): Inputs => ({
  ...inputs,
  ...Object.fromEntries(Object.entries(others).filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix)))),
})

describe('the Noir twin of enclave-boot-tdx-v4', () => {
  let twin: Noir
  before(async () => {
    twin = new Noir(await compileProgram(join(noirRoot, 'bin/enclave_boot_tdx_v4')))
  })

  const accepts = (inputs: object) => twin.execute(noirInputs(inputs))
  const refuses = (inputs: object, reason: RegExp, message?: string) =>
    assert.rejects(twin.execute(noirInputs(inputs)), reason, message)

  it("computes the reference's public signals of the demo's boot", async () => {
    const { publicSignals, inputs } = demoBoot({
      ...{ owner: 0x1234n, nullifierKey: 5n, window: 3, level: 2 },
      binding: { publicKey: [11n, 12n], gpuCommitment: 0n, challenge: 77n },
    })
    assert.deepEqual(
      PUBLIC.map((name) => (inputs as Inputs)[name]),
      publicSignals,
    )
    await accepts(inputs)
  })

  it('accepts versions at and above the entry, at any place of each tree', async () => {
    await accepts(stated())
    await accepts(stated({ td: { teeTcbSvn: Buffer.from(moduleVersions(255, 1, 4)) } }))
    await accepts(
      stated({ entry: { pceSvn: 0, qeSvn: 0, components: moduleVersions(), tdxComponents: moduleVersions() } }),
    )
  })

  it('refuses every other value of a public signal, for the reason that the statement has', async () => {
    const inputs = stated()
    const reasons = {
      session: /another session/,
      windowNullifier: /another nullifier/,
      platformRoot: /not a registered platform/,
      tcbRoot: /no accepted entry/,
      measurementRoot: /not accepted software/,
      challenge: /another key or challenge/,
      window: /another session/,
      level: /not accepted software/,
    }
    assert.deepEqual(Object.keys(reasons), PUBLIC)
    for (const [name, reason] of Object.entries(reasons)) {
      await refuses({ ...inputs, [name]: (inputs[name] as bigint) + 1n }, reason, name)
    }
  })

  it('refuses one flipped bit of quote, signature or attestation key', async () => {
    const inputs = stated()
    for (const [name, places] of [
      ['quote', [0, 4, 20, 40, 48, 70, 112, 160, 168, 171, 184, 300, 420, 567, 568, 599, 600, 631]],
      ['quoteSignature', [1, 60]],
      ['attestationKey', [0, 63]],
    ] as const) {
      const octets = inputs[name] as number[]
      for (const place of places) {
        const changed = { ...inputs, [name]: octets.with(place, octets[place]! ^ 1) }
        await refuses(changed, /not signed by this key|format|Intel|debuggable|module/, `${name}, octet ${place}`)
      }
    }
  })

  it('refuses domains that can be debugged, and modules that are not Intel’s, though their quotes are signed', async () => {
    for (const [td, reason] of [
      [{ tdAttributes: Buffer.from('0100001000000000', 'hex') }, /debuggable/],
      [{ tdAttributes: Buffer.from('8000001000000000', 'hex') }, /debuggable/],
      [{ mrSignerSeam: Buffer.alloc(48, 1) }, /no production module/],
      [{ seamAttributes: Buffer.from('0000000000000001', 'hex') }, /no production module/],
    ] as const) {
      await refuses(stated({ td }), reason)
    }
  })

  it('refuses versions below the entry', async () => {
    const inputs = stated()
    const above = platform.components.map((svn, i) => (i === 15 ? svn + 1 : svn))
    for (const [minima, reason] of [
      [{ pceSvnMinimum: 12 }, /PCE below the entry/],
      [{ qeSvnMinimum: 7 }, /quoting enclave below the entry/],
      [{ sgxMinima: above }, /component below the entry/],
      [{ tdxMinima: moduleVersions(7, 0, 3) }, /module below the entry/],
    ] as const) {
      await refuses({ ...inputs, ...minima }, reason)
    }
    const older = { teeTcbSvn: Buffer.from(moduleVersions(5, 1, 3)) }
    const lenient = stated({ td: older, entry: { tdxComponents: moduleVersions(5, 0, 3) } })
    await accepts(lenient)
    await refuses(from(lenient, inputs, 'tcb', 'tdxMinima'), /module below the entry/)
  })

  it('refuses the entry of another major version of the module', () => {
    const next = { teeTcbSvn: Buffer.from(moduleVersions(6, 2, 3)) }
    return refuses(
      from(stated({ td: next, entry: { moduleVersion: 2 } }), stated(), 'tcb', 'tdxMinima'),
      /no accepted entry/,
    )
  })

  it('refuses software that is not accepted, or not at this level', async () => {
    const other = stated({ td: { mrTd: Buffer.alloc(48, 1) } })
    await accepts(other)
    await refuses(from(other, stated(), 'measurement'), /not accepted software/)
    const level = LEVEL + 1
    const session = sessionHash({ publicKey: [11n, 12n], level, window: WINDOW, nullifierKey: NULLIFIER_KEY })
    await refuses({ ...stated(), level, session }, /not accepted software/)
  })

  it('refuses another key, GPU or challenge than the report data bind, and reads only half of them', async () => {
    const other = stated({ reportData: reportHash({ ...binding, challenge: 78n }) })
    await refuses(other, /another key or challenge/)
    await refuses({ ...stated(), gpuCommitment: 0n }, /another key or challenge/)
    await refuses({ ...stated(), publicKey: [12n, 11n] }, /another key or challenge/)
    await accepts(stated({ reportData: Buffer.concat([reportHash(binding), Buffer.alloc(32, 0xff)]) }))
  })

  it('refuses a platform that is not registered as it is', async () => {
    const inputs = stated()
    for (const wrong of [{ nullifierKey: 6n }, { qeSvn: 7 }, { pceSvn: 12 }, { model: 1n }, { platformPosition: 1 }]) {
      await refuses({ ...inputs, ...wrong }, /not a registered platform/)
    }
    // The same number in the leaf, split otherwise.
    const split = { model: (inputs.model as bigint) - 1n, pceSvn: 11 + 2 ** 16 }
    await refuses({ ...inputs, ...split }, /./)
    await refuses({ ...inputs, platformPosition: 2 ** 20 + 2 }, /./)
  })

  it('binds windows to the operator’s secret', async () => {
    const inputs = stated()
    assert.equal(inputs.windowNullifier, windowNullifier(NULLIFIER_KEY, WINDOW))
    await refuses({ ...inputs, windowNullifier: windowNullifier(6n, WINDOW) }, /another nullifier/)
  })
})
