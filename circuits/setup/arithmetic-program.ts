/** The quadratic arithmetic program of an R1CS at the secret point: every scalar that a Groth16 proving key multiplies. */
import type { Tau } from './beacon.ts'
import { inverse, lagrangeAt, power, r } from './field.ts'
import type { R1cs } from './r1cs.ts'

/** Groth, EUROCRYPT 2016, §3.2, before the division by delta; names as there. One scalar a wire unless noted. */
export type ArithmeticProgram = {
  /** A_i(tau) */
  readonly a: readonly bigint[]
  /** B_i(tau) */
  readonly b: readonly bigint[]
  /** beta A_i(tau) + alpha B_i(tau) + C_i(tau) */
  readonly k: readonly bigint[]
  /** Odd Lagrange polynomials of the doubled domain: the quotient is multiplied in evaluations, not coefficients. */
  readonly h: readonly bigint[]
  /** (tau^n - 1) tau^i, which snarkjs only hashes. */
  readonly vanishing: readonly bigint[]
  /** Section 4 of a .zkey: the coefficients of A and B, 44 bytes each, after their number. */
  readonly coefficients: Uint8Array
}

/** snarkjs stores a coefficient v as v 2^512: twice in Montgomery form. */
const COEFFICIENT_SCALE = power(2n, 512n)
/** snarkjs hashes the vanishing points in chunks of this size, and past 2^14 it takes one more than there are. */
const HASHED_CHUNK = 2 ** 14

export function evaluate(r1cs: R1cs, { tau, alpha, beta }: Tau): ArithmeticProgram {
  const { wires, constraints, publicSignals, domainBits } = r1cs
  const lagrange = lagrangeAt(domainBits, tau)
  const [a, b, k] = [0, 0, 0].map(() => new Array<bigint>(wires).fill(0n)) as [bigint[], bigint[], bigint[]]
  const columns = [a, b, k] as const
  const coefficients = new CoefficientWriter()
  // The sums are reduced once, at the end: a reduction costs more than an addition.
  r1cs.forEach((matrix, constraint, wire, value) => {
    const column = columns[matrix]
    column[wire] = column[wire]! + value * lagrange[constraint]!
    if (matrix !== 2) coefficients.write(matrix, constraint, wire, value)
  })
  // One row for each public signal and the constant keeps them independent of the rest (consistency of the inputs).
  for (let wire = 0; wire <= publicSignals; wire++) {
    a[wire] = a[wire]! + lagrange[constraints + wire]!
    coefficients.write(0, constraints + wire, wire, 1n)
  }
  for (let wire = 0; wire < wires; wire++) {
    a[wire] = a[wire]! % r
    b[wire] = b[wire]! % r
    k[wire] = (k[wire]! + beta * a[wire]! + alpha * b[wire]!) % r
  }
  return {
    a,
    b,
    k,
    h: oddLagrange(domainBits, tau),
    vanishing: vanishing(domainBits, tau),
    coefficients: coefficients.end(),
  }
}

/** The Lagrange polynomials of the odd powers of the root of the doubled domain, at tau. */
function oddLagrange(bits: number, tau: bigint): bigint[] {
  // Over the doubled domain L_{2i+1}(tau) = w (tau^2n - 1) / (2n (tau - w)), w the (2i+1)-th power of its root.
  return lagrangeAt(bits + 1, tau).filter((_, i) => i % 2 === 1)
}

function vanishing(bits: number, tau: bigint): bigint[] {
  const size = 2 ** bits
  const values = new Array<bigint>(size <= HASHED_CHUNK ? size - 1 : size)
  let value = (power(tau, BigInt(size)) - 1n + r) % r
  for (let i = 0; i < values.length; i++) {
    values[i] = value
    value = (value * tau) % r
  }
  return values
}

class CoefficientWriter {
  #bytes = Buffer.allocUnsafe(1 << 20)
  #end = 4
  #count = 0
  readonly #scaled = new Map<bigint, Buffer>()

  write(matrix: number, constraint: number, wire: number, value: bigint): void {
    if (this.#end + 44 > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length)
    }
    this.#bytes.writeUInt32LE(matrix, this.#end)
    this.#bytes.writeUInt32LE(constraint, this.#end + 4)
    this.#bytes.writeUInt32LE(wire, this.#end + 8)
    this.#scale(value).copy(this.#bytes, this.#end + 12)
    this.#end += 44
    this.#count++
  }

  end(): Uint8Array {
    this.#bytes.writeUInt32LE(this.#count, 0)
    return this.#bytes.subarray(0, this.#end)
  }

  /** Circuits use few distinct coefficients, again and again. */
  #scale(value: bigint): Buffer {
    const known = this.#scaled.get(value)
    if (known) return known
    const hex = ((value * COEFFICIENT_SCALE) % r).toString(16).padStart(64, '0')
    const bytes = Buffer.from(hex, 'hex').reverse()
    if (this.#scaled.size < 1 << 18) this.#scaled.set(value, bytes)
    return bytes
  }
}

/** The scalars divided by delta, as phase 2 leaves them. */
export function divide(scalars: readonly bigint[], delta: bigint): bigint[] {
  const factor = inverse(delta)
  return scalars.map((scalar) => (scalar * factor) % r)
}
