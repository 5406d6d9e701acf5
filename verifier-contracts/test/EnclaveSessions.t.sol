// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId, CircuitId, EpochId, Groth16Proof, NodeId, SCALAR_FIELD} from "../src/interfaces/Types.sol";
import {IAcceptedRoots, LevelTerms, RootKind} from "../src/interfaces/IAcceptedRoots.sol";
import {IEnclaveRegistry, Opening, Session} from "../src/interfaces/IEnclaveRegistry.sol";
import {IVerifierRouter} from "../src/interfaces/IVerifierRouter.sol";
import {Pocps} from "../src/Pocps.sol";
import {EnclaveDeployment} from "./EnclaveDeployment.sol";

/// @title EnclaveRegistry: windows, sessions, attestations, and what a round is paid for them
contract EnclaveSessionsTest is EnclaveDeployment {
    uint256 private constant NULLIFIER = 11;
    uint256 private constant SESSION = 21;
    uint256 private constant WINDOW_NULLIFIER = 22;
    uint256 private constant EPOCH_NULLIFIER = 33;
    NodeId private node;
    NodeId private other;

    function setUp() public {
        deployEnclaves();
        node = join(OPERATOR, 0, CLASS);
        other = join(STRANGER, 0, CLASS);
        registerAs(OWNER, NULLIFIER, 12);
    }

    // Windows

    function test_draws_a_windows_randomness_once_and_while_it_lasts() public {
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.WindowNotDrawn.selector, 0));
        enclaves.challengeOf(node, 0);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.WindowNotCurrent.selector, 1, 0));
        enclaves.drawWindow(1);
        VM.prevrandao(0);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.WindowNotDrawn.selector, 0));
        enclaves.drawWindow(0);
        VM.prevrandao(77);
        enclaves.drawWindow(0);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.WindowAlreadyDrawn.selector, 0));
        enclaves.drawWindow(0);
        VM.warp(START + DAY - 1);
        same("still the first", enclaves.currentWindow(), 0);
        VM.warp(START + DAY);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.WindowNotCurrent.selector, 0, 1));
        enclaves.drawWindow(0);
    }

    function test_binds_the_challenge_to_chain_contract_node_and_window() public {
        VM.prevrandao(77);
        enclaves.drawWindow(0);
        uint256 here = enclaves.challengeOf(node, 0);
        same(
            "formula", here, uint256(keccak256(abi.encode(block.chainid, address(enclaves), node, uint32(0), 77))) >> 3
        );
        isTrue("below r", here < SCALAR_FIELD);
        isTrue("other node", here != enclaves.challengeOf(other, 0));
        VM.warp(START + DAY);
        VM.prevrandao(77);
        enclaves.drawWindow(1);
        isTrue("other window", here != enclaves.challengeOf(node, 1));
        VM.chainId(1);
        isTrue("other chain", here != enclaves.challengeOf(node, 0));
    }

    // Sessions

    function test_opens_a_session_for_some_windows() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        pass(100);
        openAs(OPERATOR, node, o);
        Session memory s = enclaves.sessionOf(node);
        same("hash", s.hash, SESSION);
        same("level", s.level, LEVEL);
        same("opened", s.openedAt, START + 100);
        same("expires", s.expiresAt, START + uint256(SESSION_WINDOWS) * DAY);
        same("spent", NodeId.unwrap(enclaves.spentBy(WINDOW_NULLIFIER)), NodeId.unwrap(node));
    }

    function test_takes_the_current_window_and_the_one_before() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        VM.warp(START + DAY);
        openAs(OPERATOR, node, o);
        same("counts from its own window", enclaves.sessionOf(node).expiresAt, START + uint256(SESSION_WINDOWS) * DAY);
        Groth16Proof memory proof = bootProof(node, o);
        VM.warp(START + 2 * DAY);
        refused(o, proof, abi.encodeWithSelector(IEnclaveRegistry.WindowNotCurrent.selector, 0, 2));
        o.window = 3;
        refused(o, proof, abi.encodeWithSelector(IEnclaveRegistry.WindowNotCurrent.selector, 3, 2));
        o.window = type(uint32).max;
        refused(o, proof, abi.encodeWithSelector(IEnclaveRegistry.WindowNotCurrent.selector, type(uint32).max, 2));
        o.window = 2;
        refused(o, proof, abi.encodeWithSelector(IEnclaveRegistry.WindowNotDrawn.selector, 2));
    }

    function test_lets_only_the_nodes_operator_open() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        Groth16Proof memory proof = bootProof(node, o);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.NotNodeOperator.selector, node, STRANGER));
        VM.prank(STRANGER);
        enclaves.openSession(node, o, proof);
        // The quote answers one node's challenge.
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, BOOT_CIRCUIT));
        VM.prank(STRANGER);
        enclaves.openSession(other, o, proof);
    }

    function test_refuses_every_other_statement_than_the_proven_one() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        Groth16Proof memory proof = bootProof(node, o);
        VM.prank(ADMIN);
        enclaves.setLevel(LevelTerms(LEVEL + 1, 90));
        VM.warp(START + DAY);
        drawnWindow();
        bytes memory rejected = abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, BOOT_CIRCUIT);
        Opening memory changed = copyOf(o);
        changed.session += 1;
        refused(changed, proof, rejected);
        changed = copyOf(o);
        changed.windowNullifier += 1;
        refused(changed, proof, rejected);
        changed = copyOf(o);
        changed.window = 1;
        refused(changed, proof, rejected);
        changed = copyOf(o);
        changed.level = LEVEL + 1;
        refused(changed, proof, abi.encodeWithSelector(IAcceptedRoots.LevelUnknown.selector, LEVEL + 1));
        changed = copyOf(o);
        changed.tcbRoot = MEASUREMENT;
        refused(
            changed,
            proof,
            abi.encodeWithSelector(IAcceptedRoots.RootNotAccepted.selector, RootKind.Tcb, AUTHORITY, MEASUREMENT)
        );
        changed = copyOf(o);
        changed.measurementRoot = TCB;
        refused(
            changed,
            proof,
            abi.encodeWithSelector(IAcceptedRoots.RootNotAccepted.selector, RootKind.Measurement, AUTHORITY, TCB)
        );
        changed = copyOf(o);
        changed.platformRoot += 1;
        refused(
            changed,
            proof,
            abi.encodeWithSelector(IEnclaveRegistry.PlatformRootStale.selector, AUTHORITY, changed.platformRoot)
        );
        openAs(OPERATOR, node, o);
    }

    function test_refuses_a_proof_for_a_level_that_is_known_but_not_proven() public {
        VM.prank(ADMIN);
        enclaves.setLevel(LevelTerms(LEVEL + 1, 90));
        VM.warp(START + 2 * DAY);
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        Groth16Proof memory proof = bootProof(node, o);
        o.level = LEVEL + 1;
        refused(o, proof, abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, BOOT_CIRCUIT));
    }

    function test_refuses_circuits_and_authorities_that_do_not_belong_together() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        Groth16Proof memory proof = bootProof(node, o);
        CircuitId[3] memory wrong = [CIRCUIT, EPOCH_CIRCUIT, PLATFORM_CIRCUIT];
        for (uint256 i = 0; i < 3; ++i) {
            o.circuit = wrong[i];
            refused(o, proof, abi.encodeWithSelector(IEnclaveRegistry.BootCircuitUnknown.selector, AUTHORITY, wrong[i]));
        }
        o.circuit = BOOT_CIRCUIT;
        o.authority = OTHER_AUTHORITY;
        refused(
            o,
            proof,
            abi.encodeWithSelector(IEnclaveRegistry.PlatformRootStale.selector, OTHER_AUTHORITY, o.platformRoot)
        );
        o.authority = AuthorityId.wrap(9);
        refused(o, proof, abi.encodeWithSelector(IEnclaveRegistry.AuthorityUnknown.selector, 9));
    }

    function test_refuses_signals_that_are_no_field_elements() public {
        Opening memory o = openingIn(drawnWindow(), SESSION + SCALAR_FIELD, WINDOW_NULLIFIER);
        Groth16Proof memory proof = bootProof(node, o);
        refused(o, proof, abi.encodeWithSelector(IEnclaveRegistry.SignalNotInField.selector, SESSION + SCALAR_FIELD));
        (o.session, o.windowNullifier) = (SESSION, WINDOW_NULLIFIER + SCALAR_FIELD);
        refused(
            o,
            proof,
            abi.encodeWithSelector(IEnclaveRegistry.SignalNotInField.selector, WINDOW_NULLIFIER + SCALAR_FIELD)
        );
    }

    function test_opens_for_one_node_a_window_and_for_that_node_again() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        openAs(OPERATOR, node, o);
        Groth16Proof memory proof = bootProof(other, o);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.WindowNullifierSpent.selector, WINDOW_NULLIFIER, node));
        VM.prank(STRANGER);
        enclaves.openSession(other, o, proof);
        // The enclave crashed and booted with another key.
        o.session = SESSION + 1;
        openAs(OPERATOR, node, o);
        same("replaced", enclaves.sessionOf(node).hash, SESSION + 1);
    }

    function test_opens_nothing_with_a_leaf_that_is_gone() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        Groth16Proof memory proof = bootProof(node, o);
        bytes memory stale =
            abi.encodeWithSelector(IEnclaveRegistry.PlatformRootStale.selector, AUTHORITY, o.platformRoot);
        registerAs(OWNER, NULLIFIER, 13);
        refused(o, proof, stale);
        registerAs(OWNER, NULLIFIER + 1, 14);
        refused(o, proof, stale);
        o.platformRoot = enclaves.platformRoot(AUTHORITY);
        openAs(OPERATOR, node, o);
        VM.prank(GUARDIAN);
        enclaves.revokePlatform(NULLIFIER + 1);
        refused(
            o,
            bootProof(node, o),
            abi.encodeWithSelector(IEnclaveRegistry.PlatformRootStale.selector, AUTHORITY, o.platformRoot)
        );
    }

    // Attestation

    function test_records_what_the_enclave_vouched_for_and_pays_for_it() public {
        openAs(OPERATOR, node, openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER));
        committed(EPOCH);
        same("nothing yet", enclaves.levelAt(node, EPOCH), 0);
        attest(node, EPOCH, EPOCH_NULLIFIER);
        same("P", enclaves.levelAt(node, EPOCH), PRIVACY);
        same("P of the other", enclaves.levelAt(other, EPOCH), 0);
        sampleEpoch(EPOCH);
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        rounds.settle(other, EPOCH, stubProofs(1, 4));
        same("with", rewards.claimableOf(OPERATOR), 35_000e18 * pocpsOf(PRIVACY) / 1e18);
        same("without", rewards.claimableOf(STRANGER), 35_000e18 * pocpsOf(0) / 1e18);
    }

    function test_refuses_an_attestation_after_the_settlement_and_before_the_commitment() public {
        openAs(OPERATOR, node, openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER));
        Groth16Proof memory proof;
        bytes memory reason = abi.encodeWithSelector(IEnclaveRegistry.RoundNotCommitted.selector, node, EPOCH);
        VM.expectRevert(reason);
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER, proof);
        committed(EPOCH);
        sampleEpoch(EPOCH);
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        proof = epochProof(node, EPOCH, EPOCH_NULLIFIER);
        VM.expectRevert(reason);
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER, proof);
        same("P", enclaves.levelAt(node, EPOCH), 0);
    }

    function test_refuses_what_the_key_did_not_sign() public {
        openAs(OPERATOR, node, openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER));
        committed(EPOCH);
        Groth16Proof memory proof = epochProof(node, EPOCH, EPOCH_NULLIFIER);
        bytes memory reason = abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, EPOCH_CIRCUIT);
        VM.expectRevert(reason);
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER + 1, proof);
        VM.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.SignalNotInField.selector, EPOCH_NULLIFIER + SCALAR_FIELD)
        );
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER + SCALAR_FIELD, proof);
        VM.chainId(1);
        VM.expectRevert(reason);
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER, proof);
        VM.chainId(31_337);
        VM.prank(STRANGER);
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER, proof);
        same("sent by a stranger, for the node", enclaves.levelAt(node, EPOCH), PRIVACY);
    }

    function test_vouches_for_one_node_an_epoch_and_for_that_node_again() public {
        openAs(OPERATOR, node, openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER));
        openAs(STRANGER, other, openingIn(0, SESSION + 1, WINDOW_NULLIFIER + 1));
        committed(EPOCH);
        attest(node, EPOCH, EPOCH_NULLIFIER);
        Groth16Proof memory proof = epochProof(other, EPOCH, EPOCH_NULLIFIER);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.EpochNullifierSpent.selector, EPOCH_NULLIFIER, node));
        enclaves.attest(other, EPOCH, EPOCH_NULLIFIER, proof);
        attest(node, EPOCH, EPOCH_NULLIFIER);
        same("P", enclaves.levelAt(node, EPOCH), PRIVACY);
        same("P of the other", enclaves.levelAt(other, EPOCH), 0);
    }

    function test_needs_a_session() public {
        Groth16Proof memory proof;
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.SessionNotLive.selector, node, 0));
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER, proof);
    }

    function test_refuses_a_session_at_the_second_it_expires() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        openAs(OPERATOR, node, o);
        EpochId last = epoch(SESSION_WINDOWS - 1);
        VM.warp(START + uint256(SESSION_WINDOWS - 1) * DAY);
        committed(last);
        uint256 end = enclaves.sessionOf(node).expiresAt;
        same("the last second of the slot is the session's", end, START + uint256(SESSION_WINDOWS) * DAY);
        Groth16Proof memory proof = epochProof(node, last, EPOCH_NULLIFIER);
        VM.warp(end);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.SessionNotLive.selector, node, end));
        enclaves.attest(node, last, EPOCH_NULLIFIER, proof);
        VM.warp(end - 1);
        enclaves.attest(node, last, EPOCH_NULLIFIER, proof);
    }

    function test_does_not_vouch_for_an_epoch_that_was_challenged_before_it_opened() public {
        uint32 window = drawnWindow();
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, node, EPOCH, 4);
        pass(1);
        openAs(OPERATOR, node, openingIn(window, SESSION, WINDOW_NULLIFIER));
        Groth16Proof memory proof = epochProof(node, EPOCH, EPOCH_NULLIFIER);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.SessionTooYoung.selector, node, EPOCH, block.timestamp));
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER, proof);
    }

    function test_ends_all_sessions_of_a_revoked_authority() public {
        Opening memory o = openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER);
        openAs(OPERATOR, node, o);
        committed(EPOCH);
        Groth16Proof memory proof = epochProof(node, EPOCH, EPOCH_NULLIFIER);
        VM.prank(GUARDIAN);
        enclaves.revokeAuthority(AUTHORITY);
        bytes memory reason = abi.encodeWithSelector(IEnclaveRegistry.AuthorityIsRevoked.selector, AUTHORITY);
        VM.expectRevert(reason);
        enclaves.attest(node, EPOCH, EPOCH_NULLIFIER, proof);
        refused(o, bootProof(node, o), reason);
    }

    function test_does_not_vouch_for_a_level_that_was_taken_away() public {
        openAs(OPERATOR, node, openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER));
        VM.prank(ADMIN);
        enclaves.setLevel(LevelTerms(LEVEL, 0));
        VM.warp(START + 2 * DAY);
        EpochId e = epoch(2);
        committed(e);
        Groth16Proof memory proof = epochProof(node, e, EPOCH_NULLIFIER);
        VM.expectRevert(abi.encodeWithSelector(IAcceptedRoots.LevelUnknown.selector, LEVEL));
        enclaves.attest(node, e, EPOCH_NULLIFIER, proof);
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: deep.fuzz.runs = 640
    /// @dev The platform vouches through an old leaf as late as it can, and then through a new one as early as it can.
    function testFuzz_never_counts_a_replaced_platform_twice_in_an_epoch(uint256 replacedAt, uint256 drawnAfter)
        public
    {
        VM.warp(START + within(replacedAt, 0, 2 * DAY));
        openAs(OPERATOR, node, openingIn(drawnWindow(), SESSION, WINDOW_NULLIFIER));
        registerAs(OWNER, NULLIFIER, 13);
        uint256 usableFrom = enclaves.platformOf(NULLIFIER).usableFrom;
        isTrue("the old session is over by then", enclaves.sessionOf(node).expiresAt <= usableFrom);

        EpochId e = epoch((usableFrom - 1 - START) / DAY);
        VM.warp(START + uint256(EpochId.unwrap(e)) * DAY);
        rounds.open(e);
        pass(1 + within(drawnAfter, 0, rounds.epochOf(e).challengeBy - block.timestamp - 1));
        rounds.drawChallenge(e);
        commitAs(OPERATOR, node, e, 4);
        commitAs(STRANGER, other, e, 4);
        attest(node, e, EPOCH_NULLIFIER);

        VM.warp(usableFrom);
        enclaves.activatePlatform(NULLIFIER);
        openAs(STRANGER, other, openingIn(drawnWindow(), SESSION + 1, WINDOW_NULLIFIER + 1));
        Groth16Proof memory proof = epochProof(other, e, EPOCH_NULLIFIER + 1);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.SessionTooYoung.selector, other, e, usableFrom));
        enclaves.attest(other, e, EPOCH_NULLIFIER + 1, proof);
    }

    // Steps

    function committed(EpochId e) private {
        challengeEpoch(e);
        commitAs(OPERATOR, node, e, 4);
        commitAs(STRANGER, other, e, 4);
    }

    function refused(Opening memory o, Groth16Proof memory proof, bytes memory reason) private {
        VM.expectRevert(reason);
        VM.prank(OPERATOR);
        enclaves.openSession(node, o, proof);
    }

    function copyOf(Opening memory o) private pure returns (Opening memory) {
        return abi.decode(abi.encode(o), (Opening));
    }

    function pocpsOf(uint256 level) private view returns (uint256) {
        uint256 privacy = Pocps.privacyFactor(level, rewards.policy().privacyLimit);
        return Pocps.pocps(Pocps.timeFactor(DAY, 2 * DAY), 1e18, privacy, 1e18);
    }
}
