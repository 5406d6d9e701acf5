/** The identities of both circuits as integer polynomials, by the name of the component that shows them to vanish. */
import {
  type Coordinates,
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
} from '../../../circuits/p256/algebra.ts'
import { n, negate, type Point } from '../../../circuits/p256/curve.ts'
import type { IdentityName } from '../../../circuits/p256/identities.ts'
import { balancedLimbs, unsignedLimbs } from '../../../circuits/p256/limbs.ts'
import { type Polynomial, exactRing as ring } from '../../../circuits/p256/polynomial.ts'
import { combWeights, jointWeights, limbsOfDigits, OFFSET_SHIFT } from '../../../circuits/p256/shape.ts'
import type { CombWitness } from '../../../src/p256/comb.ts'
import type { ConstantWitness, EcdsaWitness } from '../../../src/p256/hint.ts'
import type { Sum } from '../../../src/p256/joint.ts'
import type { Signature } from '../../../src/p256/signature.ts'

export type ModelIdentity = {
  readonly component: string
  readonly name: IdentityName
  /** Which of the places with that name. */
  readonly place: number
  readonly polynomial: Polynomial
}

const reduced = ({ x, y }: Point): Coordinates<Polynomial> => ({ x: balancedLimbs(x), y: balancedLimbs(y) })
const opposite = ({ x, y }: Coordinates<Polynomial>) => ({ x, y: ring.scale(-1n, y) })

/** x is r, or r + n limb by limb. */
function signaturePoint(r: bigint, { y }: Point, wrapped: boolean): Coordinates<Polynomial> {
  const limbs = unsignedLimbs(r)
  return { x: wrapped ? ring.add(limbs, unsignedLimbs(n)) : limbs, y: balancedLimbs(y) }
}

const named = (component: string, name: IdentityName, place: number, polynomial: Polynomial): ModelIdentity => ({
  component,
  name,
  place,
  polynomial,
})

function sumIdentities(
  component: string,
  name: 'WIDE_CHORD' | 'CHORD' | 'WIDE_TANGENT',
  identities: { readonly slope: Polynomial; readonly x: Polynomial; readonly y: Polynomial },
): ModelIdentity[] {
  const { slope, x, y } = identities
  return [slope, x, y].map((each, i) => named(`${component}.${['slope', 'x', 'y'][i]}Check`, name, i, each))
}

function combIdentities(component: string, { points, digits, slopes }: CombWitness) {
  const chosen = points.map((point, t) => (digits[t]! < 0n ? opposite(reduced(negate(point))) : reduced(point)))
  const { sum, links } = combSum(ring, chosen, slopes.map(balancedLimbs))
  return { sum, identities: links.map((link, t) => named(`${component}.sum.link[${t}]`, 'LINK', t, link)) }
}

const combScalar = ({ digits }: CombWitness, shift = 0) => limbsOfDigits(digits, combWeights(9 * digits.length, shift))

/** All 272 identities of EcdsaP256. */
export function anyModel({ digest, r, s }: Signature, key: Point, witness: EcdsaWitness): ModelIdentity[] {
  const { point, wrapped, half, mixed, table, digits, offset, windows, comb } = witness
  const [limbsR, limbsS] = [unsignedLimbs(r), unsignedLimbs(s)]
  const q = { x: unsignedLimbs(key.x), y: unsignedLimbs(key.y) }
  const pointR = signaturePoint(r, point, wrapped)
  const other = half.plus ? pointR : opposite(pointR)
  const a = half.combined && half.onR ? pointR : q
  const b = half.combined ? reduced(mixed.point) : pointR
  const chord = (
    component: string,
    name: 'WIDE_CHORD' | 'CHORD',
    left: Coordinates<Polynomial>,
    right: Coordinates<Polynomial>,
    { slope, point: sum }: Sum,
  ) => sumIdentities(component, name, chordIdentities(ring, left, right, balancedLimbs(slope), reduced(sum)))
  const tangent = (component: string, of: Coordinates<Polynomial>, { slope, point: sum }: Sum) =>
    sumIdentities(component, 'WIDE_TANGENT', tangentIdentities(ring, of, balancedLimbs(slope), reduced(sum)))
  const points = table.map(({ point: each }) => reduced(each))
  const sums = [0, 1].flatMap((minus) => {
    const signed = (each: Coordinates<Polynomial>) => (minus ? opposite(each) : each)
    const at = (i: number) => points[2 + i + minus]!
    const sum = (i: number) => [`table.sum[${i + minus}]`, table[2 + i + minus]!] as const
    return [
      chord(sum(0)[0], 'WIDE_CHORD', a, signed(b), sum(0)[1]),
      chord(sum(2)[0], 'CHORD', at(0), signed(points[1]!), sum(2)[1]),
      chord(sum(4)[0], 'CHORD', at(0), points[0]!, sum(4)[1]),
      chord(sum(6)[0], 'CHORD', at(4), signed(points[1]!), sum(6)[1]),
    ].flat()
  })

  const start = combIdentities('offset.comb', offset)
  const end = combIdentities('comb', comb)
  let sum: LazyPoint<Polynomial> = start.sum
  const steps = windows.flatMap(({ tangent: t, there, back, term }, i) => {
    const slopes = { tangent: balancedLimbs(t), there: balancedLimbs(there), back: balancedLimbs(back) }
    const step = windowStep(ring, sum, signedTerm(table, digits[i]!, term), slopes)
    sum = step.next
    return [
      named(`window[${i}].doubleCheck`, 'DOUBLE', Math.min(i, 2), step.double),
      named(`window[${i}].thereCheck`, 'THERE', Math.min(i, 2), step.there),
      named(`window[${i}].backCheck`, 'BACK', Math.min(i, 2), step.back),
    ]
  })
  const last = oppositeIdentities(ring, sum, end.sum)

  const { w, u } = halfScalars(witness)
  const total = ring.add(combScalar(comb), combScalar(offset, OFFSET_SHIFT))
  return [
    named('key.curve.check', 'CURVE', 0, curveEquation(ring, q)),
    named('signatureCurve.check', 'CURVE', 0, curveEquation(ring, pointR)),
    ...chord('bases.mixed', 'WIDE_CHORD', q, other, mixed),
    ...tangent('table.twiceA', a, table[0]!),
    ...tangent('table.twiceB', b, table[1]!),
    ...sums,
    ...start.identities,
    ...steps,
    ...end.identities,
    named('opposite.x', 'OPPOSITE_X', 0, last.x),
    named('opposite.y', 'OPPOSITE_Y', 0, last.y),
    named('equations.ratio', 'RATIO', 0, productSum(ring, [limbsS, w], [limbsR, u])),
    named('equations.total', 'TOTAL', 0, productSum(ring, [limbsS, total], [unsignedLimbs(digest), u])),
  ].map((each) => ({ ...each, component: `main.ecdsa.${each.component}` }))
}

/** A window's term with the limbs that the table has, their signs changed if the digit is negative. */
function signedTerm(table: EcdsaWitness['table'], digit: EcdsaWitness['digits'][number], term: Point) {
  const choice = digit.sign ? negate(term) : term
  const entry = table.slice(2).find(({ point: { x, y } }) => x === choice.x && y === choice.y)!
  return digit.sign ? opposite(reduced(entry.point)) : reduced(entry.point)
}

/** w and u limb by limb, as the circuit adds them up from alpha and beta. */
function halfScalars({ half: { combined, onR, plus }, digits }: EcdsaWitness) {
  const odd = (negative: boolean, large: boolean) => (negative ? -1n : 1n) * (large ? 3n : 1n)
  const alpha = limbsOfDigits(
    digits.map(({ sign, largeA }) => odd(sign, largeA)),
    jointWeights,
  ).slice(0, 4)
  const beta = limbsOfDigits(
    digits.map(({ sign, opposed, largeB }) => odd(sign !== opposed, largeB)),
    jointWeights,
  ).slice(0, 4)
  if (!combined) return { w: alpha, u: beta }
  const signedBeta = ring.scale(plus ? 1n : -1n, beta)
  return onR ? { w: beta, u: ring.add(alpha, signedBeta) } : { w: ring.add(alpha, beta), u: signedBeta }
}

/** All 61 identities of EcdsaP256Constant. */
export function constantModel({ digest, r, s }: Signature, witness: ConstantWitness): ModelIdentity[] {
  const { wrapped, base, multiple, slope, inverse, point } = witness
  const ofBase = combIdentities('base', base)
  const ofKey = combIdentities('multiple', multiple)
  const join = joinIdentities(ring, ofBase.sum, ofKey.sum, {
    slope: balancedLimbs(slope),
    inverse: balancedLimbs(inverse),
    x: signaturePoint(r, point, wrapped).x,
  })
  const limbsS = unsignedLimbs(s)
  return [
    ...ofBase.identities,
    ...ofKey.identities,
    named('join.slopeCheck', 'JOIN_SLOPE', 0, join.slope),
    named('join.apartCheck', 'JOIN_APART', 0, join.apart),
    named('join.xCheck', 'JOIN_X', 0, join.x),
    named('ofDigest.check', 'SCALAR', 0, productIs(ring, [limbsS, combScalar(base)], unsignedLimbs(digest))),
    named('ofR.check', 'SCALAR', 0, productIs(ring, [limbsS, combScalar(multiple)], unsignedLimbs(r))),
  ].map((each) => ({ ...each, component: `main.ecdsa.${each.component}` }))
}
