/** Proving keys from a powers-of-tau file, by snarkjs. */
import { open } from 'node:fs/promises'
import * as snarkjs from 'snarkjs'
import { beaconIterations, contributionName, deltaBeacon } from './beacon.ts'
import { useSingleThread } from './curve.ts'
import { SetupError } from './errors.ts'
import { q } from './field.ts'
import { readR1cs } from './r1cs.ts'

/**
 * Reads the header: the curve, the power, and that phase 2 is prepared. The powers themselves are not checked here:
 * `snarkjs powersoftau verify` does that, once for a file, in hours.
 * @throws {SetupError} `SETUP_PTAU_UNFIT`
 */
export async function checkPtau(file: string, domainBits: number): Promise<void> {
  const handle = await open(file)
  try {
    const read = async (length: number, position: number) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position)
      if (bytesRead !== length) throw unfit(`${file} is cut short`)
      return buffer
    }
    const start = await read(12, 0)
    if (start.toString('latin1', 0, 4) !== 'ptau') throw unfit(`${file} is not a powers-of-tau file`)
    const { size } = await handle.stat()
    const sections = new Map<number, number>()
    let at = 12
    for (let i = start.readUInt32LE(8); i > 0; i--) {
      const head = await read(12, at)
      sections.set(head.readUInt32LE(0), at + 12)
      at += 12 + Number(head.readBigUInt64LE(4))
    }
    if (at !== size) throw unfit(`${file} has ${size} bytes, its sections ${at}`)
    const header = await read(44, sections.get(1) ?? size)
    const prime = BigInt(`0x${Buffer.from(header.subarray(4, 36)).reverse().toString('hex')}`)
    if (header.readUInt32LE(0) !== 32 || prime !== q) throw unfit(`${file} is not over BN254`)
    const power = header.readUInt32LE(36)
    // At the very power of the circuit snarkjs hashes bytes past the section, and the circuit hash is worthless.
    if (power <= domainBits) throw unfit(`${file} has power ${power}; the circuit needs ${domainBits + 1}`)
    if (!sections.has(12)) throw unfit(`${file} is not prepared for phase 2 (snarkjs powersoftau prepare phase2)`)
  } finally {
    await handle.close()
  }
}

/**
 * The .zkey of a circuit over `ptau`, with the development contribution so that delta is not gamma.
 * @throws {SetupError} `SETUP_PTAU_UNFIT`
 */
export async function keyFromPtau(r1csFile: string, ptau: string): Promise<Buffer[]> {
  const { domainBits } = await readR1cs(r1csFile)
  await checkPtau(ptau, domainBits)
  await useSingleThread()
  const initial = { type: 'mem' as const, data: new Uint8Array() }
  const final = { type: 'mem' as const, data: new Uint8Array() }
  const made: unknown = await snarkjs.zKey.newZKey(r1csFile, ptau, initial)
  if (!(made instanceof Uint8Array)) throw unfit(`snarkjs refused ${ptau}`)
  await snarkjs.zKey.beacon(initial, final, contributionName, deltaBeacon, beaconIterations)
  return [Buffer.from(final.data)]
}

function unfit(message: string): SetupError {
  return new SetupError('SETUP_PTAU_UNFIT', message)
}
