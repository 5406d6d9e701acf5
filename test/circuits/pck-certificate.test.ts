/** PCK certificates read in place: synthetic ones of every layout, real ones where samples are at hand, and wrong ones. */
import assert from 'node:assert/strict'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { readPck } from '../../src/enclave/pck.ts'
import { parseQuote } from '../../src/enclave/quote.ts'
import { halvesOf, numberOf, padded } from '../../src/enclave/statement/octets.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { describeSamples, sample, sampleHex } from '../enclave/samples.ts'
import { assertDetermined, assertEveryWireIsHeld } from './forgery.ts'
import { Subject } from './harness.ts'

const subjects = new Map<number, Promise<Subject>>()
const subject = (processor: 0 | 1): Promise<Subject> => {
  const known = subjects.get(processor)
  if (known) return known
  const made = Subject.template(
    `pck-certificate-${processor}`,
    'enclave/pck_certificate.circom',
    `OfOctets(${processor})`,
    ['tbs'],
    `template OfOctets(processor) {
    signal input tbs[PCK_OCTETS(processor)];
    signal output serial;
    signal output notAfterYear;
    signal output publicKey[2][2];
    signal output ppid;
    signal output tcb;
    signal output cpuSvn;
    component octets = Octets(PCK_OCTETS(processor));
    octets.in <== tbs;
    component certificate = PckCertificate(processor);
    certificate.tbs <== octets.out;
    serial <== certificate.serial;
    notAfterYear <== certificate.notAfterYear;
    publicKey <== certificate.publicKey;
    ppid <== certificate.ppid;
    tcb <== certificate.tcb;
    cpuSvn <== certificate.cpuSvn;
}`,
  )
  subjects.set(processor, made)
  return made
}
/** What the outputs must be, by the strict parser. */
const expected = (der: Buffer): bigint[] => {
  const certificate = parseCertificate(der)
  const pck = readPck(certificate)
  const svn = Buffer.alloc(2)
  svn.writeUInt16BE(pck.pceSvn)
  return [
    BigInt(`0x${certificate.serial}`),
    BigInt(certificate.notAfter.getUTCFullYear()),
    ...halvesOf(certificate.publicKey.export({ format: 'der', type: 'spki' }).subarray(-64)),
    numberOf(pck.ppid),
    numberOf(Buffer.concat([pck.fmspc, pck.pceId, svn])),
    numberOf(Buffer.from(pck.components)),
  ]
}
const tbsOf = (der: Buffer, octets = 19 * 64) => {
  const tbs = padded(parseCertificate(der).tbs)
  return [...tbs, ...Array<number>(octets - tbs.length).fill(0)]
}
const outputs = (witness: readonly bigint[]) => witness.slice(1, 10)
const platform = (request: Partial<Parameters<typeof syntheticPlatform>[0]> = {}) =>
  syntheticPlatform({ seed: 'pck certificate', ...request }).pckDer
const components = (...wide: number[]) => Array.from({ length: 16 }, (_, i) => (wide.includes(i) ? 255 - i : i % 128))
/** 20 octets; the first decides how many DER writes. */
const serial = (first: number, second = 0x80) => Buffer.from([first, second, ...Array<number>(18).fill(0x5a)])

describe('circuits: PckCertificate', () => {
  it('reads serial numbers of 19, 20 and 21 octets', async () => {
    const certificate = await subject(0)
    for (const [first, second] of [
      [0x80, 0],
      [0x7f, 0],
      [0, 0x7f],
    ] as const) {
      const der = platform({ serial: serial(first, second) })
      assert.deepEqual(outputs(await certificate.witness({ tbs: tbsOf(der) })), expected(der))
    }
  })

  it('reads component SVNs of one and two octets in every place, and PCE SVNs likewise', async () => {
    const certificate = await subject(0)
    const all = Array.from({ length: 16 }, (_, i) => i)
    const requests = [
      { components: components() },
      { components: components(...all), pceSvn: 0x7fff, serial: serial(0xff) },
      { components: components(...all), serial: serial(0, 1) },
      ...all.map((i) => ({ components: components(i), pceSvn: [127, 128, 255, 256][i % 4]! })),
    ]
    for (const request of requests) {
      const der = platform(request)
      assert.deepEqual(outputs(await certificate.witness({ tbs: tbsOf(der) })), expected(der))
    }
  })

  it('reads the layout of the Processor CA, whose names are longer by a letter', async () => {
    const certificate = await subject(1)
    const der = platform({ ca: 'processor', components: components(3), serial: serial(0x80) })
    assert.deepEqual(outputs(await certificate.witness({ tbs: tbsOf(der, 18 * 64) })), expected(der))
    await assert.rejects((await subject(0)).witness({ tbs: tbsOf(der) }), /Assert Failed/)
  })

  it('refuses a certificate with one octet of a header changed, wherever it is', async () => {
    const certificate = await subject(0)
    const der = platform({ components: components(2, 9), serial: serial(0x80) })
    const tbs = tbsOf(der)
    const at = (hex: string) => Buffer.from(tbs).indexOf(Buffer.from(hex, 'hex'))
    const component = (i: number) => at(`060b2a864886f84d010d0102${i.toString(16).padStart(2, '0')}`)
    const places = [
      ...[0, 1, 4, 8, 9, 10], // version, head of the serial number
      ...[32, 40, 43].map((place) => place), // algorithm
      ...[158, 159, 160, 161, 175, 176].map((place) => place), // dates
      ...[0, 1, 13, 25, 26].map((i) => at('3059301306072a8648ce3d0201') + i),
      ...[0, 10, 12].map((i) => at('06092a864886f84d010d0104') + i),
      ...[-2, 0, 11, 12, 13].map((i) => at('060a2a864886f84d010d010104') + i),
      ...[1, 2, 3, 9, 10, 16, 17].flatMap((i) => [
        component(i) - 2,
        component(i) - 1,
        component(i) + 12,
        component(i) + 13,
        component(i) + 14,
      ]),
      ...[-1, 12, 14].map((i) => component(18) + i),
      ...[-1, 11, 13].map((i) => at('060a2a864886f84d010d0103') + i),
      ...[-1, 11, 13].map((i) => at('060a2a864886f84d010d0104') + i),
    ]
    for (const place of places) {
      const changed = tbs.with(place, tbs[place]! ^ 1)
      await assert.rejects(certificate.witness({ tbs: changed }), /Assert Failed/, `octet ${place}`)
    }
  })

  it('refuses a revocation list and a serial number of another length', async () => {
    const certificate = await subject(0)
    const tbs = tbsOf(platform({ serial: serial(0x7f) }))
    const list = [0x30, 0x82, 4, 0x96, 2, 1, 1, 0x30, 0x0a, ...tbs.slice(9)]
    for (const wrong of [list, tbs.with(10, 18), tbs.with(10, 22), tbs.with(10, 19)]) {
      await assert.rejects(certificate.witness({ tbs: wrong }), /Assert Failed/)
    }
  })

  it('admits no forged witness: no wire can move alone, and places and lengths fix all else', async () => {
    const certificate = await subject(0)
    const { system } = certificate
    const witness = await certificate.witness({ tbs: tbsOf(platform({ components: components(0, 15) })) })
    assertEveryWireIsHeld(certificate, witness)
    const selector = system.matching(/^main\.certificate\.at\[\d\]$/)
    const wide = system.matching(/\.wide\.in\[0\]$/)
    assert.deepEqual([selector.length, wide.length], [3, 17])
    const plan = assertDetermined(certificate, [...selector, ...wide])

    // Another place for everything, with all that follows computed to fit: the length of the serial number says no.
    const shifted = system.complete(
      system.set(
        witness,
        selector.map((wire, i) => [wire, witness[selector[(i + 1) % 3]!]!] as const),
      ),
      plan,
    )
    assert.ok(system.broken(shifted).length > 0)
    // Another length of one value: what follows is read one octet later or earlier.
    for (const wire of wide) {
      const other = system.complete(system.set(witness, [[wire, 1n - witness[wire]!]]), plan)
      assert.ok(system.broken(other).length > 0)
    }
  })
})

describeSamples('circuits: PckCertificate on real certificates', () => {
  const tdx = [
    'automata_tdx_v4_quote.bin',
    'automata_quotev5.bin',
    'dcapqvl_tdx_quote_outdated.bin',
    'trustee_tdx_quote_4.bin',
  ]
  const quotes = (): Buffer[] => [
    ...tdx.map((name) => sample(`intel-tdx/${name}`)),
    sampleHex('intel-tdx/dcapqvl_tdx-quote.hex'),
    sample('intel-sgx/automata_sgx_v3_quote.bin'),
    sample('intel-sgx/dcapqvl_sgx_quote.bin'),
  ]

  it('reads what the strict parser reads', async () => {
    for (const quote of quotes()) {
      const der = parseQuote(quote).pckChain[0]
      const processor = parseCertificate(der).tbs.length < 1100 ? 1 : 0
      assert.deepEqual(
        outputs(await (await subject(processor)).witness({ tbs: tbsOf(der, (19 - processor) * 64) })),
        expected(der),
      )
    }
  })
})
