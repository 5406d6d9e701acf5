/** Hints of the P-256 templates: what a prover adds to a signature so that the circuit need not search. */
import { basePoint, inverse, modulo, n, type Point, p, slope } from '../../circuits/p256/curve.ts'
import { constantKeys } from '../../circuits/p256/keys.ts'
import { balancedLimbs, integerOfLimbs, unsignedLimbs } from '../../circuits/p256/limbs.ts'
import { COMB_BITS, OFFSET_SHIFT, OFFSET_WINDOWS } from '../../circuits/p256/shape.ts'
import { FIELD_ORDER, hash } from '../work/poseidon.ts'
import { type CombWitness, combWitness, oddRepresentative, scalarOfBits } from './comb.ts'
import { SignatureExceptionalError } from './errors.ts'
import { type HalfSize, halfSize } from './half-size.ts'
import {
  type JointDigit,
  jointBases,
  jointDigits,
  jointTable,
  jointWindows,
  type Sum,
  type WindowWitness,
} from './joint.ts'
import { type Signature, verifySignature } from './signature.ts'

export type { Signature } from './signature.ts'

const field = (value: bigint) => modulo(value, FIELD_ORDER)

/** Bits as numbers of 128, least significant first. */
function words(bits: readonly boolean[]): bigint[] {
  return Array.from({ length: bits.length / 128 }, (_, i) =>
    bits.slice(128 * i, 128 * (i + 1)).reduceRight((sum, bit) => 2n * sum + (bit ? 1n : 0n), 0n),
  )
}

const sumHint = ({ slope: lambda, point }: Sum) => [lambda, point.x, point.y].flatMap(balancedLimbs)

/** A step without a slope is one that the circuit refuses. */
function exceptional<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError)
      throw new SignatureExceptionalError('two points of the computation are opposite or equal')
    throw error
  }
}

/** Everything that EcdsaP256 is given or computes of a signature, by name. */
export type EcdsaWitness = {
  readonly point: Point
  readonly wrapped: boolean
  readonly half: HalfSize
  readonly mixed: Sum
  readonly a: Point
  readonly b: Point
  readonly table: readonly Sum[]
  readonly digits: readonly JointDigit[]
  readonly offset: CombWitness
  readonly windows: readonly WindowWitness[]
  /** 2^128 h G + alpha A + beta B, which -a G must equal. */
  readonly end: Point
  readonly comb: CombWitness
}

const choiceOf = (wrapped: boolean, { combined, onR, plus }: HalfSize) =>
  [wrapped, combined, onR, plus].reduceRight((sum, bit) => 2n * sum + (bit ? 1n : 0n), 0n)

/** x(R) as the circuit has it: the limbs of r, plus those of n. */
const signatureLimbs = (r: bigint, wrapped: boolean) =>
  unsignedLimbs(r).map((limb, k) => limb + (wrapped ? unsignedLimbs(n)[k]! : 0n))

/** What a hint is made from; it need not belong to a valid signature. */
export type JointStatement = {
  readonly key: Point
  readonly r: bigint
  readonly point: Point
  readonly wrapped: boolean
  readonly half: HalfSize
}

/** The random scalar h of circuits/circom/p256/offset.circom. */
export function offsetScalar({ key, r, point, wrapped, half }: JointStatement): bigint {
  const halves = (limbs: readonly bigint[]) => [integerOfLimbs(limbs.slice(0, 4)), integerOfLimbs(limbs.slice(4))]
  const inputs = [
    ...halves(unsignedLimbs(key.x)),
    ...halves(unsignedLimbs(key.y)),
    ...halves(signatureLimbs(r, wrapped)),
    ...halves(balancedLimbs(point.y)),
    half.alpha,
    half.beta + (choiceOf(wrapped, half) << 140n),
  ]
  return scalarOfBits(hash('pocps.p256', inputs.map(field)), OFFSET_WINDOWS)
}

/**
 * The joint multiplication from h G, and the comb of the scalar a that `scalarOf` gives for h. Nothing is verified here.
 *
 * @throws {SignatureExceptionalError}
 */
export function jointWitness(
  statement: JointStatement,
  scalarOf: (h: bigint) => bigint,
  h = offsetScalar(statement),
): EcdsaWitness {
  const { key, point, wrapped, half } = statement
  return exceptional(() => {
    const { mixed, a, b } = jointBases(half, key, point)
    const table = jointTable(a, b)
    const digits = jointDigits(half)
    const offset = combWitness(h, basePoint, OFFSET_WINDOWS * COMB_BITS)
    const { windows, end } = jointWindows(offset.sum, table, digits)
    const comb = combWitness(oddRepresentative(scalarOf(h)), basePoint)
    return { point, wrapped, half, mixed, a, b, table, digits, offset, windows, end, comb }
  })
}

/** @throws {SignatureInvalidError | SignatureExceptionalError} */
export function ecdsaWitness(signature: Signature, key: Point): EcdsaWitness {
  const { point, wrapped, u1, u2 } = verifySignature(signature, key)
  const half = halfSize(u2)
  // s (a + 2^128 h) + z u = 0
  return jointWitness({ key, r: signature.r, point, wrapped, half }, (h) => -half.u * u1 - (h << BigInt(OFFSET_SHIFT)))
}

/** The `hint` of EcdsaP256. */
export function ecdsaHint(signature: Signature, publicKey: Point): bigint[] {
  return jointHint(ecdsaWitness(signature, publicKey))
}

export function jointHint(witness: EcdsaWitness): bigint[] {
  const { point, wrapped, half, mixed, table, digits, offset, windows, comb } = witness
  const jointBits = digits.flatMap(({ sign, opposed, largeA, largeB }) => [sign, opposed, largeA, largeB])
  return [
    choiceOf(wrapped, half),
    ...balancedLimbs(point.y),
    ...words([...jointBits, ...comb.bits]),
    ...sumHint(mixed),
    ...table.flatMap(sumHint),
    ...offset.slopes.flatMap(balancedLimbs),
    ...windows.flatMap(({ tangent, there, back }) => [tangent, there, back].flatMap(balancedLimbs)),
    ...comb.slopes.flatMap(balancedLimbs),
  ].map(field)
}

/** Everything that EcdsaP256Constant is given or computes of a signature, by name. */
export type ConstantWitness = {
  readonly point: Point
  readonly wrapped: boolean
  readonly base: CombWitness
  readonly multiple: CombWitness
  readonly slope: bigint
  readonly inverse: bigint
}

/** @throws {SignatureInvalidError | SignatureExceptionalError} */
export function constantWitness(signature: Signature, key: number): ConstantWitness {
  const publicKey = constantKeys[key]!.point
  const { point, wrapped, u1, u2 } = verifySignature(signature, publicKey)
  return exceptional(() => {
    const base = combWitness(oddRepresentative(u1), basePoint)
    const multiple = combWitness(oddRepresentative(u2), publicKey)
    const run = multiple.sum.x - base.sum.x
    return { point, wrapped, base, multiple, inverse: inverse(run, p), slope: slope(base.sum, multiple.sum) }
  })
}

/** The `hint` of EcdsaP256Constant for the key at this place in circuits/p256/keys.ts. */
export function ecdsaConstantHint(signature: Signature, key: number): bigint[] {
  return constantHint(constantWitness(signature, key))
}

export function constantHint({
  wrapped,
  base,
  multiple,
  slope: lambda,
  inverse: reciprocal,
}: ConstantWitness): bigint[] {
  return [
    wrapped ? 1n : 0n,
    ...words([...base.bits, ...multiple.bits]),
    ...[...base.slopes, ...multiple.slopes, lambda, reciprocal].flatMap(balancedLimbs),
  ].map(field)
}
