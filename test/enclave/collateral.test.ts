/** The TCB status by Intel's rule, and collateral that is refused. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { appraise, type Verdict } from '../../src/enclave/appraise.ts'
import { parseCertificate } from '../../src/enclave/certificate.ts'
import { parseCollateral } from '../../src/enclave/collateral.ts'
import { type IntelCollateral, type TcbStatus, tcbStatuses } from '../../src/enclave/collateral-schema.ts'
import { levelOf, levels } from '../../src/enclave/levels.ts'
import { writeRevocationList } from '../../src/enclave/synthetic/certificate-writer.ts'
import type { CollateralRequest, PlatformLevel } from '../../src/enclave/synthetic/collateral.ts'
import { signRaw } from '../../src/enclave/synthetic/keys.ts'
import type { QuoteRequest } from '../../src/enclave/synthetic/quote.ts'
import {
  developmentAuthority,
  developmentTrust,
  syntheticCollateral,
  syntheticPlatform,
  syntheticQuote,
} from '../support/enclave-pki.ts'
import { refuses } from './refusals.ts'

const issuedAt = new Date('2026-02-20T00:00:00Z')
const now = new Date('2026-03-01T00:00:00Z')
const platform = syntheticPlatform({ seed: 'collateral' })
const reportData = Buffer.alloc(64, 'report data')
const moduleSvn = (isvSvn: number, major: number, rest = 3) =>
  Buffer.from([isvSvn, major, rest, ...Array<number>(13).fill(0)])

function appraised(collateral: IntelCollateral, quote: Partial<QuoteRequest> = {}): Verdict {
  const bytes = syntheticQuote(platform, { format: 'tdx-v4', reportData, ...quote })
  const options = { now, trust: developmentTrust, expected: { reportData }, collateral }
  return appraise({ kind: 'quote', bytes }, options)
}
const collateralOf = (request: Partial<CollateralRequest> = {}) =>
  syntheticCollateral(platform, { tee: 'tdx', issuedAt, ...request })
const statusOf = (request: Partial<CollateralRequest>, quote: Partial<QuoteRequest> = {}) =>
  appraised(collateralOf(request), quote).tcb!.status

describe('TCB status', () => {
  const above = (status: TcbStatus): PlatformLevel => ({ status, components: platform.components.with(3, 200) })
  const reached = (status: TcbStatus): PlatformLevel => ({ status })

  it('is the one of the first level that the platform reaches, in the order of the list', () => {
    assert.equal(statusOf({ levels: [above('UpToDate'), reached('OutOfDate')] }), 'OutOfDate')
    assert.equal(statusOf({ levels: [reached('SWHardeningNeeded'), reached('UpToDate')] }), 'SWHardeningNeeded')
    const lower = { status: 'UpToDate', components: Array<number>(16).fill(0), pceSvn: 0 } as const
    assert.equal(statusOf({ levels: [above('UpToDate'), reached('Revoked'), lower] }), 'Revoked')
  })

  it('needs every component, the PCE and every TDX component', () => {
    const one = (level: Partial<PlatformLevel>): PlatformLevel => ({ status: 'UpToDate', ...level })
    for (let i = 0; i < 16; i++) {
      const components = platform.components.with(i, platform.components[i]! + 1)
      refuses('TCB_UNKNOWN', () => statusOf({ levels: [one({ components })] }), `component ${i}`)
      if (i < 2) continue // the module's own list judges those
      const tdxComponents = Array<number>(16).fill(0).with(i, 4)
      refuses('TCB_UNKNOWN', () => statusOf({ levels: [one({ tdxComponents })] }), `TDX component ${i}`)
    }
    refuses('TCB_UNKNOWN', () => statusOf({ levels: [one({ pceSvn: platform.pceSvn + 1 })] }))
  })

  it('compares the first two TDX components only of a module without a version', () => {
    const levels = [{ status: 'UpToDate', tdxComponents: [9, 0, 3, ...Array<number>(13).fill(0)] }] as const
    assert.equal(statusOf({ levels }, { td: { teeTcbSvn: moduleSvn(4, 1) } }), 'UpToDate')
    assert.equal(statusOf({ levels }, { td: { teeTcbSvn: moduleSvn(9, 0) } }), 'UpToDate')
    refuses('TCB_UNKNOWN', () => statusOf({ levels }, { td: { teeTcbSvn: moduleSvn(8, 0) } }))
  })

  it('of the module is by its own list, and of a module that is not listed unknown', () => {
    const moduleLevels = [
      { isvSvn: 6, status: 'UpToDate' },
      { isvSvn: 4, status: 'OutOfDate' },
      { isvSvn: 2, status: 'Revoked' },
    ] as const
    const of = (svn: number, major = 1) => statusOf({ moduleLevels }, { td: { teeTcbSvn: moduleSvn(svn, major) } })
    assert.deepEqual(
      [7, 6, 5, 4, 3, 2].map((svn) => of(svn)),
      ['UpToDate', 'UpToDate', 'OutOfDate', 'OutOfDate', 'Revoked', 'Revoked'],
    )
    refuses('TCB_UNKNOWN', () => of(1))
    refuses('TCB_UNKNOWN', () => of(9, 2))
  })

  it('converges with the quoting enclave’s as Intel’s library does', () => {
    const outdated: Record<TcbStatus, TcbStatus> = {
      UpToDate: 'OutOfDate',
      SWHardeningNeeded: 'OutOfDate',
      ConfigurationNeeded: 'OutOfDateConfigurationNeeded',
      ConfigurationAndSWHardeningNeeded: 'OutOfDateConfigurationNeeded',
      OutOfDate: 'OutOfDate',
      OutOfDateConfigurationNeeded: 'OutOfDateConfigurationNeeded',
      Revoked: 'Revoked',
    }
    for (const status of tcbStatuses) {
      const levels = [{ status }]
      const of = (qe: TcbStatus) => statusOf({ levels, qeLevels: [{ isvSvn: 0, status: qe }] })
      assert.deepEqual([of('UpToDate'), of('OutOfDate'), of('Revoked')], [status, outdated[status], 'Revoked'])
    }
  })

  it('decides the level: nothing but what the table names is worth anything', () => {
    for (const status of tcbStatuses) {
      const { level, refusal } = appraised(collateralOf({ levels: [{ status, advisories: ['INTEL-SA-1'] }] }))
      assert.equal(level, { UpToDate: 2, SWHardeningNeeded: 1 }[status as string] ?? 0, status)
      const code = status === 'Revoked' ? 'TCB_REVOKED' : 'TCB_UNACCEPTABLE'
      assert.equal(refusal?.code, level > 0 ? undefined : code)
    }
    assert.equal(levelOf('tdx+gpu', 'UpToDate'), 3)
    assert.deepEqual([levels.snp, levels.gpu], [{}, {}])
  })

  it('is worth what the README says', async () => {
    const text = await readFile(new URL('../../src/enclave/README.md', import.meta.url), 'utf8')
    const rows = [...text.matchAll(/^\| (TDX|SGX) quote( with its GPU)? \| (\d) \| (\d) \| 0 \|$/gm)]
    const documented = rows.map(([, tee, gpu, ...worth]) => [
      `${tee!.toLowerCase()}${gpu ? '+gpu' : ''}`,
      ...worth.map(Number),
    ])
    const kinds = ['tdx+gpu', 'tdx', 'sgx'] as const
    const table = kinds.map((kind) => [kind, levelOf(kind, 'UpToDate'), levelOf(kind, 'SWHardeningNeeded')])
    assert.deepEqual(documented, table)
    const others = tcbStatuses.filter((status) => status !== 'UpToDate' && status !== 'SWHardeningNeeded')
    for (const kind of kinds)
      assert.deepEqual(
        others.map((status) => levelOf(kind, status)),
        others.map(() => 0),
      )
  })

  it('names the advisories, and the moment when it must be appraised anew', () => {
    const { tcb } = appraised(collateralOf({ levels: [{ status: 'SWHardeningNeeded', advisories: ['B', 'A', 'B'] }] }))
    assert.deepEqual(tcb?.advisories, ['A', 'B'])
    assert.equal(tcb?.validUntil.toISOString(), '2026-03-22T00:00:00.000Z')
  })
})

describe('collateral', () => {
  it('of another platform, kind of enclave, or quoting enclave is refused', () => {
    refuses('COLLATERAL_MISMATCH', () => appraised(collateralOf({ fmspc: Buffer.from('00906ed50000', 'hex') })))
    refuses('COLLATERAL_MISMATCH', () => appraised(collateralOf({ tee: 'sgx' })))
    refuses('COLLATERAL_MISMATCH', () => appraised(collateralOf(), { format: 'sgx-v3' }))
    refuses('QE_MISMATCH', () => appraised(collateralOf({ qeMrSigner: '00'.repeat(32) })))
    refuses('TCB_UNKNOWN', () => appraised(collateralOf(), { qe: { isvSvn: 3 } }))
  })

  it('is refused before it was issued and after its next update', () => {
    const at = (time: string) => () => {
      const bytes = syntheticQuote(platform, { format: 'tdx-v4', reportData })
      const options = { trust: developmentTrust, expected: { reportData }, collateral: collateralOf() }
      return appraise({ kind: 'quote', bytes }, { ...options, now: new Date(time) })
    }
    refuses('COLLATERAL_NOT_YET_VALID', at('2026-02-19T23:59:59Z'))
    assert.equal(at('2026-02-20T00:00:00Z')().level, 2)
    assert.equal(at('2026-03-22T00:00:00Z')().level, 2)
    refuses('COLLATERAL_EXPIRED', at('2026-03-22T00:00:01Z'))
    assert.throws(at('not a time'), RangeError)
  })

  it('that revokes the platform or its authority refuses the quote', () => {
    refuses('CERTIFICATE_REVOKED', () => appraised(collateralOf({ revoked: [platform.serial] })))
    const others = [Buffer.alloc(20, 1), Buffer.alloc(20, 2)]
    assert.equal(appraised(collateralOf({ revoked: others })).level, 2)
    const ca = Buffer.from(parseCertificate(developmentAuthority.platform.der).serial, 'hex')
    refuses('CERTIFICATE_REVOKED', () => appraised(collateralOf({ revokedAuthorities: [ca] })))
  })

  it('with a revocation list of another authority, or signed by another key, is refused', () => {
    const times = { revoked: [], thisUpdate: issuedAt, nextUpdate: new Date('2026-03-22T00:00:00Z') }
    const { root, platform: ca, processor } = developmentAuthority
    const foreign = writeRevocationList(processor, times).toString('hex')
    refuses('CERTIFICATE_CHAIN_BROKEN', () => appraised({ ...collateralOf(), pck_crl: foreign }))
    const forged = writeRevocationList({ commonName: ca.commonName, signer: root.signer }, times).toString('hex')
    refuses('CERTIFICATE_BAD_SIGNATURE', () => appraised({ ...collateralOf(), pck_crl: forged }))
    refuses('COLLATERAL_MALFORMED', () => appraised({ ...collateralOf(), pck_crl: 'abcd' }))
    const late = { ...times, nextUpdate: new Date('2026-02-28T00:00:00Z') }
    const stale = writeRevocationList(ca, late).toString('hex')
    refuses('COLLATERAL_EXPIRED', () => appraised({ ...collateralOf(), pck_crl: stale }))
  })

  it('with any character of what is signed changed is refused', () => {
    const honest = collateralOf()
    for (const field of ['tcb_info', 'qe_identity'] as const) {
      for (let i = 0; i < honest[field].length; i += 7) {
        const text = `${honest[field].slice(0, i)}~${honest[field].slice(i + 1)}`
        refuses('COLLATERAL_BAD_SIGNATURE', () => appraised({ ...honest, [field]: text }), `${field} at ${i}`)
      }
      const signature = signRaw(developmentAuthority.tcbSigner.key, Buffer.from('other')).toString('hex')
      refuses('COLLATERAL_BAD_SIGNATURE', () => appraised({ ...honest, [`${field}_signature`]: signature }))
    }
  })

  it('signed by a certificate of the same root that is not the TCB signer’s is refused', () => {
    const honest = collateralOf()
    // A platform's own key must not be able to say how up to date the platform is.
    const signature = signRaw(platform.pckKey, Buffer.from(honest.tcb_info)).toString('hex')
    const forged = { ...honest, tcb_info_issuer_chain: platform.chainPem, tcb_info_signature: signature }
    refuses('CERTIFICATE_CHAIN_BROKEN', () => appraised(forged))
    refuses('CERTIFICATE_UNFIT', () => appraised({ ...honest, tcb_info_issuer_chain: honest.pck_crl_issuer_chain! }))
  })

  it('that is signed but does not have the shape that is known is refused', () => {
    const honest = collateralOf()
    const { key } = developmentAuthority.tcbSigner
    const resigned = (change: (info: Record<string, unknown>) => void): IntelCollateral => {
      const info = JSON.parse(honest.tcb_info)
      change(info)
      const text = JSON.stringify(info)
      return { ...honest, tcb_info: text, tcb_info_signature: signRaw(key, Buffer.from(text)).toString('hex') }
    }
    const changes: readonly ((info: Record<string, unknown>) => void)[] = [
      (info) => (info.version = 4),
      (info) => (info.tcbType = 1),
      (info) => (info.id = 'TDY'),
      (info) => (info.tcbLevels = []),
      (info) => (info.fmspc = '00'),
      (info) => (info.nextUpdate = 'tomorrow'),
      (info) => ((info.tcbLevels as { tcbStatus: string }[])[0]!.tcbStatus = 'Fine'),
    ]
    for (const change of changes) {
      refuses('COLLATERAL_MALFORMED', () => appraised(resigned(change)), change.toString())
    }
    for (const json of [null, 7, [], {}, { ...honest, pck_crl: 'zz' }]) {
      refuses('COLLATERAL_MALFORMED', () => parseCollateral(json))
    }
  })
})
