// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, Groth16Proof, NodeId, SCALAR_FIELD} from "../src/interfaces/Types.sol";
import {ClassTerms} from "../src/interfaces/INodeRegistry.sol";
import {IGroth16Verifier, IVerifierRouter} from "../src/interfaces/IVerifierRouter.sol";
import {LevelTerms} from "../src/interfaces/IAcceptedRoots.sol";
import {EnclaveTerms, Opening} from "../src/interfaces/IEnclaveRegistry.sol";
import {EnclaveEpochVerifier} from "../src/generated/EnclaveEpochVerifier.sol";
import {WorkDevVerifier} from "../src/generated/WorkDevVerifier.sol";
import {Pocps} from "../src/Pocps.sol";
import {EchoVerifier} from "./EchoVerifier.sol";
import {EnclaveDeployment} from "./EnclaveDeployment.sol";
import {RealProofs} from "./RealProofs.sol";

/// @title A round with real proofs of work, vouched for by a real epoch proof, and every way to misuse that
/// @dev Only platform and boot are taken on trust here; their proofs have tests of their own.
contract RealEnclaveTest is EnclaveDeployment, RealProofs {
    uint32 private constant REAL_LEVEL = 2;
    string private epochFixture;
    NodeId private node;
    NodeId private other;

    function enclaveTerms() internal view override returns (EnclaveTerms memory t) {
        t = super.enclaveTerms();
        t.levels[0] = LevelTerms(REAL_LEVEL, PRIVACY);
    }

    function setUp() public {
        loadFixture();
        epochFixture = VM.readFile("test/fixtures/enclave-epoch.json");
        ClassTerms[] memory classes = new ClassTerms[](1);
        classes[0] = terms(1);
        classes[0].datasetRoot = number(".datasetRoot");
        deploy(classes, address(new WorkDevVerifier()));
        address echo = address(new EchoVerifier());
        address epochs = address(new EnclaveEpochVerifier());
        VM.startPrank(DEPLOYER);
        router.add(PLATFORM_CIRCUIT, echo);
        router.add(BOOT_CIRCUIT, echo);
        router.add(EPOCH_CIRCUIT, epochs);
        VM.stopPrank();
        node = join(OPERATOR, 0, ClassId.wrap(0));
        other = join(STRANGER, 0, ClassId.wrap(0));
        registerAs(OWNER, 11, 12);
        uint32 window = drawnWindow();
        openAs(OPERATOR, node, realOpening(window, 22));
        openAs(STRANGER, other, realOpening(window, 23));

        rounds.open(EPOCH);
        pass(1);
        VM.prevrandao(number(".challengeRandomness"));
        rounds.drawChallenge(EPOCH);
        (uint256 root, uint256 steps) = (number(".traceRoot"), number(".steps"));
        VM.prank(OPERATOR);
        rounds.commit(node, EPOCH, root, uint64(steps));
        VM.prank(STRANGER);
        rounds.commit(other, EPOCH, root, uint64(steps));
    }

    function test_is_of_the_key_that_made_the_fixture() public {
        same("key", new EnclaveEpochVerifier().keyHash(), VM.parseJsonBytes32(epochFixture, ".keyHash"));
    }

    function test_vouches_for_the_round_and_is_paid_for_it() public {
        enclaves.attest(node, EPOCH, nullifier(), realEpochProof());
        same("P", enclaves.levelAt(node, EPOCH), PRIVACY);
        VM.warp(rounds.epochOf(EPOCH).sampleAfter + 1);
        VM.prevrandao(number(".sampleRandomness"));
        rounds.drawSample(EPOCH);
        rounds.settle(node, EPOCH, realProofs(1));
        uint256 work = number(".steps") * OPERATIONS / clock().windowSeconds;
        uint256 pocps = Pocps.pocps(
            Pocps.timeFactor(DAY, 2 * DAY), 1e18, Pocps.privacyFactor(PRIVACY, 1), Pocps.workFactor(work, OPERATIONS)
        );
        same("reward", rewards.claimableOf(OPERATOR), 35_000e18 * pocps / 1e18);
    }

    function test_takes_another_form_of_the_proof_from_a_stranger_for_the_same_node() public {
        Groth16Proof memory malleated = negated(realEpochProof());
        VM.prank(STRANGER);
        enclaves.attest(node, EPOCH, nullifier(), malleated);
        same("P", enclaves.levelAt(node, EPOCH), PRIVACY);
        enclaves.attest(node, EPOCH, nullifier(), realEpochProof());
        same("the same", enclaves.levelAt(node, EPOCH), PRIVACY);
        same("nobody else's", enclaves.levelAt(other, EPOCH), 0);
    }

    /// @dev The other node even has the same session and the same trace; its challenge differs.
    function test_refuses_the_proof_for_another_node_nullifier_or_chain() public {
        bytes memory rejected = abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, EPOCH_CIRCUIT);
        (uint256 n, Groth16Proof memory proof) = (nullifier(), realEpochProof());
        VM.expectRevert(rejected);
        enclaves.attest(other, EPOCH, n, proof);
        VM.expectRevert(rejected);
        enclaves.attest(node, EPOCH, n + 1, proof);
        VM.chainId(1);
        VM.expectRevert(rejected);
        enclaves.attest(node, EPOCH, n, proof);
    }

    function test_refuses_a_proof_with_any_point_or_signal_changed() public {
        IGroth16Verifier verifier = new EnclaveEpochVerifier();
        uint256[] memory signals = VM.parseJsonUintArray(epochFixture, ".signals");
        isTrue("as it is", verifier.verifyBatch(one(realEpochProof()), signals));
        for (uint256 i = 0; i < signals.length; ++i) {
            uint256[] memory wrong = VM.parseJsonUintArray(epochFixture, ".signals");
            wrong[i] = addmod(wrong[i], 1, SCALAR_FIELD);
            isTrue("refused", !verifier.verifyBatch(one(realEpochProof()), wrong));
            wrong[i] = signals[i] + SCALAR_FIELD;
            VM.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalOutOfField.selector, i, wrong[i]));
            verifier.verifyBatch(one(realEpochProof()), wrong);
        }
        Groth16Proof memory proof = realEpochProof();
        proof.c = proof.a;
        isTrue("refused", !verifier.verifyBatch(one(proof), signals));
        isTrue("a proof of work", !verifier.verifyBatch(realProofs(1), signals));
    }

    function realOpening(uint32 window, uint256 windowNullifier) private view returns (Opening memory o) {
        o = openingIn(window, VM.parseJsonUint(epochFixture, ".session"), windowNullifier);
        o.level = REAL_LEVEL;
    }

    function nullifier() private view returns (uint256) {
        return VM.parseJsonUint(epochFixture, ".epochNullifier");
    }

    function realEpochProof() private view returns (Groth16Proof memory proof) {
        uint256[] memory w = VM.parseJsonUintArray(epochFixture, ".proofWords");
        proof.a = [w[0], w[1]];
        proof.b = [w[2], w[3], w[4], w[5]];
        proof.c = [w[6], w[7]];
    }

    function one(Groth16Proof memory proof) private pure returns (Groth16Proof[] memory proofs) {
        proofs = new Groth16Proof[](1);
        proofs[0] = proof;
    }
}
