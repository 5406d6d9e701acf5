/** The secrets of the development keys, drawn from public beacons exactly as snarkjs draws them. */
import { createCipheriv, createHash } from 'node:crypto'
import { type Curve, curve, type Element, type Rng } from './curve.ts'

// DEVELOPMENT ONLY. Whoever reads these lines can forge proofs for every key made from them: that is the price of keys
// that anyone can rebuild, byte for byte, in less than a minute.
export const tauBeacon = beaconOf('pocps development powers of tau: public, never for value')
export const deltaBeacon = beaconOf('pocps development phase 2: public, never for value')
/** A beacon is hashed `2^beaconIterations` times; snarkjs takes no fewer. */
export const beaconIterations = 10
/** Stands in the contribution list inside every proving key. */
export const contributionName = 'DEVELOPMENT ONLY: secrets are public'

/** The trapdoor of a powers-of-tau ceremony. */
export type Tau = { readonly tau: bigint; readonly alpha: bigint; readonly beta: bigint }

export async function tauOf(beacon: string): Promise<Tau> {
  const { Fr } = await curve()
  const rng = rngOf(beacon)
  const draw = () => Fr.toObject(Fr.fromRng(rng))
  return { tau: draw(), alpha: draw(), beta: draw() }
}

/** A phase-2 contribution: the secret, and section 10 of the proving key that it yields. */
export type Contribution = {
  readonly delta: bigint
  readonly delta1: Uint8Array
  readonly delta2: Uint8Array
  readonly section: Uint8Array
}

/** What `snarkjs zkey beacon` would add to a key without contributions whose circuit hash is `circuitHash`. */
export async function contributionOf(beacon: string, circuitHash: Uint8Array): Promise<Contribution> {
  const { Fr, G1, G2 } = await curve()
  const rng = rngOf(beacon)
  const secret = Fr.fromRng(rng)
  const s1 = G1.toAffine(G1.fromRng(rng))
  const sx1 = G1.toAffine(G1.timesFr(s1, secret))
  const transcript = createHash('blake2b512')
    .update(circuitHash)
    .update(uncompressed(G1, s1, 64))
    .update(uncompressed(G1, sx1, 64))
    .digest()
  const sx2 = G2.timesFr(G2.fromRng(chacha(transcript.subarray(0, 32))), secret)
  const delta1 = montgomery(G1, G1.timesFr(G1.g, secret), 64)
  const delta2 = montgomery(G2, G2.timesFr(G2.g, secret), 128)
  const parameters = Buffer.concat([
    Buffer.of(1, contributionName.length),
    Buffer.from(contributionName, 'ascii'),
    Buffer.of(2, beaconIterations),
    Buffer.of(3, beacon.length / 2),
    Buffer.from(beacon, 'hex'),
  ])
  const points = [delta1, montgomery(G1, s1, 64), montgomery(G1, sx1, 64), montgomery(G2, sx2, 128)]
  const section = Buffer.concat([
    circuitHash,
    uint32(1), // contributions
    ...points,
    transcript,
    uint32(1), // type: beacon
    uint32(parameters.length),
    parameters,
  ])
  return { delta: Fr.toObject(secret), delta1, delta2, section }
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function beaconOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function rngOf(beacon: string): Rng {
  let seed: Buffer = Buffer.from(beacon, 'hex')
  for (let i = 0; i < 2 ** beaconIterations; i++) seed = createHash('sha256').update(seed).digest()
  return chacha(seed)
}

/** ffjavascript's generator: the ChaCha20 keystream of nonce 0, the seed's words read big-endian. */
function chacha(seed: Buffer): Rng {
  const key = Buffer.from(seed).swap32()
  const cipher = createCipheriv('chacha20', key, Buffer.alloc(16))
  const nextU32 = () => cipher.update(Buffer.alloc(4)).readUInt32LE()
  return {
    nextU32,
    nextU64: () => BigInt(nextU32()) * 2n ** 32n + BigInt(nextU32()),
    nextBool: () => (nextU32() & 1) === 1,
  }
}

function montgomery(group: Curve['G1'], point: Element, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  group.toRprLEM(bytes, 0, point)
  return bytes
}

function uncompressed(group: Curve['G1'], point: Element, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  group.toRprUncompressed(bytes, 0, point)
  return bytes
}
