/** Every lazy identity of the P-256 circuits with the bounds of its coefficients and its proven ranges. */
import {
  chordIdentities,
  combSum,
  curveEquation,
  joinIdentities,
  type LazyPoint,
  oppositeIdentities,
  productIs,
  productSum,
  tangentIdentities,
  windowStep,
} from './algebra.ts'
import { n } from './curve.ts'
import { LIMBS, unsignedLimbs } from './limbs.ts'
import { boundRing, type Polynomial } from './polynomial.ts'
import {
  COMB_BITS,
  combWeights,
  combWindows,
  jointWeights,
  limbsOfDigits,
  OFFSET_SHIFT,
  OFFSET_WINDOWS,
  SCALAR_BITS,
} from './shape.ts'
import { type Check, checks, proveRanges, type Ranges, rangesFor } from './vanishing.ts'

/** An identity as the circuit has it, at one of its places. */
export type BoundedIdentity = { readonly check: Check; readonly bound: Polynomial; readonly ranges: Ranges }

const all = (bound: bigint): Polynomial => Array.from({ length: LIMBS }, () => bound)
/** Of limbs in [-2^31, 2^31). */
const balanced = all(1n << 31n)
/** Of limbs that are 32 bits each. */
const unsigned = all((1n << 32n) - 1n)
/** Of x(R) = r + (0 or n), limb by limb. */
const signatureX = boundRing.add(unsigned, unsignedLimbs(n))
/** Of a public key's, of R's, or of coordinates that may be either's. */
const wide = { x: signatureX, y: unsigned }
const narrow = { x: balanced, y: balanced }

function combOf(bits: number) {
  const points = combWindows(bits).map(() => narrow)
  return combSum(
    boundRing,
    points,
    points.slice(1).map(() => balanced),
  )
}

function digitBounds(bits: number, shift = 0): Polynomial {
  const largest = combWindows(bits).map((size) => (1n << BigInt(size)) - 1n)
  return limbsOfDigits(largest, combWeights(bits, shift))
}

const wholeComb = combOf(SCALAR_BITS)
const offsetComb = combOf(OFFSET_WINDOWS * COMB_BITS)
const scalar = digitBounds(SCALAR_BITS)
const offset = digitBounds(OFFSET_WINDOWS * COMB_BITS, OFFSET_SHIFT)
/** Either half-size scalar; w and v are sums or differences of two. */
const halfScalar = limbsOfDigits(
  jointWeights.map(() => 3n),
  jointWeights,
)
const combination = boundRing.scale(2n, halfScalar).slice(0, LIMBS / 2)

/** The joint windows; from the third on, bounds stay the same. */
function jointWindows() {
  const slopes = { tangent: balanced, there: balanced, back: balanced }
  let point: LazyPoint<Polynomial> = offsetComb.sum
  const steps = [0, 1, 2, 3].map(() => {
    const step = windowStep(boundRing, point, narrow, slopes)
    point = step.next
    return step
  })
  return { steps, last: point }
}
const joint = jointWindows()

/** Identities by the name of the circom function that gives their ranges; lists are indexed by window. */
const bounds = {
  CURVE: [checks.cubic, [curveEquation(boundRing, wide)]],
  WIDE_CHORD: [checks.quadratic, Object.values(chordIdentities(boundRing, wide, wide, balanced, narrow))],
  CHORD: [checks.quadratic, Object.values(chordIdentities(boundRing, narrow, narrow, balanced, narrow))],
  WIDE_TANGENT: [checks.quadratic, Object.values(tangentIdentities(boundRing, wide, balanced, narrow))],
  LINK: [checks.cubic, wholeComb.links],
  DOUBLE: [checks.quartic, joint.steps.slice(0, 3).map(({ double }) => double)],
  THERE: [checks.cubic, joint.steps.slice(0, 3).map(({ there }) => there)],
  BACK: [checks.cubic, joint.steps.slice(0, 3).map(({ back }) => back)],
  OPPOSITE_X: [checks.quadratic, [oppositeIdentities(boundRing, joint.last, wholeComb.sum).x]],
  OPPOSITE_Y: [checks.cubic, [oppositeIdentities(boundRing, joint.last, wholeComb.sum).y]],
  RATIO: [checks.order, [productSum(boundRing, [unsigned, combination], [unsigned, combination])]],
  TOTAL: [checks.order, [productSum(boundRing, [unsigned, boundRing.add(scalar, offset)], [unsigned, combination])]],
  SCALAR: [checks.order, [productIs(boundRing, [unsigned, scalar], unsigned)]],
  ...join(),
} as const satisfies Record<string, readonly [Check, readonly Polynomial[]]>

function join() {
  const witness = { slope: balanced, inverse: balanced, x: signatureX }
  const { slope, apart, x } = joinIdentities(boundRing, wholeComb.sum, wholeComb.sum, witness)
  return {
    JOIN_SLOPE: [checks.cubic, [slope]],
    JOIN_APART: [checks.cubic, [apart]],
    JOIN_X: [checks.quadratic, [x]],
  } as const
}

export type IdentityName = keyof typeof bounds

/**
 * All identities with ranges that are proven for them.
 *
 * @throws {UnprovenBoundError} a bound does not prove an identity: nothing is compiled then.
 */
export function provenIdentities(): Readonly<Record<IdentityName, readonly BoundedIdentity[]>> {
  const entries = Object.entries(bounds).map(([name, [check, polynomials]]) => {
    const proven = polynomials.map((bound): BoundedIdentity => {
      const ranges = rangesFor(bound, check)
      proveRanges(bound, check, ranges)
      return { check, bound, ranges }
    })
    return [name, proven]
  })
  return Object.fromEntries(entries)
}

/** Bounds that a third and a fourth window have, to show that all later ones share them. */
export const settledWindows: readonly [unknown, unknown] = [joint.steps[2], joint.steps[3]]
