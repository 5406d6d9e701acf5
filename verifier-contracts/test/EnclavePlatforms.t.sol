// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId, CircuitId, Groth16Proof, SCALAR_FIELD} from "../src/interfaces/Types.sol";
import {IAcceptedRoots, RootKind} from "../src/interfaces/IAcceptedRoots.sol";
import {IEnclaveRegistry, Platform, PlatformStatus} from "../src/interfaces/IEnclaveRegistry.sol";
import {IVerifierRouter} from "../src/interfaces/IVerifierRouter.sol";
import {EnclaveDeployment} from "./EnclaveDeployment.sol";

/// @title EnclaveRegistry: platforms come, are replaced, removed and revoked
contract EnclavePlatformsTest is EnclaveDeployment {
    uint256 private constant NULLIFIER = 11;
    uint256 private constant LEAF = 12;
    /// @dev Of the sessions that a leaf removed in window 0 may have opened.
    uint48 private constant COOLED = START + uint48(SESSION_WINDOWS) * DAY;
    /// @dev 2032-01-01, and so the end of YEAR.
    uint48 private constant AFTER_YEAR = 1_956_528_000;

    function setUp() public {
        deployEnclaves();
    }

    function test_says_what_it_was_deployed_with() public view {
        same("authorities", enclaves.authorityCount(), 2);
        (CircuitId circuit, bool revoked) = enclaves.authorityOf(OTHER_AUTHORITY);
        same("circuit", CircuitId.unwrap(circuit), CircuitId.unwrap(OTHER_PLATFORM_CIRCUIT));
        isTrue("trusted", !revoked);
        same("window", enclaves.policy().windowSeconds, DAY);
        same("session", enclaves.policy().sessionWindows, SESSION_WINDOWS);
        same("delay", enclaves.policy().rootDelay, 2 * DAY);
        same("overlap", enclaves.policy().rootOverlap, DAY);
        same("genesis", enclaves.genesis(), START);
        same("admin", enclaves.admin(), ADMIN);
        same("guardian", enclaves.guardian(), GUARDIAN);
    }

    function test_puts_a_new_platforms_leaf_into_its_authoritys_tree() public {
        uint256 before = enclaves.platformRoot(AUTHORITY);
        registerAs(OWNER, NULLIFIER, LEAF);
        Platform memory p = enclaves.platformOf(NULLIFIER);
        isTrue("live", p.status == PlatformStatus.Live);
        same("owner", p.owner, OWNER);
        same("leaf", p.leaf, LEAF);
        same("index", p.index, 0);
        same("year", p.validThroughYear, YEAR);
        uint256 root = enclaves.platformRoot(AUTHORITY);
        isTrue("changed", root != before);
        isTrue("recent", enclaves.isPlatformRoot(AUTHORITY, root));
        isTrue("of this authority", !enclaves.isPlatformRoot(OTHER_AUTHORITY, root));
        same("the other's tree", enclaves.platformRoot(OTHER_AUTHORITY), before);
    }

    function test_binds_the_proof_to_the_sender_the_list_and_the_year() public {
        Groth16Proof memory proof = platformProof(NULLIFIER, LEAF, REVOCATION, YEAR, OWNER);
        bytes memory reason = abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, PLATFORM_CIRCUIT);
        VM.prank(STRANGER);
        VM.expectRevert(reason);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION, YEAR, proof);
        VM.startPrank(OWNER);
        VM.expectRevert(reason);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION, YEAR + 1, proof);
        VM.expectRevert(reason);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF + 1, REVOCATION, YEAR, proof);
        VM.expectRevert(reason);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER + 1, LEAF, REVOCATION, YEAR, proof);
        VM.expectRevert(
            abi.encodeWithSelector(
                IAcceptedRoots.RootNotAccepted.selector, RootKind.Revocation, OTHER_AUTHORITY, REVOCATION
            )
        );
        enclaves.registerPlatform(OTHER_AUTHORITY, NULLIFIER, LEAF, REVOCATION, YEAR, proof);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION, YEAR, proof);
    }

    function test_refuses_signals_that_are_no_field_elements_and_an_empty_leaf() public {
        uint256[2] memory wrong = [SCALAR_FIELD, SCALAR_FIELD + NULLIFIER];
        Groth16Proof memory proof;
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory reason = abi.encodeWithSelector(IEnclaveRegistry.SignalNotInField.selector, wrong[i]);
            VM.expectRevert(reason);
            enclaves.registerPlatform(AUTHORITY, wrong[i], LEAF, REVOCATION, YEAR, proof);
            VM.expectRevert(reason);
            enclaves.registerPlatform(AUTHORITY, NULLIFIER, wrong[i], REVOCATION, YEAR, proof);
        }
        VM.expectRevert(IEnclaveRegistry.LeafZero.selector);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, 0, REVOCATION, YEAR, proof);
    }

    function test_refuses_an_authority_that_there_is_not() public {
        AuthorityId nobody = AuthorityId.wrap(2);
        Groth16Proof memory proof;
        bytes memory reason = abi.encodeWithSelector(IEnclaveRegistry.AuthorityUnknown.selector, nobody);
        VM.expectRevert(reason);
        enclaves.registerPlatform(nobody, NULLIFIER, LEAF, REVOCATION, YEAR, proof);
        VM.expectRevert(reason);
        enclaves.platformRoot(nobody);
        VM.expectRevert(reason);
        enclaves.isPlatformRoot(nobody, 1);
        VM.expectRevert(reason);
        enclaves.authorityOf(nobody);
    }

    // Certificates

    function test_takes_a_certificate_through_the_last_second_of_its_year() public {
        VM.warp(AFTER_YEAR - 1);
        acceptRevocationRoot(REVOCATION + 10);
        VM.warp(AFTER_YEAR - 1);
        Groth16Proof memory proof = platformProof(NULLIFIER, LEAF, REVOCATION + 10, YEAR, OWNER);
        VM.prank(OWNER);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION + 10, YEAR, proof);
        VM.warp(AFTER_YEAR);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.CertificateExpired.selector, YEAR));
        VM.prank(OWNER);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER + 1, LEAF, REVOCATION + 10, YEAR, proof);
    }

    function test_refuses_years_that_no_calendar_has() public {
        Groth16Proof memory proof;
        uint16[4] memory wrong = [uint16(0), 1969, 10_000, type(uint16).max];
        for (uint256 i = 0; i < 4; ++i) {
            VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.CertificateExpired.selector, wrong[i]));
            enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION, wrong[i], proof);
        }
    }

    function test_lets_anyone_remove_a_platform_whose_certificate_has_expired() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        uint256 root = enclaves.platformRoot(AUTHORITY);
        VM.warp(AFTER_YEAR - 1);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.NotPlatformOwner.selector, NULLIFIER, STRANGER));
        VM.prank(STRANGER);
        enclaves.removePlatform(NULLIFIER);
        VM.warp(AFTER_YEAR);
        VM.prank(STRANGER);
        enclaves.removePlatform(NULLIFIER);
        isTrue("stale", !enclaves.isPlatformRoot(AUTHORITY, root));
    }

    function test_lets_another_owner_register_after_expiry_and_a_cool_down() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        VM.warp(AFTER_YEAR);
        acceptRevocationRoot(REVOCATION + 10);
        uint16 later = YEAR + 5;
        Groth16Proof memory proof = platformProof(NULLIFIER, LEAF + 1, REVOCATION + 10, later, STRANGER);
        VM.prank(STRANGER);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF + 1, REVOCATION + 10, later, proof);
        Platform memory p = enclaves.platformOf(NULLIFIER);
        isTrue("pending", p.status == PlatformStatus.Pending);
        same("owner", p.owner, STRANGER);
        isTrue("waits", p.usableFrom > block.timestamp);
    }

    // Replacement

    function test_replaces_a_leaf_at_once_and_lets_the_new_one_in_after_the_last_session() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        uint256 root = enclaves.platformRoot(AUTHORITY);
        registerAs(OWNER, NULLIFIER, LEAF + 1);
        isTrue("the old leaf is dead", !enclaves.isPlatformRoot(AUTHORITY, root));
        Platform memory p = enclaves.platformOf(NULLIFIER);
        isTrue("pending", p.status == PlatformStatus.Pending);
        same("cool-down", p.usableFrom, COOLED);

        VM.warp(COOLED - 1);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.PlatformNotUsable.selector, NULLIFIER, COOLED));
        enclaves.activatePlatform(NULLIFIER);
        VM.warp(COOLED);
        VM.prank(STRANGER);
        enclaves.activatePlatform(NULLIFIER);
        isTrue("live", enclaves.platformOf(NULLIFIER).status == PlatformStatus.Live);
        same("a new index", enclaves.platformOf(NULLIFIER).index, 1);
        VM.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.PlatformStatusWrong.selector, NULLIFIER, PlatformStatus.Live)
        );
        enclaves.activatePlatform(NULLIFIER);
    }

    function test_keeps_the_cool_down_when_a_waiting_leaf_is_replaced_or_removed() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        registerAs(OWNER, NULLIFIER, LEAF + 1);
        pass(DAY);
        registerAs(OWNER, NULLIFIER, LEAF + 2);
        same("cool-down", enclaves.platformOf(NULLIFIER).usableFrom, COOLED);
        VM.prank(OWNER);
        enclaves.removePlatform(NULLIFIER);
        same("cool-down", enclaves.platformOf(NULLIFIER).usableFrom, COOLED);
        registerAs(OWNER, NULLIFIER, LEAF + 3);
        isTrue("pending", enclaves.platformOf(NULLIFIER).status == PlatformStatus.Pending);
        VM.warp(COOLED);
        registerAs(OWNER, NULLIFIER, LEAF + 4);
        isTrue("live", enclaves.platformOf(NULLIFIER).status == PlatformStatus.Live);
    }

    function test_keeps_a_platform_for_its_owner_until_the_owner_lets_go() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        Groth16Proof memory proof = platformProof(NULLIFIER, LEAF, REVOCATION, YEAR, STRANGER);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.PlatformTaken.selector, NULLIFIER, OWNER));
        VM.prank(STRANGER);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION, YEAR, proof);
        VM.prank(OWNER);
        enclaves.removePlatform(NULLIFIER);
        VM.expectRevert(
            abi.encodeWithSelector(IEnclaveRegistry.PlatformStatusWrong.selector, NULLIFIER, PlatformStatus.Removed)
        );
        VM.prank(OWNER);
        enclaves.removePlatform(NULLIFIER);
        VM.prank(STRANGER);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION, YEAR, proof);
        same("owner", enclaves.platformOf(NULLIFIER).owner, STRANGER);
        isTrue("pending", enclaves.platformOf(NULLIFIER).status == PlatformStatus.Pending);
    }

    function test_does_not_activate_what_expired_or_lost_its_authority_while_it_waited() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        registerAs(OWNER, NULLIFIER, LEAF + 1);
        VM.warp(AFTER_YEAR);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.CertificateExpired.selector, YEAR));
        enclaves.activatePlatform(NULLIFIER);
        VM.warp(COOLED);
        VM.prank(GUARDIAN);
        enclaves.revokeAuthority(AUTHORITY);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.AuthorityIsRevoked.selector, AUTHORITY));
        enclaves.activatePlatform(NULLIFIER);
    }

    // Roots

    function test_keeps_the_last_64_roots_good_while_leaves_are_only_added() public {
        uint256[66] memory roots;
        for (uint256 i = 0; i < 66; ++i) {
            registerAs(OWNER, NULLIFIER + i, LEAF + i);
            roots[i] = enclaves.platformRoot(AUTHORITY);
        }
        isTrue("the newest", enclaves.isPlatformRoot(AUTHORITY, roots[65]));
        isTrue("the 64th", enclaves.isPlatformRoot(AUTHORITY, roots[2]));
        isTrue("the 65th is too old", !enclaves.isPlatformRoot(AUTHORITY, roots[1]));
        VM.prank(OWNER);
        enclaves.removePlatform(NULLIFIER + 30);
        for (uint256 i = 0; i < 66; ++i) {
            isTrue("stale", !enclaves.isPlatformRoot(AUTHORITY, roots[i]));
        }
        isTrue("the one after it", enclaves.isPlatformRoot(AUTHORITY, enclaves.platformRoot(AUTHORITY)));
    }

    function test_takes_a_root_that_comes_back_for_a_new_one() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        uint256 root = enclaves.platformRoot(AUTHORITY);
        registerAs(OWNER, NULLIFIER + 1, LEAF + 1);
        VM.prank(OWNER);
        enclaves.removePlatform(NULLIFIER + 1);
        same("the same tree", enclaves.platformRoot(AUTHORITY), root);
        isTrue("good", enclaves.isPlatformRoot(AUTHORITY, root));
        isTrue("0 is no root", !enclaves.isPlatformRoot(AUTHORITY, 0));
    }

    // Revocation

    function test_revokes_a_platform_for_ever_registered_or_not() public {
        registerAs(OWNER, NULLIFIER, LEAF);
        uint256 root = enclaves.platformRoot(AUTHORITY);
        VM.expectRevert(abi.encodeWithSelector(IAcceptedRoots.NotGuardian.selector, ADMIN));
        VM.prank(ADMIN);
        enclaves.revokePlatform(NULLIFIER);
        VM.startPrank(GUARDIAN);
        enclaves.revokePlatform(NULLIFIER);
        enclaves.revokePlatform(NULLIFIER + 1);
        bytes memory final_ =
            abi.encodeWithSelector(IEnclaveRegistry.PlatformStatusWrong.selector, NULLIFIER, PlatformStatus.Revoked);
        VM.expectRevert(final_);
        enclaves.revokePlatform(NULLIFIER);
        VM.stopPrank();
        isTrue("stale", !enclaves.isPlatformRoot(AUTHORITY, root));

        VM.warp(COOLED + 1);
        for (uint256 i = 0; i < 2; ++i) {
            Groth16Proof memory proof = platformProof(NULLIFIER + i, LEAF, REVOCATION, YEAR, OWNER);
            VM.expectRevert(
                abi.encodeWithSelector(
                    IEnclaveRegistry.PlatformStatusWrong.selector, NULLIFIER + i, PlatformStatus.Revoked
                )
            );
            VM.prank(OWNER);
            enclaves.registerPlatform(AUTHORITY, NULLIFIER + i, LEAF, REVOCATION, YEAR, proof);
        }
        VM.startPrank(OWNER);
        VM.expectRevert(final_);
        enclaves.activatePlatform(NULLIFIER);
        VM.expectRevert(final_);
        enclaves.removePlatform(NULLIFIER);
    }

    function test_lets_the_guardian_free_a_platform_that_a_stranger_registered_first() public {
        registerAs(STRANGER, NULLIFIER, LEAF);
        VM.prank(GUARDIAN);
        enclaves.removePlatform(NULLIFIER);
        VM.warp(COOLED);
        registerAs(OWNER, NULLIFIER, LEAF);
        same("owner", enclaves.platformOf(NULLIFIER).owner, OWNER);
        isTrue("live", enclaves.platformOf(NULLIFIER).status == PlatformStatus.Live);
    }

    function test_registers_nothing_under_a_revoked_authority() public {
        VM.expectRevert(abi.encodeWithSelector(IAcceptedRoots.NotGuardian.selector, STRANGER));
        VM.prank(STRANGER);
        enclaves.revokeAuthority(AUTHORITY);
        VM.startPrank(GUARDIAN);
        enclaves.revokeAuthority(AUTHORITY);
        bytes memory reason = abi.encodeWithSelector(IEnclaveRegistry.AuthorityIsRevoked.selector, AUTHORITY);
        VM.expectRevert(reason);
        enclaves.revokeAuthority(AUTHORITY);
        VM.stopPrank();
        (, bool revoked) = enclaves.authorityOf(AUTHORITY);
        isTrue("revoked", revoked);
        Groth16Proof memory proof = platformProof(NULLIFIER, LEAF, REVOCATION, YEAR, OWNER);
        VM.expectRevert(reason);
        VM.prank(OWNER);
        enclaves.registerPlatform(AUTHORITY, NULLIFIER, LEAF, REVOCATION, YEAR, proof);
    }

    /// @dev Years after the start the first list is stale: another takes its place, without waiting for the delay here.
    function acceptRevocationRoot(uint256 root) private {
        VM.warp(block.timestamp - 2 * DAY);
        VM.prank(ADMIN);
        enclaves.acceptRoot(RootKind.Revocation, AUTHORITY, termsOf(root));
        VM.warp(block.timestamp + 2 * DAY);
    }
}
