/** Half-size scalars for a joint multiplication (circuits/circom/p256/joint_scalars.circom). */
import { modulo, n } from '../../circuits/p256/curve.ts'

/** How w Q + u R is written as alpha A + beta B with odd alpha and beta. */
export type HalfSize = {
  readonly w: bigint
  /** w = -u u2 modulo n. */
  readonly u: bigint
  readonly alpha: bigint
  readonly beta: bigint
  readonly combined: boolean
  readonly onR: boolean
  readonly plus: boolean
}

const size = (value: bigint) => (value < 0n ? -value : value)

/** The shortest (w, u) with w = -u u2 modulo n, by the size of the larger of the two: below 2^128 by Minkowski's theorem. */
function shortest(u2: bigint): { readonly w: bigint; readonly u: bigint } {
  // Rows (rest, factor) of Euclid's algorithm have rest = -factor u2, and neighbours span the lattice.
  let [first, second] = [
    { w: n, u: 0n },
    { w: modulo(-u2, n), u: 1n },
  ]
  const isShorter = (left: typeof first, right: typeof first) => {
    const [bound] = [size(right.w), size(right.u)].sort((a, b) => (a > b ? -1 : 1))
    return size(left.w) < bound! && size(left.u) < bound!
  }
  while (second.w !== 0n && size(second.u) <= second.w) {
    const quotient = first.w / second.w
    ;[first, second] = [second, { w: first.w - quotient * second.w, u: first.u - quotient * second.u }]
  }
  return isShorter(first, second) ? first : second
}

/** For u2 not 0 modulo n. */
export function halfSize(u2: bigint): HalfSize {
  const { w, u } = shortest(u2)
  const odd = (value: bigint) => (value & 1n) === 1n
  if (odd(w) && odd(u)) return { w, u, alpha: w, beta: u, combined: false, onR: false, plus: false }
  const onR = odd(w) // else u is odd, for both even would not be shortest
  const beta = onR ? w : u
  const other = onR ? u : w
  // Q - R or Q + R: whichever leaves the smaller alpha.
  const plus = size(other - beta) <= size(other + beta)
  if (onR) return { w, u, alpha: plus ? u - w : u + w, beta: w, combined: true, onR, plus }
  return { w, u, alpha: plus ? w - u : w + u, beta: plus ? u : -u, combined: true, onR, plus }
}
