// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {BASIS_POINTS, WAD} from "./interfaces/Types.sol";
import {IPriceStrategy, PoolState} from "./interfaces/IPriceStrategy.sol";
import {PriceStrategy} from "./PriceStrategy.sol";

/// @title UtilisationCurve: the price follows the share of hours that is rented
/// @notice P(u) = base u^alpha with u = D / R. Renting and giving back costs and brings the integral of P over the seconds that change
/// hands; new seconds bring P(D / (R + s)) each, the price that they leave behind. A share beta of every rent is burned.
/// @dev Arithmetic, to the last digit (src/economics has the same in bigint):
///   u        = D * 1e18 / R                          rounded down
///   u^k      = powWad(u, k), 0 for u = 0             Solady's rational approximation
///   rise     = to^(alpha+1) - from^(alpha+1)         never below 0
///   integral = (base * rise / 1e18) * R / (1e18 + alpha)
/// A trade and its reverse differ between the same two powers, so no approximation error can be earned by a round trip.
contract UtilisationCurve is PriceStrategy {
    using FixedPointMathLib for uint256;

    /// @dev Four is steeper than any market that this curve was proposed for, and keeps powWad within its range.
    uint256 private constant HIGHEST_ALPHA = 4e18;

    uint256 private immutable _alpha;
    uint16 private immutable _burnShare;

    /// @param alphaWad The curve's exponent in WAD, 0 < alpha <= 4.
    /// @param burnShareOfRent beta, in basis points.
    constructor(uint256 alphaWad, uint16 burnShareOfRent) {
        if (alphaWad == 0 || alphaWad > HIGHEST_ALPHA) revert ParameterInvalid(0, alphaWad);
        if (burnShareOfRent > BASIS_POINTS) revert ParameterInvalid(1, burnShareOfRent);
        _alpha = alphaWad;
        _burnShare = burnShareOfRent;
    }

    /// @inheritdoc IPriceStrategy
    function burnShare() external view returns (uint16) {
        return _burnShare;
    }

    /// @notice The curve's exponent, in WAD.
    function alpha() external view returns (uint256) {
        return _alpha;
    }

    function _spot(PoolState calldata state) internal view override returns (uint256) {
        return _price(state, state.remaining);
    }

    function _cost(PoolState calldata state, uint256 secs) internal view override returns (uint256) {
        if (secs == 0) return 0;
        uint256 rise = _rise(state, state.rented, state.rented + secs);
        return state.base.fullMulDivUp(rise, WAD).fullMulDivUp(state.remaining, WAD + _alpha);
    }

    function _refund(PoolState calldata state, uint256 secs) internal view override returns (uint256) {
        if (secs == 0) return 0;
        uint256 rise = _rise(state, state.rented - secs, state.rented);
        return state.base.fullMulDiv(rise, WAD).fullMulDiv(state.remaining, WAD + _alpha);
    }

    function _proceeds(PoolState calldata state, uint256 secs) internal view override returns (uint256) {
        return secs.fullMulDiv(_price(state, state.remaining + secs), WAD);
    }

    function _price(PoolState calldata state, uint256 remaining) private view returns (uint256) {
        return state.base.fullMulDiv(_power(state.rented, remaining, _alpha), WAD);
    }

    function _rise(PoolState calldata state, uint256 from, uint256 to) private view returns (uint256) {
        uint256 exponent = WAD + _alpha;
        return _power(to, state.remaining, exponent).zeroFloorSub(_power(from, state.remaining, exponent));
    }

    function _power(uint256 rented, uint256 remaining, uint256 exponent) private pure returns (uint256) {
        uint256 utilisation = rented * WAD / remaining;
        if (utilisation == 0) return 0;
        // Exact casts: utilisation is at most 1 and the exponent at most 5, in WAD; a power is never negative.
        return uint256(FixedPointMathLib.powWad(int256(utilisation), int256(exponent)));
    }
}
