// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {IComputePool, PoolView, Position} from "../src/interfaces/IComputePool.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title Sales of hours to the pool: proceeds, collateral, bounds
contract SaleTest is MarketDeployment {
    NodeId private node;
    NodeId private seller;

    function setUp() public {
        deployStub();
        node = supplier(OPERATOR, CLASS);
        seller = join(OTHER, 0, CLASS);
        give(OTHER, 100_000e18);
    }

    function test_pays_at_once_against_a_hundredfold_collateral() public {
        uint256 before_ = token.balanceOf(OTHER);
        PositionId position = sellAs(3);
        // y s / (x + s) of 700 tokens, with x a week.
        uint256 proceeds = uint256(700e18) * 3 / 10;
        Position memory p = pool.positionOf(position);
        same("proceeds", p.proceeds, proceeds);
        same("collateral", p.collateral, 100 * proceeds);
        same("moved", before_ - token.balanceOf(OTHER), 99 * proceeds);
        same("until", p.end, START + 3 * DAY);
        PoolView memory seen = pool.poolOf(CLASS);
        same("x", seen.state.available, 10 * uint256(DAY));
        same("reserve", seen.reserve, 700e18 - proceeds);
        same("locked", seen.collateral, 100 * proceeds);
        accounted();
    }

    function test_returns_the_collateral_after_service() public {
        PositionId position = sellAs(3);
        NodeId[] memory both = new NodeId[](2);
        (both[0], both[1]) = (node, seller);
        for (uint256 e = 0; e < 3; ++e) {
            playEpoch(e, both);
        }
        VM.prank(OTHER);
        same("all", pool.withdraw(position), 21_000e18);
        same("nothing locked", pool.poolOf(CLASS).collateral, 0);
        accounted();
    }

    function test_forfeits_collateral_for_failed_epochs() public {
        PositionId position = sellAs(3);
        uint256 reserve = pool.poolOf(CLASS).reserve;
        NodeId[] memory both = new NodeId[](2);
        (both[0], both[1]) = (node, seller);
        playEpoch(0, both);
        playEpoch(1, both);
        playEpoch(2, node);
        uint256 supply = token.totalSupply();
        VM.prank(OTHER);
        same("two thirds", pool.withdraw(position), 14_000e18);
        // The third of the proceeds goes back to who paid it; the rest of the lost collateral is burned.
        same("reserve", pool.poolOf(CLASS).reserve, reserve + 70e18);
        same("burned", supply - token.totalSupply(), 7000e18 - 70e18);
        accounted();
    }

    function test_rents_sold_hours_for_the_reserve() public {
        sellAs(3);
        give(CLIENT, 1000e18);
        RentalId rental = buyAs(CLIENT, seller, 24);
        uint256 reserve = pool.poolOf(CLASS).reserve;
        uint256 cost = costOf(rental);
        playEpoch(0, seller);
        settleOne(rental);
        same("reserve", pool.poolOf(CLASS).reserve, reserve + cost);
        same("seller", settlement.claimableOf(OTHER), 0);
        accounted();
    }

    function test_refuses_what_is_no_sale() public {
        VM.startPrank(OTHER);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.DaysInvalid.selector, 0));
        pool.sell(seller, 0, 0, ANY);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.DaysInvalid.selector, 8));
        pool.sell(seller, 8, 0, ANY);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.DeadlinePassed.selector, START - 1, START));
        pool.sell(seller, 1, 0, START - 1);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.ProceedsTooLow.selector, 210e18, 210e18 + 1));
        pool.sell(seller, 3, 210e18 + 1, ANY);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NotNodeOperator.selector, node, OTHER));
        pool.sell(node, 3, 0, ANY);
        PositionId position = pool.sell(seller, 1, 0, ANY);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.PositionLive.selector, seller, position, START + DAY));
        pool.sell(seller, 1, 0, ANY);
    }

    function test_buys_no_more_than_it_holds() public {
        VM.warp(START + 6 * DAY);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.SaleTooLarge.selector, 2 * uint256(DAY), DAY));
        sellAs(2);
        sellAs(1);
        NodeId empty = join(STRANGER, 0, CURVE);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.SaleTooLarge.selector, DAY, 0));
        VM.prank(STRANGER);
        pool.sell(empty, 1, 0, ANY);
    }

    function test_takes_half_of_the_reserve_at_most() public {
        // With everything rented the curve would hand out the whole of it; a long quiet time lets the anchor follow.
        give(CLIENT, 10_000e18);
        buyAs(CLIENT, node, 168);
        VM.warp(START + 4 * DAY);
        VM.expectRevert(
            abi.encodeWithSelector(IComputePool.ReserveShort.selector, 3 * DAY * (BASE * 196 / 100) / 1e18, 350e18)
        );
        sellAs(3);
        isTrue("a day", PositionId.unwrap(sellAs(1)) != 0);
    }

    function test_pays_no_more_than_the_anchor() public {
        give(CLIENT, 10_000e18);
        uint256 honest = strategyOf(CLASS).proceedsOf(stateOf(CLASS), 2 * DAY);
        buyAs(CLIENT, node, 160);
        isTrue("the curve would", strategyOf(CLASS).proceedsOf(stateOf(CLASS), 2 * DAY) > 5 * honest);
        same("anchor", pool.poolOf(CLASS).anchor, BASE);
        Position memory p = pool.positionOf(sellAs(2));
        same("the price before", p.proceeds, 2 * DAY * BASE / 1e18);
    }

    function test_lets_the_anchor_rise_by_a_hundredth_an_hour_and_fall_at_once() public {
        give(CLIENT, 10_000e18);
        RentalId rental = buyAs(CLIENT, node, 160);
        pass(10 hours);
        same("ten hours", pool.poolOf(CLASS).anchor, BASE * 11 / 10);
        terminateAs(CLIENT, rental);
        pass(2 days);
        supplier(STRANGER, CLASS);
        uint256 fallen = spotOf(CLASS);
        pool.advance(CLASS);
        atMost("at once", pool.poolOf(CLASS).anchor, fallen);
    }

    function sellAs(uint256 count) private returns (PositionId) {
        VM.prank(OTHER);
        return pool.sell(seller, count, 0, ANY);
    }
}
