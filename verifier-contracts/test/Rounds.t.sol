// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitId, EpochId, NodeId, SCALAR_FIELD} from "../src/interfaces/Types.sol";
import {ClassTerms, NodeStatus, StakePolicy} from "../src/interfaces/INodeRegistry.sol";
import {IRounds, Round, RoundPolicy, RoundStatus} from "../src/interfaces/IRounds.sol";
import {IVerifierRouter} from "../src/interfaces/IVerifierRouter.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {Pocps} from "../src/Pocps.sol";
import {Rounds} from "../src/Rounds.sol";
import {Deployment} from "./Deployment.sol";

/// @title Rounds: each step in its place and time, over the stub verifier
contract RoundsTest is Deployment {
    function setUp() public {
        deployStub();
    }

    // Opening and challenge

    function test_opens_only_the_current_epoch_and_once() public {
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochNotCurrent.selector, epoch(1), EPOCH));
        rounds.open(epoch(1));
        rounds.open(EPOCH);
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochAlreadyOpen.selector, EPOCH, START));
        rounds.open(EPOCH);
        pass(DAY);
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochNotCurrent.selector, EPOCH, epoch(1)));
        rounds.open(EPOCH);
        same("current", EpochId.unwrap(rounds.currentEpoch()), 1);
        same("genesis", rounds.genesis(), START);
    }

    function test_draws_the_challenge_once_after_the_opening() public {
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochNotOpen.selector, EPOCH));
        rounds.drawChallenge(EPOCH);
        rounds.open(EPOCH);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ChallengeTooEarly.selector, EPOCH, START));
        rounds.drawChallenge(EPOCH);
        pass(1);
        VM.prevrandao(77);
        rounds.drawChallenge(EPOCH);
        same("randomness", rounds.epochOf(EPOCH).challengeRandomness, 77);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ChallengeAlreadyDrawn.selector, EPOCH, START + 1));
        rounds.drawChallenge(EPOCH);
    }

    function test_draws_no_challenge_whose_round_would_leave_the_slot() public {
        rounds.open(EPOCH);
        uint256 challengeBy = START + DAY - 1 - 1205;
        same("challengeBy", rounds.epochOf(EPOCH).challengeBy, challengeBy);
        VM.warp(challengeBy + 1);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ChallengeTooLate.selector, EPOCH, challengeBy));
        rounds.drawChallenge(EPOCH);
        VM.warp(challengeBy);
        rounds.drawChallenge(EPOCH);
        VM.warp(rounds.epochOf(EPOCH).sampleBy);
        rounds.drawSample(EPOCH);
        same("ends in the slot's last second", rounds.epochOf(EPOCH).proveBy, START + DAY - 1);
    }

    function test_leaves_an_epoch_without_challenge_void() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        rounds.open(EPOCH);
        VM.warp(rounds.epochOf(EPOCH).challengeBy + 1);
        NodeId[] memory nodes = list(node);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ChallengeNotDrawn.selector, EPOCH));
        rounds.expire(nodes, EPOCH);
        uint256 supply = token.totalSupply();
        rounds.close(EPOCH);
        same("burned", supply - token.totalSupply(), 70_000e18);
        same("strikes", registry.nodeOf(node).strikes, 0);
    }

    function test_binds_the_challenge_to_chain_contract_node_epoch_and_kernel() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        NodeId other = join(STRANGER, 0, CLASS);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ChallengeNotDrawn.selector, EPOCH));
        rounds.challengeOf(node, EPOCH);
        challengeEpoch(EPOCH);
        uint256 randomness = rounds.epochOf(EPOCH).challengeRandomness;
        uint256 here = rounds.challengeOf(node, EPOCH);
        same(
            "formula",
            here,
            uint256(keccak256(abi.encode(block.chainid, address(rounds), node, EPOCH, KERNEL, randomness))) >> 3
        );
        isTrue("below r", here < SCALAR_FIELD);
        isTrue("other node", here != rounds.challengeOf(other, EPOCH));
        VM.chainId(1);
        isTrue("other chain", here != rounds.challengeOf(node, EPOCH));
    }

    // Commitment

    function test_commits_until_the_deadline() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        challengeEpoch(EPOCH);
        uint256 commitBy = START + 1 + 4;
        VM.warp(commitBy + 1);
        VM.startPrank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(IRounds.CommitmentLate.selector, node, EPOCH, commitBy));
        rounds.commit(node, EPOCH, 5, 4);
        VM.warp(commitBy);
        rounds.commit(node, EPOCH, 5, 4);
        Round memory round = rounds.roundOf(node, EPOCH);
        same("root", round.traceRoot, 5);
        same("steps", round.steps, 4);
        same("weight", round.weight, 100);
        same("loyalty", round.loyalty, 1e18);
        VM.expectRevert(abi.encodeWithSelector(IRounds.AlreadyCommitted.selector, node, EPOCH));
        rounds.commit(node, EPOCH, 6, 5);
    }

    function test_takes_a_commitment_only_from_a_member_of_a_challenged_epoch() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        VM.prank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ChallengeNotDrawn.selector, EPOCH));
        rounds.commit(node, EPOCH, 5, 4);
        challengeEpoch(EPOCH);
        NodeId late = join(STRANGER, 0, CLASS);
        VM.startPrank(STRANGER);
        VM.expectRevert(abi.encodeWithSelector(IRounds.NodeNotInEpoch.selector, late, EPOCH));
        rounds.commit(late, EPOCH, 5, 4);
        VM.expectRevert(abi.encodeWithSelector(IRounds.NotNodeOperator.selector, node, STRANGER));
        rounds.commit(node, EPOCH, 5, 4);
    }

    function test_refuses_trace_roots_and_steps_out_of_range() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        challengeEpoch(EPOCH);
        VM.startPrank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(IRounds.TraceRootInvalid.selector, 0));
        rounds.commit(node, EPOCH, 0, 4);
        VM.expectRevert(abi.encodeWithSelector(IRounds.TraceRootInvalid.selector, SCALAR_FIELD));
        rounds.commit(node, EPOCH, SCALAR_FIELD, 4);
        VM.expectRevert(abi.encodeWithSelector(IRounds.StepsInvalid.selector, 0, 65_536));
        rounds.commit(node, EPOCH, 5, 0);
        VM.expectRevert(abi.encodeWithSelector(IRounds.StepsInvalid.selector, 65_537, 65_536));
        rounds.commit(node, EPOCH, 5, 65_537);
        rounds.commit(node, EPOCH, SCALAR_FIELD - 1, 65_536);
    }

    // Sample

    function test_draws_the_sample_once_after_the_delay_and_within_its_window() public {
        VM.expectRevert(abi.encodeWithSelector(IRounds.ChallengeNotDrawn.selector, EPOCH));
        rounds.drawSample(EPOCH);
        challengeEpoch(EPOCH);
        uint256 sampleAfter = START + 1 + 4 + 1;
        VM.warp(sampleAfter);
        VM.expectRevert(abi.encodeWithSelector(IRounds.SampleTooEarly.selector, EPOCH, sampleAfter));
        rounds.drawSample(EPOCH);
        VM.warp(sampleAfter + 601);
        VM.expectRevert(abi.encodeWithSelector(IRounds.SampleTooLate.selector, EPOCH, sampleAfter + 600));
        rounds.drawSample(EPOCH);
        VM.warp(sampleAfter + 600);
        rounds.drawSample(EPOCH);
        VM.expectRevert(abi.encodeWithSelector(IRounds.SampleAlreadyDrawn.selector, EPOCH, sampleAfter + 600));
        rounds.drawSample(EPOCH);
    }

    function test_makes_the_sample_from_randomness_challenge_and_trace_root() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        NodeId silent = join(STRANGER, 0, CLASS);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, node, EPOCH, 4);
        VM.expectRevert(abi.encodeWithSelector(IRounds.SampleNotDrawn.selector, EPOCH));
        rounds.sampleSeedOf(node, EPOCH);
        sampleEpoch(EPOCH);
        uint256 randomness = rounds.epochOf(EPOCH).sampleRandomness;
        uint256 seed = rounds.sampleSeedOf(node, EPOCH);
        same(
            "formula",
            seed,
            uint256(keccak256(abi.encode(randomness, rounds.challengeOf(node, EPOCH), uint256(5)))) >> 3
        );
        isTrue("below r", seed < SCALAR_FIELD);
        VM.expectRevert(abi.encodeWithSelector(IRounds.NotCommitted.selector, silent, EPOCH));
        rounds.sampleSeedOf(silent, EPOCH);
    }

    function test_neither_pays_nor_punishes_when_the_sample_was_never_drawn() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, node, EPOCH, 4);
        VM.warp(rounds.epochOf(EPOCH).sampleBy);
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochUndecided.selector, EPOCH, block.timestamp));
        rounds.close(EPOCH);
        pass(1);
        NodeId[] memory nodes = list(node);
        VM.expectRevert(abi.encodeWithSelector(IRounds.SampleNotDrawn.selector, EPOCH));
        rounds.expire(nodes, EPOCH);
        VM.expectRevert(abi.encodeWithSelector(IRounds.SampleNotDrawn.selector, EPOCH));
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        rounds.close(EPOCH);
        same("stake", registry.nodeOf(node).stake, STAKE);
        same("held", token.balanceOf(address(rewards)), 0);
    }

    // Settlement

    function test_credits_what_the_proven_steps_are_worth() public {
        NodeId node = sampledRound(2);
        VM.prank(STRANGER);
        rounds.settle(node, EPOCH, stubProofs(1, 2));
        uint256 work = uint256(2) * OPERATIONS / 4;
        uint256 pocps = Pocps.pocps(
            Pocps.timeFactor(DAY, 2 * DAY), 1e18, Pocps.privacyFactor(0, 1), Pocps.workFactor(work, OPERATIONS)
        );
        same("reward", rewards.claimableOf(OPERATOR), 70_000e18 * pocps / 1e18);
        same("proven", registry.nodeOf(node).provenEpochs, 1);
        isTrue("settled", rounds.roundOf(node, EPOCH).status == RoundStatus.Settled);
    }

    function test_credits_no_more_for_an_early_commitment() public {
        NodeId early = join(OPERATOR, 0, CLASS);
        NodeId late = join(STRANGER, 0, CLASS);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, early, EPOCH, 3);
        pass(4);
        commitAs(STRANGER, late, EPOCH, 3);
        sampleEpoch(EPOCH);
        rounds.settle(early, EPOCH, stubProofs(1, 3));
        rounds.settle(late, EPOCH, stubProofs(1, 3));
        same("same", rewards.claimableOf(OPERATOR), rewards.claimableOf(STRANGER));
    }

    function test_refuses_proofs_of_other_steps_than_committed() public {
        NodeId node = sampledRound(4);
        rejected(node, 1, 3);
        rejected(node, 1, 5);
    }

    function test_refuses_another_number_of_proofs() public {
        NodeId node = sampledRound(4);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ProofCountWrong.selector, 0, 1));
        rounds.settle(node, EPOCH, stubProofs(0, 4));
        VM.expectRevert(abi.encodeWithSelector(IRounds.ProofCountWrong.selector, 2, 1));
        rounds.settle(node, EPOCH, stubProofs(2, 4));
    }

    function test_settles_until_the_deadline() public {
        NodeId node = sampledRound(4);
        uint256 proveBy = rounds.epochOf(EPOCH).proveBy;
        VM.warp(proveBy + 1);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ProofsLate.selector, node, EPOCH, proveBy));
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        VM.warp(proveBy);
        rounds.settle(node, EPOCH, stubProofs(1, 4));
    }

    function test_settles_a_round_once() public {
        NodeId node = sampledRound(4);
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        VM.expectRevert(abi.encodeWithSelector(IRounds.RoundDecided.selector, node, EPOCH, RoundStatus.Settled));
        rounds.settle(node, EPOCH, stubProofs(1, 4));
    }

    function test_settles_nothing_without_a_commitment() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        challengeEpoch(EPOCH);
        VM.expectRevert(abi.encodeWithSelector(IRounds.SampleNotDrawn.selector, EPOCH));
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        sampleEpoch(EPOCH);
        VM.expectRevert(abi.encodeWithSelector(IRounds.NotCommitted.selector, node, EPOCH));
        rounds.settle(node, EPOCH, stubProofs(1, 4));
    }

    function testFuzz_more_steps_never_earn_less_and_never_more_than_the_share(uint64 a, uint64 b) public {
        a = uint64(within(a, 1, 65_536));
        b = uint64(within(b, a, 65_536));
        NodeId less = join(OPERATOR, 0, CLASS);
        NodeId more = join(STRANGER, 0, CLASS);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, less, EPOCH, a);
        commitAs(STRANGER, more, EPOCH, b);
        sampleEpoch(EPOCH);
        rounds.settle(less, EPOCH, stubProofs(1, a));
        rounds.settle(more, EPOCH, stubProofs(1, b));
        atMost("monotone", rewards.claimableOf(OPERATOR), rewards.claimableOf(STRANGER));
        atMost("share", rewards.claimableOf(STRANGER), 35_000e18);
    }

    // Expiry

    function test_strikes_a_node_that_did_not_commit() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        challengeEpoch(EPOCH);
        NodeId[] memory nodes = list(node);
        VM.warp(START + 1 + 4);
        VM.expectRevert(abi.encodeWithSelector(IRounds.RoundUndecided.selector, node, EPOCH));
        rounds.expire(nodes, EPOCH);
        pass(1);
        rounds.expire(nodes, EPOCH);
        rounds.expire(nodes, EPOCH);
        same("one strike", registry.nodeOf(node).strikes, 1);
        same("stake", registry.nodeOf(node).stake, STAKE);
        isTrue("missed", rounds.roundOf(node, EPOCH).status == RoundStatus.Missed);
        VM.expectRevert(abi.encodeWithSelector(IRounds.CommitmentLate.selector, node, EPOCH, START + 5));
        commitAs(OPERATOR, node, EPOCH, 4);
    }

    function test_slashes_and_strikes_a_node_that_did_not_prove() public {
        NodeId node = sampledRound(4);
        NodeId[] memory nodes = list(node);
        VM.warp(rounds.epochOf(EPOCH).proveBy);
        VM.expectRevert(abi.encodeWithSelector(IRounds.RoundUndecided.selector, node, EPOCH));
        rounds.expire(nodes, EPOCH);
        pass(1);
        rounds.expire(nodes, EPOCH);
        rounds.expire(nodes, EPOCH);
        same("stake", registry.nodeOf(node).stake, STAKE / 2);
        same("strikes", registry.nodeOf(node).strikes, 1);
        isTrue("jailed", registry.nodeOf(node).status == NodeStatus.Jailed);
        isTrue("failed", rounds.roundOf(node, EPOCH).status == RoundStatus.Failed);
    }

    function test_expires_a_list_in_which_some_are_decided() public {
        NodeId settled = join(OPERATOR, 0, CLASS);
        NodeId silent = join(STRANGER, 0, CLASS);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, settled, EPOCH, 4);
        sampleEpoch(EPOCH);
        rounds.settle(settled, EPOCH, stubProofs(1, 4));
        NodeId[] memory nodes = new NodeId[](3);
        (nodes[0], nodes[1], nodes[2]) = (settled, silent, silent);
        rounds.expire(nodes, EPOCH);
        same("settled", registry.nodeOf(settled).strikes, 0);
        same("silent", registry.nodeOf(silent).strikes, 1);
    }

    function test_expires_no_node_that_was_not_challenged() public {
        challengeEpoch(EPOCH);
        NodeId late = join(OPERATOR, 0, CLASS);
        pass(5);
        NodeId[] memory nodes = list(late);
        VM.expectRevert(abi.encodeWithSelector(IRounds.NodeNotInEpoch.selector, late, EPOCH));
        rounds.expire(nodes, EPOCH);
    }

    // Closing

    function test_closes_once_after_the_last_deadline() public {
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochNotOpen.selector, EPOCH));
        rounds.close(EPOCH);
        NodeId node = sampledRound(4);
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        uint256 proveBy = rounds.epochOf(EPOCH).proveBy;
        VM.warp(proveBy);
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochUndecided.selector, EPOCH, proveBy));
        rounds.close(EPOCH);
        pass(1);
        rounds.close(EPOCH);
        isTrue("closed", rounds.epochOf(EPOCH).closed);
        same("held", token.balanceOf(address(rewards)), rewards.claimableOf(OPERATOR));
        VM.expectRevert(abi.encodeWithSelector(IRounds.EpochAlreadyClosed.selector, EPOCH));
        rounds.close(EPOCH);
    }

    // Policy

    function test_refuses_a_clock_out_of_range() public {
        uint48 year = 365 days;
        refusePolicy(RoundPolicy(0, 4, 1, 600, 600), 0, 0);
        refusePolicy(RoundPolicy(year + 1, 4, 1, 600, 600), 0, year + 1);
        refusePolicy(RoundPolicy(DAY, 0, 1, 600, 600), 1, 0);
        refusePolicy(RoundPolicy(DAY, 4, 0, 600, 600), 2, 0);
        refusePolicy(RoundPolicy(DAY, 4, 1, 0, 600), 3, 0);
        refusePolicy(RoundPolicy(DAY, 4, 1, 600, 0), 4, 0);
        refusePolicy(RoundPolicy(1206, 4, 1, 600, 600), 0, 1206);
        refusePolicy(RoundPolicy(DAY + 1, 4, 1, 600, 600), 0, DAY);
        same("policy", keccak256(abi.encode(rounds.policy())), keccak256(abi.encode(clock())));
    }

    function test_refuses_a_registry_that_lets_nodes_go_too_soon() public {
        StakePolicy memory hasty = stakePolicy();
        hasty.unbondingSeconds = 2 * DAY - 1;
        registry = new NodeRegistry(address(token), address(rounds), settlement, ADMIN, hasty, new ClassTerms[](0));
        refusePolicy(clock(), 0, DAY);
    }

    function refusePolicy(RoundPolicy memory policy, uint256 position, uint256 value) private {
        VM.expectRevert(abi.encodeWithSelector(IRounds.PolicyInvalid.selector, position, value));
        new Rounds(registry, rewards, router, enclaves, settlement, policy, workPolicy());
    }

    function rejected(NodeId node, uint256 count, uint256 steps) private {
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, CIRCUIT));
        rounds.settle(node, EPOCH, stubProofs(count, steps));
    }

    function list(NodeId node) private pure returns (NodeId[] memory nodes) {
        nodes = new NodeId[](1);
        nodes[0] = node;
    }
}
