// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ClassId, NodeId} from "../src/interfaces/Types.sol";
import {IComputePool} from "../src/interfaces/IComputePool.sol";
import {INodeRegistry} from "../src/interfaces/INodeRegistry.sol";

/// @title Test only: an operator of very many nodes, that brings dozens of them in one transaction
contract Crowd {
    INodeRegistry private immutable _registry;
    IComputePool private immutable _pool;
    uint256 private _count;

    constructor(IERC20 token, INodeRegistry registry, IComputePool pool) {
        _registry = registry;
        _pool = pool;
        token.approve(address(registry), type(uint256).max);
        token.approve(address(pool), type(uint256).max);
    }

    /// @notice Registers `count` more nodes and provides the hours of each.
    function enter(ClassId class, uint256 count) external {
        uint128 stake = _registry.requiredStake(class);
        for (uint256 i = 0; i < count; ++i) {
            NodeId node = _registry.register(class, bytes32(++_count), stake);
            _pool.provide(node, type(uint256).max, type(uint256).max);
        }
    }
}
