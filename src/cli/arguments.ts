/** Parsers of option values: commander shows their message and exits with the code for wrong usage. */
import { InvalidArgumentError } from 'commander'
import { parseUnits } from 'ethers'

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

/** A number from 0 to 1. */
export function share(text: string): number {
  const value = Number(text)
  if (/^\d*\.?\d+$/.test(text) && value <= 1) return value
  throw new InvalidArgumentError('It must be a number from 0 to 1.')
}

/** Together far below 2^256, which the contract's numbers are. */
const LARGEST_EXPONENT = 30
const LONGEST_MANTISSA = 30

/** A non-negative decimal, as a multiple of 10^-decimals. */
export function decimal(decimals: number): (text: string) => bigint {
  return (text) => {
    const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
    const places = mantissa.split('.')[1]?.length ?? 0
    const fits = Number(exponent) <= LARGEST_EXPONENT && mantissa.length <= LONGEST_MANTISSA
    if (fits && /^\d+(\.\d+)?(e\d+)?$/i.test(text) && places <= decimals + Number(exponent)) {
      return parseUnits(mantissa, decimals + Number(exponent))
    }
    throw new InvalidArgumentError(`It must be a number such as 12 or 2e12 with at most ${decimals} decimals.`)
  }
}

export function nodeId(text: string): string {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text
  throw new InvalidArgumentError('It must be 32 bytes in lower-case hex, 0x….')
}
