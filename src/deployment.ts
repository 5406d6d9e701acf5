/** Where the contracts are and what each class computes: the file a node is given beside its key. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { workCircuitIds } from '../circuits/circuits.ts'
import { BadArgumentError } from './errors.ts'

const Address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'not an address')

const DeploymentSchema = z.strictObject({
  chainId: z.number().int().positive(),
  addresses: z.strictObject({
    token: Address,
    registry: Address,
    rounds: Address,
    rewards: Address,
    router: Address,
    poseidon: Address,
    enclaves: Address,
    constantProduct: Address,
    utilisationCurve: Address,
    rules: Address,
    pool: Address,
    settlement: Address,
  }),
  /** Of the last deployment transaction: no event is older. */
  block: z.number().int().nonnegative(),
  /** By class id. The chain holds a class's dataset root; its seed is public knowledge that a node checks against it. */
  classes: z
    .array(
      z.strictObject({
        name: z.string(),
        circuit: z.enum(workCircuitIds),
        datasetSeed: z.string().regex(/^0x[0-9a-f]{64}$/),
      }),
    )
    .readonly(),
})

export type Deployment = z.infer<typeof DeploymentSchema>

/** @throws {BadArgumentError} the file cannot be read or is no deployment. */
export async function readDeployment(path: string): Promise<Deployment> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new BadArgumentError(`cannot read the deployment ${path}: ${(cause as Error).message}`, { cause })
  }
  const result = DeploymentSchema.safeParse(json)
  if (!result.success) throw new BadArgumentError(`${path} is no deployment:\n${z.prettifyError(result.error)}`)
  return result.data
}
