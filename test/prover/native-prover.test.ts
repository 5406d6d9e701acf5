/** The native prover's command line: proofs that snarkjs accepts, and hostile files that never crash it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { useSingleThread } from '../../circuits/setup/curve.ts'
import { q } from '../../circuits/setup/field.ts'
import { WitnessCalculator } from '../../prover/backends/witness.ts'
import { buildNativeProver } from '../../prover/index.ts'
import { flattenInputs } from '../../prover/inputs.ts'
import { buildToy, type Toy, toyInputs } from './toy-circuit.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocps-prover-'))
const pathOf = (name: string) => join(folder, name)

/** Sections of a .zkey or .wtns: where each one's type lies, and its content. */
function sectionsOf(file: Buffer): { readonly type: number; readonly at: number; readonly size: number }[] {
  const found = []
  for (let at = 12; at < file.length; ) {
    const size = Number(file.readBigUInt64LE(at + 4))
    found.push({ type: file.readUInt32LE(at), at, size })
    at += 12 + size
  }
  return found
}

function flipped(file: Buffer, at: number): Buffer {
  return changed(file, (copy) => copy.writeUInt8(copy.readUInt8(at) ^ 1, at))
}

function changed(file: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(file)
  change(copy)
  return copy
}

describe('native prover, command line', () => {
  let executable: string
  let made: Toy
  let zkey: Buffer
  let witness: Buffer

  before(async function () {
    const build = await buildNativeProver()
    if ('unavailable' in build) return this.skip()
    executable = build.executable
    made = await buildToy()
    zkey = readFileSync(made.files.provingKey)
    const calculator = new WitnessCalculator(readFileSync(made.files.witnessProgram))
    witness = Buffer.from(calculator.calculate(flattenInputs(made.entry.inputs, toyInputs())))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** The command line's status and stderr. A signal, which is a crash, fails the test. */
  function prove(key: Buffer, values: Buffer, env: Readonly<Record<string, string>> = {}) {
    writeFileSync(pathOf('zkey'), key)
    writeFileSync(pathOf('wtns'), values)
    const args = ['prove', ...['zkey', 'wtns', 'proof.json', 'public.json'].map(pathOf), '--threads', '1']
    const { status, signal, stderr } = spawnSync(executable, args, {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    })
    assert.equal(signal, null, stderr)
    return { status, stderr }
  }

  const refuses = (code: string, key: Buffer, values: Buffer, what: string) => {
    const { status, stderr } = prove(key, values)
    assert.equal(status, 1, `${what}: ${stderr}`)
    assert.match(stderr, new RegExp(`^prover: ${code}: `), what)
  }

  for (const path of ['adx', 'portable']) {
    it(`writes the proof and the public signals that snarkjs accepts (${path})`, async function () {
      const { status, stderr } = prove(zkey, witness, { POCPS_PROVER_PATH: path })
      if (/has no adx/.test(stderr)) return this.skip()
      assert.equal(status, 0, stderr)
      await useSingleThread()
      const [key, proof, signals] = [made.files.verificationKey, pathOf('proof.json'), pathOf('public.json')].map(
        (file) => JSON.parse(readFileSync(file, 'utf8')),
      )
      assert.deepEqual(signals, ['3', '24'])
      assert.equal(await snarkjs.groth16.verify(key, signals, proof), true)
      assert.equal(readFileSync(pathOf('proof.json'), 'utf8'), JSON.stringify(proof, null, 1))
    })
  }

  it('never gives the same proof twice', () => {
    const proofs = [1, 2].map(() => {
      prove(zkey, witness)
      return readFileSync(pathOf('proof.json'), 'utf8')
    })
    assert.notEqual(proofs[0], proofs[1])
  })

  it('refuses a proving key that is cut anywhere', () => {
    const ends = sectionsOf(zkey).flatMap(({ at, size }) => [at, at + 3, at + 11, at + 12, at + 12 + size - 1])
    for (const end of [0, 3, 4, 8, ...ends]) refuses('PROVER_BAD_KEY', zkey.subarray(0, end), witness, `cut at ${end}`)
    refuses('PROVER_BAD_KEY', Buffer.concat([zkey, Buffer.alloc(1)]), witness, 'one byte more')
  })

  it('refuses a proving key whose sections have another length, count or kind', () => {
    for (const { type, at, size } of sectionsOf(zkey)) {
      for (const length of [0n, BigInt(size) - 1n, BigInt(size) + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
        if (length === BigInt(size)) continue
        const key = changed(zkey, (copy) => copy.writeBigUInt64LE(BigInt.asUintN(64, length), at + 4))
        refuses('PROVER_BAD_KEY', key, witness, `section ${type} of ${length} bytes`)
      }
      for (const kind of [0, 11, type === 1 ? 2 : 1]) {
        refuses(
          'PROVER_BAD_KEY',
          changed(zkey, (copy) => copy.writeUInt32LE(kind, at)),
          witness,
          `${type} as ${kind}`,
        )
      }
    }
  })

  it('refuses a proving key of another curve or protocol, with impossible counts or indices', () => {
    const [protocol, header, , coefficients] = sectionsOf(zkey).sort((a, b) => a.type - b.type)
    const at = { protocol: protocol!.at + 12, header: header!.at + 12, coefficients: coefficients!.at + 12 }
    const counts = at.header + 72
    for (const [what, offset, value] of [
      ['magic', 0, 0],
      ['version', 4, 2],
      ['sections', 8, 9],
      ['protocol', at.protocol, 2],
      ['size of q', at.header, 48],
      ['q', at.header + 4, 1],
      ['r', at.header + 40, 1],
      ['no variables', counts, 0],
      ['too many variables', counts, 2 ** 32 - 1],
      ['too many public signals', counts + 4, 2 ** 32 - 1],
      ['no domain', counts + 8, 0],
      ['a domain that is no power of two', counts + 8, 255],
      ['a larger domain', counts + 8, 512],
      ['an immense domain', counts + 8, 2 ** 31],
      ['too many coefficients', at.coefficients, 2 ** 32 - 1],
      ['no coefficients', at.coefficients, 0],
      ['matrix', at.coefficients + 4, 2],
      ['constraint', at.coefficients + 8, 2 ** 16],
      ['variable', at.coefficients + 12, 2 ** 31],
      ['value', at.coefficients + 16 + 28, 2 ** 32 - 1],
    ] as const) {
      refuses(
        'PROVER_BAD_KEY',
        changed(zkey, (copy) => copy.writeUInt32LE(value, offset)),
        witness,
        what,
      )
    }
  })

  it('refuses a point off its curve, not reduced or, where there may be none, infinite', () => {
    const names = { 2: 80 + 4, 3: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 0 } as const
    for (const { type, at, size } of sectionsOf(zkey)) {
      const first = names[type as keyof typeof names]
      if (first === undefined) continue
      const bytes = zkey.subarray(at + 12, at + 12 + size)
      const point = first + bytes.subarray(first).findIndex((byte) => byte !== 0)
      const flip = flipped(zkey, at + 12 + point)
      refuses('PROVER_BAD_KEY', flip, witness, `section ${type} off the curve`)
      const large = changed(zkey, (copy) => copy.fill(0xff, at + 12 + point - (point % 4), at + 12 + point + 32))
      refuses('PROVER_BAD_KEY', large, witness, `section ${type} not reduced`)
    }
    const alpha = sectionsOf(zkey).find(({ type }) => type === 2)!.at + 12 + 84
    refuses(
      'PROVER_BAD_KEY',
      changed(zkey, (copy) => copy.fill(0, alpha, alpha + 64)),
      witness,
      'alpha infinite',
    )
  })

  it('refuses a point of the twist that is outside the group', () => {
    // x = 1: on the curve, but r times it is not infinite.
    const y = [
      18278151005453108793778860132295291098363647455926340152056652516292830556603n,
      5912654199736721486680175016176231956195085055698687135131307249486702594212n,
    ]
    const montgomery = (value: bigint) =>
      Buffer.from(((value << 256n) % q).toString(16).padStart(64, '0'), 'hex').reverse()
    const outsider = Buffer.concat([1n, 0n, ...y].map(montgomery))
    const at = (type: number) => sectionsOf(zkey).find((section) => section.type === type)!
    const delta2 = at(2).at + 12 + at(2).size - 128
    const lastB2 = at(7).at + 12 + at(7).size - 128
    for (const place of [delta2, at(7).at + 12, lastB2]) {
      const key = changed(zkey, (copy) => void outsider.copy(copy, place))
      refuses('PROVER_BAD_KEY', key, witness, `at ${place}`)
      assert.match(prove(key, witness).stderr, /group/)
    }
  })

  it('refuses a witness that is cut, stretched, of another curve or another circuit', () => {
    const ends = [0, 4, 8, 12, 15, 24, 60, 64, 76, 77, witness.length - 1]
    for (const end of ends) refuses('PROVER_BAD_WITNESS', zkey, witness.subarray(0, end), `cut at ${end}`)
    for (const [what, offset, value] of [
      ['magic', 0, 1],
      ['version', 4, 1],
      ['sections', 8, 3],
      ['kind', 12, 2],
      ['size of the field', 24, 31],
      ['r', 28, 2],
      ['count', 60, 2 ** 32 - 1],
      ['length', 68, 31],
      ['first value', 76, 2],
      ['a value not below r', 76 + 32 + 28, 2 ** 32 - 1],
    ] as const) {
      refuses(
        'PROVER_BAD_WITNESS',
        zkey,
        changed(witness, (copy) => copy.writeUInt32LE(value, offset)),
        what,
      )
    }
    const shorter = changed(witness.subarray(0, -32), (copy) => {
      copy.writeUInt32LE(copy.readUInt32LE(60) - 1, 60)
      copy.writeBigUInt64LE(copy.readBigUInt64LE(68) - 32n, 68)
    })
    refuses('PROVER_BAD_WITNESS', zkey, shorter, 'of another circuit')
  })

  it('says how it is used', () => {
    for (const args of [
      [],
      ['prove'],
      ['prove', 'a', 'b', 'c'],
      ['sing'],
      ['info', '--threads', '0'],
      ['info', '--x'],
    ]) {
      assert.equal(spawnSync(executable, args).status, 2, args.join(' '))
    }
    assert.match(spawnSync(executable, ['info'], { encoding: 'utf8' }).stdout, /^path +(adx|portable)\nthreads +\d+\n$/)
    const env = { ...process.env, POCPS_PROVER_PATH: 'abacus' }
    assert.match(spawnSync(executable, ['info'], { encoding: 'utf8', env }).stderr, /PROVER_BAD_REQUEST/)
    assert.match(
      spawnSync(executable, ['prove', ...Array(4).fill(pathOf('none'))], { encoding: 'utf8' }).stderr,
      /PROVER_IO/,
    )
  })
})
