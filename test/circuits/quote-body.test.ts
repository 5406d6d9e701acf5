/** Signed parts of quotes read in place: three formats, debug and foreign headers refused, registers bound. */
import assert from 'node:assert/strict'
import { parseQuote } from '../../src/enclave/quote.ts'
import { registersDigest } from '../../src/enclave/statement/measurements.ts'
import { numberOf } from '../../src/enclave/statement/octets.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { type QuoteFormat, type QuoteRequest, syntheticQuote } from '../../src/enclave/synthetic/quote.ts'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { describeSamples, sample } from '../enclave/samples.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { Subject } from './harness.ts'

const formats = [
  [3, 'sgx-v3'],
  [4, 'tdx-v4'],
  [5, 'tdx-v5'],
] as const satisfies readonly (readonly [number, QuoteFormat])[]
type Version = (typeof formats)[number][0]

const subject = (version: Version) =>
  Subject.template(
    `quote-body-${version}`,
    'enclave/quote_body.circom',
    `OfOctets(${version})`,
    ['quote'],
    `template OfOctets(version) {
    signal input quote[SIGNED(version)];
    signal output registers;
    signal output reportData;
    signal output moduleVersions[16];
    component octets = Octets(SIGNED(version));
    octets.in <== quote;
    component body = QuoteBody(version);
    body.quote <== octets.out;
    body.flags <== octets.bits[FLAGS(version)];
    registers <== body.registers;
    reportData <== body.reportData;
    moduleVersions <== body.moduleVersions;
}`,
  )
const platform = syntheticPlatform({ seed: 'quote body' })
const quoteOf = (format: QuoteFormat, request: Partial<QuoteRequest> = {}) =>
  parseQuote(syntheticQuote(platform, { format, reportData: Buffer.alloc(64, 0xa5), ...request }))
const expected = (quote: ReturnType<typeof parseQuote>) => {
  const versions = quote.body.tee === 'tdx' ? [...quote.body.teeTcbSvn] : Array<number>(16).fill(0)
  return [registersDigest(quote), numberOf(quote.body.reportData.subarray(0, 32)) % r, ...versions.map(BigInt)]
}
/** Places in the signed part. */
const layout = {
  3: { body: 48, debug: [48 + 48, 1], registers: [48 + 16, 48 + 48, 48 + 64, 48 + 128, 48 + 256, 48 + 258, 48 + 319] },
  4: {
    body: 48,
    debug: [48 + 120, 0],
    registers: [48 + 123, 48 + 128, 48 + 136, 48 + 184, 48 + 328, 48 + 472, 48 + 519],
  },
  5: { body: 54, debug: [54 + 120, 0], registers: [54 + 123, 54 + 136, 54 + 519, 54 + 600, 54 + 647] },
} as const

describe('circuits: QuoteBody', () => {
  for (const [version, format] of formats) {
    it(`reads a quote of version ${version}`, async () => {
      const quote = quoteOf(format)
      const witness = await (await subject(version)).witness({ quote: [...quote.signed] })
      assert.deepEqual(witness.slice(1, 19), expected(quote))
    })

    it(`refuses debug and a foreign header in version ${version}`, async () => {
      const body = await subject(version)
      const quote = [...quoteOf(format).signed]
      const [octet, bit] = layout[version].debug
      const places: (readonly [number, number])[] = [[octet, bit]]
      for (const place of [0, 1, 2, 3, 4, 5, 12, 27]) places.push([place, 0])
      if (version === 5) places.push([48, 0], [50, 3], [53, 0])
      // Of a domain: the other bits that make it untrusted, the module's signer and attributes.
      const start = layout[version].body
      if (version !== 3)
        places.push([octet, 1], [octet, 7], [start + 64, 0], [start + 111, 7], [start + 112, 0], [start + 119, 7])
      for (const [place, flipped] of places) {
        const changed = quote.with(place, quote[place]! ^ (1 << flipped))
        await assert.rejects(body.witness({ quote: changed }), /Assert Failed/, `octet ${place}, bit ${flipped}`)
      }
    })

    it(`binds every register of version ${version}`, async () => {
      const body = await subject(version)
      const quote = quoteOf(format)
      for (const place of layout[version].registers) {
        const changed = [...quote.signed].with(place, quote.signed[place]! ^ 0x10)
        assert.notEqual((await body.witness({ quote: changed }))[1], registersDigest(quote), `octet ${place}`)
      }
    })
  }

  it('refuses a debuggable domain that the generator signs', async () => {
    const quote = quoteOf('tdx-v4', { td: { tdAttributes: Buffer.from('0100001000000000', 'hex') } })
    await assert.rejects((await subject(4)).witness({ quote: [...quote.signed] }), /Assert Failed/)
  })

  it('admits no forged witness: every wire is held, and the debug bit breaks a row', async () => {
    for (const [version, format] of formats) {
      const body = await subject(version)
      const { system } = body
      const witness = await body.witness({ quote: [...quoteOf(format).signed] })
      assertEveryWireIsHeld(body, witness)
      // Bit 1 of an enclave's flags is a constant 0, so their sum has a gap in its weights.
      const plan = assertDetermined(body, version === 3 ? system.matching(/^main\.body\.flags/) : [])
      const [octet, bit] = layout[version].debug
      const wire = system.wire(`main.quote[${octet}]`)
      const forged = system.set(witness, [[wire, witness[wire]! ^ BigInt(1 << bit)]])
      assertOneRowBreaks(body, system.complete(forged, plan))
    }
  })
})

describeSamples('circuits: QuoteBody on real quotes', () => {
  it('reads quotes of all three formats', async () => {
    for (const [version, name] of [
      [4, 'intel-tdx/automata_tdx_v4_quote.bin'],
      [5, 'intel-tdx/automata_quotev5.bin'],
      [3, 'intel-sgx/automata_sgx_v3_quote.bin'],
    ] as const) {
      const quote = parseQuote(sample(name))
      const witness = await (await subject(version)).witness({ quote: [...quote.signed] })
      assert.deepEqual(witness.slice(1, 19), expected(quote))
    }
  })

  it('refuses a real quote of a debuggable domain', async () => {
    const quote = parseQuote(sample('intel-tdx/trustee_tdx_quote_4.bin'))
    await assert.rejects((await subject(4)).witness({ quote: [...quote.signed] }), /Assert Failed/)
  })
})
