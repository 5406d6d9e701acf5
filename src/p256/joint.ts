/** Witness of the joint multiplication h G → 2^128 h G + alpha A + beta B (circuits/circom/p256/joint_window.circom). */
import { addAlong, negate, type Point, slope } from '../../circuits/p256/curve.ts'
import { JOINT_WINDOWS } from '../../circuits/p256/shape.ts'
import type { HalfSize } from './half-size.ts'

/** A sum with its slope: one hint of a Chord or Tangent. */
export type Sum = { readonly slope: bigint; readonly point: Point }

export function sumOf(left: Point, right: Point): Sum {
  const lambda = slope(left, right)
  return { slope: lambda, point: addAlong(lambda, left, right) }
}

export type JointBases = { readonly mixed: Sum; readonly a: Point; readonly b: Point }

/** The points that alpha and beta multiply. */
export function jointBases({ combined, onR, plus }: HalfSize, key: Point, r: Point): JointBases {
  const mixed = sumOf(key, plus ? r : negate(r))
  return { mixed, a: combined && onR ? r : key, b: combined ? mixed.point : r }
}

/** Hints of JointTable in its order: 2A, 2B, A ± B, A ± 3B, 3A ± B, 3A ± 3B. */
export function jointTable(a: Point, b: Point): readonly Sum[] {
  const [twiceA, twiceB] = [sumOf(a, a), sumOf(b, b)]
  const signed = (point: Point) => [point, negate(point)] as const
  const first = signed(b).map((each) => sumOf(a, each))
  const wideB = signed(twiceB.point).map((each, i) => sumOf(first[i]!.point, each))
  const wideA = first.map(({ point }) => sumOf(point, twiceA.point))
  const both = signed(twiceB.point).map((each, i) => sumOf(wideA[i]!.point, each))
  return [twiceA, twiceB, ...first, ...wideB, ...wideA, ...both]
}

/** A window's choice; the first window is the most significant. */
export type JointDigit = {
  readonly sign: boolean
  readonly opposed: boolean
  readonly largeA: boolean
  readonly largeB: boolean
}

export function jointDigits({ alpha, beta }: HalfSize): readonly JointDigit[] {
  const digits = (scalar: bigint) => {
    const bits = (scalar + (1n << BigInt(2 * JOINT_WINDOWS)) - 1n) >> 1n
    return Array.from({ length: JOINT_WINDOWS }, (_, i) => {
      const window = (bits >> BigInt(2 * (JOINT_WINDOWS - 1 - i))) & 3n // 0 … 3 stand for -3, -1, 1, 3
      return { negative: window < 2n, large: window === 0n || window === 3n }
    })
  }
  const ofBeta = digits(beta)
  return digits(alpha).map(({ negative, large }, i) => ({
    sign: negative,
    opposed: negative !== ofBeta[i]!.negative,
    largeA: large,
    largeB: ofBeta[i]!.large,
  }))
}

export type WindowWitness = {
  readonly tangent: bigint
  readonly there: bigint
  readonly back: bigint
  readonly term: Point
}

/** The slopes of all windows and where they lead. */
export function jointWindows(
  start: Point,
  table: readonly Sum[],
  digits: readonly JointDigit[],
): { readonly windows: readonly WindowWitness[]; readonly end: Point } {
  let point = start
  const windows = digits.map(({ sign, opposed, largeA, largeB }) => {
    const choice = table[2 + 4 * Number(largeA) + 2 * Number(largeB) + Number(opposed)]!.point
    const term = sign ? negate(choice) : choice
    const double = sumOf(point, point)
    const there = sumOf(double.point, term)
    const back = slope(there.point, double.point)
    point = addAlong(back, there.point, double.point)
    return { tangent: double.slope, there: there.slope, back, term }
  })
  return { windows, end: point }
}
