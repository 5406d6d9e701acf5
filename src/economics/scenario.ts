/** Reads scenarios: those that come with the program, and files; hostile until checked. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { BadArgumentError } from '../errors.ts'
import { type Scenario, scenarioSchema } from './scenario-schema.ts'

/** @throws {BadArgumentError} naming each field that is missing, unknown, of another type or out of range. */
export function parseScenario(json: unknown, name: string): Scenario {
  const result = scenarioSchema.safeParse(json)
  if (!result.success) throw new BadArgumentError(`scenario ${name} is malformed:\n${z.prettifyError(result.error)}`)
  return result.data
}

/** The schema as JSON Schema, descriptions and units included. */
export function jsonSchema(): unknown {
  return z.toJSONSchema(scenarioSchema)
}

const folder = fileURLToPath(new URL('./scenarios/', import.meta.url))

/** Names of the scenarios that come with the program. */
export async function scenarioNames(): Promise<string[]> {
  const files = await readdir(folder)
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .sort()
}

/**
 * Reads a scenario that comes with the program, or a file.
 *
 * @throws {BadArgumentError} there is none, it is not JSON, or it is malformed.
 */
export async function readScenario(
  nameOrPath: string,
): Promise<{ readonly name: string; readonly scenario: Scenario }> {
  const own = /^[a-z0-9-]+$/.test(nameOrPath)
  const path = own ? join(folder, `${nameOrPath}.json`) : nameOrPath
  let source: string
  try {
    source = await readFile(path, 'utf8')
  } catch (cause) {
    const known = (await scenarioNames()).join(', ')
    throw new BadArgumentError(`no scenario ${nameOrPath}; there are ${known}, or give the path of a file`, { cause })
  }
  const name = basename(path, '.json')
  try {
    return { name, scenario: parseScenario(JSON.parse(source), name) }
  } catch (cause) {
    if (cause instanceof BadArgumentError) throw cause
    throw new BadArgumentError(`scenario ${nameOrPath} is not JSON: ${(cause as Error).message}`, { cause })
  }
}
