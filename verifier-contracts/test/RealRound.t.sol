// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, Groth16Proof, NodeId} from "../src/interfaces/Types.sol";
import {ClassTerms} from "../src/interfaces/INodeRegistry.sol";
import {IRounds, RoundStatus} from "../src/interfaces/IRounds.sol";
import {IGroth16Verifier, IVerifierRouter} from "../src/interfaces/IVerifierRouter.sol";
import {WorkDevVerifier} from "../src/generated/WorkDevVerifier.sol";
import {Deployment} from "./Deployment.sol";
import {RealProofs} from "./RealProofs.sol";

/// @title A round settled by real proofs, and every way to misuse them
contract RealRoundTest is Deployment, RealProofs {
    uint256 private constant PROOFS = 4;
    NodeId private node;
    NodeId private other;

    function setUp() public {
        loadFixture();
        ClassTerms[] memory classes = new ClassTerms[](1);
        classes[0] = terms(uint16(PROOFS));
        classes[0].datasetRoot = number(".datasetRoot");
        deploy(classes, address(new WorkDevVerifier()));
        same("rounds", address(rounds), VM.parseJsonAddress(fixture, ".rounds"));
        node = join(OPERATOR, 0, CLASS);
        other = join(STRANGER, 0, CLASS);
        same("node", NodeId.unwrap(node), NodeId.unwrap(realNode()));
        rounds.open(EPOCH);
        pass(1);
        VM.prevrandao(number(".challengeRandomness"));
        rounds.drawChallenge(EPOCH);
        same("challenge", rounds.challengeOf(node, EPOCH), number(".challenge"));
        commitFixture(OPERATOR, node, EPOCH);
        commitFixture(STRANGER, other, EPOCH);
        drawFixtureSample(EPOCH);
        same("seed", rounds.sampleSeedOf(node, EPOCH), number(".sampleSeed"));
    }

    function test_settles_and_pays() public {
        rounds.settle(node, EPOCH, realProofs(PROOFS));
        isTrue("settled", rounds.roundOf(node, EPOCH).status == RoundStatus.Settled);
        isTrue("paid", rewards.claimableOf(OPERATOR) > 0);
    }

    function test_refuses_a_bad_proof() public {
        Groth16Proof[] memory proofs = realProofs(PROOFS);
        proofs[2].c = proofs[1].c;
        rejected(node, EPOCH, proofs);
        isTrue("open to a good one", rounds.roundOf(node, EPOCH).status == RoundStatus.Committed);
        same("nothing paid", rewards.claimableOf(OPERATOR), 0);
        rounds.settle(node, EPOCH, realProofs(PROOFS));
    }

    function test_refuses_proofs_in_the_wrong_order() public {
        Groth16Proof[] memory proofs = realProofs(PROOFS);
        (proofs[0], proofs[3]) = (proofs[3], proofs[0]);
        rejected(node, EPOCH, proofs);
    }

    function test_refuses_later_samples_in_place_of_the_first_ones() public {
        Groth16Proof[] memory proofs = new Groth16Proof[](PROOFS);
        for (uint256 i = 0; i < PROOFS; ++i) {
            proofs[i] = proofOf(4 + i);
        }
        rejected(node, EPOCH, proofs);
    }

    function test_refuses_late_proofs() public {
        uint256 proveBy = rounds.epochOf(EPOCH).proveBy;
        VM.warp(proveBy + 1);
        VM.expectRevert(abi.encodeWithSelector(IRounds.ProofsLate.selector, node, EPOCH, proveBy));
        rounds.settle(node, EPOCH, realProofs(PROOFS));
    }

    function test_refuses_replayed_proofs_in_the_same_epoch() public {
        rounds.settle(node, EPOCH, realProofs(PROOFS));
        VM.expectRevert(abi.encodeWithSelector(IRounds.RoundDecided.selector, node, EPOCH, RoundStatus.Settled));
        rounds.settle(node, EPOCH, realProofs(PROOFS));
    }

    /// @dev Even with the same commitment and, unlike in life, the same randomness.
    function test_refuses_replayed_proofs_in_the_next_epoch() public {
        rounds.settle(node, EPOCH, realProofs(PROOFS));
        VM.warp(START + DAY);
        EpochId next = epoch(1);
        rounds.open(next);
        pass(1);
        VM.prevrandao(number(".challengeRandomness"));
        rounds.drawChallenge(next);
        commitFixture(OPERATOR, node, next);
        drawFixtureSample(next);
        rejected(node, next, realProofs(PROOFS));
    }

    function test_refuses_malleated_proofs_after_the_round_is_settled() public {
        rounds.settle(node, EPOCH, realProofs(PROOFS));
        uint256 paid = rewards.claimableOf(OPERATOR);
        Groth16Proof[] memory proofs = malleated();
        VM.expectRevert(abi.encodeWithSelector(IRounds.RoundDecided.selector, node, EPOCH, RoundStatus.Settled));
        rounds.settle(node, EPOCH, proofs);
        same("paid once", rewards.claimableOf(OPERATOR), paid);
    }

    /// @dev Another form of the same proofs is worth the same, to the same operator, once.
    function test_pays_the_same_for_malleated_proofs_sent_by_a_stranger() public {
        Groth16Proof[] memory proofs = malleated();
        VM.prank(STRANGER);
        rounds.settle(node, EPOCH, proofs);
        isTrue("paid", rewards.claimableOf(OPERATOR) > 0);
        same("stranger", rewards.claimableOf(STRANGER), 0);
        VM.expectRevert(abi.encodeWithSelector(IRounds.RoundDecided.selector, node, EPOCH, RoundStatus.Settled));
        rounds.settle(node, EPOCH, realProofs(PROOFS));
    }

    function test_refuses_another_nodes_proofs() public {
        rejected(other, EPOCH, realProofs(PROOFS));
    }

    function test_refuses_another_chains_proofs() public {
        VM.chainId(1);
        rejected(node, EPOCH, realProofs(PROOFS));
    }

    function test_refuses_coordinates_that_are_not_below_q() public {
        Groth16Proof[] memory proofs = realProofs(PROOFS);
        proofs[1].c[0] += Q;
        VM.expectRevert(abi.encodeWithSelector(IGroth16Verifier.CoordinateOutOfField.selector, 1));
        rounds.settle(node, EPOCH, proofs);
    }

    function test_slashes_a_node_whose_proofs_were_all_refused() public {
        Groth16Proof[] memory proofs = realProofs(PROOFS);
        proofs[0] = proofs[1];
        rejected(node, EPOCH, proofs);
        VM.warp(rounds.epochOf(EPOCH).proveBy + 1);
        NodeId[] memory nodes = new NodeId[](1);
        nodes[0] = node;
        rounds.expire(nodes, EPOCH);
        same("stake", registry.nodeOf(node).stake, STAKE / 2);
    }

    function malleated() private view returns (Groth16Proof[] memory proofs) {
        proofs = realProofs(PROOFS);
        proofs[0] = halved();
        proofs[1] = negated(proofs[1]);
    }

    function commitFixture(address operator, NodeId n, EpochId e) private {
        (uint256 root, uint256 steps) = (number(".traceRoot"), number(".steps"));
        VM.prank(operator);
        rounds.commit(n, e, root, uint64(steps));
    }

    function drawFixtureSample(EpochId e) private {
        VM.warp(rounds.epochOf(e).sampleAfter + 1);
        VM.prevrandao(number(".sampleRandomness"));
        rounds.drawSample(e);
    }

    function rejected(NodeId n, EpochId e, Groth16Proof[] memory proofs) private {
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, CIRCUIT));
        rounds.settle(n, e, proofs);
    }
}
