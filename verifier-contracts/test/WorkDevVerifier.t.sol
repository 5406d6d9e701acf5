// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Groth16Proof} from "../src/interfaces/Types.sol";
import {IGroth16Verifier} from "../src/interfaces/IVerifierRouter.sol";
import {WorkDevVerifier} from "../src/generated/WorkDevVerifier.sol";
import {RealProofs} from "./RealProofs.sol";

/// @title WorkDevVerifier: real proofs, and everything near them
contract WorkDevVerifierTest is RealProofs {
    WorkDevVerifier private verifier;

    function setUp() public {
        loadFixture();
        verifier = new WorkDevVerifier();
    }

    function test_is_of_the_key_that_made_the_fixture() public view {
        same("key", verifier.keyHash(), VM.parseJsonBytes32(fixture, ".keyHash"));
        same("signals", verifier.signalCount(), 6);
    }

    function test_accepts_one_four_and_sixteen_proofs() public view {
        isTrue("1", verifier.verifyBatch(realProofs(1), realSignals(1)));
        isTrue("4", verifier.verifyBatch(realProofs(4), realSignals(4)));
        isTrue("16", verifier.verifyBatch(realProofs(16), realSignals(16)));
    }

    function test_refuses_proofs_in_another_order() public view {
        Groth16Proof[] memory proofs = realProofs(4);
        (proofs[1], proofs[2]) = (proofs[2], proofs[1]);
        isTrue("refused", !verifier.verifyBatch(proofs, realSignals(4)));
    }

    function test_refuses_the_same_proof_twice() public view {
        Groth16Proof[] memory proofs = realProofs(2);
        proofs[1] = proofOf(0);
        isTrue("refused", !verifier.verifyBatch(proofs, realSignals(2)));
    }

    function test_refuses_a_false_proof_at_any_position() public view {
        for (uint256 i = 0; i < 4; ++i) {
            Groth16Proof[] memory proofs = realProofs(4);
            proofs[i].c = proofOf(5).c;
            isTrue("refused", !verifier.verifyBatch(proofs, realSignals(4)));
        }
    }

    /// @dev Errors that cancel in a plain sum do not in a random one: C_0 + D and C_1 - D.
    function test_refuses_errors_that_cancel_each_other() public view {
        Groth16Proof[] memory proofs = realProofs(2);
        uint256[2] memory d = proofOf(5).c;
        proofs[0].c = plus(proofs[0].c, d);
        d[1] = Q - d[1];
        proofs[1].c = plus(proofs[1].c, d);
        isTrue("refused", !verifier.verifyBatch(proofs, realSignals(2)));
    }

    /// @dev Who knew r_1 before choosing C would add r_1 D to C_0 and take D from C_1. Each seed here is what r_1 would
    /// follow from if the transcript left something out.
    function test_refuses_errors_that_cancel_under_a_coefficient_known_before() public view {
        bytes memory signals = abi.encodePacked(realSignals(2));
        bytes32 key = verifier.keyHash();
        bytes memory first = abi.encode(proofOf(0));
        bytes memory second = abi.encode(proofOf(1));
        bytes32[7] memory seeds = [
            keccak256(abi.encodePacked(key, first, second, signals)),
            keccak256(abi.encodePacked(key, first, second)),
            keccak256(abi.encodePacked(first, second, signals)),
            keccak256(abi.encodePacked(key, signals)),
            keccak256(abi.encodePacked(key)),
            keccak256(""),
            bytes32(0)
        ];
        for (uint256 i = 0; i < seeds.length; ++i) {
            uint256 coefficient = uint256(keccak256(abi.encode(seeds[i], uint256(1)))) >> 128;
            Groth16Proof[] memory proofs = realProofs(2);
            uint256[2] memory d = proofOf(5).c;
            proofs[0].c = plus(proofs[0].c, times(d, coefficient));
            d[1] = Q - d[1];
            proofs[1].c = plus(proofs[1].c, d);
            isTrue("refused", !verifier.verifyBatch(proofs, realSignals(2)));
        }
    }

    function test_accepts_other_forms_of_a_true_proof() public view {
        Groth16Proof[] memory proofs = realProofs(2);
        proofs[0] = halved();
        isTrue("halved", verifier.verifyBatch(proofs, realSignals(2)));
        proofs[0] = negated(proofOf(0));
        isTrue("negated", verifier.verifyBatch(proofs, realSignals(2)));
    }

    function test_refuses_an_empty_batch() public {
        VM.expectRevert(IGroth16Verifier.BatchEmpty.selector);
        verifier.verifyBatch(new Groth16Proof[](0), new uint256[](0));
    }

    function test_refuses_another_number_of_signals() public {
        VM.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalCountWrong.selector, 6, 12));
        verifier.verifyBatch(realProofs(2), realSignals(1));
        VM.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalCountWrong.selector, 12, 6));
        verifier.verifyBatch(realProofs(1), realSignals(2));
    }

    function test_refuses_every_signal_that_is_not_below_r() public {
        for (uint256 i = 0; i < 12; ++i) {
            uint256[] memory signals = realSignals(2);
            // The same number modulo r: without the check the proof would be true of it too.
            signals[i] += R;
            VM.expectRevert(abi.encodeWithSelector(IGroth16Verifier.SignalOutOfField.selector, i, signals[i]));
            verifier.verifyBatch(realProofs(2), signals);
        }
    }

    function test_refuses_every_coordinate_that_is_not_below_q() public {
        for (uint256 i = 0; i < 16; ++i) {
            Groth16Proof[] memory proofs = realProofs(2);
            uint256 value = word(proofs[i / 8], i % 8);
            // Not all coordinates have room for q more in a word; q itself stands for 0 then.
            setWord(proofs[i / 8], i % 8, value <= type(uint256).max - Q ? value + Q : Q);
            VM.expectRevert(abi.encodeWithSelector(IGroth16Verifier.CoordinateOutOfField.selector, i / 8));
            verifier.verifyBatch(proofs, realSignals(2));
        }
    }

    /// @dev The stock export forwards 63/64 of all gas to a precompile, which burns it.
    function test_spends_a_bounded_amount_of_gas_on_points_off_the_curve() public view {
        Groth16Proof[] memory proofs = realProofs(4);
        uint256[] memory signals = realSignals(4);
        for (uint256 i = 0; i < 8; ++i) {
            setWord(proofs[1], i, word(proofs[1], i) ^ 1);
            uint256 before = gasleft();
            isTrue("refused", !verifier.verifyBatch(proofs, signals));
            atMost("gas", before - gasleft(), 420_000);
            setWord(proofs[1], i, word(proofs[1], i) ^ 1);
        }
    }

    function test_refuses_points_at_infinity() public view {
        Groth16Proof[] memory proofs = new Groth16Proof[](1);
        isTrue("all", !verifier.verifyBatch(proofs, realSignals(1)));
        proofs = realProofs(1);
        proofs[0].c = [uint256(0), 0];
        isTrue("C", !verifier.verifyBatch(proofs, realSignals(1)));
    }

    /// @dev (1, 2) is on the twist's field but in no subgroup that the pairing takes.
    function test_refuses_a_point_outside_the_subgroup() public view {
        Groth16Proof[] memory proofs = realProofs(1);
        proofs[0].b = [uint256(1), 2, 3, 4];
        isTrue("refused", !verifier.verifyBatch(proofs, realSignals(1)));
    }

    function testFuzz_any_changed_bit_of_a_proof_is_refused(uint256 which, uint8 bit) public view {
        which = which % 32;
        Groth16Proof[] memory proofs = realProofs(4);
        uint256 changed = word(proofs[which / 8], which % 8) ^ (1 << bit);
        setWord(proofs[which / 8], which % 8, changed);
        try verifier.verifyBatch(proofs, realSignals(4)) returns (bool ok) {
            isTrue("refused", !ok);
        } catch {
            isTrue("out of field", changed >= Q);
        }
    }

    function testFuzz_any_other_signal_is_refused(uint256 which, uint256 value) public view {
        uint256[] memory signals = realSignals(4);
        value %= R;
        if (signals[which % 24] == value) return;
        signals[which % 24] = value;
        isTrue("refused", !verifier.verifyBatch(realProofs(4), signals));
    }

    function plus(uint256[2] memory a, uint256[2] memory b) private view returns (uint256[2] memory) {
        (bool done, bytes memory sum) = address(6).staticcall(abi.encode(a, b));
        isTrue("ecAdd", done);
        return abi.decode(sum, (uint256[2]));
    }

    function word(Groth16Proof memory proof, uint256 i) private pure returns (uint256) {
        if (i < 2) return proof.a[i];
        if (i < 6) return proof.b[i - 2];
        return proof.c[i - 6];
    }

    function setWord(Groth16Proof memory proof, uint256 i, uint256 value) private pure {
        if (i < 2) proof.a[i] = value;
        else if (i < 6) proof.b[i - 2] = value;
        else proof.c[i - 6] = value;
    }
}
