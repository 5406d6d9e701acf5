/** Runs the `#[test]` functions of the library without nargo: each becomes a function of a contract. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Noir } from '@noir-lang/noir_js'
import { compileContract, type NoirFunction, noirBuildRoot, noirLibrary, noirSources } from './compile.ts'

/** `expectedFailure` is null when the test must pass, '' when any failure will do, else part of the message. */
export type NoirTest = { readonly module: string; readonly name: string; readonly expectedFailure: string | null }

const TEST = /^#\[test(?:\((should_fail)(?:_with = "(.*)")?\))?\]\nfn (\w+)\(\)/gm

/** @throws {Error} a file marks a test in a form that this runner would miss. */
export function noirTests(): NoirTest[] {
  return noirSources(noirLibrary).flatMap((file) => {
    const source = readFileSync(file, 'utf8')
    const tests = [...source.matchAll(TEST)].map(([, shouldFail, message, name]) => ({
      module: basename(file, '.nr'),
      name: name!,
      expectedFailure: shouldFail ? (message ?? '') : null,
    }))
    if (tests.length !== source.split('#[test').length - 1) throw new Error(`${file} has a test in an unknown form`)
    return tests
  })
}

/**
 * Compiles `tests`, which must all be of this library.
 *
 * The compiler drops functions marked as tests and hides private ones, so both marks are taken off a copy.
 */
export async function compileTests(tests: readonly NoirTest[]): Promise<(test: NoirTest) => Promise<void>> {
  const contract = join(noirBuildRoot, 'unit-tests')
  rmSync(contract, { recursive: true, force: true })
  cpSync(noirLibrary, join(contract, 'lib'), { recursive: true })
  for (const file of noirSources(join(contract, 'lib'))) {
    writeFileSync(file, readFileSync(file, 'utf8').replace(TEST, 'pub fn $3()'))
  }
  mkdirSync(join(contract, 'src'))
  writeFileSync(
    join(contract, 'Nargo.toml'),
    '[package]\nname = "unit_tests"\ntype = "contract"\nauthors = [""]\n\n[dependencies]\npocps = { path = "lib" }\n',
  )
  const calls = tests.map((test) => `    fn ${entryPoint(test)}() { pocps::${test.module}::${test.name}(); }\n`)
  writeFileSync(join(contract, 'src/main.nr'), `contract UnitTests {\n${calls.join('')}}\n`)

  const functions = new Map((await compileContract(contract)).map((compiled) => [compiled.name, compiled]))
  return async (test) => {
    const compiled = functions.get(entryPoint(test))
    if (!compiled) throw new Error(`${entryPoint(test)} was not compiled`)
    await run(compiled, test.expectedFailure)
  }
}

function entryPoint({ module, name }: NoirTest): string {
  return `${module}__${name}`
}

async function run(compiled: NoirFunction, expectedFailure: string | null): Promise<void> {
  let message: string | null = null
  try {
    await new Noir(compiled).execute({})
  } catch (error) {
    message = (error as Error).message
  }
  if (expectedFailure === null && message !== null) throw new Error(`fails: ${message}`)
  if (expectedFailure !== null && message === null) throw new Error('passes, but should fail')
  if (expectedFailure && !message!.includes(expectedFailure)) {
    throw new Error(`fails with "${message}", not with "${expectedFailure}"`)
  }
}
