/** What the appraiser demands of genuine evidence: production, freshness, and that CPU and GPU belong together. */
import assert from 'node:assert/strict'
import { type AppraisalOptions, appraise, type Expected } from '../../src/enclave/appraise.ts'
import { publicKeyOf } from '../../src/enclave/attestation.ts'
import { gpuCommitment, reportHash } from '../../src/enclave/binding.ts'
import type { GpuEvidence } from '../../src/enclave/evidence.ts'
import type { QuoteRequest } from '../../src/enclave/synthetic/quote.ts'
import { FIELD_ORDER, hash } from '../../src/work/poseidon.ts'
import {
  developmentTrust,
  type GpuRequest,
  gpuDeviceKey,
  gpuTrust,
  type SnpRequest,
  snpAuthority,
  syntheticCollateral,
  syntheticGpu,
  syntheticPlatform,
  syntheticQuote,
  syntheticSnp,
} from '../support/enclave-pki.ts'
import { refuses } from './refusals.ts'

const now = new Date('2026-03-01T00:00:00Z')
const platform = syntheticPlatform({ seed: 'appraise' })
const collateral = syntheticCollateral(platform, { tee: 'tdx', issuedAt: new Date('2026-02-20T00:00:00Z') })
const options: AppraisalOptions = { now, trust: gpuTrust, expected: 'anything', collateral }

const quoteOf = (request: Partial<QuoteRequest>) =>
  ({
    kind: 'quote',
    bytes: syntheticQuote(platform, { format: 'tdx-v4', reportData: Buffer.alloc(0), ...request }),
  }) as const
const byte = (length: number, at: number, value: number) => {
  const bytes = Buffer.alloc(length)
  bytes[at] = value
  return bytes
}

describe('a quote', () => {
  const refusedWith = (code: Parameters<typeof refuses>[0], request: Partial<QuoteRequest>) =>
    refuses(code, () => appraise(quoteOf(request), options), JSON.stringify(request))

  it('of a debuggable enclave, in any of the ways to open it, is refused', () => {
    for (let bit = 0; bit < 8; bit++) refusedWith('EVIDENCE_DEBUG', { td: { tdAttributes: byte(8, 0, 1 << bit) } })
    const attributes = Buffer.from('0700000000000000e700000000000000', 'hex')
    refusedWith('EVIDENCE_DEBUG', { format: 'sgx-v3', enclave: { attributes } })
    refusedWith('EVIDENCE_DEBUG', { qe: { attributes: Buffer.from('1300000000000000e700000000000000', 'hex') } })
  })

  it('of a domain that may migrate, has unknown attributes, or another module, is refused', () => {
    refusedWith('EVIDENCE_MIGRATABLE', { td: { tdAttributes: byte(8, 3, 0x20) } })
    refusedWith('EVIDENCE_MALFORMED', { td: { tdAttributes: byte(8, 4, 1) } })
    refusedWith('EVIDENCE_MALFORMED', { td: { mrSignerSeam: byte(48, 0, 1) } })
    refusedWith('EVIDENCE_MALFORMED', { td: { seamAttributes: byte(8, 7, 1) } })
  })

  it('by another quoting enclave, or one that vouches for another key, is refused', () => {
    refusedWith('QE_MISMATCH', { qe: { mrSigner: Buffer.alloc(32, 1) } })
    refusedWith('QE_MISMATCH', { qe: { isvProdId: 1 } })
    refusedWith('QE_MISMATCH', { qe: { vendorId: Buffer.alloc(16) } })
    refusedWith('QE_MISMATCH', { qe: { reportData: Buffer.alloc(64) } })
  })

  it('by a quoting enclave with other authentication data is genuine', () => {
    for (const length of [0, 1, 20, 1024]) {
      assert.equal(appraise(quoteOf({ qe: { authData: Buffer.alloc(length, 9) } }), options).level, 2)
    }
    refusedWith('EVIDENCE_MALFORMED', { qe: { authData: Buffer.alloc(1025) } })
  })

  it('must begin its report data with what is demanded, of 32 bytes or all 64', () => {
    const reportData = Buffer.alloc(64, 5)
    const demanding = (expected: Uint8Array) => () =>
      appraise(quoteOf({ reportData }), { ...options, expected: { reportData: expected } })
    assert.equal(demanding(reportData.subarray(32))().level, 2)
    assert.equal(demanding(reportData)().level, 2)
    for (const other of [Buffer.alloc(32), Buffer.alloc(64), byte(64, 63, 1)]) {
      refuses('EVIDENCE_REPORT_DATA_MISMATCH', demanding(other))
    }
    for (const length of [0, 1, 31, 33, 65]) refuses('EVIDENCE_BINDING_INVALID', demanding(Buffer.alloc(length, 5)))
  })

  it('of which nothing is demanded says that it may be anybody’s', () => {
    const { caveats } = appraise(quoteOf({}), options)
    assert.deepEqual(
      caveats.map(({ code }) => code),
      ['EVIDENCE_UNBOUND'],
    )
  })
})

describe('report data', () => {
  const binding = { publicKey: [11n, 12n], gpuCommitment: 13n, challenge: 14n } as const

  it('is the hash of key, GPU and challenge, big-endian', () => {
    const text = hash('pocps.report', [11n, 12n, 13n, 14n]).toString(16).padStart(64, '0')
    assert.equal(reportHash(binding).toString('hex'), text)
  })

  it('differs when any of them does', () => {
    const variants = [
      binding,
      { ...binding, publicKey: [12n, 11n] as const },
      { ...binding, gpuCommitment: 0n },
      { ...binding, challenge: 15n },
    ].map((each) => reportHash(each).toString('hex'))
    assert.equal(new Set(variants).size, variants.length)
  })

  it('commits to a GPU by four halves of 192 bits', () => {
    const key = gpuDeviceKey()
    const halves = [0, 24, 48, 72].map((at) => BigInt(`0x${key.toString('hex', at, at + 24)}`))
    assert.equal(gpuCommitment(key), hash('pocps.gpu', halves))
    assert.throws(() => gpuCommitment(key.subarray(1)), RangeError)
  })
})

describe('a quote with its GPU', () => {
  const publicKey = publicKeyOf(21n)
  const expected = { publicKey, challenge: 23n }
  const commitment = gpuCommitment(gpuDeviceKey())
  const reportData = reportHash({ ...expected, gpuCommitment: commitment })
  const gpuOf = (request: Partial<GpuRequest> = {}): GpuEvidence => syntheticGpu({ nonce: reportData, ...request })
  const together = (change: { quote?: Partial<QuoteRequest>; gpu?: GpuEvidence; expected?: Expected } = {}) =>
    appraise(
      quoteOf({ reportData, ...change.quote }),
      { ...options, expected: change.expected ?? expected },
      change.gpu ?? gpuOf(),
    )

  it('is worth level 3, and says what of the GPU was not checked', () => {
    const { kind, level, gpu, caveats } = together()
    assert.deepEqual([kind, level, gpu?.chip, gpu?.deviceKey], ['tdx+gpu', 3, 'GH100', gpuDeviceKey()])
    assert.deepEqual(
      caveats.map(({ code }) => code),
      ['GPU_MEASUREMENTS_UNCHECKED', 'REVOCATION_UNCHECKED'],
    )
  })

  it('is refused when the GPU answered another nonce: an older report, or another machine’s', () => {
    refuses('EVIDENCE_NONCE_MISMATCH', () => together({ gpu: gpuOf({ nonce: Buffer.alloc(32) }) }))
  })

  it('is refused when the report data commits to another GPU, or to none', () => {
    refuses('EVIDENCE_REPORT_DATA_MISMATCH', () => together({ gpu: gpuOf({ device: 'another' }) }))
    const without = reportHash({ ...expected, gpuCommitment: 0n })
    const gpu = gpuOf({ nonce: without })
    refuses('EVIDENCE_REPORT_DATA_MISMATCH', () => together({ quote: { reportData: without }, gpu }))
  })

  it('is refused for another enclave’s key and for another challenge', () => {
    for (const other of [
      { publicKey: publicKeyOf(22n), challenge: 23n },
      { publicKey, challenge: 24n },
    ] as const) {
      refuses('EVIDENCE_REPORT_DATA_MISMATCH', () => together({ expected: other }))
    }
  })

  it('is refused for a key outside the prime-order group and a challenge outside the field', () => {
    for (const other of [
      { publicKey: [21n, 22n], challenge: 23n },
      { publicKey: [0n, 1n], challenge: 23n },
      { publicKey: [0n, FIELD_ORDER - 1n], challenge: 23n },
      { publicKey: [publicKey[0] + FIELD_ORDER, publicKey[1]], challenge: 23n },
      { publicKey, challenge: 23n + FIELD_ORDER },
      { publicKey, challenge: -1n },
    ] as const) {
      refuses('EVIDENCE_BINDING_INVALID', () => together({ expected: other }))
    }
  })

  it('counts as a trust domain alone when nothing shows that they belong together', () => {
    for (const loose of ['anything', { reportData }] as const) {
      const { kind, level, caveats } = together({ expected: loose })
      assert.deepEqual([kind, level], ['tdx', 2])
      assert.ok(caveats.some(({ code }) => code === 'GPU_UNBOUND'))
    }
  })

  it('is refused beside SGX or SNP, and a quote that claims a GPU is refused without it', () => {
    refuses('NO_CHAIN_ROUTE', () => together({ quote: { format: 'sgx-v3' } }))
    const snp = { kind: 'snp', bytes: Buffer.alloc(1184), certificates: [] } as const
    refuses('NO_CHAIN_ROUTE', () => appraise(snp, options, gpuOf()))
    refuses('EVIDENCE_REPORT_DATA_MISMATCH', () => appraise(quoteOf({ reportData }), { ...options, expected }))
  })

  it('is refused when the GPU’s firmware is not what its key was certified for, or it is no GPU', () => {
    refuses('GPU_FIRMWARE_MISMATCH', () => together({ gpu: gpuOf({ firmwareId: Buffer.alloc(48, 1) }) }))
    refuses('GPU_FIRMWARE_MISMATCH', () => together({ gpu: gpuOf({ firmwareId: null }) }))
    refuses('EVIDENCE_UNKNOWN_VERSION', () => together({ gpu: gpuOf({ deviceName: 'LS_10 A01 FSP BROM' }) }))
  })

  it('is refused with more certificates than any chain has, unread', () => {
    const certificates = Array.from({ length: 17 }, () => Buffer.alloc(10))
    refuses('CERTIFICATE_CHAIN_BROKEN', () => together({ gpu: { ...gpuOf(), certificates } }))
  })

  it('is refused under roots that are not the GPU vendor’s', () => {
    const bytes = quoteOf({ reportData })
    refuses('CERTIFICATE_UNTRUSTED', () => appraise(bytes, { ...options, trust: developmentTrust, expected }, gpuOf()))
  })
})

describe('an SNP report', () => {
  const products = ['Milan', 'Turin'] as const
  let authorities: ReturnType<typeof snpAuthority>[]
  before(() => {
    authorities = products.map(snpAuthority)
  })
  const of = (request: SnpRequest, i = 0) =>
    appraise(syntheticSnp(authorities[i]!, request), { now, trust: authorities[i]!.trust, expected: 'anything' })

  it('is genuine in each version and product, and has no way to the chain of its own', () => {
    for (const [i, product] of products.entries()) {
      for (const version of [2, 3, 4, 5]) {
        const { platform: chip, level, refusal } = of({ version }, i)
        assert.deepEqual([chip.description, level, refusal?.code], [`AMD ${product}`, 0, 'NO_CHAIN_ROUTE'])
        assert.equal(chip.identity.length, product === 'Turin' ? 8 : 64)
      }
    }
  })

  it('of an unknown version is refused', () => {
    for (const version of [0, 1, 6, 0xff]) refuses('EVIDENCE_UNKNOWN_VERSION', () => of({ version }))
  })

  it('that names no chip is refused: masked, or signed by a shared key or none', () => {
    refuses('SNP_CHIP_MASKED', () => of({ chipId: Buffer.alloc(64) }))
    refuses('SNP_CHIP_MASKED', () => of({ keyInformation: 0b10 }))
    refuses('SNP_CHIP_MASKED', () => of({ keyInformation: 7 << 2 }))
    refuses('SNP_VLEK', () => of({ keyInformation: 1 << 2 }))
  })

  it('with the certificate of another chip, product or TCB is refused', () => {
    refuses('SNP_CHIP_MISMATCH', () => of({ certifiedChipId: Buffer.alloc(64, 1) }))
    refuses('SNP_CHIP_MISMATCH', () => of({ certifiedChipId: Buffer.alloc(8, 1) }))
    refuses('SNP_CHIP_MISMATCH', () => of({ productName: 'Genoa-B1' }))
    const longTurin = Buffer.concat([Buffer.alloc(8, 1), Buffer.alloc(56, 2)])
    refuses('SNP_CHIP_MISMATCH', () => of({ chipId: longTurin }, 1))
  })

  it('of a guest that may be debugged or migrated is refused', () => {
    refuses('EVIDENCE_DEBUG', () => of({ policy: 0xb0000n }))
    refuses('EVIDENCE_MIGRATABLE', () => of({ policy: 0x70000n }))
    refuses('EVIDENCE_MALFORMED', () => of({ policy: 0x10000n }))
  })

  it('under another product’s root is refused', () => {
    const [milan] = authorities
    const trustOf = (amd: ReadonlyMap<string, 'Genoa'>) =>
      ({ now, trust: { ...milan!.trust, amd }, expected: 'anything' }) as const
    refuses('CERTIFICATE_UNTRUSTED', () => appraise(syntheticSnp(milan!), trustOf(new Map())))
    const asGenoa = new Map([...milan!.trust.amd.keys()].map((key) => [key, 'Genoa'] as const))
    refuses('SNP_CHIP_MISMATCH', () => appraise(syntheticSnp(milan!), trustOf(asGenoa)))
  })
})
