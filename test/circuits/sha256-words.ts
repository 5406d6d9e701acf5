/** Words of SHA-256 as bits and as numbers, for the tests of its templates. */
import { randomBytes } from 'node:crypto'
import type { Subject } from './harness.ts'

export const bitsOf = (value: number, n = 32) =>
  Array.from({ length: n }, (_, i) => BigInt(Math.floor(value / 2 ** i) % 2))
export const wordOf = (bits: readonly bigint[]) => Number(bits.reduceRight((sum, bit) => 2n * sum + bit, 0n))
export const randomWord = () => randomBytes(4).readUInt32BE()
export const rotate = (x: number, n: number) => ((x >>> n) | (x << (32 - n))) >>> 0
export const add = (...words: readonly number[]) => words.reduce((sum, word) => (sum + word) >>> 0, 0)
export const choose = (e: number, f: number, g: number) => ((e & f) ^ (~e & g)) >>> 0
export const majority = (a: number, b: number, c: number) => ((a & b) ^ (a & c) ^ (b & c)) >>> 0
export const sigma = (x: number, i: number, j: number, k: number) => (rotate(x, i) ^ rotate(x, j) ^ rotate(x, k)) >>> 0
/** floor(2^32 root(prime)) mod 2^32, by bisection on integers. */
export const fraction = (prime: number, power: number) => {
  const target = BigInt(prime) << BigInt(32 * power)
  let [low, high] = [0n, 1n << 40n]
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** BigInt(power) <= target) low = middle
    else high = middle
  }
  return Number(low & 0xffffffffn)
}
export const primes = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n - 2 }, (_, d) => n % (d + 2)).every((rest) => rest !== 0),
)
/** Wires of the carries of Majority: each is the one root of its own row, as sha256.test.ts shows for all cases. */
export const carries = (subject: Subject) =>
  subject.system.matching(/\b(three\d|sigma\d\[\d\]|majority\[\d\])\.carry\[/)
/** A template whose inputs are given as numbers and arrive as tagged bits. */
export const tagged = (call: string, inputs: Readonly<Record<string, string>>, output: string, dimension: string) => {
  const names = Object.keys(inputs)
  const binary = (name: string) => {
    const shape = inputs[name]!
    const loops = [...shape.matchAll(/\[(\d+)\]/g)].slice(0, -1).map(([, size], k) => ({ k, size }))
    const index = loops.map(({ k }) => `[k${k}]`).join('')
    const width = /\[(\d+)\]$/.exec(shape)?.[1]
    return `    ${loops.map(({ k, size }) => `for (var k${k} = 0; k${k} < ${size}; k${k}++) `).join('')}gadget.${name}${index} <== Binary(${width})(${name}${index});`
  }
  return `include "tags.circom";
template Tagged() {
${names.map((name) => `    signal input ${name}${inputs[name]};`).join('\n')}
    signal output ${output}${dimension};
    component gadget = ${call};
${names.map(binary).join('\n')}
    ${output} <== gadget.${output};
}`
}
