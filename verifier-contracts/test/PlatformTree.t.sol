// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {IPoseidon} from "../src/interfaces/IPoseidon.sol";
import {PlatformTree, TREE_DEPTH} from "../src/PlatformTree.sol";
import {Test} from "./Test.sol";
import {TreeReference} from "./TreeReference.sol";

/// @title PlatformTree: against the root computed from all leaves
contract PlatformTreeTest is Test {
    using PlatformTree for PlatformTree.Tree;

    IPoseidon private constant POSEIDON = IPoseidon(address(PoseidonT3));
    uint256[TREE_DEPTH + 1] private empty;
    PlatformTree.Tree private tree;
    uint256[] private leaves;

    function setUp() public {
        empty = PlatformTree.emptyNodes(POSEIDON);
        tree.root = empty[TREE_DEPTH];
    }

    /// @dev circomlib's test vector of poseidon([1, 2]).
    function test_hashes_as_circomlib_does() public pure {
        same(
            "poseidon(1, 2)",
            PoseidonT3.hash([uint256(1), 2]),
            7853200120776062878684798364095072458815029376092732009249414926327459813530
        );
    }

    function test_knows_the_empty_tree() public view {
        same("root", tree.root, TreeReference.rootOf(new uint256[](0)));
        isTrue("not recent: nothing is under it", !tree.isRecent(tree.root));
    }

    /// @dev A byte decides: add a leaf, or take one of the leaves out. A run costs 640 hashes, hence fewer runs.
    /// forge-config: default.fuzz.runs = 24
    /// forge-config: deep.fuzz.runs = 240
    function testFuzz_has_the_root_of_its_leaves_after_any_changes(bytes32 changes) public {
        for (uint256 i = 0; i < 16; ++i) {
            uint8 change = uint8(changes[i]);
            uint256 root;
            if (leaves.length == 0 || change < 160) {
                uint32 index;
                uint256 leaf = uint256(keccak256(abi.encode(changes, i))) >> 3;
                (index, root) = tree.insert(empty, POSEIDON, leaf);
                same("index", index, leaves.length);
                leaves.push(leaf);
            } else {
                uint256 index = change % leaves.length;
                leaves[index] = 0;
                root = tree.remove(empty, POSEIDON, uint32(index));
            }
            same("returned", root, tree.root);
            isTrue("recent", tree.isRecent(root));
        }
        same("root", tree.root, TreeReference.rootOf(leaves));
    }

    function test_ends_with_its_last_index() public {
        tree.size = uint32(1 << TREE_DEPTH) - 1;
        (uint32 index,) = tree.insert(empty, POSEIDON, 5);
        same("the last", index, (1 << TREE_DEPTH) - 1);
        VM.expectRevert(PlatformTree.TreeFull.selector);
        this.insertOne();
    }

    function insertOne() external {
        tree.insert(empty, POSEIDON, 6);
    }
}
