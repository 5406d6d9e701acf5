/** The enclave of the demo's private node: registers a synthetic platform, boots, opens a session. */
import { createHash } from 'node:crypto'
import { AbiCoder, id, keccak256, type Signer, toBeHex } from 'ethers'
import type { CircuitId } from '../../circuits/circuits.ts'
import { type CircuitInputs, createProver } from '../../prover/index.ts'
import {
  defaultEnclavePolicy,
  defaultLevels,
  type EnclaveParameters,
  generatedVerifiers,
  toSolidityProof,
} from '../../verifier-contracts/index.ts'
import type { Chain } from '../chain.ts'
import { SUBGROUP_ORDER } from '../enclave/curve.ts'
import { createSoftwareEnclave, type Enclave } from '../enclave/enclave.ts'
import { bootSignals, createEnrolment, named, platformSignals, type Statement } from '../enclave/enrol.ts'
import { type CachedName, readCachedProof } from './cached-proofs.ts'
import type { EmbeddedChain } from './embedded-chain.ts'
import { demoBoot, demoPlatform } from './enclave-statements.ts'

/** `made`: platform and boot are proven now, which takes minutes. `cached`: by proofs that were made beforehand, where they fit. */
export type EnclaveProofs = 'cached' | 'made'

/** What the demo's enclave is worth: an up-to-date trust domain without a GPU of its own (src/enclave/levels.ts). */
export const DEMO_LEVEL = 2
export const enclaveCircuits = { platform: 'enclave-platform-dev', boot: 'enclave-boot-tdx-v4' } as const
const DEVELOPMENT_AUTHORITY = 0
const FAR = 4_000_000_000
/** One boot lasts for the longest play. */
const SESSION_WINDOWS = 128

const secret = (name: string) => BigInt(`0x${createHash('sha256').update(`pocps demo ${name}`).digest('hex')}`) >> 3n
const secretKey = secret('enclave key') % SUBGROUP_ORDER
const nullifierKey = secret('nullifier key')
const { publicKey } = createSoftwareEnclave(secretKey, { level: DEMO_LEVEL, window: 0, nullifierKey }).session

/** Of window 0, when cached proofs are used: what they answer. */
const CACHED_RANDOMNESS = id('pocps demo window 0')
/** `_randomness` in EnclaveRegistry.sol. */
const RANDOMNESS_SLOT = 26

const statementOf = {
  platform: (owner: bigint) => demoPlatform({ owner, nullifierKey }),
  boot: (owner: bigint, challenge: bigint, window: number) =>
    demoBoot({ owner, nullifierKey, binding: { publicKey, gpuCommitment: 0n, challenge }, window, level: DEMO_LEVEL }),
}

/** The development authority, and lists that accept what the demo's enclave shows. Undefined without the verifiers of its circuits. */
export function demoEnclaves(admin: string, owner: string): EnclaveParameters | undefined {
  if (Object.values(enclaveCircuits).some((circuit) => !Object.hasOwn(generatedVerifiers, circuit))) return undefined
  const platform = named(platformSignals, { circuit: 'platform', ...statementOf.platform(BigInt(owner)) })
  const boot = named(bootSignals, { circuit: 'boot', ...statementOf.boot(BigInt(owner), 0n, 0) })
  return {
    admin,
    guardian: admin,
    policy: { ...defaultEnclavePolicy, sessionWindows: SESSION_WINDOWS },
    tcb: { root: boot.tcbRoot, until: FAR },
    measurement: { root: boot.measurementRoot, until: FAR },
    authorities: [
      {
        platformCircuit: enclaveCircuits.platform,
        bootCircuits: [enclaveCircuits.boot],
        revocation: { root: platform.revocationRoot, until: FAR },
      },
    ],
    levels: defaultLevels,
  }
}

export type EnrolOptions = {
  readonly chain: Chain
  readonly embedded: EmbeddedChain
  readonly operator: Signer
  readonly node: string
  readonly proofs: EnclaveProofs
  readonly note: (text: string) => void
}

/** The enclave with its session open; undefined, and a note why, when its node must do without. */
export async function enrolDemoEnclave(options: EnrolOptions): Promise<Enclave | undefined> {
  const { chain, embedded, operator, node, proofs, note } = options
  if ((await chain.contracts.enclaves.getFunction('authorityCount')()) === 0n) {
    note('private: no verifier of platforms and boots is there, so the node plays without a level')
    return undefined
  }
  const owner = BigInt(await operator.getAddress())
  const enrolment = createEnrolment(chain, operator)
  const platform = await stated('platform', statementOf.platform(owner), proofs, note)
  if (!platform) return undefined
  await enrolment.registerPlatform(DEVELOPMENT_AUTHORITY, platform)

  const window = await enrolment.drawWindow()
  if (proofs === 'cached') await overwriteRandomness(chain, embedded, window)
  const challenge = await enrolment.challengeOf(node, window)
  const boot = await stated('boot', statementOf.boot(owner, challenge, window), proofs, note)
  if (!boot) return undefined
  await enrolment.openSession(node, DEVELOPMENT_AUTHORITY, boot)
  note(
    proofs === 'made'
      ? 'private: platform and boot were proven now, and verified on chain'
      : `private: platform and boot were verified on chain, now, by proofs made beforehand (src/demo/proofs). Such proofs cannot answer
  randomness that did not exist, so that of this embedded chain's window was set to what they answer; --enclave makes new ones`,
  )
  return createSoftwareEnclave(secretKey, { level: DEMO_LEVEL, window, nullifierKey })
}

type Demanded = { readonly publicSignals: readonly bigint[]; readonly inputs: CircuitInputs }

/** A proof of exactly what is demanded: made now, or the cached one if it says that. */
async function stated(
  name: CachedName,
  demanded: Demanded,
  proofs: EnclaveProofs,
  note: (text: string) => void,
): Promise<Statement | undefined> {
  const circuit = enclaveCircuits[name]
  if (proofs === 'made') return prove(circuit, demanded, note)
  const cached = await readCachedProof(name)
  if (cached?.circuit === circuit && cached.publicSignals.join() === demanded.publicSignals.join()) return cached
  note(
    `private: the cached proof of its ${name} is ${cached ? 'for another seed' : 'absent'}, so the node plays without a level; --enclave makes one`,
  )
  return undefined
}

/** On a prover of its own: the key is large, and needed once. */
async function prove(circuit: string, { publicSignals, inputs }: Demanded, note: (text: string) => void) {
  note(`private: proving ${circuit} …`)
  const prover = await createProver({ circuits: [circuit], workers: 1 })
  try {
    const { proof, witnessMs, proveMs } = await prover.prove({ circuit: circuit as CircuitId, inputs })
    note(`private: ${circuit} proven in ${((witnessMs + proveMs) / 1000).toFixed(0)} s`)
    return { circuit, proof: toSolidityProof(proof), publicSignals }
  } finally {
    await prover.close()
  }
}

/** Only the embedded chain lets anyone do this. */
async function overwriteRandomness({ contracts }: Chain, { provider }: EmbeddedChain, window: number): Promise<void> {
  const slot = keccak256(AbiCoder.defaultAbiCoder().encode(['uint32', 'uint256'], [window, RANDOMNESS_SLOT]))
  const address = await contracts.enclaves.getAddress()
  await provider.send('anvil_setStorageAt', [address, slot, toBeHex(CACHED_RANDOMNESS, 32)])
}
