/** How commands speak: results on stdout, progress on stderr, one exit code a kind of failure. */
import pc from 'picocolors'
import { CodedError } from '../../circuits/coded-error.ts'
import { PocpsError } from '../errors.ts'

/** Errors that carry a code of errors.md; anything else is a bug and is shown with its stack. */
const families = [PocpsError, CodedError]

/** What a shell script may rely on. */
export const exitCodes = { done: 0, failed: 1, usage: 2, retryable: 75, interrupted: 130 } as const

export function progress(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** JSON with bigints as decimal strings, as snarkjs writes them. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? item.toString() : item), 2)
  process.stdout.write(`${text}\n`)
}

/** Prints the error and returns the exit code: `retryable` (75, EX_TEMPFAIL) says that trying again can help. */
export function report(error: unknown, json: boolean): number {
  const known = families.some((family) => error instanceof family)
  const { code, retryable } = known ? (error as PocpsError) : { code: 'INTERNAL', retryable: false }
  if (error instanceof Error && error.name === 'AbortError') {
    progress('interrupted')
    return exitCodes.interrupted
  }
  const message = error instanceof Error ? error.message : String(error)
  const { detail } = known ? (error as { detail?: unknown }) : {}
  if (json) printJson({ ok: false, code, retryable, message, ...(detail !== undefined && { detail }) })
  progress(`${pc.red('error')} ${pc.bold(code)} ${message}`)
  if (!known && error instanceof Error && error.stack) progress(pc.dim(error.stack))
  if (code === 'ABORTED') return exitCodes.interrupted
  if (code === 'BAD_ARGUMENT') return exitCodes.usage
  return retryable ? exitCodes.retryable : exitCodes.failed
}

/** `4.0 TOP/s`-like text of a rate in operations per second. */
export function rate(operationsPerSecond: number): string {
  const units = ['', 'k', 'M', 'G', 'T', 'P']
  let value = operationsPerSecond
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toPrecision(3)} ${units[unit]}OP/s`
}
