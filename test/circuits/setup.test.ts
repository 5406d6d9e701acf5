/** The keys: the very bytes that snarkjs makes, pinned, and made again after anything went wrong. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as snarkjs from 'snarkjs'
import { artifactKinds, differences, findArtifacts, hashFile, root } from '../../circuits/artifacts.ts'
import { beaconIterations, contributionName, deltaBeacon, tauBeacon } from '../../circuits/setup/beacon.ts'
import { buildKeyFiles } from '../../circuits/setup/build.ts'
import { curve } from '../../circuits/setup/curve.ts'
import { SetupError } from '../../circuits/setup/errors.ts'
import { r, toBytes } from '../../circuits/setup/field.ts'
import { FixedBase } from '../../circuits/setup/fixed-base.ts'
import { developmentKey } from '../../circuits/setup/proving-key.ts'
import { checkPtau, keyFromPtau } from '../../circuits/setup/ptau.ts'
import { buildKeys, checkKeys, main } from '../../circuits/setup.ts'
import { buildToy, entryOf, type Toy } from '../prover/toy-circuit.ts'

const memory = () => ({ type: 'mem' as const, data: new Uint8Array() })

const inMemory = async (file: string) => ({ type: 'mem' as const, data: new Uint8Array(await readFile(file)) })

describe('setup', () => {
  let built: Toy
  let folder: string

  before(async () => {
    built = await buildToy()
    folder = await mkdtemp(path.join(root, 'build/test-setup-'))
  })
  after(() => rm(folder, { recursive: true }))

  describe('beside snarkjs', () => {
    /** One power above the circuit's 2^8. */
    const ptau = () => path.join(folder, 'prepared.ptau')
    const unprepared = () => path.join(folder, 'beacon.ptau')

    before(async () => {
      const bn254 = await (
        snarkjs as unknown as { curves: { getCurveFromName(name: string): Promise<{ terminate(): Promise<void> }> } }
      ).curves.getCurveFromName('bn128')
      const start = memory()
      await snarkjs.powersOfTau.newAccumulator(bn254, 9, start)
      await snarkjs.powersOfTau.beacon(start, unprepared(), 'any name', tauBeacon, beaconIterations)
      await snarkjs.powersOfTau.preparePhase2(unprepared(), ptau())
      await bn254.terminate()
    })

    it('makes the very bytes that snarkjs makes from the same beacons, and snarkjs verifies them', async () => {
      const initial = memory()
      const final = memory()
      await snarkjs.zKey.newZKey(built.files.r1cs, ptau(), initial)
      await snarkjs.zKey.beacon(initial, final, contributionName, deltaBeacon, beaconIterations)
      const key = Buffer.concat(await developmentKey(built.files.r1cs))
      assert.ok(key.equals(final.data))
      // From memory: this function does not close its files.
      const [r1cs, powers, zkey] = await Promise.all([built.files.r1cs, ptau(), built.files.provingKey].map(inMemory))
      assert.equal(await snarkjs.zKey.verifyFromR1cs(r1cs as unknown as string, powers, zkey), true)
    })

    it('takes a powers-of-tau file by path and says in the result which', async () => {
      assert.ok(
        Buffer.concat(await keyFromPtau(built.files.r1cs, ptau())).equals(await readFile(built.files.provingKey)),
      )
      const files = { ...built.files, ...keysIn(path.join(folder, 'from-ptau')) }
      const { setup } = await buildKeyFiles(files, { ptau: ptau() })
      assert.equal(setup.kind === 'ptau' && setup.ptau, await hashFile(ptau()))
      assert.deepEqual(await buildKeyFiles(files, { ptau: ptau() }), { setup, cached: true })
      const pinned = { ...(await entryOf(files, built.sym)), setup }
      assert.deepEqual(await buildKeyFiles(files, { pinned }), { setup, cached: true })
      await flip(files.provingKey)
      await assert.rejects(buildKeyFiles(files, { pinned }), unfit(/--ptau FILE/)) // never by development keys
      assert.equal((await buildKeyFiles(files)).cached, false) // other secrets, other keys
    })

    it('refuses a powers-of-tau file that does not serve the circuit', async () => {
      const whole = await readFile(ptau())
      const changed = (at: number) => {
        const copy = Buffer.from(whole)
        copy[at]! ^= 1
        return copy
      }
      const cases: readonly (readonly [what: RegExp, bytes: Buffer])[] = [
        [/not a powers-of-tau file/, changed(0)],
        [/not over BN254/, changed(12 + 12 + 4)],
        [/cut short|sections/, whole.subarray(0, -1)],
        [/cut short/, whole.subarray(0, 20)],
        [/not prepared/, await readFile(unprepared())],
      ]
      const file = path.join(folder, 'damaged.ptau')
      for (const [message, bytes] of cases) {
        await writeFile(file, bytes)
        await assert.rejects(checkPtau(file, 8), unfit(message))
      }
      await assert.rejects(checkPtau(ptau(), 9), unfit(/power 9; the circuit needs 10/))
      await assert.rejects(buildKeyFiles(built.files, { ptau: path.join(folder, 'absent') }), unfit(/does not exist/))
    })
  })

  it('makes the same key with one thread as with two', async () => {
    const one = Buffer.concat(await developmentKey(built.files.r1cs, { threads: 1 }))
    assert.ok(one.equals(await readFile(built.files.provingKey)))
  })

  it('multiplies rightly with tables of every size', async () => {
    const { G1, G2, tm } = await curve()
    const scalars = [
      0n,
      1n,
      2n,
      255n,
      256n,
      r - 1n,
      r - 2n,
      (r - 1n) / 2n,
      0x1234567890abcdef1234567890abcdefn,
      2n ** 253n,
    ]
    const group = { 1: G1, 2: G2 }
    for (const index of [1, 2] as const) {
      const expected = scalars.map((scalar) => {
        const bytes = new Uint8Array(64 * index)
        group[index].toRprLEM(bytes, 0, group[index].timesScalar(group[index].g, scalar))
        return bytes
      })
      for (const window of [4, 7, 8, 13]) {
        const fixedBase = new FixedBase({ code: tm.code, generators: { 1: tm.pG1gen, 2: tm.pG2gen } })
        const { points } = fixedBase.multiply(index, toBytes(scalars), window)
        assert.deepEqual(points, new Uint8Array(Buffer.concat(expected)), `G${index}, window ${window}`)
      }
    }
  })

  it('reports progress up to the last point', async () => {
    const seen: number[] = []
    let last = 0
    await developmentKey(built.files.r1cs, {
      onProgress: ({ done, total }) => {
        seen.push(done)
        last = total
      },
    })
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
    assert.equal(seen.at(-1), last)
  })

  it('is marked as development only inside both keys', async () => {
    assert.ok((await readFile(built.files.provingKey)).includes(contributionName))
    assert.match(JSON.parse(await readFile(built.files.verificationKey, 'utf8')).notice, /^DEVELOPMENT ONLY/)
  })

  it('has another delta than gamma', async () => {
    const { vk_gamma_2, vk_delta_2 } = JSON.parse(await readFile(built.files.verificationKey, 'utf8'))
    assert.notDeepEqual(vk_gamma_2, vk_delta_2)
  })

  it('finds keys that are made and makes damaged ones anew', async () => {
    const files = { ...built.files, ...keysIn(path.join(folder, 'damaged')) }
    assert.equal((await buildKeyFiles(files)).cached, false)
    assert.equal((await buildKeyFiles(files)).cached, true)
    for (const file of [files.provingKey, files.verificationKey]) {
      const hash = await hashFile(file)
      await flip(file)
      assert.equal((await buildKeyFiles(files)).cached, false)
      assert.equal(await hashFile(file), hash)
    }
  })

  it('makes the keys of another circuit when the circuit changes', async () => {
    const other = await buildToy(201)
    const files = { ...built.files, ...keysIn(path.join(folder, 'changed')) }
    await buildKeyFiles(files)
    assert.equal((await buildKeyFiles({ ...files, r1cs: other.files.r1cs })).cached, false)
    assert.equal(await hashFile(files.provingKey), await hashFile(other.files.provingKey))
  })

  it('leaves no half key behind when it is killed, and finishes when run again', async () => {
    const files = { ...built.files, ...keysIn(path.join(folder, 'killed')) }
    const pinned = await hashFile(built.files.provingKey)
    await mkdir(path.dirname(files.provingKey))
    for (const afterMs of [400, 700, 1000]) {
      const child = fork(new URL('./setup-child.ts', import.meta.url), [JSON.stringify(files)], {
        execArgv: ['--import', 'tsx'],
      })
      await Promise.race([once(child, 'exit'), sleep(afterMs)])
      if (child.exitCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      assert.ok([undefined, pinned].includes(await hashFile(files.provingKey)))
    }
    await writeFile(`${files.provingKey}.999999999-00.partial`, 'half a key of a process that is gone')
    await buildKeyFiles(files)
    assert.equal(await hashFile(files.provingKey), pinned)
    const names = await readdir(path.dirname(files.provingKey))
    assert.deepEqual(names.toSorted(), ['keys.json', 'proving-key.zkey', 'verification-key.json'])
  })

  it('finds a flipped bit in each artifact', async () => {
    const copies = Object.fromEntries(
      Object.entries(built.files).map(([kind, file]) => [kind, path.join(folder, 'flipped', path.basename(file))]),
    ) as unknown as typeof built.files
    await mkdir(path.join(folder, 'flipped'))
    for (const [kind, file] of Object.entries(copies)) {
      await writeFile(file, await readFile(built.files[kind as keyof typeof copies]))
    }
    const compare = async () => differences('toy', await findArtifacts(copies), built.entry)
    assert.deepEqual(await compare(), [])
    for (const [kind, file] of Object.entries(copies)) {
      await flip(file)
      const [difference, ...others] = await compare()
      assert.deepEqual(others, [])
      assert.equal(difference?.artifact, kind)
      assert.equal(difference.actual, await hashFile(file))
      await rm(file)
      assert.equal((await compare())[0]?.actual, null)
      await writeFile(file, await readFile(built.files[kind as keyof typeof copies]))
    }
  })

  it('finds an artifact that nobody pinned', async () => {
    const found = await findArtifacts(built.files)
    assert.equal(differences('toy', found, undefined).length, found.length)
    const source = { artifact: 'sourceClosure', file: root, hash: 'another' } as const
    assert.deepEqual(
      differences('toy', [source], built.entry).map(({ artifact }) => artifact),
      ['sourceClosure'],
    )
    assert.deepEqual(new Set([source.artifact, ...found.map(({ artifact }) => artifact)]), new Set(artifactKinds))
  })

  it('has every artifact of work-dev as it is pinned', async () => {
    await buildKeys('work-dev')
    assert.deepEqual(await checkKeys(), [])
  })

  it('has no keys for a circuit that is only counted', async () => {
    await assert.rejects(buildKeys('work-standard'), (error) => (error as SetupError).code === 'SETUP_NO_KEYS')
  })

  it('explains itself and its exit codes', async () => {
    const quiet = await silenced(async () => [
      await main(['--help']),
      await main(['--no-such']),
      await main(['--circuit', 'x']),
    ])
    assert.deepEqual(quiet.result, [0, 2, 2])
    assert.match(quiet.out, /DEVELOPMENT ONLY/)
    assert.match(quiet.error, /x is not one of work-dev/)
  })

  function keysIn(directory: string) {
    return {
      provingKey: path.join(directory, 'proving-key.zkey'),
      verificationKey: path.join(directory, 'verification-key.json'),
    }
  }
})

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(file, bytes)
}

function unfit(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof SetupError && error.code === 'SETUP_PTAU_UNFIT', String(error))
    assert.match(error.message, message)
    return true
  }
}

/** Runs `action` with both output streams caught. */
async function silenced<T>(action: () => Promise<T>): Promise<{ result: T; out: string; error: string }> {
  const [out, error] = [process.stdout.write, process.stderr.write]
  const caught = { out: '', error: '' }
  const catching = (stream: 'out' | 'error') => (text: string | Uint8Array) => {
    caught[stream] += String(text)
    return true
  }
  process.stdout.write = catching('out')
  process.stderr.write = catching('error')
  try {
    return { result: await action(), ...caught }
  } finally {
    process.stdout.write = out
    process.stderr.write = error
  }
}
