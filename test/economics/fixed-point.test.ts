/** ln and powers in bigint: fixed points, and Solady's digits on numbers made on the fly. */
import assert from 'node:assert/strict'
import { type Contract, ContractFactory } from 'ethers'
import { lnWad, mulDiv, mulDivUp, powWad } from '../../src/economics/fixed-point.ts'
import { Random } from '../../src/economics/random.ts'
import { compileContracts } from '../../verifier-contracts/index.ts'
import { startChain, type TestChain } from '../verifier-contracts/chain.ts'

const WAD = 10n ** 18n

const harnessSource = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
contract FixedPointHarness {
    function lns(int256[] calldata xs) external pure returns (int256[] memory ys) {
        ys = new int256[](xs.length);
        for (uint256 i = 0; i < xs.length; ++i) ys[i] = FixedPointMathLib.lnWad(xs[i]);
    }
    function powers(int256[2][] calldata pairs) external pure returns (int256[] memory ys) {
        ys = new int256[](pairs.length);
        for (uint256 i = 0; i < pairs.length; ++i) ys[i] = FixedPointMathLib.powWad(pairs[i][0], pairs[i][1]);
    }
}`

/** Below 2^most, of every magnitude, never 0. */
function number(random: Random, most: number): bigint {
  const bits = 1 + random.below(most)
  let value = 1n
  for (let i = 1; i < bits; i += 32) value = (value << 32n) | BigInt(random.word())
  return (value >> BigInt(Math.max(0, value.toString(2).length - bits))) | 1n
}

describe('fixed-point arithmetic', () => {
  it('rounds quotients down, and up', () => {
    assert.equal(mulDiv(7n, 3n, 2n), 10n)
    assert.equal(mulDivUp(7n, 3n, 2n), 11n)
    assert.equal(mulDivUp(8n, 3n, 2n), 12n)
  })

  it('has ln 1 = 0 and x^1 = x to a few digits', () => {
    assert.equal(lnWad(WAD), 0n)
    const x = 123_456_789_012_345_678n
    const difference = powWad(x, WAD) - x
    assert.ok(difference >= -100n && difference <= 100n, String(difference))
  })

  it('refuses the logarithm of what is not positive', () => {
    for (const x of [0n, -1n]) assert.throws(() => lnWad(x), RangeError)
  })

  describe('beside the contract', () => {
    let chain: TestChain
    let harness: Contract

    before(async () => {
      chain = await startChain()
      const { FixedPointHarness } = await compileContracts({ sources: { 'test/FixedPointHarness.sol': harnessSource } })
      const factory = new ContractFactory(FixedPointHarness!.abi, FixedPointHarness!.bytecode, await chain.signer(0))
      harness = (await (await factory.deploy()).waitForDeployment()) as Contract
    })
    after(() => chain.close())

    it('gives the same digits of ln for 2,000 numbers up to 2^255', async () => {
      const random = new Random(1)
      const xs = [1n, WAD - 1n, WAD, WAD + 1n, 2n ** 255n - 1n]
      while (xs.length < 2000) xs.push(number(random, 254))
      const ys: bigint[] = await harness.getFunction('lns')(xs)
      xs.forEach((x, i) => {
        assert.equal(lnWad(x), ys[i], `ln ${x}`)
      })
    })

    it('gives the same digits of powers for 2,000 shares and exponents', async () => {
      const random = new Random(2)
      const pairs = Array.from({ length: 2000 }, (): [bigint, bigint] => {
        const share = (number(random, 60) % WAD) + 1n
        return [share, 1n + (number(random, 63) % (5n * WAD))]
      })
      const ys: bigint[] = await harness.getFunction('powers')(pairs)
      pairs.forEach(([x, y], i) => {
        assert.equal(powWad(x, y), ys[i], `${x}^${y}`)
      })
    })
  })
})
