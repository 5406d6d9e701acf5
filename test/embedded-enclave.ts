/** An enclave for tests: real keys, sessions and epoch proofs behind a platform and a boot that nobody had to prove. */
import { randomBytes } from 'node:crypto'
import { AbiCoder, type Contract, encodeBytes32String, keccak256, type Signer } from 'ethers'
import type { Chain } from '../src/chain.ts'
import { SUBGROUP_ORDER } from '../src/enclave/curve.ts'
import { createSoftwareEnclave, type Enclave } from '../src/enclave/enclave.ts'
import { createEnrolment, type Statement } from '../src/enclave/enrol.ts'
import { sessionHash, windowNullifier } from '../src/enclave/session.ts'
import {
  type DeploymentParameters,
  defaultEnclavePolicy,
  defaultLevels,
  defaultParameters,
} from '../verifier-contracts/index.ts'

const FAR = 4_000_000_000
const roots = { tcb: 11n, measurement: 12n, revocation: 13n } as const
const circuits = { platform: 'test-platform', boot: 'test-boot' } as const

/** One authority, whose proofs are hashes of what they say: EchoVerifier. */
export function enclaveParameters(admin: string): Pick<DeploymentParameters, 'enclaves' | 'verifiers'> {
  return {
    verifiers: {
      ...defaultParameters.verifiers,
      [circuits.platform]: 'EchoVerifier',
      [circuits.boot]: 'EchoVerifier',
    },
    enclaves: {
      admin,
      guardian: admin,
      policy: defaultEnclavePolicy,
      tcb: { root: roots.tcb, until: FAR },
      measurement: { root: roots.measurement, until: FAR },
      authorities: [
        {
          platformCircuit: circuits.platform,
          bootCircuits: [circuits.boot],
          revocation: { root: roots.revocation, until: FAR },
        },
      ],
      levels: defaultLevels,
    },
  }
}

export function echo(circuit: string, publicSignals: readonly bigint[]): Statement {
  const said = keccak256(AbiCoder.defaultAbiCoder().encode(['uint256[]'], [publicSignals]))
  return { circuit, publicSignals, proof: { a: [said, 0], b: [0, 0, 0, 0], c: [0, 0] } }
}

/** Arguments of `registerPlatform` after the authority. */
export function platformOf(owner: bigint, nullifier: bigint, leaf: bigint) {
  const { publicSignals, proof } = echo(circuits.platform, [nullifier, leaf, roots.revocation, 2099n, owner])
  return [...publicSignals.slice(0, 4), proof] as const
}

/** Arguments of `openSession` after the node, in window 0. */
export async function bootOf(
  enclaves: Contract,
  node: string,
  { session, windowNullifier: nullifier, level }: { session: bigint; windowNullifier: bigint; level: number },
) {
  const platformRoot: bigint = await enclaves.getFunction('platformRoot')(0)
  const challenge: bigint = await enclaves.getFunction('challengeOf')(node, 0)
  const { tcb: tcbRoot, measurement: measurementRoot } = roots
  const signals = [session, nullifier, platformRoot, tcbRoot, measurementRoot, challenge, 0n, BigInt(level)]
  const { proof } = echo(circuits.boot, signals)
  const accepted = { platformRoot, tcbRoot, measurementRoot }
  const circuit = encodeBytes32String(circuits.boot)
  return [{ authority: 0, circuit, level, window: 0, session, windowNullifier: nullifier, ...accepted }, proof] as const
}

const element = () => BigInt(`0x${randomBytes(31).toString('hex')}`)

/** What an enclave file holds. */
export type Secrets = {
  readonly secretKey: bigint
  readonly nullifierKey: bigint
  readonly level: number
  readonly window: number
}

/** Registers a platform of `signer`. */
export async function registerPlatform(chain: Chain, signer: Signer): Promise<void> {
  const owner = BigInt(await signer.getAddress())
  const statement = echo(circuits.platform, [element(), element(), roots.revocation, 2099n, owner])
  await createEnrolment(chain, signer).registerPlatform(0, statement)
}

/** Opens a session of `signer`'s node; the platform must be registered. */
export async function openSession(
  chain: Chain,
  signer: Signer,
  node: string,
  level = 3,
  nullifierKey = element(),
): Promise<{ readonly enclave: Enclave; readonly secrets: Secrets }> {
  const enrolment = createEnrolment(chain, signer)
  const window = await enrolment.drawWindow()
  const secrets = { secretKey: element() % SUBGROUP_ORDER, nullifierKey, level, window }
  const { secretKey, ...session } = secrets
  const enclave = createSoftwareEnclave(secretKey, session)
  const platformRoot: bigint = await chain.contracts.enclaves.getFunction('platformRoot')(0)
  const statement = echo(circuits.boot, [
    sessionHash(enclave.session),
    windowNullifier(nullifierKey, window),
    platformRoot,
    roots.tcb,
    roots.measurement,
    await enrolment.challengeOf(node, window),
    BigInt(window),
    BigInt(level),
  ])
  await enrolment.openSession(node, 0, statement)
  return { enclave, secrets }
}
