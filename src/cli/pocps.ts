/** The command line: `pocps --help`. */
import { Command, CommanderError } from 'commander'
import { exitCodes, report } from './output.ts'

/** In the order of the help. Together their modules take seconds to load, so only the one that is asked for is. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  demo: async () => (await import('./demo.ts')).addDemo,
  round: async () => (await import('./round.ts')).addRound,
  prove: async () => (await import('./prove.ts')).addProve,
  verify: async () => (await import('./verify.ts')).addVerify,
  factors: async () => (await import('./factors.ts')).addFactors,
  enclave: async () => (await import('./enclave.ts')).addEnclave,
  simulate: async () => (await import('./simulate.ts')).addSimulate,
}

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  // It parses its own options: the same program runs without this command line.
  if (args[0] === 'keys') return (await import('../../circuits/setup.ts')).main(args.slice(1))

  const program = new Command('pocps')
    .description('Proof, on chain, that a GPU really computed.')
    .version('0.1.0')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
  const asked = Object.entries(commands).filter(([name]) => name === args[0])
  const wanted = asked.length > 0 ? asked : Object.entries(commands)
  for (const [, load] of wanted) (await load())(program)
  program.command('keys').description('make or check development keys; `pocps keys --help`').helpOption(false)
  program.addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 wrong usage or malformed file, 75 failed but worth another try, 130 interrupted.
Every error carries a code; src/errors.md explains them.`,
  )
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return report(error, args.includes('--json'))
  }
}

process.exitCode = await main(process.argv.slice(2))
