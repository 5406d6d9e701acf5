// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pocps} from "../src/Pocps.sol";

/// @title Test only: the library's functions, and many of their values at once
contract PocpsHarness {
    function timeFactor(uint256 time, uint256 threshold) public pure returns (uint256) {
        return Pocps.timeFactor(time, threshold);
    }

    function loyaltyFactor(uint256 held, uint256 minted) public pure returns (uint256) {
        return Pocps.loyaltyFactor(held, minted);
    }

    function privacyFactor(uint256 level, uint256 limit) public pure returns (uint256) {
        return Pocps.privacyFactor(level, limit);
    }

    function workFactor(uint256 work, uint256 benchmark) public pure returns (uint256) {
        return Pocps.workFactor(work, benchmark);
    }

    function pocps(uint256 time, uint256 loyalty, uint256 privacy, uint256 work) public pure returns (uint256) {
        return Pocps.pocps(time, loyalty, privacy, work);
    }

    /// @notice For each pair (value, limit): time, loyalty, privacy, work factor and their product.
    function factors(uint256[2][] calldata pairs) external pure returns (uint256[5][] memory values) {
        values = new uint256[5][](pairs.length);
        for (uint256 i = 0; i < pairs.length; ++i) {
            (uint256 value, uint256 limit) = (pairs[i][0], pairs[i][1]);
            uint256[5] memory row = [
                timeFactor(value, limit),
                loyaltyFactor(value, limit),
                privacyFactor(value, limit),
                workFactor(value, limit),
                0
            ];
            row[4] = pocps(row[0], row[1], row[2], row[3]);
            values[i] = row;
        }
    }
}
