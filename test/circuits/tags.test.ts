/** The range checks: bits, canonical bits and the number of steps. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CircuitError } from '../../circuits/errors.ts'
import { templateDirectory } from '../../circuits/source.ts'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'
import { assertDetermined, assertEveryWireIsHeld, assertOneRowBreaks } from './forgery.ts'
import { randomElement, Subject } from './harness.ts'
import { vectors } from './vectors.ts'

const bitsOf = (value: bigint, n: number) => Array.from({ length: n }, (_, i) => (value >> BigInt(i)) & 1n)
const zip = (wires: readonly number[], values: readonly bigint[]) => wires.map((wire, i) => [wire, values[i]!] as const)

describe('circuits: Bits', () => {
  const subject = () => Subject.template('bits-8', 'tags.circom', 'Bits(8)', ['in'])

  it('gives the bits of every value in its range', async () => {
    const bits = await subject()
    for (const value of [0n, 1n, 37n, 128n, 255n]) {
      assert.deepEqual((await bits.witness({ in: value })).slice(1, 9), bitsOf(value, 8))
    }
  })

  it('refuses a value outside of it', async () => {
    const bits = await subject()
    for (const value of [256n, r - 1n, 1n << 253n]) await assert.rejects(bits.witness({ in: value }), /Assert Failed/)
  })

  it('admits no forged witness: of 256 bit strings exactly one holds, and non-bits with the right sum do not', async () => {
    const bits = await subject()
    const witness = await bits.witness({ in: 37n })
    assertEveryWireIsHeld(bits, witness)
    assertDetermined(bits)
    const wires = bits.system.array('main.bits')
    const holding = Array.from({ length: 256 }, (_, value) => BigInt(value)).filter(
      (value) => bits.system.broken(bits.system.set(witness, zip(wires, bitsOf(value, 8)))).length === 0,
    )
    assert.deepEqual(holding, [37n])
    // 37 = 2 * 18 + 1: the sum holds, bit 1 is no bit.
    const digits = [1n, 18n, 0n, 0n, 0n, 0n, 0n, 0n]
    assertOneRowBreaks(bits, bits.system.set(witness, zip(wires, digits)))
  })
})

describe('circuits: Binary and ConstantBits', () => {
  const subject = () =>
    Subject.template(
      'binary',
      'tags.circom',
      'BinaryAndConstant()',
      ['in'],
      `template BinaryAndConstant() {
    signal input in[3];
    signal output out[3];
    signal output constant[8];
    out <== Binary(3)(in);
    constant <== ConstantBits(8, 37)();
}`,
    )

  it('pass bits on, and give those of a constant for no row', async () => {
    const binary = await subject()
    const witness = await binary.witness({ in: [1n, 0n, 1n] })
    assert.deepEqual(witness.slice(1, 4), [1n, 0n, 1n])
    assert.deepEqual(witness.slice(4, 12), bitsOf(37n, 8))
    assert.equal(binary.system.rows.length, 3 + (3 + 8)) // the rows in brackets are those of main's outputs
  })

  it('refuse what is no bit', async () => {
    const binary = await subject()
    for (const value of [2n, r - 1n]) await assert.rejects(binary.witness({ in: [0n, value, 0n] }), /Assert Failed/)
  })

  it('admit no forged witness', async () => {
    const binary = await subject()
    const witness = await binary.witness({ in: [1n, 0n, 1n] })
    assertEveryWireIsHeld(binary, witness)
    assertDetermined(binary)
    const half = binary.system.set(witness, [[binary.system.wire('main.in[1]'), (r + 1n) / 2n]])
    assert.ok(binary.system.broken(half).length > 0)
  })
})

describe('circuits: CanonicalBits', () => {
  const subject = () => Subject.template('canonical-bits', 'tags.circom', 'CanonicalBits()', ['in'])
  const highOfR = r >> 128n

  it('gives the 254 bits of a field element, up to the highest it takes', async () => {
    const canonical = await subject()
    const values = [0n, 1n, (highOfR << 128n) - 1n, randomElement(), ...vectors.proofs.map((p) => BigInt(p.sampleSeed))]
    for (const value of values) {
      assert.deepEqual((await canonical.witness({ in: value })).slice(1, 255), bitsOf(value, 254))
    }
  })

  it('refuses the few elements whose high part is that of r', async () => {
    const canonical = await subject()
    for (const value of [highOfR << 128n, r - 1n]) {
      await assert.rejects(canonical.witness({ in: value }), /Assert Failed/)
    }
    assert.ok((r - (highOfR << 128n)) * (1n << 126n) < r + (1n << 252n))
  })

  it('admits no forged witness: the bits of h + r are the only other ones, and no range check of them holds', async () => {
    const canonical = await subject()
    const { system } = canonical
    const bits = system.array('main.bits')
    const plan = assertDetermined(canonical, bits)
    for (const h of [0n, 5n, (1n << 254n) - r - 1n]) {
      const witness = await canonical.witness({ in: h })
      assertEveryWireIsHeld(canonical, witness)
      // 254 bits sum to less than 2 r, so they are those of h or of h + r.
      const alias = system.set(witness, zip(bits, bitsOf(h + r, 254)))
      const forged = system.complete(alias, plan)
      assertOneRowBreaks(canonical, forged)
      // The check would have to write this negative number with 126 bits.
      assert.ok(highOfR - 1n - ((h + r) >> 128n) < 0n)
    }
    assert.ok(1n << 254n < 2n * r)
  })
})

describe('circuits: StepCount', () => {
  const subject = () => Subject.template('step-count-16', 'tags.circom', 'StepCount(16)', ['in'])

  it('takes 1 to 2^16', async () => {
    const count = await subject()
    for (const value of [1n, 2n, 65535n, 65536n]) assert.equal((await count.witness({ in: value }))[1], value)
  })

  it('refuses 0, 2^16 + 1 and negative numbers', async () => {
    const count = await subject()
    for (const value of [0n, 65537n, r - 1n]) await assert.rejects(count.witness({ in: value }), /Assert Failed/)
  })

  it('admits no forged witness: any other count breaks the sum', async () => {
    const count = await subject()
    const witness = await count.witness({ in: 5n })
    assertEveryWireIsHeld(count, witness)
    const plan = assertDetermined(count)
    for (const value of [0n, 65537n, r - 1n, randomElement()]) {
      const forged = count.system.complete(count.system.set(witness, [[count.system.wire('main.in'), value]]), plan)
      assertOneRowBreaks(count, forged)
    }
  })
})

describe('circuits: tags', () => {
  const granting = ['tags.circom', join('enclave', 'point.circom')]

  it('are asked for by the compiler: an untagged signal is refused where bits are expected', async () => {
    const untagged = `
template Untagged() {
    signal input u[64];
    signal output index[2];
    index <== DrawConstant(4)(u);
}`
    await assert.rejects(
      Subject.template('untagged', 'draw.circom', 'Untagged()', ['u'], untagged),
      (error: CircuitError) => error instanceof CircuitError && error.code === 'CIRCUIT_COMPILER_FAILED',
    )
  })

  it('are granted in tags.circom and of points in point.circom: elsewhere a tagged output is assigned signals of the same tags', () => {
    let assignments = 0
    const files = readdirSync(templateDirectory, { recursive: true, encoding: 'utf8' })
    const sources = files.filter((file) => file.endsWith('.circom')).map((file) => [file, readTemplates(file)] as const)
    const templates = new Map(sources.flatMap(([, found]) => [...found]))
    for (const [file, found] of sources) {
      if (granting.includes(file)) continue
      for (const [name, { body, tags }] of found) {
        for (const [, output, , right] of body.matchAll(/(?<![.\w])(\w+)((?:\[[^;]*?\])*) <== ([^;]+);/g)) {
          const asked = tags.get(output!) ?? new Set()
          if (asked.size === 0) continue
          const [, signal, member] = /^(\w+)(?:\[[^\]]*\])*(?:\.(\w+)(?:\[[^\]]*\])*)?$/.exec(right!) ?? []
          const component = new RegExp(`\\b${signal}(?:\\[[^\\]]*\\])* = (\\w+)\\(`).exec(body)?.[1]
          const given = member ? templates.get(component ?? '')?.tags.get(member) : tags.get(signal ?? '')
          for (const tag of asked)
            assert.ok(given?.has(tag), `${file}, ${name}: ${output} <== ${right} grants {${tag}}`)
          assignments += 1
        }
      }
    }
    assert.ok(assignments >= 9, `only ${assignments} assignments were found`)
  })
})

function readTemplates(file: string): Map<string, { body: string; tags: Map<string, Set<string>> }> {
  const code = readFileSync(join(templateDirectory, file), 'utf8').replace(/\/\/.*/g, '')
  const found = new Map<string, { body: string; tags: Map<string, Set<string>> }>()
  for (const [, name, body] of code.matchAll(/^template (\w+)\([^)]*\) \{([\s\S]*?)^\}/gm)) {
    const tags = new Map<string, Set<string>>()
    for (const [, list, signal] of body!.matchAll(/signal (?:input |output )?(?:\{([^}]*)\} )?(\w+)/g)) {
      tags.set(signal!, new Set(list?.split(', ') ?? []))
    }
    found.set(name!, { body: body!, tags })
  }
  return found
}
