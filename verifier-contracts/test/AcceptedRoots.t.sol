// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId, SCALAR_FIELD} from "../src/interfaces/Types.sol";
import {Acceptance, IAcceptedRoots, LevelTerms, RootKind, RootTerms} from "../src/interfaces/IAcceptedRoots.sol";
import {EnclavePolicy, EnclaveTerms, IEnclaveRegistry} from "../src/interfaces/IEnclaveRegistry.sol";
import {IPoseidon} from "../src/interfaces/IPoseidon.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {EnclaveDeployment} from "./EnclaveDeployment.sol";
import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";

/// @title AcceptedRoots: announced with a delay, overlapping, taken away at once
contract AcceptedRootsTest is EnclaveDeployment {
    uint256 private constant NEXT = 2001;

    function setUp() public {
        deployEnclaves();
    }

    function test_accepts_the_next_root_after_the_delay_and_the_last_one_a_little_longer() public {
        accept(RootKind.Tcb, NEXT, UNTIL);
        same("latest", enclaves.latestRoot(RootKind.Tcb, AUTHORITY), NEXT);
        between("next", NEXT, START + 2 * DAY, UNTIL);
        between("last", TCB, START, START + 3 * DAY);
    }

    function test_does_not_prolong_a_root_that_ends_before_the_next_begins() public {
        accept(RootKind.Tcb, NEXT, UNTIL);
        VM.warp(START + 2 * DAY + 1);
        accept(RootKind.Tcb, NEXT + 1, UNTIL);
        between("the first", TCB, START, START + 3 * DAY);
        between("the second", NEXT, START + 2 * DAY, START + 5 * DAY + 1);
    }

    function test_prolongs_or_shortens_an_accepted_root_at_once() public {
        accept(RootKind.Tcb, TCB, UNTIL + DAY);
        between("longer", TCB, START, UNTIL + DAY);
        accept(RootKind.Tcb, TCB, START + DAY);
        between("shorter", TCB, START, START + DAY);
        VM.warp(START + DAY);
        accept(RootKind.Tcb, TCB, UNTIL);
        between("ended, so announced anew", TCB, START + 3 * DAY, UNTIL);
    }

    function test_takes_an_earlier_root_back_into_use_without_a_gap() public {
        accept(RootKind.Tcb, NEXT, UNTIL);
        VM.warp(START + 2 * DAY);
        accept(RootKind.Tcb, TCB, UNTIL);
        between("the earlier one", TCB, START, UNTIL);
        between("the one between", NEXT, START + 2 * DAY, START + 3 * DAY);
    }

    function test_lets_the_guardian_take_a_root_away_at_once() public {
        accept(RootKind.Tcb, NEXT, UNTIL);
        VM.startPrank(GUARDIAN);
        enclaves.revokeRoot(RootKind.Tcb, AUTHORITY, TCB);
        enclaves.revokeRoot(RootKind.Tcb, AUTHORITY, NEXT);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 root = [TCB, NEXT, NEXT + 9][i];
            VM.expectRevert(
                abi.encodeWithSelector(IAcceptedRoots.RootNotAccepted.selector, RootKind.Tcb, AUTHORITY, root)
            );
            enclaves.revokeRoot(RootKind.Tcb, AUTHORITY, root);
        }
        same("over", enclaves.acceptanceOf(RootKind.Tcb, AUTHORITY, TCB).until, 0);
        same("never", enclaves.acceptanceOf(RootKind.Tcb, AUTHORITY, NEXT).until, 0);
    }

    function test_keeps_the_lists_of_authorities_and_kinds_apart() public {
        accept(RootKind.Measurement, NEXT, UNTIL);
        same("tcb", enclaves.latestRoot(RootKind.Tcb, AUTHORITY), TCB);
        same("measurement", enclaves.latestRoot(RootKind.Measurement, AUTHORITY), NEXT);
        VM.startPrank(ADMIN);
        enclaves.acceptRoot(RootKind.Revocation, OTHER_AUTHORITY, RootTerms(NEXT, UNTIL));
        same("revocation", enclaves.latestRoot(RootKind.Revocation, AUTHORITY), REVOCATION);
        same("the other's", enclaves.latestRoot(RootKind.Revocation, OTHER_AUTHORITY), NEXT);
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.AuthorityUnknown.selector, OTHER_AUTHORITY));
        enclaves.acceptRoot(RootKind.Tcb, OTHER_AUTHORITY, RootTerms(NEXT, UNTIL));
        VM.expectRevert(abi.encodeWithSelector(IEnclaveRegistry.AuthorityUnknown.selector, 2));
        enclaves.acceptRoot(RootKind.Revocation, AuthorityId.wrap(2), RootTerms(NEXT, UNTIL));
    }

    function test_refuses_roots_that_are_none_or_end_before_they_begin() public {
        VM.startPrank(ADMIN);
        uint48 begin = START + 2 * DAY;
        RootTerms[4] memory wrong = [
            RootTerms(0, UNTIL),
            RootTerms(SCALAR_FIELD, UNTIL),
            RootTerms(SCALAR_FIELD + TCB, UNTIL),
            RootTerms(NEXT, begin)
        ];
        for (uint256 i = 0; i < 4; ++i) {
            VM.expectRevert(
                abi.encodeWithSelector(IAcceptedRoots.RootInvalid.selector, RootKind.Tcb, wrong[i].root, wrong[i].until)
            );
            enclaves.acceptRoot(RootKind.Tcb, AUTHORITY, wrong[i]);
        }
        VM.expectRevert(abi.encodeWithSelector(IAcceptedRoots.RootInvalid.selector, RootKind.Tcb, TCB, START));
        enclaves.acceptRoot(RootKind.Tcb, AUTHORITY, RootTerms(TCB, START));
        enclaves.acceptRoot(RootKind.Tcb, AUTHORITY, RootTerms(NEXT, begin + 1));
    }

    function test_leaves_each_power_to_its_holder() public {
        bytes memory notAdmin = abi.encodeWithSelector(IAcceptedRoots.NotAdmin.selector, GUARDIAN);
        VM.startPrank(GUARDIAN);
        VM.expectRevert(notAdmin);
        enclaves.acceptRoot(RootKind.Tcb, AUTHORITY, RootTerms(NEXT, UNTIL));
        VM.expectRevert(notAdmin);
        enclaves.setLevel(LevelTerms(1, 1));
        VM.stopPrank();
        VM.expectRevert(abi.encodeWithSelector(IAcceptedRoots.NotGuardian.selector, ADMIN));
        VM.prank(ADMIN);
        enclaves.revokeRoot(RootKind.Tcb, AUTHORITY, TCB);
    }

    // Levels

    function test_changes_a_level_after_the_delay() public {
        same("before", enclaves.privacyOf(LEVEL), PRIVACY);
        same("unknown", enclaves.privacyOf(LEVEL + 1), 0);
        setLevel(LEVEL, 80);
        setLevel(LEVEL + 1, 90);
        VM.warp(START + 2 * DAY - 1);
        same("not yet", enclaves.privacyOf(LEVEL), PRIVACY);
        same("not yet", enclaves.privacyOf(LEVEL + 1), 0);
        VM.warp(START + 2 * DAY);
        same("now", enclaves.privacyOf(LEVEL), 80);
        same("now", enclaves.privacyOf(LEVEL + 1), 90);
    }

    function test_starts_the_delay_anew_when_a_change_is_changed() public {
        setLevel(LEVEL, 80);
        VM.warp(START + DAY);
        setLevel(LEVEL, 0);
        VM.warp(START + 3 * DAY - 1);
        same("still the first", enclaves.privacyOf(LEVEL), PRIVACY);
        VM.warp(START + 3 * DAY);
        same("taken away", enclaves.privacyOf(LEVEL), 0);
    }

    function test_lets_level_0_stand_for_nothing() public {
        VM.expectRevert(abi.encodeWithSelector(IAcceptedRoots.LevelInvalid.selector, 0));
        VM.prank(ADMIN);
        enclaves.setLevel(LevelTerms(0, 1));
    }

    // Deployment

    function test_refuses_policies_out_of_range() public {
        uint48 year = 365 days;
        EnclavePolicy[5] memory wrong = [
            EnclavePolicy(0, 2, 0, 0),
            EnclavePolicy(year + 1, 2, 0, 0),
            EnclavePolicy(DAY, 1, 0, 0),
            EnclavePolicy(DAY, 2, year + 1, 0),
            EnclavePolicy(DAY, 2, 0, year + 1)
        ];
        uint256[5] memory positions = [uint256(0), 0, 1, 2, 3];
        uint256[5] memory values = [uint256(0), year + 1, 1, year + 1, year + 1];
        for (uint256 i = 0; i < 5; ++i) {
            EnclaveTerms memory t = enclaveTerms();
            t.policy = wrong[i];
            VM.expectRevert(
                abi.encodeWithSelector(IEnclaveRegistry.EnclavePolicyInvalid.selector, positions[i], values[i])
            );
            new EnclaveRegistry(registry, rounds, router, IPoseidon(address(PoseidonT3)), t);
        }
    }

    function test_refuses_to_begin_with_roots_that_are_none() public {
        EnclaveTerms memory t = enclaveTerms();
        t.tcb.root = 0;
        VM.expectRevert(abi.encodeWithSelector(IAcceptedRoots.RootInvalid.selector, RootKind.Tcb, 0, UNTIL));
        new EnclaveRegistry(registry, rounds, router, IPoseidon(address(PoseidonT3)), t);
        t = enclaveTerms();
        t.measurement.until = START;
        VM.expectRevert(
            abi.encodeWithSelector(IAcceptedRoots.RootInvalid.selector, RootKind.Measurement, MEASUREMENT, START)
        );
        new EnclaveRegistry(registry, rounds, router, IPoseidon(address(PoseidonT3)), t);
        t = enclaveTerms();
        t.authorities[1].revocation.root = SCALAR_FIELD;
        VM.expectRevert(
            abi.encodeWithSelector(IAcceptedRoots.RootInvalid.selector, RootKind.Revocation, SCALAR_FIELD, UNTIL)
        );
        new EnclaveRegistry(registry, rounds, router, IPoseidon(address(PoseidonT3)), t);
    }

    function accept(RootKind kind, uint256 root, uint48 until) private {
        VM.prank(ADMIN);
        enclaves.acceptRoot(kind, AUTHORITY, RootTerms(root, until));
    }

    function setLevel(uint32 level, uint64 privacy) private {
        VM.prank(ADMIN);
        enclaves.setLevel(LevelTerms(level, privacy));
    }

    function between(string memory what, uint256 root, uint256 from, uint256 until) private view {
        Acceptance memory acceptance = enclaves.acceptanceOf(RootKind.Tcb, AUTHORITY, root);
        same(what, acceptance.from, from);
        same(what, acceptance.until, until);
    }
}
