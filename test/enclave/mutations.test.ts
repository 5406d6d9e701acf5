/** Every byte of evidence counts: a flipped bit at any offset and a cut at any length are refused by code. */
import assert from 'node:assert/strict'
import { type AppraisalOptions, appraise } from '../../src/enclave/appraise.ts'
import type { AppraisalErrorCode } from '../../src/enclave/errors.ts'
import type { Evidence } from '../../src/enclave/evidence.ts'
import { readEvidence } from '../../src/enclave/input.ts'
import { productionTrust, type Trust } from '../../src/enclave/roots.ts'
import {
  developmentTrust,
  gpuTrust,
  snpAuthority,
  syntheticGpu,
  syntheticPlatform,
  syntheticQuote,
  syntheticSnp,
} from '../support/enclave-pki.ts'
import { refusalCode } from './refusals.ts'
import { describeSamples, sample, samplePem } from './samples.ts'

/** One bit of each byte, all eight in the slow run. */
const slow = process.env.POCPS_SLOW === '1'
/** Certificates are the same code in every kind of quote: outside the slow run, all but one kind are sampled there. */
const STRIDE = 16
const now = new Date('2026-02-19T00:00:00Z')

type Case = {
  readonly name: string
  readonly evidence: Evidence
  readonly trust: Trust
  readonly sampledCertificates?: boolean
}

function refusesEveryFlip({ evidence, trust, sampledCertificates = false }: Case): void {
  const options: AppraisalOptions = { now, trust, expected: 'anything' }
  assert.doesNotThrow(() => appraise(evidence, options))
  const bytes = Buffer.from(evidence.bytes)
  const flipped: Evidence = { ...evidence, bytes }
  const codes = new Set<AppraisalErrorCode>()
  const text = evidence.bytes.indexOf('-----BEGIN CERTIFICATE-----')
  const stride = (offset: number) => (sampledCertificates && !slow && offset >= text ? STRIDE : 1)
  for (let offset = 0; offset < bytes.length; offset += stride(offset)) {
    for (const bit of slow ? [0, 1, 2, 3, 4, 5, 6, 7] : [offset % 8]) {
      bytes[offset]! ^= 1 << bit
      try {
        codes.add(refusalCode(() => appraise(flipped, options)))
      } catch (error) {
        assert.fail(`bit ${bit} of byte ${offset}: ${(error as Error).stack}`)
      }
      bytes[offset]! ^= 1 << bit
    }
  }
  assert.ok(codes.size > 1, 'only one code for everything')
}

function refusesEveryCut({ evidence, trust }: Case): void {
  const options: AppraisalOptions = { now, trust, expected: 'anything' }
  for (let size = 0; size < evidence.bytes.length; size++) {
    const code = refusalCode(() => appraise({ ...evidence, bytes: evidence.bytes.subarray(0, size) }, options))
    assert.equal(code, 'EVIDENCE_TRUNCATED', `cut at ${size}`)
  }
}

function suite(cases: () => readonly Case[]): void {
  it('is refused with any bit flipped', () => {
    for (const each of cases()) refusesEveryFlip(each)
  })

  it('is refused when cut short anywhere', () => {
    for (const each of cases()) refusesEveryCut(each)
  })

  it('is refused with a byte added that is not zero', () => {
    for (const { name, evidence, trust } of cases()) {
      const bytes = Buffer.concat([evidence.bytes, Buffer.from([1])])
      const code = refusalCode(() => appraise({ ...evidence, bytes }, { now, trust, expected: 'anything' }))
      assert.equal(code, 'EVIDENCE_TRAILING_BYTES', name)
    }
  })
}

describe('synthetic evidence, mutated', () => {
  let cases: Case[]
  before(() => {
    const platform = syntheticPlatform({ seed: 'mutated' })
    const quotes = (['tdx-v4', 'tdx-v5', 'sgx-v3'] as const).map((format): Case => {
      const bytes = syntheticQuote(platform, { format, reportData: Buffer.alloc(64, 1) })
      const sampledCertificates = format !== 'tdx-v4'
      return { name: format, evidence: { kind: 'quote', bytes }, trust: developmentTrust, sampledCertificates }
    })
    const milan = snpAuthority('Milan')
    cases = [
      ...quotes,
      { name: 'snp', evidence: syntheticSnp(milan), trust: milan.trust },
      { name: 'gpu', evidence: syntheticGpu({ nonce: Buffer.alloc(32, 2) }), trust: gpuTrust },
    ]
  })
  suite(() => cases)
})

describeSamples('real evidence, mutated', () => {
  const of = (file: string, certificates: Buffer[] = [], length?: number, sampledCertificates = false): Case => {
    const evidence = readEvidence(sample(file), certificates)[0]!
    const bytes = evidence.bytes.subarray(0, length)
    return { name: file, evidence: { ...evidence, bytes }, trust: productionTrust, sampledCertificates }
  }
  suite(() => [
    of('intel-tdx/dcapqvl_tdx_quote.bin', [], 4936),
    of('intel-tdx/automata_tdx_v5_quote.bin', [], 5006, true),
    of('intel-sgx/dcapqvl_sgx_quote.bin', [], 4600, true),
    of('amd-snp/trustee_test-report.bin', [
      sample('amd-snp/trustee_test-vcek.der'),
      ...samplePem('amd-snp/gosev_ask_ark_milan.pem'),
    ]),
    of('nvidia/nvtrust_hopperAttestationReport.txt', samplePem('nvidia/nvtrust_hopperCertChain.txt')),
  ])

  it('is refused with any bit of its zero padding flipped', () => {
    const bytes = Buffer.from(sample('intel-tdx/automata_tdx_v4_quote.bin'))
    assert.equal(bytes.length, 8000)
    for (let offset = 4935; offset < bytes.length; offset++) {
      bytes[offset]! ^= 1 << (offset % 8)
      const options = { now, trust: productionTrust, expected: 'anything' } as const
      assert.equal(
        refusalCode(() => appraise({ kind: 'quote', bytes }, options)),
        'EVIDENCE_TRAILING_BYTES',
      )
      bytes[offset] = 0
    }
  })
})
