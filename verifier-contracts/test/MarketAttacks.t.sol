// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {ClassTerms} from "../src/interfaces/INodeRegistry.sol";
import {IComputePool, PoolView} from "../src/interfaces/IComputePool.sol";
import {PoolTerms} from "../src/interfaces/IPoolRules.sol";
import {Rental} from "../src/interfaces/ISettlement.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title Attacks on the market: round trips, sandwiches, donations, dust, jumps of time, crowds
contract MarketAttacksTest is MarketDeployment {
    address private constant ATTACKER = address(0xA77AC);
    /// @dev A class so cheap that a thousand nodes of it can be staked.
    ClassId private constant CHEAP = ClassId.wrap(2);

    function setUp() public {
        deployStub();
        ClassTerms memory cheap = terms(1);
        cheap.dailyValue = 1e18;
        PoolTerms memory t = poolTerms(0);
        (t.floor, t.ceiling) = (uint128(BASE / 1000), uint128(BASE / 10));
        VM.startPrank(ADMIN);
        registry.addClass(cheap);
        rules.openPool(CHEAP, t);
        VM.stopPrank();
        VM.warp(START + 2 * DAY);
        give(ATTACKER, 200_000e18);
        give(CLIENT, 50_000e18);
    }

    // Round trips

    /// @dev Whatever others do between, who buys and gives back has paid at least two fees.
    function testFuzz_gains_nothing_from_buying_and_terminating(uint256 seed) public {
        ClassId class = ClassId.wrap(uint32(seed % 2));
        (NodeId node, NodeId other) = (supplier(OPERATOR, class), supplier(OTHER, class));
        pass(within(seed >> 8, 0, 2 days));
        uint256 before_ = token.balanceOf(ATTACKER);
        RentalId rental = buyAs(ATTACKER, node, within(seed >> 32, 1, 100));
        if (seed >> 64 & 1 == 1) buyAs(CLIENT, other, within(seed >> 72, 1, 110));
        pass(within(seed >> 96, 0, 30 minutes));
        if (seed >> 120 & 1 == 1) supplier(STRANGER, class);
        Rental memory r = settlement.rentalOf(rental);
        if (r.end <= (block.timestamp + 3599) / 3600 * 3600) return;
        uint256 refund = terminateAs(ATTACKER, rental);
        uint256 after_ = token.balanceOf(ATTACKER);
        atMost("no more than it cost, less two fees", after_ + feeOf(r.cost) + refund / 100, before_ + 1);
        accounted();
    }

    /// @dev Renting the pool out first, to sell at the price that this makes, brings no more than selling.
    function testFuzz_gains_nothing_from_a_sale_between_purchase_and_termination(uint256 seed) public {
        ClassId class = ClassId.wrap(uint32(seed % 2));
        NodeId[4] memory nodes =
            [supplier(OPERATOR, class), supplier(OTHER, class), supplier(STRANGER, class), supplier(FOUNDATION, class)];
        NodeId mine = join(ATTACKER, 0, class);
        buyAs(CLIENT, nodes[3], within(seed >> 8, 1, 168));
        uint256 count = within(seed >> 16, 1, 7);

        uint256 snapshot = VM.snapshotState();
        uint256 honest = wealthAfter(mine, count);
        VM.revertToState(snapshot);
        RentalId[3] memory rentals;
        for (uint256 i = 0; i < 3; ++i) {
            rentals[i] = buyAs(ATTACKER, nodes[i], within(seed >> (32 + 8 * i), 1, 168));
        }
        VM.prank(ATTACKER);
        try pool.sell(mine, count, 0, ANY) {} catch {}
        for (uint256 i = 0; i < 3; ++i) {
            terminateAs(ATTACKER, rentals[i]);
        }
        atMost("sandwich", token.balanceOf(ATTACKER) + pool.poolOf(class).collateral, honest);
    }

    /// @dev With the collateral, which returns after service.
    function wealthAfter(NodeId mine, uint256 count) private returns (uint256) {
        VM.prank(ATTACKER);
        PositionId position = pool.sell(mine, count, 0, ANY);
        return token.balanceOf(ATTACKER) + pool.positionOf(position).collateral;
    }

    /// @dev Selling hours and renting them back pays the reserve at least what it gave.
    function testFuzz_gains_nothing_from_selling_and_buying_back(uint256 seed) public {
        ClassId class = ClassId.wrap(uint32(seed % 2));
        supplier(OPERATOR, class);
        NodeId mine = join(ATTACKER, 0, class);
        uint256 count = within(seed >> 8, 1, 7);
        VM.startPrank(ATTACKER);
        PositionId position = pool.sell(mine, count, 0, ANY);
        uint256 proceeds = pool.positionOf(position).proceeds;
        RentalId rental = settlement.buy(mine, count * 24, ANY, ANY);
        VM.stopPrank();
        atMost("proceeds", proceeds, costOf(rental));
    }

    /// @dev Where nobody rents or sells, providers get back what they brought, to the wei that rounding costs.
    function testFuzz_gains_nothing_from_providing_and_withdrawing(uint256 seed) public {
        ClassId class = ClassId.wrap(uint32(seed % 2));
        address[3] memory operators = [OPERATOR, OTHER, STRANGER];
        uint256[3] memory brought;
        for (uint256 i = 0; i < 3; ++i) {
            NodeId node = join(operators[i], 0, class);
            give(operators[i], 10_000e18);
            uint256 before_ = token.balanceOf(operators[i]);
            provideAs(operators[i], node);
            brought[i] = before_ - token.balanceOf(operators[i]);
            pass(within(seed >> (8 + 24 * i), 0, 3 days));
        }
        VM.warp(START + 30 * DAY);
        for (uint256 i = 0; i < 3; ++i) {
            VM.prank(operators[i]);
            uint256 paid = pool.withdraw(PositionId.wrap(uint64(i + 1)));
            // Shares are whole for each second: of two others' and its own.
            atMost("no more", paid, brought[i] + 2 weeks);
            atMost("no less", brought[i], paid + 2 weeks);
        }
        atMost("what rounding left", token.balanceOf(address(pool)), 3);
        accounted();
    }

    // Donations and dust

    function test_gives_nobody_what_is_sent_to_the_contracts() public {
        supplier(OPERATOR, CLASS);
        uint256 spot = spotOf(CLASS);
        VM.startPrank(ATTACKER);
        token.transfer(address(pool), 50_000e18);
        token.transfer(address(settlement), 50_000e18);
        VM.stopPrank();
        same("price", spotOf(CLASS), spot);
        VM.warp(START + 12 * DAY);
        VM.prank(OPERATOR);
        same("withdrawn", pool.withdraw(PositionId.wrap(1)), 700e18);
        same("left", token.balanceOf(address(pool)), 50_000e18);
    }

    /// @dev The first to provide cannot make shares so dear that the next gets none.
    function test_does_not_let_the_first_provider_take_the_next_ones_tokens() public {
        NodeId mine = join(ATTACKER, 0, CLASS);
        provideAs(ATTACKER, mine);
        VM.prank(ATTACKER);
        token.transfer(address(pool), 100_000e18);
        pass(1 hours);
        supplier(OPERATOR, CLASS);
        uint256 brought = 10_000e18 - token.balanceOf(OPERATOR);
        PoolView memory seen = pool.poolOf(CLASS);
        atMost("shares are tokens", brought, seen.shares - 700e18 + 2 weeks);
        VM.warp(START + 30 * DAY);
        VM.prank(OPERATOR);
        atMost("back", brought, pool.withdraw(PositionId.wrap(2)) + 2 weeks);
    }

    function test_burns_what_flows_to_a_reserve_without_owners() public {
        supplier(OPERATOR, CLASS);
        pass(5 days);
        NodeId mine = join(ATTACKER, 0, CLASS);
        VM.startPrank(ATTACKER);
        pool.sell(mine, 2, 0, ANY);
        VM.stopPrank();
        pass(1 days);
        RentalId rental = buyAs(CLIENT, mine, 24);
        uint256 cost = costOf(rental);
        // Epoch 8 begins when the only provider's hours have ended an hour before.
        playEpoch(8, mine);
        playEpoch(9);
        uint256 supply = token.totalSupply();
        settleOne(rental);
        PoolView memory seen = pool.poolOf(CLASS);
        same("no shares", seen.shares, 0);
        same("no reserve", seen.reserve, 0);
        same("burned", supply - token.totalSupply(), cost - settlement.claimableOf(CLIENT));
        VM.prank(STRANGER);
        pool.advance(CLASS);
        accounted();
    }

    // Time

    /// @dev One jump over many ends leaves what many steps leave.
    function testFuzz_is_the_same_after_one_jump_as_after_many(uint256 seed) public {
        for (uint256 i = 0; i < 12; ++i) {
            NodeId node = join(OPERATOR, bytes32(i), CLASS);
            give(OPERATOR, 2000e18);
            provideAs(OPERATOR, node);
            pass(within(seed >> (20 * i), 0, 14 hours));
        }
        uint256 end = block.timestamp + within(seed, 1, 9 days);
        uint256 snapshot = VM.snapshotState();
        VM.warp(end);
        bytes32 seen = keccak256(abi.encode(pool.poolOf(CLASS)));
        pool.advance(CLASS);
        bytes32 jumped = keccak256(abi.encode(pool.poolOf(CLASS)));
        same("seen before it is written", seen, jumped);
        VM.revertToState(snapshot);
        while (block.timestamp < end) {
            VM.warp(min(end, block.timestamp + 5000));
            pool.advance(CLASS);
        }
        same("stepped", keccak256(abi.encode(pool.poolOf(CLASS))), jumped);
    }

    function test_survives_a_century_without_anyone() public {
        NodeId node = supplier(OPERATOR, CLASS);
        RentalId rental = buyAs(CLIENT, node, 48);
        pass(100 * 365 days);
        uint256 gas = gasleft();
        pool.advance(CLASS);
        atMost("gas of the walk", gas - gasleft(), 200_000);
        settleOne(rental);
        same("back", settlement.claimableOf(CLIENT), costOf(rental));
        VM.prank(OPERATOR);
        pool.withdraw(PositionId.wrap(1));
        accounted();
    }

    // Crowds

    /// @dev What a purchase and a settlement cost does not depend on how many positions there are.
    function test_costs_the_same_among_a_thousand_positions() public {
        uint64 first = 1;
        NodeId node = join(OPERATOR, 0, CHEAP);
        give(OPERATOR, 10_000e18);
        provideAs(OPERATOR, node);
        uint256 snapshot = VM.snapshotState();
        (uint256 buy, uint256 settle) = gasOfRental(node);
        VM.revertToState(snapshot);
        for (uint256 i = 1; i < 1000; ++i) {
            provideAs(OPERATOR, join(OPERATOR, bytes32(i), CHEAP));
        }
        same("all of them", stateOf(CHEAP).remaining, 1000 * 7 * uint256(DAY));
        (uint256 buyAmong, uint256 settleAmong) = gasOfRental(node);
        atMost("buy", buyAmong, buy + 1000);
        atMost("settle", settleAmong, settle + 1000);

        VM.warp(START + 20 * DAY);
        uint256 gas = gasleft();
        pool.advance(CHEAP);
        atMost("a thousand ends in one block", gas - gasleft(), 200_000);
        same("gone", stateOf(CHEAP).remaining, 0);
        for (uint64 i = 0; i < 1000; ++i) {
            VM.prank(OPERATOR);
            pool.withdraw(PositionId.wrap(first + i));
        }
        atMost("what rounding left", token.balanceOf(address(pool)), 1000);
        accounted();
    }

    function gasOfRental(NodeId node) private returns (uint256 buy, uint256 settle) {
        uint256 gas = gasleft();
        RentalId rental = buyAs(CLIENT, node, 10);
        buy = gas - gasleft();
        playEpoch(2, node);
        gas = gasleft();
        settleOne(rental);
        settle = gas - gasleft();
    }

    /// @dev The most that a walk can meet: something ends in each hour of the longest window.
    function test_walks_the_longest_window_within_a_block() public {
        for (uint256 i = 0; i < 167; ++i) {
            provideAs(OPERATOR, joinFunded(i));
            pass(1 hours);
        }
        pass(8 days);
        uint256 gas = gasleft();
        pool.advance(CHEAP);
        atMost("gas", gas - gasleft(), 8_000_000);
        same("gone", stateOf(CHEAP).remaining, 0);
    }

    function joinFunded(uint256 i) private returns (NodeId node) {
        node = join(OPERATOR, bytes32(i), CHEAP);
        give(OPERATOR, 100e18);
    }

    function test_refuses_the_pools_doors_to_everyone_else() public {
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NotSettlement.selector, ATTACKER));
        VM.prank(ATTACKER);
        pool.collect(CLASS, 1e18);
    }
}
