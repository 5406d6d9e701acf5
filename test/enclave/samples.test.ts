/** Real evidence of every vendor gets the right verdict, the negative samples too. */
import assert from 'node:assert/strict'
import { type AppraisalOptions, appraise } from '../../src/enclave/appraise.ts'
import { parseCollateral } from '../../src/enclave/collateral.ts'
import type { Evidence } from '../../src/enclave/evidence.ts'
import { readEvidence } from '../../src/enclave/input.ts'
import { productionTrust as trust } from '../../src/enclave/roots.ts'
import { refuses } from './refusals.ts'
import { describeSamples, sample, sampleJson, samplePem, sampleText } from './samples.ts'

const JUNE_2025 = new Date('2025-06-20T12:00:00Z')
const FEBRUARY_2026 = new Date('2026-02-19T12:00:00Z')

const evidenceOf = (name: string, ...chains: string[]): Evidence => {
  const certificates = chains.flatMap((chain) => (chain.endsWith('.der') ? [sample(chain)] : samplePem(chain)))
  const [evidence, ...more] = readEvidence(sample(name), certificates)
  assert.deepEqual([evidence === undefined, more.length], [false, 0])
  return evidence!
}
const at = (now: Date, collateral?: string): AppraisalOptions => ({
  ...{ now, trust, expected: 'anything' },
  ...(collateral && { collateral: parseCollateral(sampleJson(`intel-collateral/${collateral}`)) }),
})

describeSamples('Intel samples', () => {
  const genuine = [
    [
      'tdx',
      'automata_alibaba_quote_5.bin',
      'automata_quotev4.hex',
      'automata_quotev5.bin',
      'automata_tdx_v4_quote.bin',
    ],
    [
      'tdx',
      'automata_tdx_v5_quote.bin',
      'dcapqvl_quote-from-tappd.hex',
      'dcapqvl_tdx-quote.hex',
      'dcapqvl_tdx_quote.bin',
    ],
    [
      'tdx',
      'dcapqvl_tdx_quote_outdated.bin',
      'dstack_quote-report.json',
      'gotdx_cos113_quote.bin',
      'trustee_az_td-quote.bin',
    ],
    ['sgx', 'automata_quotev3.hex', 'automata_sgx_v3_quote.bin', 'dcapqvl_sgx_quote.bin'],
  ] as const

  it('are genuine, in every form, and worth nothing without collateral', () => {
    for (const [tee, ...names] of genuine) {
      for (const name of names) {
        const verdict = appraise(evidenceOf(`intel-${tee}/${name}`), at(FEBRUARY_2026))
        assert.deepEqual([verdict.kind, verdict.level, verdict.refusal?.code], [tee, 0, 'COLLATERAL_MISSING'], name)
      }
    }
  })

  it('say that two quotes come from one platform', () => {
    const identityOf = (name: string) => appraise(evidenceOf(name), at(FEBRUARY_2026)).platform.identity
    const pair = ['intel-tdx/dcapqvl_quote-from-tappd.hex', 'intel-tdx/dcapqvl_tdx-quote.hex'].map(identityOf)
    assert.deepEqual(pair[0], pair[1])
    assert.notDeepEqual(pair[0], identityOf('intel-tdx/dcapqvl_tdx_quote.bin'))
  })

  it('of an up-to-date trust domain are worth level 2', () => {
    const options = at(JUNE_2025, 'dcapqvl_tdx_quote_collateral.json')
    const { level, tcb } = appraise(evidenceOf('intel-tdx/dcapqvl_tdx_quote.bin'), options)
    assert.deepEqual([level, tcb?.status, tcb?.module, tcb?.evaluationNumber], [2, 'UpToDate', 'UpToDate', 17])
  })

  it('of an SGX platform that must be configured are worth nothing, by TCB level', () => {
    const options = at(JUNE_2025, 'dcapqvl_sgx_quote_collateral.json')
    const { level, refusal, tcb } = appraise(evidenceOf('intel-sgx/dcapqvl_sgx_quote.bin'), options)
    assert.deepEqual([level, refusal?.code, tcb?.status], [0, 'TCB_UNACCEPTABLE', 'ConfigurationAndSWHardeningNeeded'])
    assert.deepEqual(tcb?.advisories, ['INTEL-SA-00289', 'INTEL-SA-00615'])
  })

  it('of an outdated platform are refused: it reaches no level that Intel still lists', () => {
    const options = at(FEBRUARY_2026, 'dcapqvl_tdx_quote_outdated_collateral.json')
    refuses('TCB_UNKNOWN', () => appraise(evidenceOf('intel-tdx/dcapqvl_tdx_quote_outdated.bin'), options))
  })

  it('of a debuggable trust domain are refused', () => {
    refuses('EVIDENCE_DEBUG', () => appraise(evidenceOf('intel-tdx/trustee_tdx_quote_4.bin'), at(JUNE_2025)))
  })

  it('with bytes after the declared end are refused, unless they are zero', () => {
    const name = 'intel-tdx/gotdx_tdx_prod_quote_SPR_E4.bin'
    refuses('EVIDENCE_TRAILING_BYTES', () => appraise(evidenceOf(name), at(JUNE_2025)))
    const bytes = sample(name).subarray(0, 4935)
    assert.equal(appraise({ kind: 'quote', bytes }, at(JUNE_2025)).kind, 'tdx')
  })

  it('with foreign report data are refused', () => {
    const reportData = Buffer.alloc(32, 7)
    const options = { ...at(JUNE_2025), expected: { reportData } }
    for (const name of ['intel-tdx/trustee_az_td-quote.bin', 'intel-sgx/dcapqvl_sgx_quote.bin']) {
      refuses('EVIDENCE_REPORT_DATA_MISMATCH', () => appraise(evidenceOf(name), options), name)
    }
  })

  it('with collateral of another family, of SGX, or of another time are refused', () => {
    const quote = evidenceOf('intel-tdx/dcapqvl_tdx_quote.bin')
    const cases = [
      ['COLLATERAL_MISMATCH', at(new Date('2025-09-03T00:00:00Z'), 'dcapqvl_near_collateral.json')],
      ['CERTIFICATE_CHAIN_BROKEN', at(JUNE_2025, 'dcapqvl_sgx_quote_collateral.json')],
      ['COLLATERAL_EXPIRED', at(new Date('2025-07-20T00:00:00Z'), 'dcapqvl_tdx_quote_collateral.json')],
      ['COLLATERAL_NOT_YET_VALID', at(new Date('2025-06-19T09:00:00Z'), 'dcapqvl_tdx_quote_collateral.json')],
      ['CERTIFICATE_EXPIRED', at(new Date('2033-01-01T00:00:00Z'))],
      ['CERTIFICATE_NOT_YET_VALID', at(new Date('2024-12-31T00:00:00Z'))],
    ] as const
    for (const [code, options] of cases) refuses(code, () => appraise(quote, options), code)
  })

  it('are several in one file: that is no form of one', () => {
    refuses('EVIDENCE_UNREADABLE', () => readEvidence(sample('intel-tdx/automata_godcap_sample_quotes.hex')))
    for (const line of sampleText('intel-tdx/automata_godcap_sample_quotes.hex').trim().split('\n')) {
      const [quote] = readEvidence(Buffer.from(line))
      assert.equal(appraise(quote!, at(FEBRUARY_2026)).refusal?.code, 'COLLATERAL_MISSING')
    }
  })
})

describeSamples('AMD samples', () => {
  const MILAN = 'amd-snp/gosev_ask_ark_milan.pem'

  it('are genuine, and reach the chain only beside TDX', () => {
    for (const [product, name, ...chains] of [
      ['Milan', 'amd-snp/trustee_test-report.bin', 'amd-snp/trustee_test-vcek.der', MILAN],
      ['Milan', 'amd-snp/trustee_az_hcl-report.bin', 'amd-snp/trustee_az_vcek.pem'],
      ['Genoa', 'amd-snp/trustee_az_evidence-genoa.json', 'amd-snp/gosev_ask_ark_genoa.pem'],
    ] as const) {
      const { kind, level, refusal, platform } = appraise(evidenceOf(name, ...chains), at(JUNE_2025))
      assert.deepEqual([kind, level, refusal?.code], ['snp', 0, 'NO_CHAIN_ROUTE'], name)
      assert.equal(platform.description, `AMD ${product}`)
    }
  })

  it('of a guest that may be debugged, and of a provider’s shared key, are refused', () => {
    const debug = evidenceOf('amd-snp/gosev_attestation_milan.bin', 'amd-snp/gosev_vcek_milan.der', MILAN)
    refuses('EVIDENCE_DEBUG', () => appraise(debug, at(JUNE_2025)))
    const shared = ['amd-snp/trustee_test-vlek.der', 'amd-snp/gosev_ask_ark_milan_vlek.pem']
    refuses('SNP_VLEK', () => appraise(evidenceOf('amd-snp/trustee_test-vlek-report.bin', ...shared), at(JUNE_2025)))
  })

  it('with another chip’s certificate, another product’s chain, or none, are refused', () => {
    const report = 'amd-snp/trustee_test-report.bin'
    const vcek = 'amd-snp/trustee_test-vcek.der'
    const cases = [
      ['SNP_CHIP_MISMATCH', 'amd-snp/gosev_vcek_milan.der', MILAN],
      ['CERTIFICATE_CHAIN_BROKEN', vcek, 'amd-snp/gosev_ask_ark_genoa.pem'],
      ['CERTIFICATE_CHAIN_BROKEN', vcek],
      ['CERTIFICATE_CHAIN_BROKEN', MILAN],
      ['CERTIFICATE_CHAIN_BROKEN'],
    ] as const
    for (const [code, ...chains] of cases) {
      refuses(code, () => appraise(evidenceOf(report, ...chains), at(JUNE_2025)), chains.join())
    }
  })

  it('of Turin have certificates that lead to Turin’s root', () => {
    const chain = ['amd-snp/virtee_vcek_turin.der', 'amd-snp/gosev_ask_ark_turin.pem']
    // There is no report of this chip: the chain holds, and the report at hand is another chip's.
    refuses('SNP_CHIP_MISMATCH', () => appraise(evidenceOf('amd-snp/trustee_test-report.bin', ...chain), at(JUNE_2025)))
  })
})

describeSamples('NVIDIA samples', () => {
  const texts = [
    ['nvtrust_hopperAttestationReport', 'nvtrust_hopperCertChain', 'GH100'],
    ['trustee_hopperAttestationReport', 'trustee_hopper_cert_chain_case1', 'GH100'],
    ['trustee_hopper_coco_report1', 'trustee_hopper_coco_certs1', 'GH100'],
    ['nvas_hopperAttestationReport', 'nvas_hopperCertChain', 'GH100'],
    ['nvas_blackwellAttestationReport', 'nvas_blackwellCertChain', 'GB100'],
  ] as const

  it('of Hopper and Blackwell are genuine, unmeasured, and reach the chain only beside TDX', () => {
    for (const [report, chain, chip] of texts) {
      const verdict = appraise(evidenceOf(`nvidia/${report}.txt`, `nvidia/${chain}.txt`), at(JUNE_2025))
      assert.deepEqual([verdict.gpu?.chip, verdict.level, verdict.refusal?.code], [chip, 0, 'NO_CHAIN_ROUTE'], report)
      assert.ok(verdict.caveats.some(({ code }) => code === 'GPU_MEASUREMENTS_UNCHECKED'))
    }
  })

  it('in lists answer one nonce, each from a device of its own', () => {
    for (const [name, count] of [
      ['nvas_hopper_evidence', 1],
      ['nvas_multi_gpu_hopper', 4],
    ] as const) {
      const nonce = Buffer.from(sampleJson(`nvidia/${name}.json`)[0].nonce, 'hex')
      const options = { ...at(JUNE_2025), expected: { reportData: nonce } }
      const devices = readEvidence(sample(`nvidia/${name}.json`)).map((gpu) => {
        return appraise(gpu, options).platform.identity.toString('hex')
      })
      assert.equal(new Set(devices).size, count)
    }
  })

  it('with another nonce, another chain, no firmware id, or of a switch are refused', () => {
    const [report, chain] = ['nvidia/nvtrust_hopperAttestationReport.txt', 'nvidia/nvtrust_hopperCertChain.txt']
    const other = { ...at(JUNE_2025), expected: { reportData: Buffer.alloc(32) } }
    refuses('EVIDENCE_NONCE_MISMATCH', () => appraise(evidenceOf(report, chain), other))
    const foreign = evidenceOf(report, 'nvidia/nvas_blackwellCertChain.txt')
    refuses('EVIDENCE_BAD_SIGNATURE', () => appraise(foreign, at(JUNE_2025)))
    refuses('CERTIFICATE_CHAIN_BROKEN', () => appraise(evidenceOf(report), at(JUNE_2025)))
    const old = ['nvidia/nvas_sample_hopperAttestationReport.txt', 'nvidia/nvas_sample_hopperCertChain.txt'] as const
    refuses('GPU_FIRMWARE_MISMATCH', () => appraise(evidenceOf(...old), at(JUNE_2025)))
    const [nvSwitch] = readEvidence(sample('nvidia/nvtrust_ppcie_switch_evidence.json'))
    refuses('EVIDENCE_UNKNOWN_VERSION', () => appraise(nvSwitch!, at(JUNE_2025)))
  })
})
