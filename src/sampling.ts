/** How many samples buy how much certainty (circuits/README.md §7.3 and §7.7). */

/** What a proof of the `work` statement opens. */
export type Sampling = {
  /** Columns opened in a round: `sampledColumns` times the proofs. */
  readonly columns: number
  /** Outputs checked in each. */
  readonly neurons: number
}

/** A guess of two bits is right one time in four, and the outputs of one column may all be guessed together. */
const caughtInColumn = (fraction: number, neurons: number): number => fraction * (1 - 4 ** -neurons)

function requireFraction(name: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw new RangeError(`${name} = ${value} is not in (0, 1]`)
}

/** A lower bound of the probability that a round catches who guessed `fraction` of all outputs. */
export function detectionProbability(fraction: number, { columns, neurons }: Sampling): number {
  requireFraction('fraction', fraction)
  return 1 - (1 - caughtInColumn(fraction, neurons)) ** columns
}

/**
 * Proofs a round needs so that guessing `fraction` of all outputs goes unseen with probability at most `2^-bits`.
 *
 * @param perProof what one proof opens.
 */
export function samplesFor(fraction: number, bits: number, perProof: Sampling): number {
  requireFraction('fraction', fraction)
  if (!(bits > 0)) throw new RangeError(`bits = ${bits} is not positive`)
  const columns = (-bits * Math.LN2) / Math.log1p(-caughtInColumn(fraction, perProof.neurons))
  return Math.ceil(columns / perProof.columns)
}

/**
 * The probability of being caught above which cheating does not pay: C / ((1 - r)(R + S)), all in one currency.
 *
 * @param saved C: what cheating saves a round.
 * @param controlled r: share of rounds whose sample the cheater controls.
 * @param reward R: what an honest round earns.
 * @param stake S: what a failed round costs.
 */
export function breakEvenProbability(saved: number, controlled: number, reward: number, stake: number): number {
  if (!(controlled >= 0 && controlled < 1)) throw new RangeError(`controlled = ${controlled} is not in [0, 1)`)
  if (!(reward + stake > 0)) throw new RangeError('nothing is at stake')
  return saved / ((1 - controlled) * (reward + stake))
}
