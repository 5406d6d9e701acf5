/** `pocps enclave` as a shell sees it: what it prints, and the exit code. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publicKeyOf } from '../../src/enclave/attestation.ts'
import { gpuCommitment, reportHash } from '../../src/enclave/binding.ts'
import { encodePem } from '../../src/enclave/pem.ts'
import {
  gpuDeviceKey,
  syntheticCollateral,
  syntheticGpu,
  syntheticPlatform,
  syntheticQuote,
} from '../support/enclave-pki.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const NOW = ['--now', '2026-03-01T00:00:00Z', '--development']

function enclave(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'src/cli/pocps.ts'), 'enclave', ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  )
  return { stdout, stderr, status }
}

describe('pocps enclave', () => {
  let folder: string
  const at = (name: string) => join(folder, name)
  const platform = syntheticPlatform({ seed: 'command line' })
  const binding = { publicKey: publicKeyOf(31n), gpuCommitment: gpuCommitment(gpuDeviceKey()), challenge: 33n } as const
  const reportData = reportHash(binding)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pocps-enclave-'))
    const quote = syntheticQuote(platform, { format: 'tdx-v5', reportData })
    const issuedAt = new Date('2026-02-20T00:00:00Z')
    const gpu = syntheticGpu({ nonce: reportData })
    const chain = gpu.certificates.map(encodePem).join('')
    await writeFile(at('quote.bin'), quote)
    await writeFile(at('quote.hex'), `0x${quote.toString('hex')}\n`)
    await writeFile(at('collateral.json'), JSON.stringify(syntheticCollateral(platform, { tee: 'tdx', issuedAt })))
    await writeFile(at('gpu.txt'), gpu.bytes.toString('hex'))
    await writeFile(at('gpu.pem'), chain)
  })
  after(() => rm(folder, { recursive: true }))

  it('has examples', () => {
    assert.match(enclave('verify', '--help').stdout, /Examples/)
  })

  it('inspects a quote without verifying it, for people and for programs', () => {
    const { stdout, status } = enclave('inspect', at('quote.hex'))
    assert.equal(status, 0)
    assert.match(stdout, /^kind +TDX quote, version 5, TD 1\.5$/m)
    const { evidence } = JSON.parse(enclave('inspect', at('quote.bin'), '--json').stdout)
    assert.equal(evidence[0].PPID, platform.ppid.toString('hex'))
  })

  it('verifies a quote with its collateral, and never prints the platform’s identity', () => {
    const hex = reportData.toString('hex')
    const args = ['verify', at('quote.bin'), '--collateral', at('collateral.json'), '--report-data', hex, ...NOW]
    const { stdout, stderr, status } = enclave(...args, '--json')
    assert.equal(status, 0, stderr)
    const [verdict] = JSON.parse(stdout).verdicts
    assert.deepEqual([verdict.level, verdict.trust, verdict.tcb.status], [2, 'development', 'UpToDate'])
    assert.doesNotMatch(stdout, new RegExp(platform.ppid.toString('hex')))
  })

  it('verifies a quote with its GPU', () => {
    const gpu = ['--gpu-evidence', at('gpu.txt'), '--gpu-certificates', at('gpu.pem')]
    const args = ['verify', at('quote.bin'), '--collateral', at('collateral.json'), ...NOW]
    // The test root of GPUs is nobody's on the command line.
    const { status, stderr } = enclave(...args, ...gpu, '--enclave-key', binding.publicKey.join(), '--challenge', '33')
    assert.deepEqual([status, /CERTIFICATE_UNTRUSTED/.test(stderr)], [1, true])
  })

  it('exits with 1 and a code when evidence earns nothing or is false', () => {
    const cases: readonly (readonly [code: string, ...args: string[]])[] = [
      ['COLLATERAL_MISSING', at('quote.bin'), ...NOW],
      ['CERTIFICATE_UNTRUSTED', at('quote.bin'), '--now', '2026-03-01'],
      ['EVIDENCE_REPORT_DATA_MISMATCH', at('quote.bin'), '--report-data', '00'.repeat(32), ...NOW],
    ]
    for (const [code, ...args] of cases) {
      const { stdout, status } = enclave('verify', ...args, '--json')
      assert.deepEqual([status, JSON.parse(stdout).code], [1, code])
    }
  })

  it('exits with 2 for options that do not go together, and with 75 where waiting helps', () => {
    for (const args of [
      [at('quote.bin'), '--now', 'yesterday'],
      [at('quote.bin'), '--challenge', '5'],
      [at('quote.bin'), '--gpu-manifest', at('collateral.json'), ...NOW],
    ]) {
      assert.equal(enclave('verify', ...args).status, 2, args.join(' '))
    }
    assert.equal(enclave('verify', at('quote.bin'), '--development', '--now', '2020-01-01').status, 75)
  })
})
