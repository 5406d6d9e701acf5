/** The chain as a node sees it: what to wait for, what to sign, what was decided. */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Contract, encodeBytes32String, type JsonRpcProvider, type Signer } from 'ethers'
import { committedVerificationKey } from '../circuits/artifacts.ts'
import type { WorkCircuitId } from '../circuits/circuits.ts'
import type { Groth16Proof } from '../prover/index.ts'
import { attach, type Contracts, toSolidityProof, verificationKeyHash } from '../verifier-contracts/index.ts'
import { chainError } from './chain-error.ts'
import type { Deployment } from './deployment.ts'
import { BadArgumentError, ChainRejectedError, NotChallengedError } from './errors.ts'
import type { SignedTransaction } from './outbox.ts'
import type { Challenge, Commitment, RoundId, Samples, Settlement, Voucher } from './round.ts'
import { createTransactions, type Transactions } from './transactions.ts'

export interface Chain extends Pick<Transactions, 'broadcast' | 'priceUp' | 'failureOf'> {
  readonly contracts: Contracts
  /** @throws {BadArgumentError} the node serves another chain: a signature for one is never shown to another. */
  requireChainId(chainId: number): Promise<void>
  /** Seconds; what the next block's timestamp would be. */
  now(): Promise<number>
  /** @throws {NotChallengedError} */
  waitForChallenge(id: RoundId, signal?: AbortSignal): Promise<Challenge>
  /** @throws {NotChallengedError} the sample can no longer be drawn. */
  waitForSamples(id: RoundId, signal?: AbortSignal): Promise<Samples>
  /** What the chain asks of the node now; undefined while no challenge is drawn. */
  challengeOf(id: RoundId): Promise<bigint | undefined>
  /** Undefined while no sample is drawn. */
  sampleSeedOf(id: RoundId): Promise<bigint | undefined>
  /** The committed trace root, if there is one. */
  committedRoot(id: RoundId): Promise<bigint | undefined>
  isSettled(id: RoundId): Promise<boolean>
  /** What the commitment, which must be on chain, took. */
  commitmentOf(id: RoundId): Promise<Commitment>
  /** What the settlement, which must be on chain, decided. */
  settlementOf(id: RoundId): Promise<Settlement>
  signCommit(id: RoundId, traceRoot: bigint, steps: number): Promise<SignedTransaction>
  /** What the enclave's attestation, which must be on chain, was worth. */
  voucherOf(id: RoundId): Promise<Extract<Voucher, { level: bigint }>>
  /** P of the round; 0 unless an enclave vouched for it. */
  levelOf(id: RoundId): Promise<bigint>
  /** The hash of the node's session, and the first second in which it vouches for nothing; zeros without one. */
  sessionOf(node: string): Promise<{ readonly hash: bigint; readonly expiresAt: number }>
  signVouch(id: RoundId, epochNullifier: bigint, proof: Groth16Proof): Promise<SignedTransaction>
  signSettle(id: RoundId, proofs: readonly Groth16Proof[]): Promise<SignedTransaction>
}

export type ChainOptions = {
  readonly provider: JsonRpcProvider
  readonly signer: Signer
  readonly deployment: Deployment
  readonly pollMs?: number
}

/** `RoundStatus` in IRounds.sol. */
const SETTLED = 2

export async function openChain({ provider, signer, deployment, pollMs = 100 }: ChainOptions): Promise<Chain> {
  const contracts = await attach(provider, deployment.addresses)
  const { rounds, registry, rewards, router, enclaves } = contracts
  const { sign, broadcast, priceUp, failureOf } = createTransactions({ provider, signer, contracts, pollMs })

  async function call<Value>(action: string, work: () => Promise<Value>): Promise<Value> {
    try {
      return await work()
    } catch (error) {
      throw chainError(action, error, contracts)
    }
  }
  /** Reads a view function; `any`-typed tuples of ethers end here. */
  const view = <Value>(contract: Contract, name: string, ...args: unknown[]): Promise<Value> =>
    call(`reading ${name}`, () => contract.getFunction(name)(...args) as Promise<Value>)
  const pause = (signal: AbortSignal | undefined) => sleep(pollMs, undefined, signal ? { signal } : {})

  async function epochAt(epoch: number) {
    const latest = await call('reading the latest block', () => provider.getBlock('latest'))
    const seen = await view<Record<string, bigint>>(rounds, 'epochOf', epoch, { blockTag: latest!.number })
    const number = (name: string) => Number(seen[name])
    return { minedAt: latest!.timestamp, number }
  }

  /** A round has at most one event of each kind. @throws {ChainRejectedError} there is none. */
  async function eventOf(contract: Contract, name: string, { node, epoch }: RoundId) {
    return call(`reading ${name}`, async () => {
      const [event] = await contract.queryFilter(contract.filters[name]!(node, epoch), deployment.block)
      const receipt = event && (await provider.getTransactionReceipt(event.transactionHash))
      const parsed = event && contract.interface.parseLog(event)
      if (!receipt || !parsed) throw new ChainRejectedError(`reading ${name}`, 'the event is not there')
      const value = (field: string): bigint => parsed.args[field]
      return { value, receipt: { transaction: receipt.hash, block: receipt.blockNumber, gas: receipt.gasUsed } }
    })
  }

  /** @throws {BadArgumentError} the chain would refuse every proof made with the keys of this checkout. */
  async function requireVerifier(circuit: WorkCircuitId): Promise<void> {
    const address = await view<string>(router, 'verifierOf', encodeBytes32String(circuit))
    const verifier = new Contract(address, ['function keyHash() view returns (bytes32)'], provider)
    const onChain = await view<string>(verifier, 'keyHash')
    const ours = verificationKeyHash(JSON.parse(await readFile(committedVerificationKey(circuit), 'utf8')))
    if (onChain !== ours)
      throw new BadArgumentError(`${circuit}: the chain verifies with key ${onChain}, ours is ${ours}`)
  }

  async function challengeAt(id: RoundId, commitDeadline: number): Promise<Challenge> {
    const { class: classId } = await view<{ class: bigint }>(registry, 'nodeOf', id.node)
    const [, terms] = await view<[string, Record<string, bigint> & { circuit: string }]>(registry, 'termsOf', id.node)
    const known = deployment.classes[Number(classId)]
    if (!known || encodeBytes32String(known.circuit) !== terms.circuit) {
      throw new BadArgumentError(`the deployment file does not describe class ${classId} as the chain does`)
    }
    await requireVerifier(known.circuit)
    return {
      id,
      value: await view<bigint>(rounds, 'challengeOf', id.node, id.epoch),
      circuit: known.circuit,
      datasetSeed: known.datasetSeed,
      datasetRoot: terms.datasetRoot!,
      maxSteps: Number(terms.maxSteps),
      commitDeadline,
      proofsPerRound: Number(terms.proofsPerRound),
    }
  }

  const roundOf = ({ node, epoch }: RoundId) =>
    view<{ traceRoot: bigint; status: bigint }>(rounds, 'roundOf', node, epoch)

  return {
    contracts,
    broadcast,
    priceUp,
    failureOf,

    async requireChainId(chainId) {
      const found = Number(await call('reading the chain id', () => provider.send('eth_chainId', [])))
      if (found !== chainId)
        throw new BadArgumentError(`the deployment is on chain ${chainId}, the node serves ${found}`)
    },

    async now() {
      const block = (tag: string) =>
        call('reading the clock', () => provider.send('eth_getBlockByNumber', [tag, false]))
      const { timestamp } = ((await block('pending')) ?? (await block('latest'))) as { timestamp: string }
      return Number(timestamp)
    },

    async waitForChallenge(id, signal) {
      const { node, epoch } = id
      for (;;) {
        const { minedAt, number } = await epochAt(epoch)
        if (number('challengedAt') !== 0) {
          const [, weight] = await view<[string, bigint]>(registry, 'memberAt', node, epoch)
          if (weight === 0n) throw new NotChallengedError(`node ${node} is not a member of epoch ${epoch}`)
          return challengeAt(id, number('commitBy'))
        }
        if (minedAt > number('challengeBy')) {
          throw new NotChallengedError(`the challenge of epoch ${epoch} was never drawn: the epoch is void`)
        }
        await pause(signal)
      }
    },

    async waitForSamples(id, signal) {
      for (;;) {
        const { minedAt, number } = await epochAt(id.epoch)
        if (number('sampledAt') !== 0) {
          const seed = await view<bigint>(rounds, 'sampleSeedOf', id.node, id.epoch)
          return { seed, proofDeadline: number('proveBy') }
        }
        if (minedAt > number('sampleBy')) {
          throw new NotChallengedError(`the sample of epoch ${id.epoch} was never drawn: nobody is paid or punished`)
        }
        await pause(signal)
      }
    },

    async challengeOf({ node, epoch }) {
      const { number } = await epochAt(epoch)
      return number('challengedAt') === 0 ? undefined : view<bigint>(rounds, 'challengeOf', node, epoch)
    },

    async sampleSeedOf({ node, epoch }) {
      const { number } = await epochAt(epoch)
      return number('sampledAt') === 0 ? undefined : view<bigint>(rounds, 'sampleSeedOf', node, epoch)
    },

    async committedRoot(id) {
      const { traceRoot } = await roundOf(id)
      return traceRoot === 0n ? undefined : traceRoot
    },

    isSettled: async (id) => Number((await roundOf(id)).status) === SETTLED,
    commitmentOf: async (id) => (await eventOf(rounds, 'Committed', id)).receipt,

    async voucherOf(id) {
      const { receipt, value } = await eventOf(enclaves, 'Attested', id)
      return { ...receipt, level: value('privacy') }
    },
    levelOf: ({ node, epoch }) => view<bigint>(enclaves, 'levelAt', node, epoch),
    async sessionOf(node) {
      const { hash, expiresAt } = await view<Record<string, bigint>>(enclaves, 'sessionOf', node)
      return { hash: hash!, expiresAt: Number(expiresAt) }
    },

    async settlementOf(id) {
      const settled = await eventOf(rounds, 'Settled', id)
      const { value } = await eventOf(rewards, 'Rewarded', id)
      return {
        ...settled.receipt,
        operationsPerSecond: settled.value('work'),
        factors: {
          time: value('timeFactor'),
          loyalty: value('loyaltyFactor'),
          privacy: value('privacyFactor'),
          work: value('workFactor'),
        },
        reward: value('reward'),
        burned: value('share') - value('reward'),
      }
    },

    signCommit: ({ node, epoch }, traceRoot, steps) =>
      sign(
        'commit',
        deployment.addresses.rounds,
        rounds.interface.encodeFunctionData('commit', [node, epoch, traceRoot, steps]),
      ),

    signVouch: ({ node, epoch }, epochNullifier, proof) =>
      sign(
        'vouch',
        deployment.addresses.enclaves,
        enclaves.interface.encodeFunctionData('attest', [node, epoch, epochNullifier, toSolidityProof(proof)]),
      ),

    signSettle: ({ node, epoch }, proofs) =>
      sign(
        'settle',
        deployment.addresses.rounds,
        rounds.interface.encodeFunctionData('settle', [node, epoch, proofs.map(toSolidityProof)]),
      ),
  }
}
