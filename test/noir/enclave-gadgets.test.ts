/** The gadgets of the enclave twins against Node's cryptography, the strict parsers, and wrong inputs. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type InputMap, Noir } from '@noir-lang/noir_js'
import { compileContract } from '../../circuits/noir/compile.ts'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { readPck } from '../../src/enclave/pck.ts'
import { parseQuote } from '../../src/enclave/quote.ts'
import { rawSignature } from '../../src/enclave/statement/ecdsa.ts'
import { registersDigest } from '../../src/enclave/statement/measurements.ts'
import { halvesOf, numberOf, padded } from '../../src/enclave/statement/octets.ts'
import { deriveBytes, deriveKey, signRaw } from '../../src/enclave/synthetic/keys.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { FIELD_ORDER } from '../../src/work/poseidon.ts'
import { describeSamples, sample, sampleHex } from '../enclave/samples.ts'
import { P256_ORDER, withLowS } from './enclave-inputs.ts'

const functions = new Map<string, Noir>()
before(async () => {
  for (const compiled of await compileContract(fileURLToPath(new URL('enclave-gadgets', import.meta.url)))) {
    functions.set(compiled.name, new Noir(compiled))
  }
})

async function call(name: string, inputs: Record<string, Iterable<number | bigint>>): Promise<unknown> {
  const decimal = Object.entries(inputs).map(([key, value]) => [key, Array.from(value, String)])
  return (await functions.get(name)!.execute(Object.fromEntries(decimal) as InputMap)).returnValue
}
const numbers = (value: unknown) => (value as string[]).map(BigInt)
const sha256 = (message: Uint8Array) => createHash('sha256').update(message).digest()

describe("the enclave twins' SHA-256", () => {
  for (const length of [55, 56, 64]) {
    it(`hashes ${length} octets as Node does`, async () => {
      for (const message of [Buffer.alloc(length), Buffer.alloc(length, 0xff), deriveBytes('noir', 'hash', length)]) {
        assert.deepEqual(numbers(await call(`sha256_${length}`, { message })), Array.from(sha256(message), BigInt))
      }
    })
  }

  it('hashes blocks that are padded already', async () => {
    const message = deriveBytes('noir', 'blocks', 100)
    const digest = await call('sha256_blocks', { padded: padded(message) })
    assert.deepEqual(numbers(digest), Array.from(sha256(message), BigInt))
  })
})

describe("the enclave twins' ECDSA on P-256", () => {
  const key = deriveKey('noir', 'signer')
  const message = Buffer.from('a message')
  const octets = (value: bigint) => [...Buffer.from(value.toString(16).padStart(64, '0'), 'hex')]
  const signed = (signature: readonly number[], publicKey: Uint8Array = key.publicKey, digest = sha256(message)) =>
    call('assert_signed', { key: publicKey, digest, signature })
  const signature = withLowS([...signRaw(key, message)])
  const s = numberOf(Buffer.from(signature.slice(32)))

  it('takes a signature with low s', () => signed(signature))

  it('takes no signature with high s: the one difference to the circuit', () =>
    assert.rejects(signed([...signature.slice(0, 32), ...octets(P256_ORDER - s)])))

  it('refuses numbers that are 0 or not below the order, and any other signature, key or message', async () => {
    const r = numberOf(Buffer.from(signature.slice(0, 32)))
    for (const [wrongR, wrongS] of [
      [0n, s],
      [P256_ORDER, s],
      [r, 0n],
      [r, P256_ORDER],
      [r, s + 1n],
      [r + 1n, s],
    ] as const) {
      await assert.rejects(signed([...octets(wrongR), ...octets(wrongS)]))
    }
    await assert.rejects(signed(signature, deriveKey('noir', 'another').publicKey), /not signed by this key/)
    await assert.rejects(signed(signature, key.publicKey, sha256(Buffer.from('another'))), /not signed by this key/)
    const offCurve = Buffer.from(key.publicKey)
    offCurve[63]! ^= 1
    await assert.rejects(signed(signature, offCurve))
  })
})

/** What the strict parser reads of a certificate. */
function expected(der: Buffer): bigint[] {
  const certificate = parseCertificate(der)
  const { ppid, fmspc, pceId, pceSvn, components } = readPck(certificate)
  return [
    BigInt(`0x${certificate.serial}`),
    BigInt(certificate.notAfter.getUTCFullYear()),
    ...halvesOf(certificate.publicKey.export({ format: 'der', type: 'spki' }).subarray(-64)),
    numberOf(ppid),
    (numberOf(Buffer.concat([fmspc, pceId])) << 16n) + BigInt(pceSvn),
    numberOf(Buffer.from(components)),
  ]
}
const tbsOf = (der: Buffer) => padded(parseCertificate(der).tbs)
const read = async (tbs: Uint8Array) => numbers(await call('read_certificate', { tbs }))
const certificate = (request: Partial<Parameters<typeof syntheticPlatform>[0]> = {}) =>
  syntheticPlatform({ seed: 'noir certificate', ...request }).pckDer
/** 20 octets; the first ones decide how many DER writes. */
const serial = (first: number, second = 0x80) => Buffer.from([first, second, ...Array<number>(18).fill(0x5a)])
const LONGEST = Array.from({ length: 16 }, (_, i) => 255 - i)

describe("the enclave twins' reading of PCK certificates", () => {
  it('agrees with the strict parser on serial numbers of 19 to 21 octets and versions of one and two', async () => {
    for (const request of [
      { serial: serial(0, 0x7f) },
      { serial: serial(0x7f), components: LONGEST.map((svn, i) => (i % 3 === 0 ? svn : i)), pceSvn: 127 },
      { serial: serial(0x80), components: LONGEST, pceSvn: 0x7fff },
    ]) {
      const der = certificate(request)
      assert.deepEqual(await read(tbsOf(der)), expected(der))
    }
  })

  const tbs = tbsOf(certificate({ serial: serial(0x80), components: LONGEST.map((svn, i) => (i === 2 ? svn : i)) }))
  const at = (hex: string) => tbs.indexOf(Buffer.from(hex, 'hex'))
  const changed = (place: number, octet: number) => {
    const wrong = Buffer.from(tbs)
    wrong[place] = octet
    return wrong
  }
  /** Where the DER of field `i` of the SGX extension's versions begins. */
  const version = (i: number) => at(`060b2a864886f84d010d0102${i.toString(16).padStart(2, '0')}02`) - 2

  it('refuses every octet of a header changed', async () => {
    const headers: readonly (readonly [start: number, length: number])[] = [
      [0, 2],
      [4, 6],
      [at('300a06082a8648ce3d040302'), 12],
      [at('301e170d'), 4],
      [at('301e170d') + 17, 2],
      [at('3059301306072a8648ce3d0201'), 27],
      [at('06092a864886f84d010d0104'), 13],
      [at('301e060a2a864886f84d010d0101'), 16],
      [at('060a2a864886f84d010d010230'), 12],
      ...[1, 3, 17].map((i) => [version(i), 17] as const),
      [at('301f060b2a864886f84d010d010212'), 17],
      [at('3010060a2a864886f84d010d0103'), 16],
      [at('3014060a2a864886f84d010d0104'), 16],
    ]
    for (const [start, length] of headers) {
      assert.ok(start >= 0)
      for (let place = start; place < start + length; place++) {
        await assert.rejects(
          read(changed(place, tbs[place]! ^ 0x40)),
          /not laid out|of another length|disagree/,
          `octet ${place}`,
        )
      }
    }
  })

  it('refuses other lengths, each for its own reason', async () => {
    for (const length of [18, 22]) await assert.rejects(read(changed(10, length)), /serial number of another length/)
    await assert.rejects(read(changed(10, 19)), /not laid out/)
    await assert.rejects(read(changed(version(5) + 16, 3)), /version of another length/)
    await assert.rejects(read(changed(version(5) + 1, 0x11)), /lengths that disagree/)
    await assert.rejects(read(changed(version(3) + 17, 1)), /assert_max_bit_size/) // component 3 is 509 then
    for (const place of [3, tbs.length - 1]) await assert.rejects(read(changed(place, 7)), /padded to another length/)
  })

  it('refuses a revocation list, which the same key signs', async () => {
    const list = Buffer.concat([tbs.subarray(0, 4), Buffer.from('020101300a', 'hex'), tbs.subarray(9)])
    await assert.rejects(read(list), /not laid out/)
  })
})

describeSamples('the enclave twins on real evidence', () => {
  const tdx = ['gotdx_cos113_quote.bin', 'dcapqvl_tdx_quote_outdated.bin', 'automata_tdx_v4_quote.bin']
  const quotes = () => [
    ...tdx.map((name) => parseQuote(sample(`intel-tdx/${name}`))),
    parseQuote(sampleHex('intel-tdx/dcapqvl_tdx-quote.hex')),
    parseQuote(sample('intel-sgx/automata_sgx_v3_quote.bin')),
  ]

  it('read what the strict parsers read, and take every signature', async () => {
    for (const quote of quotes()) {
      const [der, ca] = quote.pckChain.map(parseCertificate)
      assert.deepEqual(await read(padded(der!.tbs)), expected(quote.pckChain[0]))
      const keyOf = (holder: typeof der) => holder!.publicKey.export({ format: 'der', type: 'spki' }).subarray(-64)
      const bound = sha256(Buffer.concat([quote.attestationKey, quote.qeAuthData]))
      const qe = BigInt((await call('assert_vouches', { report: quote.qeReport.bytes, bound })) as string)
      assert.equal(qe, (quote.tee === 'tdx' ? 2n << 16n : 1n << 16n) + BigInt(quote.qeReport.isvSvn))
      for (const [key, message, raw] of [
        [keyOf(ca), der!.tbs, rawSignature(der!.signature)],
        [keyOf(der), quote.qeReport.bytes, quote.qeReportSignature],
        [quote.attestationKey, quote.signed, quote.signature],
      ] as const) {
        await call('assert_signed', { key, digest: sha256(message), signature: withLowS([...raw]) })
      }
      if (quote.version === 4) {
        const { body } = quote
        assert.deepEqual(numbers(await call('read_quote', { octets: quote.signed })), [
          numberOf(body.bytes.subarray(0, 16)),
          registersDigest(quote),
          numberOf(body.reportData.subarray(0, 32)) % FIELD_ORDER,
        ])
      }
    }
  })

  it('refuse a domain that can be debugged', async () => {
    const quote = parseQuote(sample('intel-tdx/trustee_tdx_quote_4.bin'))
    await assert.rejects(call('read_quote', { octets: quote.signed }), /debuggable/)
  })
})
