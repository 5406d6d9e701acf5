/** Writes the development proving key of an R1CS: the bytes that snarkjs would write for the same beacons. */
import { createHash } from 'node:crypto'
import { divide, evaluate } from './arithmetic-program.ts'
import { contributionOf, deltaBeacon, tauBeacon, tauOf, uint32 } from './beacon.ts'
import { q, r, toBytes } from './field.ts'
import type { GroupIndex } from './fixed-base.ts'
import { createMultiplier } from './multiplier.ts'
import { readR1cs } from './r1cs.ts'

export type SetupProgress = { readonly done: number; readonly total: number }

export type SetupOptions = {
  readonly threads?: number
  /** Points made so far. */
  readonly onProgress?: (progress: SetupProgress) => void
}

/**
 * The bytes of the .zkey that these commands make, of whatever power above the circuit's:
 * `powersoftau new`, `beacon`, `prepare phase2`, `groth16 setup`, `zkey beacon`.
 *
 * DEVELOPMENT ONLY: the secrets follow from public beacons (beacon.ts). Knowing them is also what makes this fast: every
 * point is a multiple of a generator by a known scalar, so no Fourier transform over points is needed.
 */
export async function developmentKey(
  r1csFile: string,
  { threads = 2, onProgress }: SetupOptions = {},
): Promise<Buffer[]> {
  const r1cs = await readR1cs(r1csFile)
  const tau = await tauOf(tauBeacon)
  const program = evaluate(r1cs, tau)
  const inner = r1cs.publicSignals + 1 // the first wire that is not public
  const total = 5 * r1cs.wires - inner + program.h.length + program.vanishing.length
  let done = 0
  const multiplier = await createMultiplier({
    threads,
    expected: total,
    onMultiplied(count) {
      done += count
      onProgress?.({ done, total: total + 5 })
    },
  })
  try {
    const points = async (group: GroupIndex, scalars: readonly bigint[]) =>
      (await multiplier.multiply(group, scalars)).points
    const header = await headerOf((group, scalars) => multiplier.multiply(group, scalars), tau)

    // What snarkjs hashes, in its order: the key as it is before any contribution.
    const hash = createHash('blake2b512').update(header.hashed)
    const hashed = async (group: GroupIndex, scalars: readonly bigint[], count = scalars.length) => {
      const made = await multiplier.multiply(group, scalars)
      hash.update(uint32(count).swap32()).update(made.uncompressed)
      return made.points
    }
    const inputs = await hashed(1, program.k.slice(0, inner))
    await hashed(1, program.vanishing, 2 ** r1cs.domainBits - 1)
    await hashed(1, program.k.slice(inner))
    const a = await hashed(1, program.a)
    const b1 = await hashed(1, program.b)
    const b2 = await hashed(2, program.b)
    const contribution = await contributionOf(deltaBeacon, hash.digest())

    const k = await points(1, divide(program.k.slice(inner), contribution.delta))
    const h = await points(1, divide(program.h, contribution.delta))
    const sizes = [r1cs.wires, r1cs.publicSignals, 2 ** r1cs.domainBits].map(uint32)
    const fields = [uint32(32), toBytes([q]), uint32(32), toBytes([r])]
    return fileOf([
      [uint32(1)], // groth16
      [...fields, ...sizes, header.fixed, contribution.delta1, contribution.delta2],
      [inputs],
      [program.coefficients],
      [a],
      [b1],
      [b2],
      [k],
      [h],
      [contribution.section],
    ])
  } finally {
    await multiplier.close()
  }
}

type Multiply = Awaited<ReturnType<typeof createMultiplier>>['multiply']

/** Points of the header: alpha, beta in G1, beta in G2, gamma = 1 in G2; hashed with delta = 1 in both groups. */
async function headerOf(multiply: Multiply, { alpha, beta }: { readonly alpha: bigint; readonly beta: bigint }) {
  const first = await multiply(1, [alpha, beta, 1n])
  const second = await multiply(2, [beta, 1n])
  const one1 = first.uncompressed.subarray(128)
  const one2 = second.uncompressed.subarray(128)
  return {
    fixed: Buffer.concat([first.points.subarray(0, 128), second.points]),
    hashed: Buffer.concat([first.uncompressed.subarray(0, 128), second.uncompressed, one1, one2]),
  }
}

/** A binary file of iden3: magic, version, then the sections numbered from 1. */
function fileOf(sections: readonly (readonly Uint8Array[])[]): Buffer[] {
  const parts: Uint8Array[] = [Buffer.from('zkey'), uint32(1), uint32(sections.length)]
  for (const [i, section] of sections.entries()) {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(section.reduce((sum, part) => sum + part.length, 0)))
    parts.push(uint32(i + 1), length, ...section)
  }
  return parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))
}
