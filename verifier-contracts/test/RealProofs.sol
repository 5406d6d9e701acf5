// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Groth16Proof, NodeId} from "../src/interfaces/Types.sol";
import {Test} from "./Test.sol";

/// @title The real proofs of fixtures/work-dev.json, made by test/verifier-contracts/fixtures.ts
abstract contract RealProofs is Test {
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    string internal fixture;
    uint256[] internal words;

    function loadFixture() internal {
        fixture = VM.readFile("test/fixtures/work-dev.json");
        words = VM.parseJsonUintArray(fixture, ".proofWords");
    }

    function number(string memory key) internal view returns (uint256) {
        return VM.parseJsonUint(fixture, key);
    }

    function realNode() internal view returns (NodeId) {
        return NodeId.wrap(VM.parseJsonBytes32(fixture, ".node"));
    }

    function realProofs(uint256 count) internal view returns (Groth16Proof[] memory proofs) {
        proofs = new Groth16Proof[](count);
        for (uint256 i = 0; i < count; ++i) {
            proofs[i] = proofOf(i);
        }
    }

    function proofOf(uint256 i) internal view returns (Groth16Proof memory proof) {
        proof.a = [words[8 * i], words[8 * i + 1]];
        proof.b = [words[8 * i + 2], words[8 * i + 3], words[8 * i + 4], words[8 * i + 5]];
        proof.c = [words[8 * i + 6], words[8 * i + 7]];
    }

    /// @dev The public signals of the first `count` proofs, in the order of circuits.json.
    function realSignals(uint256 count) internal view returns (uint256[] memory signals) {
        uint256[5] memory shared = [
            number(".challenge"), number(".datasetRoot"), number(".traceRoot"), number(".steps"), number(".sampleSeed")
        ];
        signals = new uint256[](6 * count);
        for (uint256 i = 0; i < count; ++i) {
            for (uint256 j = 0; j < 5; ++j) {
                signals[6 * i + j] = shared[j];
            }
            signals[6 * i + 5] = i;
        }
    }

    /// @dev (-A, -B, C): the same pairing.
    function negated(Groth16Proof memory proof) internal pure returns (Groth16Proof memory) {
        proof.a[1] = Q - proof.a[1];
        proof.b[2] = (Q - proof.b[2]) % Q;
        proof.b[3] = (Q - proof.b[3]) % Q;
        return proof;
    }

    /// @dev (x A, x^-1 B, C) with x = 1/2, of proof 0.
    function halved() internal view returns (Groth16Proof memory proof) {
        proof = proofOf(0);
        uint256[] memory b = VM.parseJsonUintArray(fixture, ".doubledB");
        proof.b = [b[0], b[1], b[2], b[3]];
        proof.a = times(proof.a, (R + 1) / 2);
    }

    function times(uint256[2] memory point, uint256 scalar) internal view returns (uint256[2] memory) {
        (bool done, bytes memory product) = address(7).staticcall(abi.encode(point, scalar));
        isTrue("ecMul", done);
        return abi.decode(product, (uint256[2]));
    }
}
