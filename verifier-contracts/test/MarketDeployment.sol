// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {PoolView} from "../src/interfaces/IComputePool.sol";
import {Rental} from "../src/interfaces/ISettlement.sol";
import {IPriceStrategy, PoolState} from "../src/interfaces/IPriceStrategy.sol";
import {Deployment} from "./Deployment.sol";

/// @title The steps of the market as one-liners: supply, trade, and epochs whose provers the test names
abstract contract MarketDeployment is Deployment {
    address internal constant CLIENT = address(0xC1);
    address internal constant OTHER = address(0xC2);
    ClassId internal constant CURVE = ClassId.wrap(1);
    uint256 internal constant ANY = type(uint256).max;
    uint256 internal constant FEE = 100;

    /// @dev Tokens, and leave to spend them.
    function give(address account, uint256 amount) internal {
        fund(account, amount);
        allow(account);
    }

    function allow(address account) internal {
        VM.startPrank(account);
        token.approve(address(pool), ANY);
        token.approve(address(settlement), ANY);
        VM.stopPrank();
    }

    function provideAs(address operator, NodeId node) internal returns (PositionId) {
        VM.prank(operator);
        return pool.provide(node, ANY, ANY);
    }

    /// @dev A node of its own operator that joined, with tokens, and provided.
    function supplier(address operator, ClassId class) internal returns (NodeId node) {
        node = join(operator, 0, class);
        give(operator, 10_000e18);
        provideAs(operator, node);
    }

    function buyAs(address client, NodeId node, uint256 count) internal returns (RentalId) {
        VM.prank(client);
        return settlement.buy(node, count, ANY, ANY);
    }

    function terminateAs(address client, RentalId rental) internal returns (uint256) {
        VM.prank(client);
        return settlement.terminate(rental, 0, ANY);
    }

    function settleOne(RentalId rental) internal {
        RentalId[] memory rentals = new RentalId[](1);
        rentals[0] = rental;
        settlement.settle(rentals);
    }

    /// @dev The whole of a slot, in which these nodes commit and prove, and the others do not.
    function playEpoch(uint256 number, NodeId[] memory provers) internal {
        EpochId e = epoch(number);
        VM.warp(max(block.timestamp, START + number * DAY));
        challengeEpoch(e);
        for (uint256 i = 0; i < provers.length; ++i) {
            commitAs(registry.nodeOf(provers[i]).operator, provers[i], e, 4);
        }
        sampleEpoch(e);
        for (uint256 i = 0; i < provers.length; ++i) {
            rounds.settle(provers[i], e, stubProofs(proofsOf(provers[i]), 4));
        }
        VM.warp(START + (number + 1) * DAY);
    }

    function playEpoch(uint256 number, NodeId prover) internal {
        playEpoch(number, one(prover));
    }

    function playEpoch(uint256 number) internal {
        playEpoch(number, new NodeId[](0));
    }

    function proofsOf(NodeId node) internal view returns (uint256) {
        return registry.classOf(registry.nodeOf(node).class).terms.proofsPerRound;
    }

    function one(NodeId node) internal pure returns (NodeId[] memory nodes) {
        nodes = new NodeId[](1);
        nodes[0] = node;
    }

    function stateOf(ClassId class) internal view returns (PoolState memory) {
        return pool.poolOf(class).state;
    }

    function strategyOf(ClassId class) internal view returns (IPriceStrategy) {
        return rules.marketOf(class).terms.strategy;
    }

    function spotOf(ClassId class) internal view returns (uint256) {
        return strategyOf(class).spot(stateOf(class));
    }

    function endOf(PositionId position) internal view returns (uint48) {
        return pool.positionOf(position).end;
    }

    function costOf(RentalId rental) internal view returns (uint256) {
        return settlement.rentalOf(rental).cost;
    }

    function feeOf(uint256 amount) internal pure returns (uint256) {
        return (amount * FEE + 9999) / 10_000;
    }

    /// @dev What both contracts hold is what their books say, for both classes.
    function accounted() internal view {
        uint256 held = 0;
        uint256 escrow = 0;
        for (uint32 i = 0; i < 2; ++i) {
            PoolView memory seen = pool.poolOf(ClassId.wrap(i));
            held += seen.reserve + seen.matured + seen.collateral;
            escrow += settlement.escrowOf(ClassId.wrap(i));
            same("x + D = R", seen.state.available + seen.state.rented, seen.state.remaining);
        }
        same("pool", token.balanceOf(address(pool)), held);
        atMost("escrow", escrow, token.balanceOf(address(settlement)));
    }

    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a : b;
    }

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
