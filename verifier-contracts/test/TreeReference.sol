// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {TREE_DEPTH} from "../src/PlatformTree.sol";

/// @title The root of a platform tree, computed from its leaves level by level
library TreeReference {
    function rootOf(uint256[] memory leaves) internal pure returns (uint256) {
        uint256[] memory row = leaves;
        uint256 absent = 0;
        for (uint256 height = 0; height < TREE_DEPTH; ++height) {
            uint256[] memory above = new uint256[]((row.length + 1) / 2);
            for (uint256 i = 0; i < above.length; ++i) {
                uint256 right = 2 * i + 1 < row.length ? row[2 * i + 1] : absent;
                above[i] = PoseidonT3.hash([row[2 * i], right]);
            }
            absent = PoseidonT3.hash([absent, absent]);
            row = above;
        }
        return row.length == 0 ? absent : row[0];
    }
}
