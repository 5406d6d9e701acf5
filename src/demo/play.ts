/** The play: nodes of two classes on an embedded chain, through some epochs of real kernels, proofs and contracts. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBytes32String } from 'ethers'
import { type WorkCircuitId, workProfileOf } from '../../circuits/circuits.ts'
import { createProver, type Prover } from '../../prover/index.ts'
import type { Deployment as Deployed } from '../../verifier-contracts/index.ts'
import { attest } from '../attest.ts'
import { type Chain, openChain } from '../chain.ts'
import type { Deployment } from '../deployment.ts'
import type { Enclave } from '../enclave/enclave.ts'
import { FolderJournal } from '../journal.ts'
import { createKeeper, type Keeper } from '../keeper.ts'
import type { Challenged } from '../round.ts'
import { assemble, type Cast, DATASET_SEED, type Member, overrunning, type Role } from './cast.ts'
import { ACCOUNTS, CLOCK, deployFor } from './contracts.ts'
import { type EmbeddedChain, startEmbeddedChain } from './embedded-chain.ts'
import { type EnclaveProofs, enrolDemoEnclave } from './enclave.ts'
import { type MarketEvent, openMarket } from './market.ts'
import type { MarketSummary } from './market-table.ts'
import { summarise } from './summary.ts'
import type { NodeSummary, RoundSummary, TokenSummary } from './table.ts'

export type PlayOptions = {
  readonly epochs: number
  readonly circuit: WorkCircuitId
  readonly seed: string
  readonly proofsPerRound: number
  /** Seconds from the challenge to the last commitment. */
  readonly window: number
  /** Where the private node's platform and boot proofs come from. */
  readonly enclaveProofs: EnclaveProofs
  readonly signal?: AbortSignal
  readonly onEvent: (event: PlayEvent) => void
}

export type PlayEvent =
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'epoch'; readonly epoch: number; readonly nodes: readonly Role[] }
  | { readonly type: 'stage'; readonly role: Role; readonly round: Challenged }
  | { readonly type: 'stopped'; readonly role: Role; readonly code: string; readonly reason: string }
  | { readonly type: 'punished'; readonly role: Role; readonly strikes: number; readonly slashed: bigint }
  | MarketEvent

export type PlayResult = {
  readonly seed: string
  readonly circuit: WorkCircuitId
  readonly runner: string
  readonly window: number
  readonly nodes: readonly NodeSummary[]
  readonly market: MarketSummary
  readonly tokens: TokenSummary
}

/** A member with what it has on chain. */
export type Player = Member & {
  readonly node: string
  /** Of the embedded chain. */
  readonly account: number
  readonly operator: string
  readonly chain: Chain
  readonly rounds: RoundSummary[]
  /** Vouches for its rounds. */
  readonly sealed?: Enclave
  /** Takes what is credited to the operator. */
  claim(): Promise<void>
}

/** The embedded chain mines at once. */
const COMMIT_MARGIN_MS = 1_500

export async function play(options: PlayOptions): Promise<PlayResult> {
  const { epochs, seed, onEvent } = options
  const note = (text: string) => onEvent({ type: 'note', text })
  const profile = workProfileOf(options.circuit)
  const folder = await mkdtemp(join(tmpdir(), 'pocps-demo-'))
  const open: { close(): Promise<void> }[] = []
  try {
    const prover = await createProver({ circuits: [options.circuit, 'enclave-epoch'] })
    open.push(prover)
    const cast = await assemble({ profile, epochs, scratch: join(folder, 'calibration'), onProgress: note })
    open.push(cast)
    note(cast.describe)
    const embedded = await startEmbeddedChain({ seed, accounts: ACCOUNTS.operators + cast.members.length + 1 })
    open.push({ close: () => embedded.stop() })
    const deployed = await deployFor(cast, embedded, options)
    note(`contracts deployed on an embedded chain, rounds at ${deployed.addresses.rounds}`)

    const stage = await setStage(cast, embedded, deployed, options)
    const market = openMarket(
      deployed,
      embedded,
      { ...ACCOUNTS, client: ACCOUNTS.operators + cast.members.length },
      onEvent,
    )
    const players: Player[] = []
    for (let index = 0; index < epochs; index++) {
      for (const [i, member] of cast.members.entries()) {
        if (member.joins === index) players.push(await stage.enter(member, ACCOUNTS.operators + i))
      }
      if (index === 0) {
        for (const player of players) if (player.rentedHours) await market.provide(player)
        for (const player of players) if (player.rentedHours) await market.rent(player, player.rentedHours)
      }
      await playEpoch({ ...stage, players, prover, folder, options }, index)
      for (const { role, givenUpIn } of players) if (givenUpIn === index) await market.giveUp(role)
      // Rents are divided when the epoch's slot is over.
      await embedded.advance(await stage.secondsTo(index + 1))
      await market.settle()
    }
    note('the hours run out')
    const marketSummary = await market.close()
    return {
      seed,
      circuit: options.circuit,
      runner: cast.describe,
      window: options.window,
      market: marketSummary,
      ...(await summarise(players, cast, deployed, [
        { holder: 'foundation', address: embedded.wallet(ACCOUNTS.foundation).address },
        { holder: 'team', address: embedded.wallet(ACCOUNTS.team).address },
        { holder: 'client', address: market.client },
      ])),
    }
  } finally {
    await Promise.allSettled(open.map((each) => each.close()))
    await rm(folder, { recursive: true, force: true })
  }
}

type Stage = {
  readonly embedded: EmbeddedChain
  readonly keeper: Keeper
  readonly deployed: Deployed
  enter(member: Member, account: number): Promise<Player>
  /** From now to the start of an epoch of the play. */
  secondsTo(epoch: number): Promise<number>
}

async function setStage(cast: Cast, embedded: EmbeddedChain, deployed: Deployed, options: PlayOptions): Promise<Stage> {
  const { chainId } = await embedded.provider.getNetwork()
  const deployment: Deployment = {
    chainId: Number(chainId),
    addresses: deployed.addresses,
    block: deployed.block,
    classes: cast.classes.map(({ name }) => ({
      name,
      circuit: options.circuit,
      datasetSeed: `0x${DATASET_SEED.toString('hex')}`,
    })),
  }
  const { token, registry, rewards, rounds } = deployed.contracts
  const chainOf = (account: number) =>
    openChain({ provider: embedded.provider, signer: embedded.wallet(account), deployment })
  const keeper = createKeeper(await chainOf(ACCOUNTS.keeper), embedded.wallet(ACCOUNTS.keeper))
  const genesis = Number(await rounds.getFunction('genesis')())
  return {
    embedded,
    keeper,
    deployed,
    async enter(member, account) {
      const wallet = embedded.wallet(account)
      const stake: bigint = await registry.getFunction('requiredStake')(member.classId)
      const salt = encodeBytes32String(member.role)
      await (await token.getFunction('transfer')(wallet.address, stake)).wait()
      await (await token.connect(wallet).getFunction('approve')(deployed.addresses.registry, stake)).wait()
      await (await registry.connect(wallet).getFunction('register')(member.classId, salt, stake)).wait()
      const node: string = await registry.getFunction('nodeIdOf')(wallet.address, salt)
      const claim = async () => {
        if ((await rewards.getFunction('claimableOf')(wallet.address)) === 0n) return
        await (await rewards.connect(wallet).getFunction('claim')()).wait()
      }
      const chain = await chainOf(account)
      const note = (text: string) => options.onEvent({ type: 'note', text })
      const enrolling = { chain, embedded, operator: wallet, node, proofs: options.enclaveProofs, note }
      const sealed = member.enclave && (await enrolDemoEnclave(enrolling))
      const player = { ...member, node, account, operator: wallet.address, chain, rounds: [], claim }
      return sealed ? { ...player, sealed } : player
    },
    async secondsTo(epoch) {
      const [first] = await rounds.queryFilter(rounds.filters.EpochOpened!())
      const start = first && 'args' in first ? Number(first.args.epoch) : 0
      const pending = await embedded.provider.send('eth_getBlockByNumber', ['pending', false])
      return genesis + (start + epoch) * CLOCK.epochSeconds - Number(pending.timestamp)
    },
  }
}

type Scene = Stage & {
  readonly players: readonly Player[]
  readonly prover: Prover
  readonly folder: string
  readonly options: PlayOptions
}

async function playEpoch(
  { players, keeper, deployed, prover, folder, options, embedded }: Scene,
  index: number,
): Promise<void> {
  const { onEvent, signal } = options
  const { rounds, registry, rewards } = deployed.contracts
  const epoch = Number(await rounds.getFunction('currentEpoch')())
  await keeper.challenge(epoch, options.signal)
  const members: Player[] = []
  for (const player of players) {
    const [, weight] = await registry.getFunction('memberAt')(player.node, epoch)
    if (weight > 0n) members.push(player)
    else
      player.rounds.push({
        epoch,
        outcome: 'absent',
        reason: 'it is not a member of this epoch',
        reward: 0n,
        burned: 0n,
      })
  }
  onEvent({ type: 'epoch', epoch, nodes: members.map(({ role }) => role) })

  const journal = new FolderJournal(folder)
  const attested = members.map(async (player) => {
    const runner = player.lateIn === index ? overrunning(player.runner, options.window * 1000) : player.runner
    const { chain, sealed } = player
    const services = { chain, runner, prover, journal, ...(sealed ? { enclave: sealed } : {}) }
    const onStage = (round: Challenged) => {
      // That a node has no enclave is said by its factors.
      const passedOver = !sealed && 'voucher' in round && !('settlement' in round)
      if (!passedOver) onEvent({ type: 'stage', role: player.role, round })
    }
    try {
      const round = await attest(
        services,
        { node: player.node, epoch },
        { onStage, commitMarginMs: COMMIT_MARGIN_MS, ...(signal ? { signal } : {}) },
      )
      const { operationsPerSecond, factors, reward, burned } = round.settlement
      const { steps } = round.execution
      player.rounds.push({ epoch, outcome: 'settled', steps, operationsPerSecond, factors, reward, burned })
      return undefined
    } catch (error) {
      if (signal?.aborted) throw error
      const { code = 'INTERNAL', message } = error as { code?: string; message: string }
      const reason = code === 'WITNESS_UNSATISFIED' ? 'a sampled output is wrong, so no proof of it exists' : message
      onEvent({ type: 'stopped', role: player.role, code, reason })
      return { player, reason: `${code}: ${reason}` }
    }
  })
  const [{ proveBy }, ...outcomes] = await Promise.all([keeper.sample(epoch, signal), ...attested])
  const missing = outcomes.filter((outcome) => outcome !== undefined)

  // Nothing is decided for good before the proofs' deadline: the rest of the round's day passes at once.
  await embedded.advance(proveBy + 1 - (await players[0]!.chain.now()))
  for (const { player, reason } of missing) {
    const before = await registry.getFunction('nodeOf')(player.node)
    const committed = (await player.chain.committedRoot({ node: player.node, epoch })) !== undefined
    await keeper.expire([player.node], epoch)
    const after = await registry.getFunction('nodeOf')(player.node)
    const pot = await rewards.getFunction('potOf')(epoch)
    const [, weight] = await registry.getFunction('memberAt')(player.node, epoch)
    const share = ((pot.amount as bigint) * BigInt(weight)) / (pot.weight as bigint)
    player.rounds.push({ epoch, outcome: committed ? 'unproven' : 'late', reason, reward: 0n, burned: share })
    onEvent({
      type: 'punished',
      role: player.role,
      strikes: Number(after.strikes),
      slashed: (before.stake as bigint) - (after.stake as bigint),
    })
  }
  await keeper.close(epoch)
}
