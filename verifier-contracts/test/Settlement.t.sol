// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {IComputePool} from "../src/interfaces/IComputePool.sol";
import {ISettlement, Rental} from "../src/interfaces/ISettlement.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title Settlement: buy, extend, terminate, settle, claim
contract SettlementTest is MarketDeployment {
    NodeId private node;

    function setUp() public {
        deployStub();
        node = supplier(OPERATOR, CLASS);
        give(CLIENT, 10_000e18);
        give(OTHER, 10_000e18);
    }

    // Buying

    function test_sells_hours_for_the_cost_and_a_burned_fee() public {
        pass(600);
        uint256 expected = strategyOf(CLASS).costOf(stateOf(CLASS), 3 * 3600 - 600);
        uint256 supply = token.totalSupply();
        RentalId rental = buyAs(CLIENT, node, 2);
        Rental memory r = settlement.rentalOf(rental);
        // Two hours from ten past end at the end of the third begun hour.
        same("end", r.end, START + 3 * 3600);
        same("start", r.start, START + 600);
        same("cost", r.cost, expected);
        same("fee burned", supply - token.totalSupply(), feeOf(expected));
        same("escrow", token.balanceOf(address(settlement)), expected);
        same("of the class", settlement.escrowOf(CLASS), expected);
        same("D", stateOf(CLASS).rented, 3 * 3600 - 600);
        same("client", settlement.clientAt(node, START + 600), CLIENT);
        same("before", settlement.clientAt(node, START + 599), address(0));
        same("after", settlement.clientAt(node, START + 3 * 3600), address(0));
        accounted();
    }

    function test_refuses_purchases_out_of_bounds() public {
        VM.startPrank(CLIENT);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.HoursInvalid.selector, 0));
        settlement.buy(node, 0, ANY, ANY);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.HoursInvalid.selector, 169));
        settlement.buy(node, 169, ANY, ANY);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.DeadlinePassed.selector, START - 1, START));
        settlement.buy(node, 1, ANY, START - 1);
        uint256 cost = strategyOf(CLASS).costOf(stateOf(CLASS), 3600);
        cost += feeOf(cost);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.CostTooHigh.selector, cost, cost - 1));
        settlement.buy(node, 1, cost - 1, ANY);
        settlement.buy(node, 1, cost, START);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NodeBusy.selector, node, START + 3600));
        settlement.buy(node, 1, ANY, ANY);
        NodeId unknown = NodeId.wrap("unknown");
        VM.expectRevert(abi.encodeWithSelector(IComputePool.PositionNone.selector, unknown));
        settlement.buy(unknown, 1, ANY, ANY);
        pass(6 days);
        uint256 end = START + 7 * DAY;
        VM.expectRevert(abi.encodeWithSelector(IComputePool.BeyondPosition.selector, node, end + 3600, end));
        settlement.buy(node, 25, ANY, ANY);
        settlement.buy(node, 24, ANY, ANY);
        pass(1 days);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.PositionNone.selector, node));
        settlement.buy(node, 1, ANY, ANY);
    }

    function test_rents_no_node_that_cannot_serve() public {
        VM.prank(OPERATOR);
        registry.unbond(node);
        VM.expectRevert(abi.encodeWithSelector(IComputePool.NodeNotActive.selector, node));
        buyAs(CLIENT, node, 1);
    }

    function test_sells_the_last_hours_at_the_ceiling() public {
        RentalId rental = buyAs(CLIENT, node, 168);
        same("cost", costOf(rental), 10 * uint256(700e18));
        same("x", stateOf(CLASS).available, 0);
        same("spot", spotOf(CLASS), 10 * BASE);
        accounted();
    }

    // Extension

    function test_extends_at_the_price_of_the_day() public {
        RentalId first = buyAs(CLIENT, node, 24);
        pass(2 hours);
        uint256 expected = strategyOf(CLASS).costOf(stateOf(CLASS), 24 * 3600);
        VM.prank(CLIENT);
        RentalId second = settlement.extend(first, 24, ANY, ANY);
        Rental memory r = settlement.rentalOf(second);
        same("from", r.start, START + DAY);
        same("until", r.end, START + 2 * DAY);
        same("cost", r.cost, expected);
        same("latest", RentalId.unwrap(settlement.latestOf(node)), RentalId.unwrap(second));
        same("in force", settlement.clientAt(node, START + DAY), CLIENT);
        VM.startPrank(CLIENT);
        bytes memory followed = abi.encodeWithSelector(ISettlement.RentalFollowed.selector, first, second);
        VM.expectRevert(followed);
        settlement.extend(first, 1, ANY, ANY);
        VM.expectRevert(followed);
        settlement.terminate(first, 0, ANY);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.DeadlinePassed.selector, START, START + 7200));
        settlement.extend(second, 1, ANY, START);
        VM.stopPrank();
        VM.expectRevert(abi.encodeWithSelector(ISettlement.NotClient.selector, second, OTHER));
        VM.prank(OTHER);
        settlement.extend(second, 1, ANY, ANY);
        accounted();
    }

    function test_changes_no_rental_that_is_over_or_unknown() public {
        RentalId rental = buyAs(CLIENT, node, 1);
        pass(1 hours);
        VM.startPrank(CLIENT);
        bytes memory ended = abi.encodeWithSelector(ISettlement.RentalEnded.selector, rental, START + 3600);
        VM.expectRevert(ended);
        settlement.extend(rental, 1, ANY, ANY);
        VM.expectRevert(ended);
        settlement.terminate(rental, 0, ANY);
        RentalId unknown = RentalId.wrap(77);
        bytes memory reason = abi.encodeWithSelector(ISettlement.RentalUnknown.selector, unknown);
        VM.expectRevert(reason);
        settlement.terminate(unknown, 0, ANY);
        VM.expectRevert(reason);
        settlement.rentalOf(unknown);
        VM.expectRevert(reason);
        settleOne(unknown);
    }

    // Termination

    function test_gives_unused_hours_back_less_the_fee() public {
        RentalId rental = buyAs(CLIENT, node, 24);
        uint256 cost = costOf(rental);
        pass(90 minutes);
        uint256 unused = cost - cost * 2 / 24;
        uint256 worth = min(strategyOf(CLASS).refundOf(stateOf(CLASS), 22 hours), unused);
        uint256 reserve = pool.poolOf(CLASS).reserve;
        VM.startPrank(CLIENT);
        uint256 refund = worth - feeOf(worth);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.RefundTooLow.selector, refund, refund + 1));
        settlement.terminate(rental, refund + 1, ANY);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.DeadlinePassed.selector, START, START + 5400));
        settlement.terminate(rental, 0, START);
        uint256 before_ = token.balanceOf(CLIENT);
        same("refund", settlement.terminate(rental, refund, ANY), refund);
        same("paid", token.balanceOf(CLIENT), before_ + refund);
        VM.stopPrank();
        same("end", settlement.rentalOf(rental).end, START + 2 hours);
        same("the rest is the reserve's", pool.poolOf(CLASS).reserve, reserve + unused - worth);
        same("escrow", settlement.escrowOf(CLASS), cost - unused);
        same("D", stateOf(CLASS).rented, 30 minutes);
        accounted();

        VM.expectRevert(abi.encodeWithSelector(ISettlement.NothingUnused.selector, rental, START + 2 hours));
        terminateAs(CLIENT, rental);
        pass(30 minutes);
        buyAs(OTHER, node, 1);
    }

    function test_gives_an_extension_back_before_it_begins() public {
        RentalId first = buyAs(CLIENT, node, 24);
        VM.prank(CLIENT);
        RentalId second = settlement.extend(first, 24, ANY, ANY);
        terminateAs(CLIENT, second);
        same("latest", RentalId.unwrap(settlement.latestOf(node)), RentalId.unwrap(first));
        VM.expectRevert(abi.encodeWithSelector(ISettlement.RentalEnded.selector, second, START + DAY));
        terminateAs(CLIENT, second);
        terminateAs(CLIENT, first);
        same("none in force", settlement.clientAt(node, START), address(0));
        same("none at all", RentalId.unwrap(settlement.latestOf(node)), 0);
        buyAs(OTHER, node, 2);
        same("another", settlement.clientAt(node, START), OTHER);
        same("D", stateOf(CLASS).rented, 2 hours);
        accounted();
    }

    function test_gives_all_back_when_the_node_is_gone() public {
        RentalId rental = buyAs(CLIENT, node, 24);
        uint256 cost = costOf(rental);
        VM.prank(OPERATOR);
        registry.unbond(node);
        pass(1 hours);
        uint256 unused = cost - cost / 24;
        same("no fee", terminateAs(CLIENT, rental), unused);
        accounted();
    }

    // Settlement

    function test_pays_each_epoch_for_an_accepted_proof() public {
        VM.warp(START + 12 hours);
        RentalId rental = buyAs(CLIENT, node, 36);
        uint256 cost = costOf(rental);
        settleOne(rental);
        same("undecided", settlement.rentalOf(rental).settledUntil, START + 12 hours);
        playEpoch(0, node);
        settleOne(rental);
        settleOne(rental);
        same("a third", settlement.claimableOf(OPERATOR), cost / 3);
        playEpoch(1, node);
        settleOne(rental);
        same("all of it", settlement.claimableOf(OPERATOR), cost);
        same("escrow", settlement.escrowOf(CLASS), 0);
        VM.startPrank(OPERATOR);
        uint256 before_ = token.balanceOf(OPERATOR);
        settlement.claim();
        same("claimed", token.balanceOf(OPERATOR), before_ + cost);
        VM.expectRevert(abi.encodeWithSelector(ISettlement.NothingToClaim.selector, OPERATOR));
        settlement.claim();
        same("empty", token.balanceOf(address(settlement)), 0);
    }

    function test_refunds_a_missed_epoch_and_strikes_once() public {
        RentalId rental = buyAs(CLIENT, node, 48);
        uint256 cost = costOf(rental);
        playEpoch(0);
        settleOne(rental);
        settleOne(rental);
        same("refund", settlement.claimableOf(CLIENT), cost / 2);
        same("strike", registry.nodeOf(node).strikes, 1);
        rounds.expire(one(node), EPOCH);
        same("once", registry.nodeOf(node).strikes, 1);
        playEpoch(1);
        rounds.expire(one(node), epoch(1));
        settleOne(rental);
        same("nor twice when it was expired before", registry.nodeOf(node).strikes, 2);
        same("all back", settlement.claimableOf(CLIENT), cost);
        same("nothing for the provider", settlement.claimableOf(OPERATOR), 0);
    }

    function test_refunds_void_epochs_without_a_strike() public {
        RentalId rental = buyAs(CLIENT, node, 48);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, node, EPOCH, 4);
        VM.warp(START + 2 * DAY);
        settleOne(rental);
        same("all back", settlement.claimableOf(CLIENT), costOf(rental));
        same("strikes", registry.nodeOf(node).strikes, 0);
        same("stake", registry.nodeOf(node).stake, STAKE);
    }

    function test_refunds_epochs_after_the_provider_left() public {
        RentalId rental = buyAs(CLIENT, node, 48);
        uint256 cost = costOf(rental);
        VM.warp(START + 10);
        challengeEpoch(EPOCH);
        VM.prank(OPERATOR);
        registry.unbond(node);
        commitAs(OPERATOR, node, EPOCH, 4);
        sampleEpoch(EPOCH);
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        playEpoch(1);
        settleOne(rental);
        same("the proven day", settlement.claimableOf(OPERATOR), cost / 2);
        same("the other", settlement.claimableOf(CLIENT), cost - cost / 2);
        same("no strike for who was not asked", registry.nodeOf(node).strikes, 0);
    }

    function test_burns_a_share_of_rent_on_the_utilisation_curve() public {
        NodeId curved = supplier(STRANGER, CURVE);
        RentalId rental = buyAs(CLIENT, curved, 24);
        uint256 cost = costOf(rental);
        playEpoch(0, curved);
        uint256 supply = token.totalSupply();
        settleOne(rental);
        uint256 burned = (cost * 1000 + 9999) / 10_000;
        same("burned", supply - token.totalSupply(), burned);
        same("paid", settlement.claimableOf(STRANGER), cost - burned);
        same("held", token.balanceOf(address(settlement)), cost - burned);
    }

    function test_settles_a_batch_in_any_order_and_passes_over_what_is_done() public {
        NodeId second = supplier(STRANGER, CLASS);
        RentalId[] memory rentals = new RentalId[](4);
        rentals[0] = buyAs(CLIENT, node, 24);
        rentals[1] = buyAs(OTHER, second, 48);
        rentals[2] = rentals[0];
        rentals[3] = rentals[1];
        uint256 total = costOf(rentals[0]) + costOf(rentals[1]);
        NodeId[] memory both = new NodeId[](2);
        (both[0], both[1]) = (node, second);
        playEpoch(0, both);
        playEpoch(1, both);
        (rentals[0], rentals[1]) = (rentals[1], rentals[0]);
        settlement.settle(rentals);
        same("all", settlement.claimableOf(OPERATOR) + settlement.claimableOf(STRANGER), total);
        same("escrow", settlement.escrowOf(CLASS), 0);
    }

    function test_settles_what_a_terminated_rental_used() public {
        RentalId rental = buyAs(CLIENT, node, 24);
        uint256 cost = costOf(rental);
        pass(5 hours);
        terminateAs(CLIENT, rental);
        playEpoch(0, node);
        settleOne(rental);
        same("five of twenty-four", settlement.claimableOf(OPERATOR), cost * 5 / 24);
        same("escrow", settlement.escrowOf(CLASS), 0);
    }

    function test_finds_the_client_of_any_time() public {
        RentalId[] memory rentals = new RentalId[](20);
        for (uint256 i = 0; i < 20; ++i) {
            VM.warp(START + i * 4 hours);
            rentals[i] = buyAs(i % 2 == 0 ? CLIENT : OTHER, node, 1 + i % 3);
        }
        for (uint256 i = 0; i < 20; ++i) {
            uint48 start = uint48(START + i * 4 hours);
            address client = i % 2 == 0 ? CLIENT : OTHER;
            same("first second", settlement.clientAt(node, start), client);
            same("last second", settlement.clientAt(node, uint48(start + (1 + i % 3) * 1 hours - 1)), client);
            same("then nobody", settlement.clientAt(node, uint48(start + (1 + i % 3) * 1 hours)), address(0));
            same("nor before", settlement.clientAt(node, start - 1), address(0));
        }
        same("no node", settlement.clientAt(NodeId.wrap("x"), START), address(0));
        same("first position", endOf(PositionId.wrap(1)), START + 7 * DAY);
    }

    /// @dev However a rental is cut and settled, its parts are its cost.
    function testFuzz_divides_the_cost_without_a_rest(uint256 offset, uint256 count, uint256 stop, uint256 proofs)
        public
    {
        uint256 first = offset % 2;
        VM.warp(START + first * DAY + within(offset >> 8, 0, 20 hours));
        RentalId rental = buyAs(CLIENT, node, within(count, 1, 100));
        stop = within(stop, first, 9);
        for (uint256 e = first; e < 7 && uint8(registry.nodeOf(node).status) == 1; ++e) {
            if (stop == e) terminateIfUnused(rental);
            playEpoch(e, proofs >> e & 1 == 1 ? one(node) : new NodeId[](0));
            if (proofs >> (e + 8) & 1 == 1) settleOne(rental);
            held();
        }
        VM.warp(START + 8 * DAY);
        settleOne(rental);
        same("escrow", settlement.escrowOf(CLASS), 0);
        held();
        accounted();
    }

    function terminateIfUnused(RentalId rental) private {
        Rental memory r = settlement.rentalOf(rental);
        if (r.end > (block.timestamp + 3599) / 3600 * 3600) terminateAs(CLIENT, rental);
    }

    /// @dev A fee was burned and what was kept is in the pool: the rest is owed.
    function held() private view {
        uint256 credited = settlement.claimableOf(OPERATOR) + settlement.claimableOf(CLIENT);
        same("held", token.balanceOf(address(settlement)), credited + settlement.escrowOf(CLASS));
    }
}
