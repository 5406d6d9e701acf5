// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, NodeId, RentalId} from "../src/interfaces/Types.sol";
import {INodeRegistry} from "../src/interfaces/INodeRegistry.sol";
import {IRounds, Outcome, WorkPolicy} from "../src/interfaces/IRounds.sol";
import {Pocps} from "../src/Pocps.sol";
import {Rounds} from "../src/Rounds.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title Rented nodes in rounds: what they are held to, and what their clients get of a slash
contract LoadTest is MarketDeployment {
    NodeId private node;

    /// @dev Half of what a node is held to, at least.
    function workPolicy() internal pure override returns (WorkPolicy memory) {
        return WorkPolicy(2500, 5000);
    }

    function setUp() public {
        deployStub();
        node = supplier(OPERATOR, CLASS);
        give(CLIENT, 10_000e18);
    }

    // Load

    function test_credits_a_rented_node_what_it_showed_idle() public {
        earns("idle", 0, 4, OPERATIONS);
        buyAs(CLIENT, node, 1);
        // A quarter of the machine is left for proofs.
        earns("rented", 1, 1, OPERATIONS);
        isTrue("loaded", rounds.roundOf(node, epoch(1)).loaded);
    }

    function test_credits_a_rented_node_no_more_than_it_showed_idle() public {
        earns("half of the machine", 0, 2, OPERATIONS / 2);
        buyAs(CLIENT, node, 1);
        earns("rented by itself, it may be", 1, 2, OPERATIONS / 2);
    }

    function test_credits_what_was_proven_to_a_node_that_was_never_idle() public {
        buyAs(CLIENT, node, 1);
        earns("nothing to remember", 0, 2, OPERATIONS / 2);
        buyAs(CLIENT, node, 1);
        earns("more than is remembered", 1, 4, OPERATIONS);
    }

    function test_holds_an_idle_node_to_all_of_it() public {
        earns("half of the work", 0, 2, OPERATIONS / 2);
        isTrue("idle", !rounds.roundOf(node, EPOCH).loaded);
    }

    /// @dev What counts is the time of the challenge, not that of the commitment.
    function test_fixes_load_when_the_challenge_is_drawn() public {
        challengeEpoch(EPOCH);
        pass(1);
        buyAs(CLIENT, node, 1);
        commitAs(OPERATOR, node, EPOCH, 4);
        isTrue("rented too late", !rounds.roundOf(node, EPOCH).loaded);
        VM.warp(START + DAY);
        buyAs(CLIENT, node, 1);
        challengeEpoch(epoch(1));
        commitAs(OPERATOR, node, epoch(1), 4);
        isTrue("in time", rounds.roundOf(node, epoch(1)).loaded);
    }

    // Least work

    function test_refuses_steps_that_prove_nothing() public {
        challengeEpoch(EPOCH);
        (uint256 work, uint256 least) = (uint256(OPERATIONS) / 4, uint256(OPERATIONS) / 2);
        VM.expectRevert(abi.encodeWithSelector(IRounds.WorkTooLittle.selector, work, least));
        commitAs(OPERATOR, node, EPOCH, 1);
        commitAs(OPERATOR, node, EPOCH, 2);
    }

    function test_refuses_a_work_policy_out_of_range() public {
        bytes4 invalid = IRounds.PolicyInvalid.selector;
        VM.expectRevert(abi.encodeWithSelector(invalid, 5, 0));
        new Rounds(registry, rewards, router, enclaves, settlement, clock(), WorkPolicy(0, 1));
        VM.expectRevert(abi.encodeWithSelector(invalid, 5, 10_001));
        new Rounds(registry, rewards, router, enclaves, settlement, clock(), WorkPolicy(10_001, 1));
        VM.expectRevert(abi.encodeWithSelector(invalid, 6, 10_001));
        new Rounds(registry, rewards, router, enclaves, settlement, clock(), WorkPolicy(1, 10_001));
        same("says so", keccak256(abi.encode(rounds.workPolicy())), keccak256(abi.encode(workPolicy())));
    }

    // Outcomes

    function test_says_what_an_epoch_says_of_a_node() public {
        NodeId silent = supplier(STRANGER, CLASS);
        NodeId absent = NodeId.wrap("absent");
        outcome(node, 0, Outcome.Undecided);
        playEpoch(0, node);
        outcome(node, 0, Outcome.Accepted);
        outcome(silent, 0, Outcome.Overdue);
        outcome(absent, 0, Outcome.Absent);
        rounds.expire(one(silent), EPOCH);
        outcome(silent, 0, Outcome.Failed);
        challengeEpoch(epoch(1));
        commitAs(OPERATOR, node, epoch(1), 4);
        VM.warp(START + 2 * DAY - 1);
        outcome(node, 1, Outcome.Undecided);
        pass(1);
        outcome(node, 1, Outcome.Void);
        outcome(silent, 1, Outcome.Overdue);
        challengeEpoch(epoch(2));
        commitAs(OPERATOR, node, epoch(2), 4);
        sampleEpoch(epoch(2));
        VM.warp(START + 3 * DAY);
        outcome(node, 2, Outcome.Overdue);
        outcome(node, 3, Outcome.Undecided);
        pass(DAY);
        outcome(node, 3, Outcome.Void);
    }

    // Slashes

    function test_gives_the_client_a_share_of_a_slash() public {
        RentalId rental = buyAs(CLIENT, node, 24);
        fail();
        uint256 before_ = token.balanceOf(CLIENT);
        uint256 supply = token.totalSupply();
        settleOne(rental);
        same("a fifth of half of the stake", token.balanceOf(CLIENT) - before_, STAKE / 2 / 5);
        same("burned", supply - token.totalSupply(), STAKE / 2 * 4 / 5);
        same("and the rent", settlement.claimableOf(CLIENT), costOf(rental));
        same("registry", token.balanceOf(address(registry)), STAKE / 2);
    }

    function test_gives_the_slash_of_an_idle_node_to_nobody() public {
        fail();
        uint256 supply = token.totalSupply();
        rounds.expire(one(node), EPOCH);
        same("burned", supply - token.totalSupply(), STAKE / 2);
    }

    function test_gives_it_to_who_rented_when_it_was_challenged() public {
        buyAs(CLIENT, node, 1);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, node, EPOCH, 4);
        sampleEpoch(EPOCH);
        pass(1 hours);
        give(OTHER, 1000e18);
        buyAs(OTHER, node, 1);
        VM.warp(START + DAY);
        uint256 before_ = token.balanceOf(CLIENT);
        rounds.expire(one(node), EPOCH);
        same("the first client", token.balanceOf(CLIENT) - before_, STAKE / 10);
    }

    function test_gives_a_share_of_the_last_strike_too() public {
        VM.prank(CLIENT);
        RentalId rental = settlement.buy(node, 72, ANY, ANY);
        for (uint256 e = 0; e < 3; ++e) {
            playEpoch(e);
        }
        uint256 before_ = token.balanceOf(CLIENT);
        settleOne(rental);
        same("a fifth of a tenth", token.balanceOf(CLIENT) - before_, STAKE / 10 / 5);
        isTrue("jailed", uint8(registry.nodeOf(node).status) == 2);
    }

    function test_says_when_a_class_ends() public {
        same("not", registry.retirementOf(CLASS), 0);
        VM.prank(ADMIN);
        registry.retireClass(CLASS);
        same("then", registry.retirementOf(CLASS), START + 2 * DAY);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.ClassUnknown.selector, 9));
        registry.retirementOf(ClassId.wrap(9));
    }

    /// @dev Plays an epoch of the node, which must be paid as if it had shown `work`.
    function earns(string memory what, uint256 number, uint64 steps, uint256 work) private {
        EpochId e = epoch(number);
        uint256 before_ = rewards.claimableOf(OPERATOR);
        challengeEpoch(e);
        commitAs(OPERATOR, node, e, steps);
        sampleEpoch(e);
        rounds.settle(node, e, stubProofs(1, steps));
        uint256 time = Pocps.timeFactor(uint256(registry.nodeOf(node).provenEpochs) * DAY, 2 * DAY);
        uint256 factor = Pocps.workFactor(work, OPERATIONS);
        uint256 due = uint256(rewards.potOf(e).amount) * Pocps.pocps(time, 1e18, Pocps.privacyFactor(0, 1), factor) / 1e18;
        same(what, rewards.claimableOf(OPERATOR) - before_, due);
        VM.warp(START + (number + 1) * DAY);
    }

    /// @dev A commitment that nobody proves.
    function fail() private {
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, node, EPOCH, 4);
        sampleEpoch(EPOCH);
        VM.warp(START + DAY);
    }

    function outcome(NodeId n, uint256 e, Outcome expected) private view {
        same("outcome", uint8(rounds.outcomeOf(n, epoch(e))), uint8(expected));
    }
}
