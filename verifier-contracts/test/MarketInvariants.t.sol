// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {IComputePool, PoolView, Position} from "../src/interfaces/IComputePool.sol";
import {INodeRegistry} from "../src/interfaces/INodeRegistry.sol";
import {IRounds, RoundStatus} from "../src/interfaces/IRounds.sol";
import {ISettlement, Rental} from "../src/interfaces/ISettlement.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {MarketHandler} from "./MarketHandler.sol";
import {Test} from "./Test.sol";

/// @title What holds in the market whatever anyone does in whatever order
contract MarketInvariantsTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    struct Sums {
        uint256 remaining;
        uint256 rented;
        uint256 shares;
        uint256 collateral;
    }

    uint256 private constant START = 1_800_000_000;
    uint256 private constant DAY = 86_400;
    MarketHandler private handler;
    ComputeToken private token;
    INodeRegistry private registry;
    IRounds private rounds;
    IComputePool private pool;
    ISettlement private settlement;
    address[] private accounts;

    function setUp() public {
        handler = new MarketHandler();
        (address t, address r, address o, address p, address s) = handler.market();
        (token, registry, rounds) = (ComputeToken(t), INodeRegistry(r), IRounds(o));
        (pool, settlement) = (IComputePool(p), ISettlement(s));
        accounts = handler.accounts();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](18);
        // Epochs and trades are most of what happens.
        (s[0], s[1], s[2]) = (MarketHandler.play.selector, MarketHandler.play.selector, MarketHandler.play.selector);
        (s[3], s[4], s[5]) =
        (MarketHandler.provide.selector, MarketHandler.provide.selector, MarketHandler.sell.selector);
        (s[6], s[7], s[8]) = (MarketHandler.buy.selector, MarketHandler.buy.selector, MarketHandler.buy.selector);
        (s[9], s[10]) = (MarketHandler.extend.selector, MarketHandler.terminate.selector);
        (s[11], s[12]) = (MarketHandler.settle.selector, MarketHandler.claim.selector);
        (s[13], s[14]) = (MarketHandler.withdraw.selector, MarketHandler.renew.selector);
        (s[15], s[16]) = (MarketHandler.membership.selector, MarketHandler.wait.selector);
        s[17] = MarketHandler.donate.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// @dev Tokens in are tokens held, burned and paid; and what is held is what the books say, to the wei.
    function invariant_every_token_is_accounted_for() public {
        VM.warp(handler.time());
        uint256 inPool = handler.donatedToPool();
        uint256 inSettlement = handler.donatedToSettlement();
        uint256 held = token.balanceOf(address(pool)) + token.balanceOf(address(settlement)) - inPool - inSettlement;
        same("in = held + burned + paid", handler.taken(), held + handler.burned() + handler.paid());
        for (uint32 i = 0; i < 2; ++i) {
            PoolView memory seen = handler.seen(ClassId.wrap(i));
            inPool += seen.reserve + seen.matured + seen.collateral;
            inSettlement += settlement.escrowOf(ClassId.wrap(i));
        }
        for (uint256 i = 0; i < accounts.length; ++i) {
            inSettlement += settlement.claimableOf(accounts[i]);
        }
        same("pool", token.balanceOf(address(pool)), inPool);
        same("settlement", token.balanceOf(address(settlement)), inSettlement);
    }

    /// @dev The value and slope of a pool are the sums over its positions, one by one.
    function invariant_hours_are_the_sum_of_the_positions() public {
        VM.warp(handler.time());
        PositionId[] memory positions = handler.positions();
        for (uint32 i = 0; i < 2; ++i) {
            Sums memory sums = sumsOf(positions, ClassId.wrap(i));
            PoolView memory seen = handler.seen(ClassId.wrap(i));
            same("R", seen.state.remaining, sums.remaining);
            same("D", seen.state.rented, sums.rented);
            same("x", seen.state.available, sums.remaining - sums.rented);
            same("shares", seen.shares, sums.shares);
            same("collateral", seen.collateral, sums.collateral);
            if (sums.shares == 0) same("a reserve has an owner", seen.reserve, 0);
            isTrue("prices are in bounds", seen.anchor >= seen.state.floor && seen.anchor <= seen.state.ceiling);
        }
    }

    /// @dev Who is paid follows from the rounds alone: each settled part of each rental is looked at again.
    function invariant_no_payment_without_an_accepted_proof() public {
        VM.warp(handler.time());
        uint256 escrow = 0;
        RentalId[] memory rentals = handler.rentals();
        for (uint256 i = 0; i < rentals.length; ++i) {
            Rental memory r = settlement.rentalOf(rentals[i]);
            (uint256 accepted, uint256 refunded) = settledParts(r);
            uint256 open = partOf(r, r.settledUntil, r.end);
            escrow += open;
            atMost("parts", accepted + refunded + open, r.cost);
            if (r.settledUntil > r.start) atMost("no part of the future", r.settledUntil, block.timestamp);
        }
        same("escrow", escrow, settlement.escrowOf(ClassId.wrap(0)) + settlement.escrowOf(ClassId.wrap(1)));
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 credited = handler.claimed(accounts[i]) + settlement.claimableOf(accounts[i]);
            same("credited", credited, owedTo(accounts[i], rentals));
        }
    }

    /// @dev The campaign must reach what it is about: checked at the end of each run.
    function afterInvariant() public view {
        if (handler.calls() < 40) return;
        isTrue("someone traded", handler.trades() > 0);
    }

    function owedTo(address account, RentalId[] memory rentals) private view returns (uint256 owed) {
        for (uint256 i = 0; i < rentals.length; ++i) {
            Rental memory r = settlement.rentalOf(rentals[i]);
            (uint256 accepted, uint256 refunded) = settledParts(r);
            if (r.client == account) owed += refunded;
            if (!r.sold && registry.nodeOf(r.node).operator == account) owed += accepted;
        }
    }

    /// @return accepted What the provider of a rental was due so far, less the burnt share.
    /// @return refunded What its client was.
    function settledParts(Rental memory r) private view returns (uint256 accepted, uint256 refunded) {
        uint48 from = r.start;
        while (from < r.settledUntil) {
            uint256 e = (from - START) / DAY;
            uint256 slotEnd = START + (e + 1) * DAY;
            uint48 until = uint48(slotEnd < r.settledUntil ? slotEnd : r.settledUntil);
            uint256 part = partOf(r, from, until);
            bool settled = rounds.roundOf(r.node, EpochId.wrap(uint48(e))).status == RoundStatus.Settled;
            if (settled) accepted += part - (part * r.burnShare + 9999) / 10_000;
            else refunded += part;
            from = until;
        }
    }

    function partOf(Rental memory r, uint256 from, uint256 until) private pure returns (uint256) {
        uint256 duration = r.boughtUntil - r.start;
        return r.cost * (until - r.start) / duration - r.cost * (from - r.start) / duration;
    }

    function sumsOf(PositionId[] memory positions, ClassId class) private view returns (Sums memory sums) {
        for (uint256 i = 0; i < positions.length; ++i) {
            Position memory p = pool.positionOf(positions[i]);
            if (ClassId.unwrap(p.class) != ClassId.unwrap(class)) continue;
            if (!p.withdrawn) sums.collateral += p.collateral;
            if (p.end <= block.timestamp) continue;
            (PositionId last,, uint48 busyUntil) = pool.offerOf(p.node);
            same("one live position a node", PositionId.unwrap(last), PositionId.unwrap(positions[i]));
            atMost("rented within it", busyUntil, p.end);
            sums.remaining += p.end - block.timestamp;
            sums.shares += p.shares;
            if (busyUntil > block.timestamp) sums.rented += busyUntil - block.timestamp;
        }
    }
}
