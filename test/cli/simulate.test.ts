/** `pocps simulate` as a shell sees it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { smallScenario } from '../economics/small.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

function simulate(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(root, 'src/cli/pocps.ts'), 'simulate', ...args],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  )
  return { stdout, stderr, status }
}

describe('pocps simulate', function () {
  // Each start loads the whole command line, which takes seconds on a busy machine.
  this.timeout(300_000)
  let folder: string
  const at = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pocps-simulate-'))
    await writeFile(at('mine.json'), JSON.stringify(await smallScenario('cartel', 'cartel')))
    await writeFile(
      at('calm.json'),
      JSON.stringify({ ...(await smallScenario('volatility', 'volatility')), days: 10, warmupDays: 10 }),
    )
  })
  after(() => rm(folder, { recursive: true }))

  it('lists the scenarios and prints their schema', () => {
    const listed = simulate('--list')
    assert.equal(listed.status, 0)
    for (const name of [
      'volatility',
      'return',
      'inference',
      'equilibrium',
      'token',
      'bank-run',
      'whale',
      'wash',
      'cartel',
    ]) {
      assert.match(listed.stdout, new RegExp(`^${name} `, 'm'))
    }
    assert.equal(JSON.parse(simulate('--schema').stdout).oneOf.length, 9)
  })

  it('plays a scenario file, says what it found and writes charts, report and results', async () => {
    const { stdout, stderr, status } = simulate(at('mine.json'), '--seed', '3', '--out', at('out'))
    assert.equal(status, 0, stderr)
    assert.match(stdout, /Cheating pays in \d+ of \d+ settings/)
    assert.match(stderr, /M agent-steps in .* M a second/)
    assert.deepEqual((await readdir(at('out'))).sort(), [
      'mine-break-even.svg',
      'mine-gain.svg',
      'mine.json',
      'report.html',
    ])
    const results = JSON.parse(await readFile(at('out/mine.json'), 'utf8'))
    assert.equal(results.seed, 3)
    assert.equal(results.scenario.kind, 'cartel')
  })

  it('prints nothing but JSON on stdout when asked to', () => {
    const { stdout } = simulate(at('mine.json'), '--json', '--workers', '1', '--out', at('json'))
    const [{ figures, charts }] = JSON.parse(stdout).simulations
    assert.equal(figures['settings on the wrong side of the curve'], 0)
    assert.equal(charts, undefined)
  })

  it('recommends parameters and says which in use are not safe, and why', () => {
    const { stdout, stderr, status } = simulate(
      at('calm.json'),
      '--recommend',
      '--runs',
      '1',
      '--json',
      '--target-volatility',
      '0.5',
    )
    assert.equal(status, 0, stderr)
    const { parameters } = JSON.parse(stdout)
    const proofs = parameters.find(({ name }: { name: string }) => name === 'proofs a round')
    // (1 - 0.075)^n <= 0.1 for n >= 29.5 columns, two a proof.
    assert.equal(proofs.recommended, 15)
    assert.equal(proofs.safe, false)
    assert.match(proofs.reason, /14\.4 %/)
    assert.deepEqual(
      parameters.map(({ name }: { name: string }) => name),
      [
        'proofs a round',
        'stake',
        'collateral of a sale',
        'window of provided hours',
        'fee',
        'rise of the sale price',
        'unbonding',
      ],
    )
  })

  it('exits with 2 for an unknown scenario, a malformed one and a value out of range', async () => {
    await writeFile(at('wrong.json'), JSON.stringify({ ...(await smallScenario('cartel', 'cartel')), runs: 0 }))
    for (const [args, words] of [
      [['dance'], /no scenario dance/],
      [[at('wrong.json')], /runs/],
      [['cartel', '--target-security', '2'], /0 to 1/],
      [['cartel', '--recommend'], /volatility scenario/],
    ] as const) {
      const { status, stderr } = simulate(...args)
      assert.equal(status, 2, args.join(' '))
      assert.match(stderr, words)
    }
  })

  it('exits with 75 when it cannot write', async () => {
    await writeFile(at('file'), '')
    const { status, stderr } = simulate(at('mine.json'), '--out', at('file'))
    assert.equal(status, 75)
    assert.match(stderr, /STORAGE_FAILED/)
  })
})
