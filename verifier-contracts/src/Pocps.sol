// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {WAD} from "./interfaces/Types.sol";

/// @title The four factors of PoCPS, in WAD
/// @notice Each factor is exp(k * min(0, x - limit) / limit): 1 at or above the limit, exp(-k) at 0.
/// @dev Arithmetic, to the last digit (src/score.ts is the same in bigint):
///   ratio    = (limit - x) * 1e18 / limit     rounded down
///   exponent = -(k * ratio / 1e18)            rounded towards 0
///   factor   = expWad(exponent)               Solady's rational approximation
/// Arguments up to 2^196 are exact; larger ones revert by overflow.
library Pocps {
    /// @notice A limit of zero divides nothing.
    error LimitZero();

    /// @dev exp(-2.303) = 0.1: a new node earns a tenth of its share.
    uint256 internal constant TIME_DECAY = 2.303e18;
    /// @dev exp(-7.324) = 0.00066: who sold all it was paid earns almost nothing.
    uint256 internal constant LOYALTY_DECAY = 7.324e18;
    /// @dev exp(-2.303) = 0.1: without an accepted enclave proof a tenth.
    uint256 internal constant PRIVACY_DECAY = 2.303e18;
    /// @dev exp(-7.324): at half the benchmark 0.026.
    uint256 internal constant WORK_DECAY = 7.324e18;

    /// @notice PoT: `time` seconds were proven, `threshold` (T0) earn in full.
    function timeFactor(uint256 time, uint256 threshold) internal pure returns (uint256) {
        return _factor(TIME_DECAY, time, threshold);
    }

    /// @notice PoL: `held` of the `minted` rewards are still there. 1 for who has nothing to sell yet.
    function loyaltyFactor(uint256 held, uint256 minted) internal pure returns (uint256) {
        return minted == 0 ? WAD : _factor(LOYALTY_DECAY, held, minted);
    }

    /// @notice PoP: privacy level `level` was proven by an enclave, `limit` earns in full.
    function privacyFactor(uint256 level, uint256 limit) internal pure returns (uint256) {
        return _factor(PRIVACY_DECAY, level, limit);
    }

    /// @notice PoW: `work` operations per second were proven, the class's `benchmark` earns in full.
    function workFactor(uint256 work, uint256 benchmark) internal pure returns (uint256) {
        return _factor(WORK_DECAY, work, benchmark);
    }

    /// @notice PoT * PoL * PoP * PoW, each product rounded down, in this order.
    function pocps(uint256 time, uint256 loyalty, uint256 privacy, uint256 work) internal pure returns (uint256) {
        return time * loyalty / WAD * privacy / WAD * work / WAD;
    }

    function _factor(uint256 decay, uint256 value, uint256 limit) private pure returns (uint256) {
        if (limit == 0) revert LimitZero();
        if (value >= limit) return WAD;
        uint256 exponent = decay * ((limit - value) * WAD / limit) / WAD;
        // Exact casts: the exponent is at most 7.324e18, and expWad is never negative.
        return uint256(FixedPointMathLib.expWad(-int256(exponent)));
    }
}
