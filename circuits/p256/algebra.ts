/** The lazy identities of the circuits, as polynomials that must vanish; one text for values and for bounds. */
import { b } from './curve.ts'
import { unsignedLimbs } from './limbs.ts'
import type { Ring } from './polynomial.ts'

/** An element as limbs: a polynomial of degree 7. */
export type Coordinates<T> = { readonly x: T; readonly y: T }
/** A point whose x has degree at most 14 and whose y has degree at most 21. */
export type LazyPoint<T> = { readonly x: T; readonly y: T }

/** y² - x³ + 3x - b. */
export function curveEquation<T>(ring: Ring<T>, { x, y }: Coordinates<T>): T {
  const { add, subtract, multiply, scale, constant } = ring
  return subtract(add(multiply(y, y), scale(3n, x)), multiply(multiply(x, x), x), constant(unsignedLimbs(b)))
}

/** A sum of two points, with reduced coordinates: its chord, its x, its y. */
export function chordIdentities<T>(
  { add, subtract, multiply }: Ring<T>,
  left: Coordinates<T>,
  right: Coordinates<T>,
  slope: T,
  sum: Coordinates<T>,
): { readonly slope: T; readonly x: T; readonly y: T } {
  return {
    slope: add(multiply(slope, subtract(right.x, left.x)), subtract(left.y, right.y)),
    x: subtract(multiply(slope, slope), left.x, right.x, sum.x),
    y: subtract(multiply(slope, subtract(left.x, sum.x)), left.y, sum.y),
  }
}

/** Twice a point, with reduced coordinates: its tangent, its x, its y. */
export function tangentIdentities<T>(
  ring: Ring<T>,
  point: Coordinates<T>,
  slope: T,
  sum: Coordinates<T>,
): { readonly slope: T; readonly x: T; readonly y: T } {
  const { add, subtract, multiply, scale, constant } = ring
  return {
    slope: add(subtract(scale(2n, multiply(slope, point.y)), scale(3n, multiply(point.x, point.x))), constant([3n])),
    x: subtract(multiply(slope, slope), scale(2n, point.x), sum.x),
    y: subtract(multiply(slope, subtract(point.x, sum.x)), point.y, sum.y),
  }
}

/**
 * The sum of the points that the windows of a comb select.
 *
 * The point so far is known by its x; its y is where the chord to the next point starts. `links[t - 1]` says that this
 * chord starts on the chord before it, so at the same point.
 */
export function combSum<T>(
  { subtract, multiply }: Ring<T>,
  points: readonly Coordinates<T>[],
  slopes: readonly T[],
): { readonly sum: LazyPoint<T>; readonly links: readonly T[] } {
  let { x } = points[0]!
  const links: T[] = []
  let end: T | undefined // y of the sum so far, on the chord that led to it
  for (const [t, slope] of slopes.entries()) {
    const [before, next] = [points[t]!, points[t + 1]!]
    const y = subtract(next.y, multiply(slope, subtract(next.x, x)))
    links.push(subtract(end ?? before.y, y))
    x = subtract(multiply(slope, slope), x, next.x)
    end = subtract(multiply(slope, subtract(next.x, x)), next.y)
  }
  return { sum: { x, y: end! }, links }
}

/** The slopes of one window: of the tangent, of the chord to the table's point, of the chord back to the double. */
export type WindowSlopes<T> = { readonly tangent: T; readonly there: T; readonly back: T }

/**
 * 4 P + T as (2P + T) + 2P.
 *
 * - `double`: the tangent at P.
 * - `there`: the chord from 2P to T starts at the y that the tangent leads to.
 * - `back`: the chord from 2P + T to 2P ends at that y too.
 */
export function windowStep<T>(
  { add, subtract, multiply, scale, constant }: Ring<T>,
  point: LazyPoint<T>,
  term: Coordinates<T>,
  { tangent, there, back }: WindowSlopes<T>,
): { readonly next: LazyPoint<T>; readonly double: T; readonly there: T; readonly back: T } {
  const doubleX = subtract(multiply(tangent, tangent), scale(2n, point.x))
  const doubleY = subtract(term.y, multiply(there, subtract(term.x, doubleX)))
  const middleX = subtract(multiply(there, there), doubleX, term.x)
  // back² - doubleX - middleX, written so that doubleX cancels in the bounds as it does in the values.
  const x = add(subtract(multiply(back, back), multiply(there, there)), term.x)
  return {
    next: { x, y: subtract(multiply(back, subtract(doubleX, x)), doubleY) },
    double: add(subtract(scale(2n, multiply(tangent, point.y)), scale(3n, multiply(point.x, point.x))), constant([3n])),
    there: subtract(multiply(tangent, subtract(point.x, doubleX)), point.y, doubleY),
    back: subtract(multiply(add(there, back), subtract(doubleX, middleX)), scale(2n, doubleY)),
  }
}

/** That two lazy points are opposite. */
export function oppositeIdentities<T>(
  { add, subtract }: Ring<T>,
  left: LazyPoint<T>,
  right: LazyPoint<T>,
): { readonly x: T; readonly y: T } {
  return { x: subtract(left.x, right.x), y: add(left.y, right.y) }
}

/** That two lazy points have different x, by the inverse of the difference, and that their sum has this x. */
export function joinIdentities<T>(
  { add, subtract, multiply, constant }: Ring<T>,
  left: LazyPoint<T>,
  right: LazyPoint<T>,
  witness: { readonly slope: T; readonly inverse: T; readonly x: T },
): { readonly slope: T; readonly apart: T; readonly x: T } {
  const run = subtract(right.x, left.x)
  return {
    slope: add(multiply(witness.slope, run), subtract(left.y, right.y)),
    apart: subtract(multiply(witness.inverse, run), constant([1n])),
    x: subtract(multiply(witness.slope, witness.slope), left.x, right.x, witness.x),
  }
}

/** The sum of two products, which must vanish modulo the order. */
export function productSum<T>({ add, multiply }: Ring<T>, left: readonly [T, T], right: readonly [T, T]): T {
  return add(multiply(...left), multiply(...right))
}

/** left[0] left[1] - right, which must vanish modulo the order. */
export function productIs<T>({ subtract, multiply }: Ring<T>, left: readonly [T, T], right: T): T {
  return subtract(multiply(...left), right)
}
