/** PoCPS off chain: the same digits as `Pocps.sol`, in bigint. */

/** One WAD: the fixed-point unit of every factor. */
export const WAD = 10n ** 18n

/** exp(-decay) is what a factor is worth at zero (design: a, b, c, d). */
const decay = {
  time: 2_303_000_000_000_000_000n,
  loyalty: 7_324_000_000_000_000_000n,
  privacy: 2_303_000_000_000_000_000n,
  work: 7_324_000_000_000_000_000n,
} as const

/** PoT of `seconds` of proven time; `threshold` (T0) earns in full. WAD. */
export function timeFactor(seconds: bigint, threshold: bigint): bigint {
  return factor(decay.time, seconds, threshold)
}

/** PoL: `held` of the `minted` rewards are still there; 1 for who was paid nothing yet. WAD. */
export function loyaltyFactor(held: bigint, minted: bigint): bigint {
  return minted === 0n ? WAD : factor(decay.loyalty, held, minted)
}

/** PoP of privacy level `level`; `limit` earns in full. WAD. */
export function privacyFactor(level: bigint, limit: bigint): bigint {
  return factor(decay.privacy, level, limit)
}

/** PoW of `work` operations per second; the class's `benchmark` earns in full. WAD. */
export function workFactor(work: bigint, benchmark: bigint): bigint {
  return factor(decay.work, work, benchmark)
}

/** PoT * PoL * PoP * PoW, each product rounded down, in this order. WAD. */
export function pocps(time: bigint, loyalty: bigint, privacy: bigint, work: bigint): bigint {
  return (((((time * loyalty) / WAD) * privacy) / WAD) * work) / WAD
}

/** @throws {RangeError} `limit` is not positive or `value` is negative: the contract has no such numbers. */
function factor(k: bigint, value: bigint, limit: bigint): bigint {
  if (limit <= 0n) throw new RangeError(`limit ${limit} is not positive`)
  if (value < 0n) throw new RangeError(`value ${value} is negative`)
  if (value >= limit) return WAD
  const ratio = ((limit - value) * WAD) / limit
  return expWad(-((k * ratio) / WAD))
}

/**
 * e^x for x in WAD, to the last digit what Solady's `FixedPointMathLib.expWad` computes: a (6, 7)-term rational
 * approximation after range reduction. Its constants and its order of rounding are kept, since they decide the last digit.
 *
 * @throws {RangeError} the result would pass 2^255 / 1e18.
 */
export function expWad(x: bigint): bigint {
  if (x <= -41_446_531_673_892_822_313n) return 0n
  if (x >= 135_305_999_368_893_231_589n) throw new RangeError(`e^(${x} / 1e18) does not fit`)

  // From WAD to 2^96, then x = reduced + k ln 2 with reduced in (-ln 2 / 2, ln 2 / 2).
  // BigInt division truncates and >> floors, as EVM's SDIV and SAR do.
  const scaled = (x << 78n) / 5n ** 18n
  const k = ((scaled << 96n) / LN2 + 2n ** 95n) >> 96n
  const reduced = scaled - k * LN2

  const y = (((reduced + 1346386616545796478920950773328n) * reduced) >> 96n) + 57155421227552351082224309758442n
  const p0 = y + reduced - 94201549194550492254356042504812n
  const p1 = ((p0 * y) >> 96n) + 28719021644029726153956944680412240n
  const p = p1 * reduced + (4385272521454847904659076985693276n << 96n)

  const q = DENOMINATOR.reduce(
    (sum, coefficient) => ((sum * reduced) >> 96n) + coefficient,
    reduced - 2855989394907223263936484059900n,
  )
  return ((p / q) * 3822833074963236453042738258902158003155416615667n) >> (195n - k)
}

/** ln 2 in 2^96. */
const LN2 = 54916777467707473351141471128n

const DENOMINATOR = [
  50020603652535783019961831881945n,
  -533845033583426703283633433725380n,
  3604857256930695427073651918091429n,
  -14423608567350463180887372962807573n,
  26449188498355588339934803723976023n,
] as const
