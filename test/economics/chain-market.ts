/** The deployed market on a test chain, operated like the model: one call, one time, and all that can be read after it. */
import { setTimeout } from 'node:timers/promises'
import { type Contract, ContractFactory, toQuantity, ZeroHash } from 'ethers'
import type { Outcome } from '../../src/economics/protocol.ts'
import {
  compileContracts,
  type Deployment,
  deployArtifacts,
  type StrategyRole,
} from '../../verifier-contracts/index.ts'
import { startChain, type TestChain } from '../verifier-contracts/chain.ts'
import { devClass, TOKEN, testArtifacts, testParameters } from '../verifier-contracts/parameters.ts'

/** Of anvil's ten accounts; the roles have the last four. */
const OPERATORS = [1, 2, 3]
const CLIENTS = [4, 5]
const FUNDS = 200_000n * TOKEN
const GAS = 8_000_000
const STEPS = 4000
const COMMIT_WINDOW = 60

export type ChainMarket = {
  readonly chain: TestChain
  readonly deployment: Deployment
  readonly genesis: bigint
  /** Node ids, and who operates them. */
  readonly nodes: ReadonlyMap<string, string>
  readonly clients: readonly string[]
  /** Sends a call of `from` so that it is mined at `time`; returns the custom error's name when it reverts. */
  act(
    contract: 'pool' | 'settlement',
    from: string,
    time: bigint,
    name: string,
    ...values: unknown[]
  ): Promise<string | undefined>
  /** Brings an epoch about: for each node whether it proves. Nothing is challenged in a void one. */
  playEpoch(epoch: bigint, outcomes: ReadonlyMap<string, Outcome>): Promise<void>
  /** All balances and sums at the last block, by name. */
  read(): Promise<Record<string, bigint>>
  close(): Promise<void>
}

/** All in one call: an operation is checked against thirty numbers. */
const readerSource = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ClassId} from "../src/interfaces/Types.sol";
import {IComputePool, PoolView} from "../src/interfaces/IComputePool.sol";
import {IPoolRules} from "../src/interfaces/IPoolRules.sol";
import {ISettlement} from "../src/interfaces/ISettlement.sol";
contract MarketReader {
    IComputePool private immutable _pool;
    ISettlement private immutable _settlement;
    IPoolRules private immutable _rules;
    IERC20 private immutable _token;
    constructor(IComputePool pool, ISettlement settlement, IPoolRules rules, IERC20 token) {
        (_pool, _settlement, _rules, _token) = (pool, settlement, rules, token);
    }
    function read(address[] calldata accounts) external view returns (uint256[] memory values) {
        PoolView memory seen = _pool.poolOf(ClassId.wrap(0));
        values = new uint256[](14 + 2 * accounts.length);
        values[0] = seen.state.available;
        values[1] = seen.state.rented;
        values[2] = seen.state.remaining;
        values[3] = seen.state.tokens;
        values[4] = seen.reserve;
        values[5] = seen.matured;
        values[6] = seen.collateral;
        values[7] = seen.shares;
        values[8] = seen.anchor;
        values[9] = _rules.marketOf(ClassId.wrap(0)).terms.strategy.spot(seen.state);
        values[10] = _settlement.escrowOf(ClassId.wrap(0));
        values[11] = _token.totalSupply();
        values[12] = _token.balanceOf(address(_pool));
        values[13] = _token.balanceOf(address(_settlement));
        for (uint256 i = 0; i < accounts.length; ++i) {
            values[14 + 2 * i] = _token.balanceOf(accounts[i]);
            values[15 + 2 * i] = _settlement.claimableOf(accounts[i]);
        }
    }
}`

/** What it reads, in order, before the accounts. */
const readNames = [
  'available',
  'rented',
  'remaining',
  'tokens',
  'reserve',
  'matured',
  'collateral',
  'shares',
  'anchor',
  'spot',
  'escrow',
  'supply',
  'pool holds',
  'settlement holds',
]

export async function startMarket(strategy: StrategyRole, alpha: bigint, burnShare: number): Promise<ChainMarket> {
  const chain = await startChain()
  const signers = await Promise.all(Array.from({ length: 10 }, (_, i) => chain.signer(i)))
  const parameters = testParameters((i) => signers[i]!.address)
  const { market, stake, clock } = parameters
  const deployment = await deployArtifacts(
    signers[0]!,
    {
      ...parameters,
      clock: { ...clock, windowSeconds: COMMIT_WINDOW },
      // Misses are strikes only: what the registry takes is not the market's.
      stake: { ...stake, strikeLimit: 255 },
      market: {
        ...market,
        alpha,
        burnShare,
        pool: { ...market.pool, strategy, windowSeconds: 3 * 86_400, collateralMultiple: 3 },
      },
      classes: [devClass()],
      verifiers: { 'work-dev': 'StubVerifier' },
    },
    await testArtifacts(),
  )
  const { token, registry, rounds, pool, settlement } = deployment.contracts
  // ethers waits for blocks that it has not seen yet, and here one may be mined before it looks: receipts are asked for instead.
  const submit = async (from: string, contract: Contract, name: string, values: readonly unknown[]) => {
    const data = contract.interface.encodeFunctionData(name, values)
    const transaction = { from, to: await contract.getAddress(), data, gas: toQuantity(GAS) }
    const hash = await chain.provider.send('eth_sendTransaction', [transaction])
    for (;;) {
      const receipt = await chain.provider.send('eth_getTransactionReceipt', [hash])
      if (receipt !== null)
        return { transaction, failed: receipt.status !== '0x1', blockNumber: receipt.blockNumber as string }
      await setTimeout(2)
    }
  }
  const send = async (contract: Contract, from: string, name: string, ...values: unknown[]) => {
    const { failed } = await submit(from, contract, name, values)
    if (failed) throw new Error(`${name} reverted`)
  }
  const call = (contract: Contract, name: string, ...values: unknown[]) =>
    contract.getFunction(name).staticCall(...values)

  const accounts = [...OPERATORS, ...CLIENTS].map((i) => signers[i]!.address)
  for (const account of accounts) {
    await send(token, signers[8]!.address, 'transfer', account, FUNDS)
    for (const spender of [registry, pool, settlement]) {
      await send(token, account, 'approve', await spender.getAddress(), FUNDS * 1000n)
    }
  }
  const nodes = new Map<string, string>()
  for (const i of OPERATORS) {
    const operator = signers[i]!
    nodes.set(await call(registry, 'nodeIdOf', operator.address, ZeroHash), operator.address)
    await send(registry, operator.address, 'register', 0, ZeroHash, 700n * TOKEN)
  }
  const { MarketReader } = await compileContracts({ sources: { 'test/MarketReader.sol': readerSource } })
  const { rules } = deployment.contracts
  const targets = await Promise.all([pool, settlement, rules, token].map((contract) => contract.getAddress()))
  const factory = new ContractFactory(MarketReader!.abi, MarketReader!.bytecode, signers[0]!)
  const reader = await (await factory.deploy(...targets)).waitForDeployment()
  const genesis: bigint = await call(rounds, 'genesis')
  const at = (time: bigint) => chain.provider.send('evm_setNextBlockTimestamp', [Number(time)])

  return {
    chain,
    deployment,
    genesis,
    nodes,
    clients: CLIENTS.map((i) => signers[i]!.address),
    async act(role, from, time, name, ...values) {
      await at(time)
      const { transaction, failed, blockNumber } = await submit(from, deployment.contracts[role], name, values)
      if (!failed) return undefined
      // Nothing changed, so the same call on the block that holds it fails in the same way.
      const { from: caller, to, data } = transaction
      const revert = await chain.provider.call({ from: caller, to, data, blockTag: blockNumber }).then(
        () => '0x00000000',
        (error: { data?: string }) => error.data ?? '0x00000000',
      )
      const interfaces = [deployment.contracts.pool, deployment.contracts.settlement, deployment.contracts.rules, token]
      const parsed = interfaces.map((each) => each.interface.parseError(revert)).find((error) => error !== null)
      return parsed?.name ?? revert
    },
    async playEpoch(epoch, outcomes) {
      if ([...outcomes.values()].every((outcome) => outcome === 'void')) return
      const keeper = signers[0]!.address
      await send(rounds, keeper, 'open', epoch)
      await send(rounds, keeper, 'drawChallenge', epoch)
      const proving = [...outcomes].filter(([, outcome]) => outcome === 'accepted').map(([node]) => node)
      for (const node of proving) await send(rounds, nodes.get(node)!, 'commit', node, epoch, 7, STEPS)
      await chain.advance(COMMIT_WINDOW + 5)
      await send(rounds, keeper, 'drawSample', epoch)
      const proof = { a: [1, STEPS], b: [0, 0, 0, 0], c: [0, 0] }
      for (const node of proving) await send(rounds, keeper, 'settle', node, epoch, [proof])
    },
    async read() {
      const blockTag = await chain.provider.getBlockNumber()
      const all: bigint[] = await reader.getFunction('read').staticCall(accounts, { blockTag })
      const names = [...readNames, ...accounts.flatMap((account) => [`balance ${account}`, `claimable ${account}`])]
      return Object.fromEntries(names.map((name, i) => [name, all[i]!]))
    },
    close: () => chain.close(),
  }
}
