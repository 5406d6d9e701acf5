// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPoseidon} from "./interfaces/IPoseidon.sol";

/// @dev At most 2^20 platforms of an authority are ever registered.
uint256 constant TREE_DEPTH = 20;

/// @title A Merkle tree of platforms, kept whole so that any leaf can be taken out again
/// @dev Depth 20; a node is Poseidon(2) of its children, an absent leaf is 0, and indices are never used twice. Every node is
/// stored: an insertion costs about 0.7M gas, and nobody has to bring a path.
library PlatformTree {
    /// @notice All 2^20 indices were used.
    error TreeFull();

    /// @dev Roots that stay good while leaves are only added.
    uint256 internal constant RECENT = 64;

    /// @param size Indices used so far.
    /// @param version Counts changes.
    /// @param staleBefore Roots of earlier versions still hold a leaf that is gone.
    struct Tree {
        uint32 size;
        uint64 version;
        uint64 staleBefore;
        uint256 root;
        mapping(uint256 position => uint256) nodes;
        mapping(uint256 root => uint64) versionOf;
    }

    /// @notice The roots of empty trees by depth, 0 to TREE_DEPTH.
    function emptyNodes(IPoseidon poseidon) internal pure returns (uint256[TREE_DEPTH + 1] memory empty) {
        for (uint256 height = 0; height < TREE_DEPTH; ++height) {
            empty[height + 1] = poseidon.hash([empty[height], empty[height]]);
        }
    }

    /// @notice Adds a leaf.
    function insert(Tree storage tree, uint256[TREE_DEPTH + 1] storage empty, IPoseidon poseidon, uint256 leaf)
        internal
        returns (uint32 index, uint256 root)
    {
        index = tree.size;
        if (index >> TREE_DEPTH != 0) revert TreeFull();
        tree.size = index + 1;
        root = _set(tree, empty, poseidon, index, leaf);
    }

    /// @notice Takes a leaf out; all earlier roots are stale from now on.
    function remove(Tree storage tree, uint256[TREE_DEPTH + 1] storage empty, IPoseidon poseidon, uint32 index)
        internal
        returns (uint256 root)
    {
        root = _set(tree, empty, poseidon, index, 0);
        tree.staleBefore = tree.version;
    }

    /// @notice Whether every leaf under this root is still in the tree, and the root is not too old.
    function isRecent(Tree storage tree, uint256 root) internal view returns (bool) {
        uint64 version = tree.versionOf[root];
        return version != 0 && version >= tree.staleBefore && version + RECENT > tree.version;
    }

    function _set(
        Tree storage tree,
        uint256[TREE_DEPTH + 1] storage empty,
        IPoseidon poseidon,
        uint256 index,
        uint256 node
    ) private returns (uint256) {
        for (uint256 height = 0; height < TREE_DEPTH; ++height) {
            uint256 row = height << 32;
            tree.nodes[row | index] = node;
            uint256 sibling = tree.nodes[row | (index ^ 1)];
            if (sibling == 0) sibling = empty[height];
            node = poseidon.hash(index & 1 == 0 ? [node, sibling] : [sibling, node]);
            index >>= 1;
        }
        tree.root = node;
        // A root that comes back (a leaf added last and taken out) is as good as new.
        tree.versionOf[node] = ++tree.version;
        return node;
    }
}
