/** The trees of what is accepted: entries follow Intel's rule, gaps miss the revoked, the platform tree is the chain's. */
import assert from 'node:assert/strict'
import { buildPoseidon } from 'circomlibjs'
import type { VerifiedCollateral } from '../../src/enclave/collateral.ts'
import { QeIdentity, TcbInfo, type TcbStatus } from '../../src/enclave/collateral-schema.ts'
import type { PckIdentity } from '../../src/enclave/pck.ts'
import { parseQuote, type Quote } from '../../src/enclave/quote.ts'
import { StatementError } from '../../src/enclave/statement/errors.ts'
import { Measurements, registersDigest } from '../../src/enclave/statement/measurements.ts'
import { type Platform, platformTree } from '../../src/enclave/statement/platform-leaf.ts'
import { entriesOf, TcbEntries } from '../../src/enclave/statement/tcb-entries.ts'
import { syntheticCollateral } from '../../src/enclave/synthetic/collateral.ts'
import { syntheticPlatform } from '../../src/enclave/synthetic/platform.ts'
import { syntheticQuote } from '../../src/enclave/synthetic/quote.ts'
import { appraiseTcb } from '../../src/enclave/tcb.ts'

const random = (below: number) => Math.floor(Math.random() * below)
const platform = syntheticPlatform({ seed: 'trees' })
const quote = parseQuote(syntheticQuote(platform, { format: 'tdx-v4', reportData: Buffer.alloc(64) }))
const notAccepted = (error: unknown) => error instanceof StatementError && error.code === 'STATEMENT_NOT_ACCEPTED'

describe('accepted versions', () => {
  const small = () => Array.from({ length: 16 }, (_, i) => (i < 4 ? random(3) : 0))
  const statuses = ['UpToDate', 'SWHardeningNeeded', 'ConfigurationNeeded', 'OutOfDate'] as const
  const collateral = (): VerifiedCollateral => {
    const levels = Array.from({ length: 4 }, () => ({
      ...{
        status: statuses[random(4)]!,
        components: small(),
        pceSvn: random(3),
        tdxComponents: [random(3), 0, random(3)],
      },
    })).map((level) => ({ ...level, tdxComponents: [...level.tdxComponents, ...Array<number>(13).fill(0)] }))
    const parts = () => [2, 1].map((isvSvn) => ({ isvSvn, status: (['UpToDate', 'OutOfDate'] as const)[random(2)]! }))
    const json = syntheticCollateral(platform, {
      ...{ tee: 'tdx', issuedAt: new Date('2026-02-20T00:00:00Z'), levels, moduleLevels: parts(), qeLevels: parts() },
    })
    return {
      tcbInfo: TcbInfo.parse(JSON.parse(json.tcb_info)),
      qeIdentity: QeIdentity.parse(JSON.parse(json.qe_identity)),
      validUntil: new Date(0),
    } as unknown as VerifiedCollateral
  }
  const machine = () => {
    const [components, pceSvn, qeSvn] = [small(), random(3), random(4)]
    const teeTcbSvn = Buffer.from([random(3), random(2), random(3), ...Array<number>(13).fill(0)])
    const { fmspc, pceId } = platform
    const pck = { fmspc, pceId, components, pceSvn } as unknown as PckIdentity
    const at = {
      ...quote,
      body: { ...quote.body, teeTcbSvn },
      qeReport: { ...quote.qeReport, isvSvn: qeSvn },
    } as Quote
    const described: Platform = {
      ...{
        attestationKey: quote.attestationKey,
        fmspc,
        pceId,
        pceSvn,
        components,
        tee: 'tdx',
        qeSvn,
        nullifierKey: 0n,
      },
    }
    return { pck, at, described, teeTcbSvn }
  }

  it('are those to which Intel’s rule gives an accepted status, for random lists and machines', () => {
    const counts = { accepted: 0, refused: 0, dropped: 0 }
    for (let trial = 0; trial < 150; trial++) {
      const known = collateral()
      const accepted = new Set<TcbStatus>(statuses.slice(0, 1 + random(3)))
      const entries = new TcbEntries(entriesOf(known.tcbInfo, known.qeIdentity, accepted), 4)
      for (let i = 0; i < 20; i++) {
        const { pck, at, described, teeTcbSvn } = machine()
        let status: TcbStatus | undefined
        try {
          status = appraiseTcb(at, pck, known).status
        } catch {
          status = undefined // reaches no level
        }
        let inTree = true
        try {
          entries.accepting(described, teeTcbSvn)
        } catch (error) {
          assert.ok(notAccepted(error))
          inTree = false
        }
        const right = status !== undefined && accepted.has(status)
        assert.ok(right || !inTree, `${status} is in the tree`)
        // What is dropped: levels behind one that is not accepted. Safe, and rare in Intel's lists.
        if (right && !inTree) counts.dropped += 1
        else counts[inTree ? 'accepted' : 'refused'] += 1
      }
    }
    assert.ok(counts.accepted > 20 && counts.refused > 20, JSON.stringify(counts))
  })

  it('drop nothing where the list descends, and never hold what is revoked', () => {
    const levels = [3, 2, 1].map((pceSvn, i) => ({ status: statuses[i]!, pceSvn }))
    const json = syntheticCollateral(platform, { tee: 'tdx', issuedAt: new Date('2026-02-20T00:00:00Z'), levels })
    const tcbInfo = TcbInfo.parse(JSON.parse(json.tcb_info))
    const qeIdentity = QeIdentity.parse(JSON.parse(json.qe_identity))
    const entries = (...accepted: TcbStatus[]) => entriesOf(tcbInfo, qeIdentity, new Set(accepted))
    const svns = (...accepted: TcbStatus[]) => [...new Set(entries(...accepted).map(({ pceSvn }) => pceSvn))]
    assert.deepEqual(svns('UpToDate'), [3])
    assert.deepEqual(svns('UpToDate', 'SWHardeningNeeded'), [3, 2])
    assert.deepEqual(svns('UpToDate', 'ConfigurationNeeded'), [3])
    assert.throws(() => entries('Revoked'), RangeError)
  })
})

describe('accepted software', () => {
  it('is found by the digest of its registers, with its level', () => {
    const registers = registersDigest(quote)
    const measurements = new Measurements([
      { registers: 1n, level: 7 },
      { registers, level: 40 },
    ])
    const found = measurements.accepting(registers)
    assert.deepEqual([found.level, found.position, found.path.length], [40, 1, 10])
    assert.throws(() => measurements.accepting(registers + 1n), notAccepted)
  })

  it('differs when one register does', () => {
    const other = parseQuote(
      syntheticQuote(platform, {
        format: 'tdx-v4',
        reportData: Buffer.alloc(64),
        td: { mrOwner: Buffer.alloc(48, 1) },
      }),
    )
    assert.notEqual(registersDigest(other), registersDigest(quote))
  })
})

describe('the platform tree', () => {
  it('hashes as circomlib’s plain Poseidon, which contracts compute', async () => {
    const poseidon = await buildPoseidon()
    const plain = (inputs: bigint[]) => poseidon.F.toObject(poseidon(inputs, poseidon.F.e(0n), 1))
    const tree = platformTree([5n, 6n], 2)
    assert.equal(tree.root, plain([plain([5n, 6n]), plain([0n, 0n])]))
  })
})
