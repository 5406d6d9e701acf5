// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {IComputePool, PoolView, Position} from "../src/interfaces/IComputePool.sol";
import {ClassTerms} from "../src/interfaces/INodeRegistry.sol";
import {IPoolRules, PoolTerms} from "../src/interfaces/IPoolRules.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title ComputePool: provide, withdraw by service, renew, and who may
contract ComputePoolTest is MarketDeployment {
    uint256 private constant WEEK = 7 days;

    function setUp() public {
        deployStub();
    }

    // Providing

    function test_takes_hours_with_tokens_of_equal_value() public {
        pass(100);
        NodeId node = join(OPERATOR, 0, CLASS);
        give(OPERATOR, 1000e18);
        PositionId position = provideAs(OPERATOR, node);
        uint256 secs = WEEK - 100;
        uint256 tokens = (secs * BASE + 1e18 - 1) / 1e18;
        same("ends with an hour", endOf(position), START + WEEK);
        same("taken", token.balanceOf(OPERATOR), 1000e18 - tokens);
        PoolView memory seen = pool.poolOf(CLASS);
        same("x", seen.state.available, secs);
        same("reserve", seen.reserve, tokens);
        same("shares, whole for each second", seen.shares, tokens / secs * secs);
        (PositionId offered, uint48 end, uint48 busyUntil) = pool.offerOf(node);
        same("offer", PositionId.unwrap(offered), PositionId.unwrap(position));
        same("until", end, START + WEEK);
        same("idle", busyUntil, 0);
        accounted();
    }

    /// @dev y is known to a wei, so the price to a wei for all seconds that are left.
    function test_leaves_the_price_to_demand() public {
        supplier(OPERATOR, CLASS);
        pass(3 days);
        alike("time went", spotOf(CLASS), BASE);
        supplier(OTHER, CLASS);
        alike("hours came", spotOf(CLASS), BASE);
        pass(4 days - 1 hours);
        alike("hours nearly gone", spotOf(CLASS), BASE);
        pass(2 hours);
        alike("hours gone", spotOf(CLASS), BASE);
    }

    function test_lets_what_a_rental_adds_to_the_price_fade_as_it_is_used() public {
        NodeId node = supplier(OPERATOR, CLASS);
        supplier(OTHER, CLASS);
        give(CLIENT, 10_000e18);
        RentalId rental = buyAs(CLIENT, node, 48);
        uint256 rented = spotOf(CLASS);
        isTrue("dearer", rented > BASE * 13 / 10);
        playEpoch(0, node);
        settleOne(rental);
        uint256 halfUsed = spotOf(CLASS);
        isTrue("less so", halfUsed < rented && halfUsed > BASE);
        playEpoch(1, node);
        settleOne(rental);
        alike("as it was", spotOf(CLASS), BASE);
    }

    function test_dissipates_a_second_of_each_node_a_second() public {
        supplier(OPERATOR, CLASS);
        pass(1000);
        supplier(OTHER, CLASS);
        pass(86_400 + 17);
        uint256 left = START + WEEK - block.timestamp;
        // The second came 1000 s into an hour: its end is the same.
        same("x(t)", stateOf(CLASS).available, 2 * left);
        pool.advance(CLASS);
        same("written", stateOf(CLASS).available, 2 * left);
        VM.warp(START + 8 * DAY);
        same("all gone", stateOf(CLASS).remaining, 0);
        same("and a price", spotOf(CLASS), BASE);
    }

    /// @dev At a wei a second, beside a reserve that rents of sold hours have filled.
    function test_refuses_tokens_that_have_no_share() public {
        ClassTerms memory cheap = terms(1);
        cheap.dailyValue = DAY;
        PoolTerms memory t = poolTerms(0);
        (t.floor, t.ceiling) = (1e18, 1e18);
        VM.startPrank(ADMIN);
        ClassId class = registry.addClass(cheap);
        rules.openPool(class, t);
        VM.stopPrank();
        VM.warp(START + 2 * DAY);
        supplier(OPERATOR, class);
        give(address(pool), 1e18);
        VM.prank(address(settlement));
        pool.collect(class, 1e18);
        NodeId node = join(OTHER, 0, class);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.ShareNone.selector, WEEK, WEEK));
        VM.prank(OTHER);
        pool.provide(node, ANY, ANY);
    }

    function test_refuses_to_provide_for_others_or_out_of_bounds() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        give(OPERATOR, 1000e18);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NotNodeOperator.selector, node, STRANGER));
        provideAs(STRANGER, node);
        VM.startPrank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.DeadlinePassed.selector, START - 1, START));
        pool.provide(node, ANY, START - 1);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.CostTooHigh.selector, 700e18, 700e18 - 1));
        pool.provide(node, 700e18 - 1, START);
        PositionId position = pool.provide(node, 700e18, START);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.PositionLive.selector, node, position, START + WEEK));
        pool.provide(node, ANY, ANY);
    }

    function test_takes_only_nodes_that_are_challenged() public {
        rounds.open(EPOCH);
        NodeId late = join(OPERATOR, 0, CLASS);
        give(OPERATOR, 2000e18);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NodeNotChallenged.selector, late, EPOCH));
        provideAs(OPERATOR, late);
        VM.warp(START + DAY);
        provideAs(OPERATOR, late);

        NodeId leaving = join(OTHER, 0, CLASS);
        give(OTHER, 1000e18);
        VM.startPrank(OTHER);
        registry.unbond(leaving);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NodeNotActive.selector, leaving));
        pool.provide(leaving, ANY, ANY);
        VM.stopPrank();

        VM.prank(ADMIN);
        ClassId unpooled = registry.addClass(terms(1));
        pass(2 days);
        NodeId poor = join(STRANGER, 0, unpooled);
        VM.expectRevert(abi.encodeWithSelector(IPoolRules.PoolUnknown.selector, unpooled));
        provideAs(STRANGER, poor);
    }

    // Withdrawal

    function test_pays_out_after_verified_service() public {
        NodeId node = supplier(OPERATOR, CLASS);
        PositionId position = PositionId.wrap(1);
        for (uint256 e = 0; e < 7; ++e) {
            VM.expectRevert(abi.encodeWithSelector(IComputePool.ServiceUndecided.selector, position, START + WEEK));
            VM.prank(OPERATOR);
            pool.withdraw(position);
            playEpoch(e, node);
        }
        (uint256 accepted, uint256 decided) = pool.serviceOf(node, START, START + 7 * DAY);
        same("accepted", accepted, 7);
        same("decided", decided, 7);
        uint256 before_ = token.balanceOf(OPERATOR);
        VM.startPrank(OPERATOR);
        same("paid", pool.withdraw(position), 700e18);
        same("balance", token.balanceOf(OPERATOR), before_ + 700e18);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.PositionWithdrawn.selector, position));
        pool.withdraw(position);
        same("empty", token.balanceOf(address(pool)), 0);
        accounted();
    }

    function test_burns_the_share_of_failed_epochs() public {
        NodeId node = supplier(OPERATOR, CLASS);
        playEpoch(0, node);
        playEpoch(1);
        for (uint256 e = 2; e < 7; ++e) {
            playEpoch(e, node);
        }
        uint256 supply = token.totalSupply();
        VM.prank(OPERATOR);
        same("six of seven", pool.withdraw(PositionId.wrap(1)), 600e18);
        same("burned", supply - token.totalSupply(), 100e18);
        accounted();
    }

    function test_does_not_count_void_epochs() public {
        NodeId node = supplier(OPERATOR, CLASS);
        // Never opened, opened but not challenged, committed but not sampled.
        VM.warp(START + DAY);
        rounds.open(epoch(1));
        VM.warp(START + 2 * DAY);
        challengeEpoch(epoch(2));
        commitAs(OPERATOR, node, epoch(2), 4);
        playEpoch(3, node);
        VM.warp(START + 7 * DAY);
        (uint256 accepted, uint256 decided) = pool.serviceOf(node, START, START + 7 * DAY);
        same("accepted", accepted, 1);
        same("decided", decided, 1);
        VM.prank(OPERATOR);
        same("paid in full", pool.withdraw(PositionId.wrap(1)), 700e18);
    }

    function test_pays_all_when_nothing_was_asked() public {
        supplier(OPERATOR, CLASS);
        VM.warp(START + 30 * DAY);
        VM.prank(OPERATOR);
        same("paid", pool.withdraw(PositionId.wrap(1)), 700e18);
    }

    function test_counts_a_node_that_left_as_failed() public {
        NodeId node = supplier(OPERATOR, CLASS);
        NodeId other = supplier(OTHER, CLASS);
        playEpoch(0, node);
        VM.prank(OPERATOR);
        registry.unbond(node);
        for (uint256 e = 1; e < 7; ++e) {
            playEpoch(e, other);
        }
        VM.prank(OPERATOR);
        same("one of seven", pool.withdraw(PositionId.wrap(1)), 100e18);
    }

    function test_does_not_punish_a_node_whose_class_ended() public {
        NodeId node = supplier(OPERATOR, CLASS);
        NodeId other = supplier(OTHER, CURVE);
        VM.prank(ADMIN);
        registry.retireClass(CLASS);
        playEpoch(0, node);
        playEpoch(1);
        VM.warp(START + 2 * DAY);
        VM.prank(STRANGER);
        registry.unbond(node);
        for (uint256 e = 2; e < 7; ++e) {
            playEpoch(e, other);
        }
        VM.prank(OPERATOR);
        same("one of two", pool.withdraw(PositionId.wrap(1)), 350e18);
        accounted();
    }

    function test_waits_for_the_last_slot_that_the_hours_touch() public {
        VM.warp(START + 12 hours);
        NodeId node = join(OPERATOR, 0, CLASS);
        give(OPERATOR, 1000e18);
        PositionId position = provideAs(OPERATOR, node);
        for (uint256 e = 0; e < 7; ++e) {
            playEpoch(e, node);
        }
        VM.warp(START + 8 * DAY - 1);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.ServiceUndecided.selector, position, START + 8 * DAY));
        VM.prank(OPERATOR);
        pool.withdraw(position);
        VM.warp(START + 8 * DAY);
        VM.prank(OPERATOR);
        pool.withdraw(position);
    }

    function test_lets_only_the_operator_withdraw() public {
        supplier(OPERATOR, CLASS);
        NodeId node = registry.nodeIdOf(OPERATOR, 0);
        VM.warp(START + 8 * DAY);
        VM.startPrank(STRANGER);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NotNodeOperator.selector, node, STRANGER));
        pool.withdraw(PositionId.wrap(1));
        VM.expectRevert(abi.encodeWithSelector(IComputePool.PositionUnknown.selector, PositionId.wrap(9)));
        pool.withdraw(PositionId.wrap(9));
        VM.expectRevert(abi.encodeWithSelector(IComputePool.PositionUnknown.selector, PositionId.wrap(0)));
        pool.positionOf(PositionId.wrap(0));
    }

    /// @dev A later provider's tokens are not touched by who leaves earlier.
    function test_sets_each_share_aside_at_its_hour() public {
        supplier(OPERATOR, CLASS);
        VM.warp(START + 3 * DAY);
        supplier(OTHER, CLASS);
        uint256 late = token.balanceOf(address(pool)) - 700e18;
        VM.warp(START + 20 * DAY);
        VM.prank(OPERATOR);
        same("first", pool.withdraw(PositionId.wrap(1)), 700e18);
        VM.prank(OTHER);
        same("second", pool.withdraw(PositionId.wrap(2)), late);
        same("nothing is left", token.balanceOf(address(pool)), 0);
    }

    // Renewal

    function test_moves_only_the_difference_of_a_renewal() public {
        NodeId node = supplier(OPERATOR, CLASS);
        for (uint256 e = 0; e < 7; ++e) {
            playEpoch(e, node);
        }
        uint256 before_ = token.balanceOf(OPERATOR);
        VM.prank(OPERATOR);
        PositionId renewed = pool.renew(PositionId.wrap(1), 700e18, ANY);
        same("nothing moved", token.balanceOf(OPERATOR), before_);
        same("until", endOf(renewed), START + 14 * DAY);
        same("again", pool.poolOf(CLASS).reserve, 700e18);
        accounted();

        playEpoch(7, node);
        for (uint256 e = 8; e < 14; ++e) {
            playEpoch(e, e % 2 == 0 ? one(node) : new NodeId[](0));
        }
        isTrue("jailed by three misses", uint8(registry.nodeOf(node).status) == 1);
        VM.startPrank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.CostTooHigh.selector, 700e18, 699e18));
        pool.renew(renewed, 699e18, ANY);
        before_ = token.balanceOf(OPERATOR);
        uint256 supply = token.totalSupply();
        pool.renew(renewed, ANY, ANY);
        same("three of seven are burned and brought anew", before_ - token.balanceOf(OPERATOR), 300e18);
        same("burned", supply - token.totalSupply(), 300e18);
        accounted();
    }

    function test_refuses_to_renew_before_the_end_or_too_late_for_the_caller() public {
        supplier(OPERATOR, CLASS);
        VM.startPrank(OPERATOR);
        VM.expectRevert(
            abi.encodeWithSelector(IComputePool.ServiceUndecided.selector, PositionId.wrap(1), START + WEEK)
        );
        pool.renew(PositionId.wrap(1), ANY, ANY);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.DeadlinePassed.selector, START - 1, START));
        pool.renew(PositionId.wrap(1), ANY, START - 1);
    }

    // Doors

    function test_lets_only_settlement_move_rented_hours() public {
        NodeId node = supplier(OPERATOR, CLASS);
        bytes memory reason = abi.encodeWithSelector(IComputePool.NotSettlement.selector, STRANGER);
        VM.startPrank(STRANGER);
        VM.expectRevert(reason);
        pool.lease(node, START, START + 3600);
        VM.expectRevert(reason);
        pool.release(node, START, START + 3600);
        VM.expectRevert(reason);
        pool.collect(CLASS, 1);
    }

    function test_remembers_positions() public {
        NodeId node = supplier(OPERATOR, CLASS);
        Position memory p = pool.positionOf(PositionId.wrap(1));
        same("node", NodeId.unwrap(p.node), NodeId.unwrap(node));
        same("operator", p.operator, OPERATOR);
        same("start", p.start, START);
        isTrue("provided", !p.sold && !p.withdrawn);
        same("class", ClassId.unwrap(p.class), 0);
        same("current", EpochId.unwrap(rounds.currentEpoch()), 0);
    }

    /// @dev To ten wei over a thousand seconds.
    function alike(string memory what, uint256 price, uint256 expected) private pure {
        atMost(what, price, expected + 1e16);
        atMost(what, expected, price + 1e16);
    }
}
