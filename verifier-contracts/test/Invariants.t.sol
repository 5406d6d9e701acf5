// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochId, NodeId} from "../src/interfaces/Types.sol";
import {Node, NodeStatus} from "../src/interfaces/INodeRegistry.sol";
import {Pot} from "../src/interfaces/IRewards.sol";
import {Round, RoundStatus} from "../src/interfaces/IRounds.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {Rewards} from "../src/Rewards.sol";
import {Rounds} from "../src/Rounds.sol";
import {Handler} from "./Handler.sol";
import {Test} from "./Test.sol";

/// @title What holds whatever anyone does in whatever order
contract InvariantsTest is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant STRIKE_LIMIT = 3;
    Handler private handler;
    ComputeToken private token;
    NodeRegistry private registry;
    Rewards private rewards;
    Rounds private rounds;

    function setUp() public {
        handler = new Handler();
        (token, registry, rewards, rounds) = handler.contracts();
    }

    /// @dev forge asks which contracts to call, and which functions of them.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](8);
        // A round is most of what happens, so it is drawn twice as often.
        (selectors[0], selectors[1]) = (Handler.play.selector, Handler.play.selector);
        (selectors[2], selectors[3]) = (bytes4(keccak256("join(uint256)")), Handler.addStake.selector);
        (selectors[4], selectors[5]) = (Handler.claim.selector, Handler.trade.selector);
        (selectors[6], selectors[7]) = (Handler.wait.selector, Handler.catchUp.selector);
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_every_token_is_accounted_for() public view {
        address[] memory holders = handler.holders();
        uint256 held = 0;
        for (uint256 i = 0; i < holders.length; ++i) {
            held += token.balanceOf(holders[i]);
        }
        same("balances are the supply", held, token.totalSupply());
        uint256 elapsed = uint256(EpochId.unwrap(rewards.nextEpoch())) * rewards.epochSeconds();
        same(
            "minted is the schedule and the advance",
            token.totalMinted(),
            rewards.scheduledAfter(elapsed) + rewards.advance()
        );
        atMost("supply", token.totalSupply(), token.totalMinted());
        atMost("cap", token.totalMinted(), token.cap());
    }

    function invariant_rewards_hold_what_they_owe() public view {
        address[] memory holders = handler.holders();
        uint256 owed = 0;
        for (uint256 i = 0; i < holders.length; ++i) {
            owed += rewards.claimableOf(holders[i]);
        }
        EpochId[] memory opened = handler.opened();
        for (uint256 i = 0; i < opened.length; ++i) {
            Pot memory pot = rewards.potOf(opened[i]);
            atMost("earned", pot.earned, pot.amount);
            if (!pot.closed) owed += pot.amount - pot.earned;
            isTrue("closed in both", pot.closed == rounds.epochOf(opened[i]).closed);
        }
        same("balance", token.balanceOf(address(rewards)), owed);
    }

    /// @dev Also that steps never raise W above the proof: what is owed is computed from the steps that were proven.
    function invariant_nobody_earns_without_an_accepted_proof() public view {
        same("false proofs", handler.falseAccepted(), 0);
        address[] memory holders = handler.holders();
        for (uint256 i = 0; i < holders.length; ++i) {
            uint256 credited = rewards.claimableOf(holders[i]) + rewards.claimedOf(holders[i]);
            same("earned", credited, handler.earnedBy(holders[i]));
        }
        Handler.Belief[] memory beliefs = handler.beliefs();
        EpochId[] memory opened = handler.opened();
        for (uint256 i = 0; i < beliefs.length; ++i) {
            same("proven epochs", registry.nodeOf(beliefs[i].node).provenEpochs, beliefs[i].accepted);
            for (uint256 j = 0; j < opened.length; ++j) {
                Round memory round = rounds.roundOf(beliefs[i].node, opened[j]);
                bool settled = round.status == RoundStatus.Settled;
                isTrue("settled means proved", settled == handler.proved(beliefs[i].node, opened[j]));
            }
        }
    }

    function invariant_stakes_are_in_the_registry() public view {
        Handler.Belief[] memory beliefs = handler.beliefs();
        uint256 staked = 0;
        for (uint256 i = 0; i < beliefs.length; ++i) {
            Node memory n = registry.nodeOf(beliefs[i].node);
            staked += n.stake;
            isTrue("strikes", n.strikes < STRIKE_LIMIT);
            if (n.status == NodeStatus.Active) isTrue("enough", n.stake >= registry.requiredStake(n.class));
            if (n.status == NodeStatus.Withdrawn) same("withdrawn", n.stake, 0);
        }
        same("balance", token.balanceOf(address(registry)), staked);
    }

    function invariant_stakes_are_checkpointed_by_operator() public {
        VM.warp(handler.time() + 1);
        address[] memory holders = handler.holders();
        Handler.Belief[] memory beliefs = handler.beliefs();
        for (uint256 i = 0; i < 4; ++i) {
            uint256 staked = 0;
            for (uint256 j = 0; j < beliefs.length; ++j) {
                if (beliefs[j].operator == holders[i]) staked += registry.nodeOf(beliefs[j].node).stake;
            }
            same("stakeOfAt", registry.stakeOfAt(holders[i], handler.time()), staked);
            same("balanceAt", token.balanceAt(holders[i], handler.time()), token.balanceOf(holders[i]));
        }
    }

    function invariant_weights_of_members_add_up() public view {
        Handler.Belief[] memory beliefs = handler.beliefs();
        EpochId[] memory opened = handler.opened();
        for (uint256 j = 0; j < opened.length; ++j) {
            same("an opened epoch", weightIn(beliefs, opened[j]), rewards.potOf(opened[j]).weight);
        }
        same("the next epoch", weightIn(beliefs, registry.nextEpoch()), registry.activeWeight());
    }

    /// @dev The campaign must reach what it is about: checked at the end of each run.
    function afterInvariant() public view {
        EpochId[] memory opened = handler.opened();
        if (opened.length < 5) return;
        isTrue("some node settled or was punished", handler.settlements() + handler.punishments() > 0);
    }

    function weightIn(Handler.Belief[] memory beliefs, EpochId e) private view returns (uint256 weight) {
        for (uint256 i = 0; i < beliefs.length; ++i) {
            (, uint32 each) = registry.memberAt(beliefs[i].node, e);
            weight += each;
        }
    }
}
