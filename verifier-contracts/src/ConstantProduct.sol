// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {WAD} from "./interfaces/Types.sol";
import {IPriceStrategy, PoolState} from "./interfaces/IPriceStrategy.sol";
import {PriceStrategy} from "./PriceStrategy.sol";

/// @title ConstantProduct: LooPIN's curve
/// @notice x y = const over a trade: the next second costs y / x, c seconds cost y c / (x - c) and bring y c / (x + c). Nothing is
/// burned. Between floor and ceiling it does not matter in how many parts hours are bought, and giving them back returns their cost.
contract ConstantProduct is PriceStrategy {
    using FixedPointMathLib for uint256;

    /// @inheritdoc IPriceStrategy
    function burnShare() external pure returns (uint16) {
        return 0;
    }

    function _spot(PoolState calldata state) internal pure override returns (uint256) {
        if (state.available == 0) return state.ceiling;
        return state.tokens.fullMulDiv(WAD, state.available);
    }

    function _cost(PoolState calldata state, uint256 secs) internal pure override returns (uint256) {
        if (secs == 0) return 0;
        if (secs == state.available) return type(uint256).max;
        return state.tokens.fullMulDivUp(secs, state.available - secs);
    }

    function _refund(PoolState calldata state, uint256 secs) internal pure override returns (uint256) {
        return secs == 0 ? 0 : state.tokens.fullMulDiv(secs, state.available + secs);
    }

    function _proceeds(PoolState calldata state, uint256 secs) internal pure override returns (uint256) {
        return state.tokens.fullMulDiv(secs, state.available + secs);
    }
}
