/** The command line: `pocps --help`. */
import { Command, CommanderError } from 'commander'
import { main as keys } from '../../circuits/setup.ts'
import { addDemo } from './demo.ts'
import { addEnclave } from './enclave.ts'
import { addFactors } from './factors.ts'
import { exitCodes, report } from './output.ts'
import { addProve } from './prove.ts'
import { addRound } from './round.ts'
import { addSimulate } from './simulate.ts'
import { addVerify } from './verify.ts'

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  // It parses its own options: the same program runs without this command line.
  if (args[0] === 'keys') return keys(args.slice(1))

  const program = new Command('pocps')
    .description('Proof, on chain, that a GPU really computed.')
    .version('0.1.0')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
  addDemo(program)
  addRound(program)
  addProve(program)
  addVerify(program)
  addFactors(program)
  addEnclave(program)
  addSimulate(program)
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
