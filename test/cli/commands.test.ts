/** The command line as a shell sees it: what it prints, and the exit code. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const vectors = JSON.parse(await readFile(join(root, 'test/vectors/work-dev.json'), 'utf8'))

function pocps(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'src/cli/pocps.ts'), ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  )
  return { stdout, stderr, status }
}

describe('pocps', () => {
  let folder: string
  const at = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pocps-cli-'))
    await writeFile(at('inputs.json'), JSON.stringify(vectors.proofs[0].inputs))
  })
  after(() => rm(folder, { recursive: true }))

  it('lists its commands, each with examples', () => {
    const { stdout, status } = pocps('--help')
    assert.equal(status, 0)
    for (const command of ['demo', 'round', 'prove', 'verify', 'factors', 'enclave', 'simulate', 'keys']) {
      assert.match(stdout, new RegExp(`^  ${command}`, 'm'))
      if (command !== 'keys') assert.match(pocps(command, '--help').stdout, /Example/)
    }
  })

  it('exits with 2 for an unknown command, an unknown option and a value out of range', () => {
    for (const args of [
      ['dance'],
      ['demo', '--tempo'],
      ['demo', '--epochs', '0'],
      ['demo', '--profile', 'work-standard'],
    ]) {
      assert.equal(pocps(...args).status, 2, args.join(' '))
    }
  })

  it('proves a vector so that snarkjs alone accepts it', () => {
    const proved = pocps('prove', at('inputs.json'), '--proof', at('proof.json'), '--public', at('public.json'))
    assert.equal(proved.status, 0, proved.stderr)
    const snarkjs = createRequire(import.meta.url)
      .resolve('snarkjs')
      .replace(/build\/main\.cjs$|main\.js$/, 'build/cli.cjs')
    const key = join(root, 'circuits/generated/work-dev.verification-key.json')
    const judged = spawnSync(process.execPath, [snarkjs, 'groth16', 'verify', key, at('public.json'), at('proof.json')])
    assert.equal(judged.status, 0, String(judged.stdout))
  })

  it('verifies that proof, and names its public signals', () => {
    const { stdout, status } = pocps('verify', at('proof.json'), at('public.json'), '--json')
    assert.equal(status, 0)
    assert.equal(JSON.parse(stdout).signals.challenge, vectors.challenge)
  })

  it('refuses the proof for any other public signal, with exit code 1', async () => {
    const signals: string[] = JSON.parse(await readFile(at('public.json'), 'utf8'))
    for (const i of signals.keys()) {
      const other = signals.with(i, String(BigInt(signals[i]!) + 1n))
      await writeFile(at('other.json'), JSON.stringify(other))
      const { stdout, status } = pocps('verify', at('proof.json'), at('other.json'), '--json')
      assert.equal(status, 1)
      assert.equal(JSON.parse(stdout).code, 'PROOF_INVALID')
    }
  })

  it('tells a malformed proof from a false one', async () => {
    const proof = JSON.parse(await readFile(at('proof.json'), 'utf8'))
    for (const [name, wrong] of [
      ['not JSON', '{'],
      ['no proof', '{}'],
      ['a short point', JSON.stringify({ ...proof, pi_a: proof.pi_a.slice(1) })],
      ['a point off the curve', JSON.stringify({ ...proof, pi_a: ['1', '3', '1'] })],
    ]) {
      await writeFile(at('wrong.json'), wrong!)
      const { status, stderr } = pocps('verify', at('wrong.json'), at('public.json'))
      assert.notEqual(status, 0, name)
      assert.match(stderr, /BAD_ARGUMENT|BAD_PROOF/, name)
    }
  })

  it('cannot prove inputs with a wrong output, and says so by code', async () => {
    const { inputs } = vectors.proofs[0]
    const outputElements = structuredClone(inputs.outputElements)
    outputElements[0] = outputElements[0].map((element: string) => String(BigInt(element) ^ 3n))
    await writeFile(at('false.json'), JSON.stringify({ ...inputs, outputElements }))
    const { stdout, status } = pocps('prove', at('false.json'), '--json')
    assert.equal(status, 1)
    assert.equal(JSON.parse(stdout).code, 'WITNESS_UNSATISFIED')
  })

  it('computes the factors of a full node as 1, and PoP without an enclave as exp(-2.303)', () => {
    const { stdout } = pocps('factors', '--days', '30', '--work', '2e14', '--benchmark', '2e14', '--json')
    const factors = JSON.parse(stdout)
    assert.deepEqual([factors.PoT, factors.PoL, factors.PoW], Array(3).fill('1000000000000000000'))
    assert.equal(factors.PoP, '99958517905605449')
  })
})
