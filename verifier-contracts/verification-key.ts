/** Reads a Groth16 verification key as snarkjs writes it. */
import { AbiCoder, keccak256 } from 'ethers'

export type G1 = readonly [bigint, bigint]
/** (imaginary, real) of x, then of y, as EIP-197 wants them. */
export type G2 = readonly [bigint, bigint, bigint, bigint]

export type VerificationKey = {
  readonly alpha: G1
  readonly beta: G2
  readonly gamma: G2
  readonly delta: G2
  /** One point for the constant 1, then one for each public signal. */
  readonly inputs: readonly G1[]
}

/** q: coordinates are below it. */
export const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

/** keccak256 of the key's numbers in the order alpha, beta, gamma, delta, inputs: what `keyHash()` returns on chain. */
export function verificationKeyHash(verificationKey: unknown): string {
  return hashOf(parseKey(verificationKey))
}

export function hashOf({ alpha, beta, gamma, delta, inputs }: VerificationKey): string {
  const numbers = [alpha, beta, gamma, delta, ...inputs].flat()
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      numbers.map(() => 'uint256'),
      numbers,
    ),
  )
}

/** @throws {TypeError} it is not a Groth16 key over BN254 with at least one public signal. */
export function parseKey(json: unknown): VerificationKey {
  if (typeof json !== 'object' || json === null) throw new TypeError('the verification key is not an object')
  const key = json as Record<string, unknown>
  if (key.protocol !== 'groth16') throw new TypeError(`the key's protocol is ${String(key.protocol)}, not groth16`)
  if (key.curve !== 'bn128') throw new TypeError(`the key's curve is ${String(key.curve)}, not bn128`)
  if (!Array.isArray(key.IC) || key.IC.length < 2) throw new TypeError('the key has no public signal')
  if (key.IC.length - 1 !== key.nPublic) throw new TypeError('nPublic and IC of the key disagree')
  return {
    alpha: parseG1(key.vk_alpha_1, 'vk_alpha_1'),
    beta: parseG2(key.vk_beta_2, 'vk_beta_2'),
    gamma: parseG2(key.vk_gamma_2, 'vk_gamma_2'),
    delta: parseG2(key.vk_delta_2, 'vk_delta_2'),
    inputs: key.IC.map((point, i) => parseG1(point, `IC[${i}]`)),
  }
}

function parseG1(point: unknown, what: string): G1 {
  const [x, y, z] = parseList(point, 3, what).map((value) => parseNumber(value, what)) as [bigint, bigint, bigint]
  if (z !== 1n) throw new TypeError(`${what} is not an affine point`)
  if ((y * y - x * x * x - 3n) % BASE_FIELD !== 0n) throw new TypeError(`${what} is not on the curve`)
  return [x, y]
}

/** Membership in G2 is not checked here: a key comes from a setup that was verified, and the pairing refuses others. */
function parseG2(point: unknown, what: string): G2 {
  const rows = parseList(point, 3, what).map((row) => parseList(row, 2, what).map((value) => parseNumber(value, what)))
  const [[xReal, xImaginary], [yReal, yImaginary], [one, zero]] = rows as [bigint, bigint][] as [
    [bigint, bigint],
    [bigint, bigint],
    [bigint, bigint],
  ]
  if (one !== 1n || zero !== 0n) throw new TypeError(`${what} is not an affine point`)
  return [xImaginary, xReal, yImaginary, yReal]
}

function parseList(value: unknown, length: number, what: string): unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw new TypeError(`${what} has not ${length} entries`)
  return value
}

function parseNumber(value: unknown, what: string): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(value)) {
    throw new TypeError(`${what} holds something that is not a decimal number`)
  }
  const number = BigInt(value)
  if (number >= BASE_FIELD) throw new TypeError(`${what} holds a number that is not below q`)
  return number
}
