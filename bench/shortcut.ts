/**
 * Measures how often cheaper arithmetic than the exact dot product yields a neuron's two bits: `tsx bench/shortcut.ts`.
 *
 * Each shortcut gives a number that is easier to compute than `a`. What it says about y is learned from half of the
 * trials (the most frequent y for each value of bits 3 to 10 of the number) and counted on the other half,
 * so a figure here is what a cheater who knows the distribution achieves. A blind guess achieves 1/4.
 */
import { workProfileOf } from '../circuits/circuits.ts'
import { rowBytes } from '../src/work/dataset.ts'
import { outputBits } from '../src/work/step.ts'

/** What one pass over two vectors gives. */
type Products = {
  exact: number
  /** Weights without their lowest bit; both sides by their two highest bits; both in the format e2m1. */
  dropOne: number
  twoBits: number
  fp4: number
  /** Accumulators with an 11-bit significand: after every 16 products, after every product. */
  halfByBlock: number
  halfByProduct: number
  /** As halfByBlock, but added to a wide sum and started anew every 992 entries. */
  halfFlushed: number
  /** Sums of the first entries only. */
  withoutLast: number
  without16: number
  mostOf: number
}
type Shortcut = readonly [name: string, number: (p: Products) => number]

const OFFSET = 2 ** 20
/** Nearest of 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives, by nibble. */
const E2M1 = [-6, -6, -6, -4, -4, -3, -2, -1, 0, 1, 2, 3, 4, 4, 6, 6]

const low = (bits: number) => (p: Products) => (p.exact + OFFSET) % 2 ** bits
/** The number nearest to an estimate that has the right low 8 bits. */
const lowEightAnd = (estimate: number, exact: number) => exact + 256 * Math.round((estimate - exact) / 256)

const shortcuts: readonly Shortcut[] = [
  ['nothing: a guess', () => 0],
  ['accumulators of 8 bits', low(8)],
  ['accumulators of 9 bits', low(9)],
  ['accumulators of 10 bits', low(10)],
  ['accumulators of 11 bits: exact', low(11)],
  ['weights without their lowest bit', (p) => p.dropOne],
  ['both sides by their two highest bits', (p) => p.twoBits],
  ['both sides rounded to fp4 (e2m1)', (p) => p.fp4],
  ['8 bits, and the two highest bits of both', (p) => lowEightAnd(p.twoBits, p.exact)],
  ['fp16 accumulators, rounded every 16', (p) => p.halfByBlock],
  ['fp16 accumulators, rounded every product', (p) => p.halfByProduct],
  ['fp16 accumulators, every 992 a wide addition', (p) => p.halfFlushed],
  ['15/16 of the entries', (p) => p.mostOf],
  ['all but 16 entries', (p) => p.without16],
  ['all but one entry', (p) => p.withoutLast],
]

/** Rounds to 11 significant bits, as fp16 does with integers. */
function toHalf(value: number): number {
  let step = 1
  while (Math.abs(value) >= 2048 * step) step *= 2
  return step === 1 ? value : step * Math.round(value / step)
}

function multiply(w: Buffer, x: Buffer, entries: number): Products {
  const p: Products = {
    exact: 0,
    dropOne: 0,
    twoBits: 0,
    fp4: 0,
    halfByBlock: 0,
    halfByProduct: 0,
    halfFlushed: 0,
    withoutLast: 0,
    without16: 0,
    mostOf: 0,
  }
  let block = 0
  let segment = 0
  for (let i = 0; i < entries; i++) {
    const shift = 4 * (i & 1)
    const v = (w[i >> 1]! >> shift) & 15
    const u = (x[i >> 1]! >> shift) & 15
    const product = (v - 8) * (u - 8)
    if (i === entries - 1) p.withoutLast = p.exact
    if (i === entries - 16) p.without16 = p.exact
    if (i === (entries / 16) * 15) p.mostOf = p.exact
    p.exact += product
    p.dropOne += ((v & 14) - 7.5) * (u - 8)
    p.twoBits += ((v & 12) - 6.5) * ((u & 12) - 6.5)
    p.fp4 += E2M1[v]! * E2M1[u]!
    block += product
    if (i % 16 === 15) {
      p.halfByBlock = toHalf(p.halfByBlock + block)
      segment = toHalf(segment + block)
      block = 0
    }
    if (i % 992 === 991) {
      p.halfFlushed += segment
      segment = 0
    }
    p.halfByProduct = toHalf(p.halfByProduct + product)
  }
  return p
}

/** Share of the second half of the trials in which the most frequent y of the first half is right. */
function accuracy(numbers: readonly number[], outputs: readonly number[]): number {
  const half = numbers.length / 2
  const seen = Array.from({ length: 256 }, () => [0, 0, 0, 0])
  const bin = (i: number) => (Math.round(numbers[i]! + OFFSET) >> 3) & 255
  for (let i = 0; i < half; i++) seen[bin(i)]![outputs[i]!]! += 1
  const best = seen.map((counts) => counts.indexOf(Math.max(...counts)))
  let right = 0
  for (let i = half; i < numbers.length; i++) if (best[bin(i)] === outputs[i]) right += 1
  return right / half
}

for (const [id, trials] of [
  ['work-dev', 120_000],
  ['work-standard', 60_000],
] as const) {
  const profile = workProfileOf(id)
  const seed = Buffer.alloc(32, 1)
  const products = Array.from({ length: trials }, (_, i) =>
    multiply(rowBytes(seed, 2 * i, profile), rowBytes(seed, 2 * i + 1, profile), profile.entries),
  )
  const outputs = products.map(({ exact }) => outputBits(exact))
  const error = 2 * Math.sqrt(0.1875 / (trials / 2))
  console.log(`\n${id}: K = ${profile.entries}, ${trials} neurons, two standard errors ${error.toFixed(4)}`)
  for (const [name, number] of shortcuts) {
    console.log(`  ${name.padEnd(44)} ${accuracy(products.map(number), outputs).toFixed(3)}`)
  }
}
