// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {ClassTerms} from "../src/interfaces/INodeRegistry.sol";
import {PoolTerms} from "../src/interfaces/IPoolRules.sol";
import {IComputeToken} from "../src/interfaces/IComputeToken.sol";
import {ComputePool} from "../src/ComputePool.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {PoolRules} from "../src/PoolRules.sol";
import {Rewards} from "../src/Rewards.sol";
import {RewardPolicy} from "../src/interfaces/IRewards.sol";
import {Rounds} from "../src/Rounds.sol";
import {Settlement} from "../src/Settlement.sol";
import {HostileToken} from "./Reentrancy.t.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title Reentrancy of the market: with a token that calls back on every transfer, no door opens twice
/// @dev The deployed token calls nobody, so an attack needs a token that is not the deployed one.
contract MarketReentrancyTest is MarketDeployment {
    bytes32 private constant REFUSED =
        keccak256(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
    HostileToken private hostile;
    NodeId private node;
    NodeId private seller;

    function setUp() public {
        deployStub();
        hostile = new HostileToken();
        uint256 nonce = VM.getNonce(address(this));
        address rewardsAddress = VM.computeCreateAddress(address(this), nonce + 1);
        address roundsAddress = VM.computeCreateAddress(address(this), nonce + 2);
        settlement = Settlement(VM.computeCreateAddress(address(this), nonce + 5));
        ClassTerms[] memory classes = new ClassTerms[](1);
        classes[0] = terms(1);
        PoolTerms[] memory pools = new PoolTerms[](1);
        pools[0] = poolTerms(0);
        registry = new NodeRegistry(address(hostile), roundsAddress, settlement, ADMIN, stakePolicy(), classes);
        rewards = new Rewards(
            IComputeToken(address(hostile)), registry, roundsAddress, FOUNDATION, TEAM, DAY, RewardPolicy(1, 1)
        );
        rounds = new Rounds(registry, rewards, router, enclaves, settlement, clock(), workPolicy());
        rules = new PoolRules(registry, rounds, ADMIN, GUARDIAN, pools);
        pool = new ComputePool(IComputeToken(address(hostile)), registry, rounds, rules, settlement);
        settlement = new Settlement(IComputeToken(address(hostile)), registry, rounds, pool);
        same("rewards", address(rewards), rewardsAddress);
        node = enter(OPERATOR);
        seller = enter(OTHER);
        hostile.mint(CLIENT, 10_000e18);
        approve(CLIENT);
    }

    function test_refuses_to_enter_the_pool_while_it_moves_tokens() public {
        VM.startPrank(OPERATOR);
        aim(address(pool), abi.encodeCall(pool.provide, (node, ANY, ANY)));
        PositionId provided = pool.provide(node, ANY, ANY);
        refused("provide");
        VM.stopPrank();
        VM.startPrank(OTHER);
        aim(address(pool), abi.encodeCall(pool.sell, (seller, 1, 0, ANY)));
        PositionId sold = pool.sell(seller, 1, 0, ANY);
        refused("sell");
        VM.warp(START + 8 * DAY);
        aim(address(pool), abi.encodeCall(pool.withdraw, (sold)));
        pool.withdraw(sold);
        refused("withdraw");
        VM.stopPrank();
        VM.startPrank(OPERATOR);
        aim(address(pool), abi.encodeCall(pool.renew, (provided, ANY, ANY)));
        pool.renew(provided, ANY, ANY);
        refused("renew");
    }

    function test_refuses_to_enter_settlement_while_it_moves_tokens() public {
        provideAs(OPERATOR, node);
        sellAs();
        VM.startPrank(CLIENT);
        aim(address(settlement), abi.encodeCall(settlement.buy, (seller, 1, ANY, ANY)));
        RentalId rental = settlement.buy(seller, 5, ANY, ANY);
        refused("buy");
        aim(address(settlement), abi.encodeCall(settlement.extend, (rental, 1, ANY, ANY)));
        RentalId second = settlement.extend(rental, 5, ANY, ANY);
        refused("extend");
        aim(address(settlement), abi.encodeCall(settlement.terminate, (second, 0, ANY)));
        settlement.terminate(second, 0, ANY);
        refused("terminate");
        VM.stopPrank();

        hostile.aim(address(0), "");
        challengeEpoch(EPOCH);
        commitAs(OTHER, seller, EPOCH, 4);
        sampleEpoch(EPOCH);
        rounds.settle(seller, EPOCH, stubProofs(1, 4));
        VM.warp(START + DAY);
        RentalId[] memory rentals = new RentalId[](1);
        rentals[0] = rental;
        aim(address(settlement), abi.encodeCall(settlement.settle, (rentals)));
        settlement.settle(rentals);
        refused("settle");
    }

    function test_refuses_to_claim_while_claiming() public {
        provideAs(OPERATOR, node);
        RentalId rental = buyAs(CLIENT, node, 5);
        VM.warp(START + DAY);
        settleOne(rental);
        aim(address(settlement), abi.encodeCall(settlement.claim, ()));
        VM.prank(CLIENT);
        settlement.claim();
        refused("claim");
    }

    function enter(address operator) private returns (NodeId entered) {
        hostile.mint(operator, 100_000e18);
        approve(operator);
        VM.startPrank(operator);
        hostile.approve(address(registry), ANY);
        entered = registry.register(CLASS, 0, STAKE);
        VM.stopPrank();
    }

    function approve(address account) private {
        VM.startPrank(account);
        hostile.approve(address(pool), ANY);
        hostile.approve(address(settlement), ANY);
        VM.stopPrank();
    }

    function sellAs() private {
        VM.prank(OTHER);
        pool.sell(seller, 1, 0, ANY);
    }

    function aim(address target, bytes memory attack) private {
        hostile.aim(target, attack);
    }

    function refused(string memory what) private {
        same(what, keccak256(hostile.answer()), REFUSED);
        hostile.aim(address(0), "");
    }
}
