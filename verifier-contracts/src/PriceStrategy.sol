// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {WAD} from "./interfaces/Types.sol";
import {IPriceStrategy, PoolState} from "./interfaces/IPriceStrategy.sol";

/// @title PriceStrategy: holds a curve between floor and ceiling
abstract contract PriceStrategy is IPriceStrategy {
    using FixedPointMathLib for uint256;

    /// @inheritdoc IPriceStrategy
    function spot(PoolState calldata state) external view returns (uint256) {
        return (state.remaining == 0 ? state.base : _spot(state)).clamp(state.floor, state.ceiling);
    }

    /// @inheritdoc IPriceStrategy
    function costOf(PoolState calldata state, uint256 secs) external view returns (uint256) {
        uint256 most = secs.fullMulDivUp(state.ceiling, WAD);
        if (secs > state.available) return most;
        return _cost(state, secs).clamp(secs.fullMulDivUp(state.floor, WAD), most);
    }

    /// @inheritdoc IPriceStrategy
    function refundOf(PoolState calldata state, uint256 secs) external view returns (uint256) {
        return _paid(state, _refund(state, secs.min(state.rented)), secs);
    }

    /// @inheritdoc IPriceStrategy
    function proceedsOf(PoolState calldata state, uint256 secs) external view returns (uint256) {
        return _paid(state, secs == 0 ? 0 : _proceeds(state, secs), secs);
    }

    function _paid(PoolState calldata state, uint256 amount, uint256 secs) private pure returns (uint256) {
        return amount.clamp(secs.fullMulDiv(state.floor, WAD), secs.fullMulDiv(state.ceiling, WAD));
    }

    /// @dev `state` has hours.
    function _spot(PoolState calldata state) internal view virtual returns (uint256);

    /// @dev At most all available seconds.
    function _cost(PoolState calldata state, uint256 secs) internal view virtual returns (uint256);

    /// @dev At most all rented seconds.
    function _refund(PoolState calldata state, uint256 secs) internal view virtual returns (uint256);

    /// @dev At least one second.
    function _proceeds(PoolState calldata state, uint256 secs) internal view virtual returns (uint256);
}
