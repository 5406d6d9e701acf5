/** Brings an enclave on chain: registers its platform, draws a window's challenge, opens a session. */
import { type Contract, encodeBytes32String, type Signer } from 'ethers'
import type { SolidityProof } from '../../verifier-contracts/index.ts'
import type { Chain } from '../chain.ts'
import { chainError } from '../chain-error.ts'

/** A proof as the contracts take it, with its public signals in the order of circuits.json. */
export type Statement = {
  /** Name in circuits.json. */
  readonly circuit: string
  readonly proof: SolidityProof
  readonly publicSignals: readonly bigint[]
}

export const platformSignals = [
  'platformNullifier',
  'platformLeaf',
  'revocationRoot',
  'validThroughYear',
  'owner',
] as const
export const bootSignals = [
  'session',
  'windowNullifier',
  'platformRoot',
  'tcbRoot',
  'measurementRoot',
  'challenge',
  'window',
  'level',
] as const

/** @throws {RangeError} the statement has another number of signals. */
export function named<Name extends string>(
  names: readonly Name[],
  { circuit, publicSignals }: Pick<Statement, 'circuit' | 'publicSignals'>,
): Readonly<Record<Name, bigint>> {
  if (publicSignals.length !== names.length) {
    throw new RangeError(`${circuit} has ${publicSignals.length} public signals, not ${names.length}`)
  }
  return Object.fromEntries(names.map((name, i) => [name, publicSignals[i]])) as Record<Name, bigint>
}

export type Enrolment = {
  /** Registers the platform to the signer, whose address the proof names. */
  registerPlatform(authority: number, statement: Statement): Promise<void>
  /** Fixes the current window's challenges, unless another did. */
  drawWindow(): Promise<number>
  /** What the enclave's quote must answer. @throws {ChainRejectedError} the window is not drawn. */
  challengeOf(node: string, window: number): Promise<bigint>
  /** Opens a session of the signer's node by the statement of its boot. */
  openSession(node: string, authority: number, statement: Statement): Promise<void>
}

/** Rejects with what the contract's refusal says, as the round does. */
export function createEnrolment(chain: Chain, signer: Signer): Enrolment {
  const enclaves = chain.contracts.enclaves.connect(signer) as Contract
  async function call<Value>(action: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      throw chainError(action, error, chain.contracts)
    }
  }
  const send = (name: string, ...values: unknown[]) =>
    call(name, async () => {
      await (await enclaves.getFunction(name)(...values)).wait()
    })

  return {
    registerPlatform(authority, statement) {
      const { platformNullifier, platformLeaf, revocationRoot, validThroughYear } = named(platformSignals, statement)
      const { proof } = statement
      return send(
        'registerPlatform',
        authority,
        platformNullifier,
        platformLeaf,
        revocationRoot,
        validThroughYear,
        proof,
      )
    },

    async drawWindow() {
      const window = Number(await call('reading the window', () => enclaves.getFunction('currentWindow')()))
      const isDrawn = () =>
        enclaves
          .getFunction('challengeOf')(`0x${'00'.repeat(32)}`, window)
          .then(
            () => true,
            () => false,
          )
      if (await isDrawn()) return window
      await send('drawWindow', window).catch(async (error: unknown) => {
        if (!(await isDrawn())) throw error
      })
      return window
    },

    challengeOf: (node, window) =>
      call('reading the challenge', () => enclaves.getFunction('challengeOf')(node, window)),

    openSession(node, authority, statement) {
      const { session, windowNullifier, platformRoot, tcbRoot, measurementRoot, window, level } = named(
        bootSignals,
        statement,
      )
      const circuit = encodeBytes32String(statement.circuit)
      const roots = { platformRoot, tcbRoot, measurementRoot }
      const opening = { authority, circuit, level, window, session, windowNullifier, ...roots }
      return send('openSession', node, opening, statement.proof)
    },
  }
}
