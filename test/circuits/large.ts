/** Circuits too large to hold as objects, and too slow to compile in every run. */
import { readR1cs } from '../../circuits/setup/r1cs.ts'
import { FIELD_ORDER as r } from '../../src/work/poseidon.ts'

/** For suites that compile large circuits, which takes minutes each: `npm run test:slow`. */
export function describeSlow(title: string, suite: () => void): void {
  if (!process.env.POCPS_SLOW) {
    describe.skip(title, suite)
    return
  }
  describe(title, function () {
    this.timeout(1_800_000)
    suite()
  })
}

/** Rows that a witness breaks, evaluated one by one as they are read. */
export async function brokenRows(file: string, witness: readonly bigint[]): Promise<number[]> {
  const system = await readR1cs(file)
  const broken: number[] = []
  const sums: [bigint, bigint, bigint] = [0n, 0n, 0n]
  let row = 0
  const finish = () => {
    if ((sums[0] * sums[1] - sums[2]) % r !== 0n) broken.push(row)
    sums.fill(0n)
  }
  system.forEach((matrix, constraint, wire, value) => {
    if (constraint !== row) finish()
    row = constraint
    sums[matrix] += value * witness[wire]!
  })
  finish()
  return broken
}
