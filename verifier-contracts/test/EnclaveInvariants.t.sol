// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId, EpochId, NodeId} from "../src/interfaces/Types.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {EnclaveHandler} from "./EnclaveHandler.sol";
import {Test} from "./Test.sol";
import {TreeReference} from "./TreeReference.sol";

/// @title What an enclave's owner cannot do in whatever order
/// forge-config: default.invariant.runs = 12
/// forge-config: default.invariant.depth = 40
contract EnclaveInvariantsTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    EnclaveHandler private handler;
    EnclaveRegistry private enclaves;

    function setUp() public {
        handler = new EnclaveHandler();
        enclaves = handler.registryOf();
    }

    /// @dev forge asks which contracts to call, and which functions of them.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](5);
        (selectors[0], selectors[1]) = (EnclaveHandler.play.selector, EnclaveHandler.play.selector);
        (selectors[2], selectors[3]) = (EnclaveHandler.manage.selector, EnclaveHandler.wait.selector);
        selectors[4] = EnclaveHandler.vouchLate.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// @dev Whatever secrets it was registered with.
    function invariant_a_machine_backs_one_node_an_epoch() public view {
        same("counted twice", handler.countedTwice(), 0);
    }

    function invariant_a_leaf_that_is_gone_opens_nothing() public view {
        same("opened", handler.openedDead(), 0);
    }

    function invariant_no_level_without_a_session_that_was_live() public view {
        same("vouched", handler.vouchedWithoutSession(), 0);
        EpochId[] memory opened = handler.opened();
        NodeId[3] memory nodes = handler.nodes();
        for (uint256 i = 0; i < opened.length; ++i) {
            for (uint256 j = 0; j < 3; ++j) {
                bool paid = enclaves.levelAt(nodes[j], opened[i]) != 0;
                isTrue("a level means that it was vouched for", paid == handler.vouched(nodes[j], opened[i]));
            }
        }
    }

    /// @dev The campaign must reach what it is about; the tree is compared once a run, for what it costs.
    function afterInvariant() public view {
        uint256[] memory leaves = handler.leaves();
        same("root", enclaves.platformRoot(AuthorityId.wrap(0)), TreeReference.rootOf(leaves));
        if (handler.opened().length < 8) return;
        isTrue("some machine vouched for some node", handler.sessions() > 0 && handler.attestations() > 0);
    }
}
