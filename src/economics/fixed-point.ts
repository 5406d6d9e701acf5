/** Fixed-point arithmetic with the EVM's digits: ln and powers as Solady's `FixedPointMathLib`, quotients by direction. */
import { expWad, WAD } from '../score.ts'

/** a b / c, rounded down. */
export const mulDiv = (a: bigint, b: bigint, c: bigint): bigint => (a * b) / c

/** a b / c, rounded up. */
export const mulDivUp = (a: bigint, b: bigint, c: bigint): bigint => (a * b + c - 1n) / c

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/**
 * x^y for x and y in WAD: exp(y ln x), as `powWad`.
 *
 * @throws {RangeError} x is not positive, or the result does not fit.
 */
export function powWad(x: bigint, y: bigint): bigint {
  return expWad((lnWad(x) * y) / WAD)
}

/**
 * ln x for x in WAD, to the last digit what `lnWad` computes: an (8, 8)-term rational approximation on [1, 2).
 *
 * @throws {RangeError} x is not positive.
 */
export function lnWad(x: bigint): bigint {
  if (x <= 0n) throw new RangeError(`ln of ${x} is not defined`)
  const highestBit = BigInt(x.toString(2).length - 1)
  // From x to reduced = x / 2^highestBit in 2^96. >> floors, as EVM's SAR does; / truncates, as SDIV.
  const reduced = (x << (255n - highestBit)) >> 159n

  let p = ((reduced + 3273285459638523848632254066296n) * reduced) >> 96n
  p = ((p + 24828157081833163892658089445524n) * reduced) >> 96n
  p = ((p + 43456485725739037958740375743393n) * reduced) >> 96n
  p -= 11111509109440967052023855526967n
  p = ((p * reduced) >> 96n) - 45023709667254063763336534515857n
  p = ((p * reduced) >> 96n) - 14706773417378608786704636184526n
  p = p * reduced - (795164235651350426258249787498n << 96n)

  const q = DENOMINATOR.reduce(
    (sum, coefficient) => ((sum * reduced) >> 96n) + coefficient,
    reduced + 5573035233440673466300451813936n,
  )
  const scaled = (p / q) * 1677202110996718588342820967067443963516166n
  const ofPower = 16597577552685614221487285958193947469193820559219878177908093499208371n * (highestBit - 96n)
  return (scaled + ofPower + 600920179829731861736702779321621459595472258049074101567377883020018308n) >> 174n
}

const DENOMINATOR = [
  71694874799317883764090561454958n,
  283447036172924575727196451306956n,
  401686690394027663651624208769553n,
  204048457590392012362485061816622n,
  31853899698501571402653359427138n,
  909429971244387300277376558375n,
] as const
