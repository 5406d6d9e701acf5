// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {BASIS_POINTS, ClassId, HOUR} from "./interfaces/Types.sol";
import {IComputePool, PoolView} from "./interfaces/IComputePool.sol";
import {IComputeToken} from "./interfaces/IComputeToken.sol";
import {IPoolRules, Market} from "./interfaces/IPoolRules.sol";
import {PoolState} from "./interfaces/IPriceStrategy.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {Dissipation, Ends, Hours, Schedule} from "./Dissipation.sol";

/// @title PoolBook: what each pool holds, brought to the present, and its prices
abstract contract PoolBook is IComputePool {
    using Dissipation for Schedule;
    using FixedPointMathLib for uint256;

    /// @param maturedAt Tokens set aside for the shares that ended at an hour.
    struct Pool {
        Schedule schedule;
        uint128 reserve;
        uint128 matured;
        uint128 collateral;
        uint128 anchor;
        uint160 shares;
        uint48 anchoredAt;
        mapping(uint256 hour => uint256) maturedAt;
    }

    /// @param hours_ To be changed by the trade and written back.
    /// @param state What the trade is priced by.
    /// @param spot The price before it.
    struct Trade {
        Hours hours_;
        PoolState state;
        uint256 spot;
    }

    IComputeToken internal immutable _token;
    ISettlement internal immutable _settlement;
    IPoolRules internal immutable _rules;
    mapping(ClassId class => Pool) internal _pools;

    constructor(IComputeToken token, ISettlement settlement, IPoolRules rules) {
        _token = token;
        _settlement = settlement;
        _rules = rules;
    }

    /// @inheritdoc IComputePool
    function advance(ClassId class) external {
        _advance(class, _pools[class]);
    }

    /// @inheritdoc IComputePool
    function poolOf(ClassId class) external view returns (PoolView memory seen) {
        Pool storage p = _pools[class];
        Market memory m = _rules.marketOf(class);
        Hours memory h = p.schedule.hours_;
        (seen.reserve, seen.matured, seen.shares) = (p.reserve, p.matured, p.shares);
        while (h.updatedAt != block.timestamp) {
            (, Ends memory ends) = p.schedule.step(h, uint48(block.timestamp));
            if (ends.shares == 0) continue;
            uint256 tokens = seen.reserve.fullMulDiv(ends.shares, seen.shares);
            seen.reserve -= tokens;
            seen.matured += tokens;
            seen.shares -= ends.shares;
        }
        seen.collateral = p.collateral;
        seen.state = _state(class, m, h, seen.reserve, seen.shares);
        seen.anchor = _anchored(p, m, m.terms.strategy.spot(seen.state));
    }

    /// @dev Ends what has ended, hour by hour, and sets its part of the reserve aside.
    function _advance(ClassId class, Pool storage p) internal returns (Hours memory h) {
        h = p.schedule.hours_;
        uint48 present = uint48(block.timestamp);
        if (h.updatedAt == present) return h;
        while (h.updatedAt != present) {
            (uint48 time, Ends memory ends) = p.schedule.step(h, present);
            if (ends.shares == 0) continue;
            uint256 tokens = uint256(p.reserve).fullMulDiv(ends.shares, p.shares);
            // Exact casts: a part of the reserve.
            p.reserve -= uint128(tokens);
            p.matured += uint128(tokens);
            p.shares -= ends.shares;
            p.maturedAt[time / HOUR] = tokens;
            emit Matured(class, time / HOUR, tokens, ends.shares);
        }
        p.schedule.hours_ = h;
    }

    /// @dev Brings the pool to the present, and its anchor: at most the price before the trade that follows.
    function _begin(ClassId class, Pool storage p, Market memory m) internal returns (Trade memory t) {
        t.hours_ = _advance(class, p);
        t.state = _state(class, m, t.hours_, p.reserve, p.shares);
        t.spot = m.terms.strategy.spot(t.state);
        // Exact cast: no price passes the ceiling.
        p.anchor = uint128(_anchored(p, m, t.spot));
        p.anchoredAt = uint48(block.timestamp);
    }

    /// @dev What nobody has a share of is burned.
    function _collect(ClassId class, Pool storage p, uint256 amount) internal {
        if (amount == 0) return;
        bool burned = p.shares == 0;
        // Exact cast: no amount passes the token's cap, 2^87.
        if (!burned) p.reserve += uint128(amount);
        emit Collected(class, amount, burned);
        if (burned) _token.burn(amount);
    }

    /// @dev The anchor's way up is limited, its way down is not. The first trade sets it.
    function _anchored(Pool storage p, Market memory m, uint256 spot) private view returns (uint256) {
        if (p.anchoredAt == 0) return spot;
        uint256 elapsed = block.timestamp - p.anchoredAt;
        uint256 rise = uint256(p.anchor).fullMulDiv(m.terms.riseLimit * elapsed, HOUR * BASIS_POINTS);
        return spot.min(p.anchor + rise);
    }

    function _state(ClassId class, Market memory m, Hours memory h, uint256 reserve, uint256 shares)
        private
        view
        returns (PoolState memory)
    {
        uint256 provided = shares == 0 ? 0 : reserve.fullMulDiv(h.weight, shares);
        return PoolState({
            available: h.remaining - h.rented,
            rented: h.rented,
            remaining: h.remaining,
            tokens: provided + _settlement.escrowOf(class),
            base: m.base,
            floor: m.terms.floor,
            ceiling: m.terms.ceiling
        });
    }
}
