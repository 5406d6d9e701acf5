/** `pocps factors`: the four factors and their product for given numbers, equal to the contract's to the last digit. */
import type { Command } from 'commander'
import { formatUnits } from 'ethers'
import { BadArgumentError } from '../errors.ts'
import { loyaltyFactor, pocps, privacyFactor, timeFactor, workFactor } from '../score.ts'
import { decimal } from './arguments.ts'
import { printJson } from './output.ts'

type FactorOptions = {
  days: bigint
  fullDays?: bigint
  held?: bigint
  minted?: bigint
  privacy?: bigint
  privacyLimit?: bigint
  work: bigint
  benchmark: bigint
  json?: boolean
}

const SECONDS_A_DAY = 86_400n
const MICRO_DAYS = 1_000_000n

export function addFactors(program: Command): void {
  program
    .command('factors')
    .description('compute PoT, PoL, PoP, PoW and their product, to the last digit as the contract does')
    .requiredOption('--days <n>', 'proven days in the protocol', decimal(6))
    .option('--full-days <n>', 'T0: days at which PoT is 1 (default: 30)', decimal(6))
    .option('--held <tokens>', 'held at the epoch’s opening, stake included (default: 0)', decimal(18))
    .option('--minted <tokens>', 'rewards claimed by then (default: 0)', decimal(18))
    .option('--privacy <level>', 'P: proven privacy level (default: 0)', decimal(0))
    .option('--privacy-limit <level>', 'P at which PoP is 1 (default: 1)', decimal(0))
    .requiredOption('--work <ops>', 'W: proven operations per second', decimal(0))
    .requiredOption('--benchmark <ops>', 'W of the GPU class', decimal(0))
    .option('--json', 'print the factors in WAD (1e18 is 1)')
    .addHelpText(
      'after',
      `
Examples:
  pocps factors --days 12 --work 1.8e14 --benchmark 2e14
  pocps factors --days 40 --held 900 --minted 1000 --work 2e14 --benchmark 2e14 --json`,
    )
    .action((options: FactorOptions) => {
      const { fullDays = 30n * MICRO_DAYS, held = 0n, minted = 0n, privacy = 0n, privacyLimit = 1n } = options
      const seconds = (micro: bigint) => (micro * SECONDS_A_DAY) / MICRO_DAYS
      if (seconds(fullDays) === 0n || privacyLimit === 0n || options.benchmark === 0n) {
        throw new BadArgumentError('--full-days, --privacy-limit and --benchmark must be above 0: they divide')
      }
      const factors = {
        PoT: timeFactor(seconds(options.days), seconds(fullDays)),
        PoL: loyaltyFactor(held, minted),
        PoP: privacyFactor(privacy, privacyLimit),
        PoW: workFactor(options.work, options.benchmark),
      }
      const all = { ...factors, PoCPS: pocps(factors.PoT, factors.PoL, factors.PoP, factors.PoW) }
      if (options.json) {
        printJson({ ok: true, ...all })
        return
      }
      for (const [name, wad] of Object.entries(all)) process.stdout.write(`${name.padEnd(6)} ${formatUnits(wad, 18)}\n`)
    })
}
