/** Synthetic evidence has the vendors' very formats, is the same each time, and is genuine to nobody but developers. */
import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { appraise } from '../../src/enclave/appraise.ts'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { readPck } from '../../src/enclave/pck.ts'
import { parseQuote } from '../../src/enclave/quote.ts'
import { productionTrust } from '../../src/enclave/roots.ts'
import {
  DEVELOPMENT_PLATFORM_CA_KEY,
  DEVELOPMENT_PROCESSOR_CA_KEY,
  developmentAuthority,
  developmentTrust,
} from '../../src/enclave/synthetic/authority.ts'
import { syntheticCollateral } from '../../src/enclave/synthetic/collateral.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { syntheticQuote } from '../../src/enclave/synthetic/quote.ts'
import { refuses } from './refusals.ts'
import { describeSamples, sample } from './samples.ts'

const now = new Date('2026-03-01T00:00:00Z')
const formats = ['tdx-v4', 'tdx-v5', 'tdx-v5-td10', 'sgx-v3'] as const
const reportData = Buffer.alloc(64, 'report data')

describe('synthetic evidence', () => {
  it('is genuine under the development root, in every format and from both authorities', () => {
    for (const ca of ['platform', 'processor'] as const) {
      const platform = syntheticPlatform({ seed: 'formats', ca })
      for (const format of formats) {
        const tee = format === 'sgx-v3' ? 'sgx' : 'tdx'
        const collateral = syntheticCollateral(platform, { tee, issuedAt: new Date('2026-02-20T00:00:00Z') })
        const evidence = { kind: 'quote', bytes: syntheticQuote(platform, { format, reportData }) } as const
        const options = { now, trust: developmentTrust, expected: { reportData }, collateral }
        const verdict = appraise(evidence, options)
        assert.equal(verdict.tcb?.status, 'UpToDate', `${ca} ${format}`)
        assert.equal(verdict.level, tee === 'tdx' ? 2 : 1)
        assert.deepEqual(verdict.platform.identity, platform.ppid)
      }
    }
  })

  it('is refused under the vendors’ roots', () => {
    const bytes = syntheticQuote(syntheticPlatform({ seed: 'foreign' }), { format: 'tdx-v4', reportData })
    refuses('CERTIFICATE_UNTRUSTED', () =>
      appraise({ kind: 'quote', bytes }, { now, trust: productionTrust, expected: 'anything' }),
    )
  })

  it('is the same bytes for the same seed, and others for another', () => {
    const quoteOf = (seed: string) => syntheticQuote(syntheticPlatform({ seed }), { format: 'tdx-v5', reportData })
    assert.deepEqual(quoteOf('one'), quoteOf('one'))
    assert.notDeepEqual(quoteOf('one'), quoteOf('two'))
  })

  it('is the same bytes on every machine: cached proofs are of them', () => {
    const quote = syntheticQuote(syntheticPlatform({ seed: 'pinned' }), { format: 'tdx-v4', reportData })
    assert.equal(
      createHash('sha256').update(quote).digest('hex'),
      '578471c9e2c07cc67f48ec0dbd568e8c80739708f2d7e00f22e9600f6021fdd1',
    )
  })

  it('is signed by the keys that the development circuits hold as constants', () => {
    assert.equal(developmentAuthority.platform.key.publicKey.toString('hex'), DEVELOPMENT_PLATFORM_CA_KEY)
    assert.equal(developmentAuthority.processor.key.publicKey.toString('hex'), DEVELOPMENT_PROCESSOR_CA_KEY)
  })

  it('carries what the platform was asked to be', () => {
    const components = [14, 14, 3, 3, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 0, 128]
    const fmspc = Buffer.from('00906ed50000', 'hex')
    const platform = syntheticPlatform({ seed: 'fields', components, fmspc, pceSvn: 300 })
    const pck = readPck(parseCertificate(platform.pckDer))
    assert.deepEqual(pck.components, components)
    assert.deepEqual([...pck.cpuSvn], components)
    assert.deepEqual([pck.fmspc, pck.pceSvn, pck.ppid], [fmspc, 300, platform.ppid])
  })

  it('has a PCK certificate whose fields are where Intel’s are', () => {
    for (const [ca, sizes, ppidAfterKey] of [
      ['platform', [1178, 1179], 318],
      ['processor', [1078, 1079], 319],
    ] as const) {
      for (const [first, size] of [0x40, 0xc0].map((byte, i) => [byte, sizes[i]!] as const)) {
        const serial = Buffer.alloc(20, first)
        const { pckDer, pckKey, ppid } = syntheticPlatform({ seed: 'layout', ca, serial })
        assert.equal(parseCertificate(pckDer).tbs.length, size)
        const key = pckDer.indexOf(Buffer.concat([Buffer.from('03420004', 'hex'), pckKey.publicKey]))
        assert.equal(pckDer.indexOf(ppid) - key, ppidAfterKey)
        assert.equal(new X509Certificate(pckDer).serialNumber.toLowerCase(), serial.toString('hex'))
      }
    }
  })
})

describeSamples('synthetic evidence beside Intel’s', () => {
  it('has certificates with the same extensions, in the same order and sizes', () => {
    const real = parseCertificate(parseQuote(sample('intel-tdx/automata_tdx_v4_quote.bin')).pckChain[0])
    const ours = parseCertificate(syntheticPlatform({ seed: 'beside', serial: Buffer.alloc(20, 1) }).pckDer)
    const shape = (of: typeof real) => [...of.extensions].map(([id, value]) => [id, value.length])
    assert.deepEqual(shape(ours), shape(real))
    assert.deepEqual([ours.tbs.length, ours.keyUsage, ours.critical], [real.tbs.length, real.keyUsage, real.critical])
  })

  it('has quotes of the same lengths, but for the certificates', () => {
    for (const [name, format] of [
      ['intel-tdx/automata_tdx_v4_quote.bin', 'tdx-v4'],
      ['intel-tdx/automata_tdx_v5_quote.bin', 'tdx-v5'],
      ['intel-sgx/automata_sgx_v3_quote.bin', 'sgx-v3'],
    ] as const) {
      const real = sample(name)
      const ours = syntheticQuote(syntheticPlatform({ seed: 'beside' }), { format, reportData })
      const pem = (quote: Buffer) => quote.indexOf('-----BEGIN CERTIFICATE-----')
      assert.equal(pem(ours), pem(real), name)
      assert.equal(parseQuote(ours).length, ours.length)
    }
  })
})
