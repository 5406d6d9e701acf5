/** The points that the windows of a comb choose from. */
import { inverse, type Point, p } from './curve.ts'
import { balancedLimbs } from './limbs.ts'
import { COMB_BITS, combWindows, SCALAR_BITS } from './shape.ts'

/** One list a window: entry i of window t is (2i + 1) 2^(9t) base. */
export function combTable(base: Point): readonly (readonly Point[])[] {
  const windows = combWindows(SCALAR_BITS)
  const starts = [base]
  const doubles: Point[] = []
  for (const _ of windows) {
    let point = starts.at(-1)!
    for (let k = 0; k < COMB_BITS; k++) {
      ;[point] = addEach([point], [point]) as [Point]
      if (k === 0) doubles.push(point)
    }
    starts.push(point)
  }
  // All windows in step, so that one inversion serves a sum in each.
  const lists = windows.map((_, t) => [starts[t]!])
  const longest = 1 << (COMB_BITS - 1)
  for (let i = 1; i < longest; i++) {
    const sums = addEach(
      lists.map((list) => list.at(-1)!),
      doubles,
    )
    for (const [t, sum] of sums.entries()) lists[t]!.push(sum)
  }
  return lists.map((list, t) => list.slice(0, 1 << (windows[t]! - 1)))
}

/** Sums of pairs none of which is opposite, with a single inversion (Montgomery's trick). */
function addEach(left: readonly Point[], right: readonly Point[]): Point[] {
  const fractions = left.map((a, i) => {
    const c = right[i]!
    return a.x === c.x ? [3n * a.x * a.x - 3n, 2n * a.y] : [c.y - a.y, c.x - a.x]
  }) as [bigint, bigint][]
  const products = [1n]
  for (const [, run] of fractions) products.push((products.at(-1)! * run) % p)
  let rest = inverse(products.at(-1)!, p)
  const sums: Point[] = []
  for (let i = left.length - 1; i >= 0; i--) {
    const [rise, run] = fractions[i]!
    const lambda = (rise * rest * products[i]!) % p
    rest = (rest * run) % p
    const [a, c] = [left[i]!, right[i]!]
    const x = (((lambda * lambda - a.x - c.x) % p) + p) % p
    sums.unshift({ x, y: (((lambda * (a.x - x) - a.y) % p) + p) % p })
  }
  return sums
}

/** Index bits that are multiplied out in all combinations; those above, none or two, choose among four sums of these. */
const LOW_INDEX_BITS = 6

/**
 * Coefficients `[limb][top][low]` of the eight balanced limbs of x, then of y.
 *
 * A limb of the point with index i is the sum of the coefficients of all sets of bits that are 1 in i. A set stands for
 * the number of its bits, 64 top + low (Möbius transform).
 */
export function windowCoefficients(points: readonly Point[]): bigint[][][] {
  const rows = points.map(({ x, y }) => [...balancedLimbs(x), ...balancedLimbs(y)])
  const low = Math.min(rows.length, 1 << LOW_INDEX_BITS)
  return rows[0]!.map((_, limb) => {
    const coefficients = rows.map((row) => row[limb]!)
    for (let bit = 1; bit < rows.length; bit <<= 1) {
      for (let i = 0; i < rows.length; i++) if (i & bit) coefficients[i]! -= coefficients[i ^ bit]!
    }
    return Array.from({ length: rows.length / low }, (_, top) => coefficients.slice(top * low, (top + 1) * low))
  })
}
