/** The enclave statements whole: synthetic and real evidence satisfies every row, and one flipped bit is refused. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type CircuitId, circuit } from '../../circuits/circuits.ts'
import { compile, compileMain } from '../../circuits/compile.ts'
import { demoBoot, demoPlatform } from '../../src/demo/enclave-statements.ts'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { parseQuote } from '../../src/enclave/quote.ts'
import { padded } from '../../src/enclave/statement/octets.ts'
import { type PlatformStatement, platformStatement } from '../../src/enclave/statement/platform-statement.ts'
import { Revocations } from '../../src/enclave/statement/revocations.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { describeSamples, sample, sampleHex } from '../enclave/samples.ts'
import { calculateWitness, type Inputs, testBuildDirectory } from './harness.ts'
import { brokenRows, describeSlow } from './large.ts'

const demo = {
  ...{ owner: 0x1234n, nullifierKey: 5n, window: 3, level: 2 },
  binding: { publicKey: [11n, 12n] as const, gpuCommitment: 0n, challenge: 77n },
}
type Statement = { readonly publicSignals: readonly bigint[]; readonly inputs: object }

/** The witness satisfies every row and begins with the public signals. */
async function assertProvable(id: CircuitId, { publicSignals, inputs }: Statement): Promise<void> {
  const { wasm, r1cs } = await compile(id)
  const witness = await calculateWitness(wasm, inputs as Inputs)
  assert.deepEqual(witness.slice(1, 1 + publicSignals.length), publicSignals)
  assert.deepEqual(await brokenRows(r1cs, witness), [])
}

/** Refuses the statement with one bit of an array of octets flipped, at places spread over it. */
async function assertFlipsRefused(id: CircuitId, { inputs }: Statement, places: Readonly<Record<string, number[]>>) {
  const { wasm } = await compile(id)
  for (const [name, offsets] of Object.entries(places)) {
    const octets = (inputs as Record<string, readonly number[]>)[name]!
    for (const offset of offsets) {
      const changed = { ...inputs, [name]: octets.with(offset, octets[offset]! ^ (1 << (offset % 8))) }
      await assert.rejects(calculateWitness(wasm, changed as Inputs), /Assert Failed/, `${name}, octet ${offset}`)
    }
  }
}

async function assertSignalsBind(id: CircuitId, { inputs }: Statement): Promise<void> {
  const { wasm } = await compile(id)
  for (const name of circuit(id).publicSignals.filter(
    (signal) => signal !== 'owner' && signal !== 'validThroughYear',
  )) {
    const changed = { ...inputs, [name]: (inputs as Record<string, bigint>)[name]! + 1n }
    await assert.rejects(calculateWitness(wasm, changed as Inputs), /Assert Failed/, name)
  }
}

describeSlow('circuits: enclave-platform', () => {
  const id = 'enclave-platform-dev'
  const statement = demoPlatform(demo)

  it('takes a synthetic platform', () => assertProvable(id, statement))

  it('refuses every other value of a public signal that says something', async () => {
    await assertSignalsBind(id, statement)
    const { wasm } = await compile(id)
    for (const wrong of [{ owner: 1n << 160n }, { validThroughYear: 2032n }, { validThroughYear: 1700n }]) {
      await assert.rejects(calculateWitness(wasm, { ...statement.inputs, ...wrong } as Inputs), /Assert Failed/)
    }
  })

  it('refuses one flipped bit of certificate, report, signatures, key or authentication data', () =>
    assertFlipsRefused(id, statement, {
      tbs: [12, 60, 172, 200, 330, 393, 450, 640, 660, 790, 1000, 1100, 1170],
      certificateSignature: [0, 31, 32, 63],
      qeReport: [0, 48, 64, 130, 258, 320, 383],
      qeReportSignature: [1, 40],
      attestationKey: [0, 32, 63],
      qeAuthData: [0, 31],
    }))
})

describeSlow('circuits: enclave-boot', () => {
  const id = 'enclave-boot-tdx-v4'
  const statement = demoBoot(demo)

  it('takes a synthetic quote', () => assertProvable(id, statement))

  it('refuses every other value of a public signal', () => assertSignalsBind(id, statement))

  it('refuses one flipped bit of quote, signature or attestation key', () =>
    assertFlipsRefused(id, statement, {
      quote: [0, 8, 30, 48, 66, 112, 168, 170, 184, 300, 420, 560, 568, 599, 600, 631],
      quoteSignature: [0, 31, 32, 63],
      attestationKey: [0, 32, 63],
    }))

  it('refuses another platform, another entry, and another key than the report data name', async () => {
    const { wasm } = await compile(id)
    const inputs = statement.inputs as Record<string, unknown>
    for (const wrong of [
      { nullifierKey: 6n },
      { qeSvn: 7 },
      { pceSvn: 12 },
      { model: 1n },
      { platformPosition: 1 },
      { gpuCommitment: 1n },
      { publicKey: [12n, 11n] },
      { tcbPosition: 1 },
      { measurementPosition: 1 },
    ]) {
      await assert.rejects(
        calculateWitness(wasm, { ...inputs, ...wrong } as Inputs),
        /Assert Failed/,
        JSON.stringify(Object.keys(wrong)),
      )
    }
  })
})

describeSlow('circuits: PckDigest', () => {
  it('hashes certificates of the Processor CA that take 17 blocks, and those that take 18', async () => {
    const { wasm, r1cs } = await compileMain(
      'pck-digest',
      `pragma circom 2.2.3;
include "enclave/pck_digest.circom";
template OfOctets() {
    signal input tbs[PCK_OCTETS(1)];
    signal output digest[32][8];
    component octets = Octets(PCK_OCTETS(1));
    octets.in <== tbs;
    component hash = PckDigest(1);
    hash.tbs <== octets.out;
    hash.bits <== octets.bits;
    digest <== hash.digest;
}
component main {public [tbs]} = OfOctets();
`,
      { buildDirectory: testBuildDirectory },
    )
    for (const [first, blocks] of [
      [0x01, 17],
      [0x81, 18],
    ] as const) {
      const serial = Buffer.from([first, ...Array<number>(19).fill(7)])
      const components = Array.from({ length: 16 }, (_, i) => (i === 4 ? 255 : i))
      const { tbs } = parseCertificate(
        syntheticPlatform({ seed: 'digest', ca: 'processor', serial, components }).pckDer,
      )
      const octets = [...padded(tbs)]
      assert.equal(octets.length, 64 * blocks)
      const witness = await calculateWitness(wasm, {
        tbs: [...octets, ...Array<number>(64 * 18 - octets.length).fill(0)],
      })
      const digest = Array.from({ length: 32 }, (_, i) =>
        Number(witness.slice(1 + 8 * i, 9 + 8 * i).reduceRight((sum, bit) => 2n * sum + bit, 0n)),
      )
      assert.equal(Buffer.from(digest).toString('hex'), createHash('sha256').update(tbs).digest('hex'))
      assert.deepEqual(await brokenRows(r1cs, witness), [])
    }
  })
})

const realPlatform = (quote: Buffer, authority: number): PlatformStatement =>
  platformStatement({
    ...{ quote: parseQuote(quote), authority, revocations: new Revocations([1n]) },
    ...{ nullifierKey: 5n, owner: 1n, validThroughYear: 2028 },
  })
const INTEL = { platform: 2, processor: 3 } as const

describeSamples('platform nullifiers of real machines', () => {
  it('are the same for two quotes of one machine, and differ between machines', () => {
    const [nullifier, again, other] = [
      sampleHex('intel-tdx/dcapqvl_quote-from-tappd.hex'),
      sampleHex('intel-tdx/dcapqvl_tdx-quote.hex'),
      sample('intel-tdx/automata_tdx_v4_quote.bin'),
    ].map((quote) => realPlatform(quote, INTEL.platform).publicSignals[0]!)
    assert.equal(nullifier, again)
    assert.notEqual(nullifier, other)
  })
})

if (process.env.POCPS_SLOW) {
  describeSamples('circuits: enclave-platform on real evidence', () => {
    it('takes a TDX machine and an SGX machine of the Platform CA', async () => {
      for (const name of ['intel-tdx/automata_tdx_v4_quote.bin', 'intel-sgx/automata_sgx_v3_quote.bin']) {
        await assertProvable('enclave-platform-intel-platform', realPlatform(sample(name), INTEL.platform))
      }
    })

    it('takes a machine of the Processor CA', () =>
      assertProvable(
        'enclave-platform-intel-processor',
        realPlatform(sample('intel-sgx/dcapqvl_sgx_quote.bin'), INTEL.processor),
      ))
  })
}
