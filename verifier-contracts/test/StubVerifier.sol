// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Groth16Proof} from "../src/interfaces/Types.sol";
import {IGroth16Verifier} from "../src/interfaces/IVerifierRouter.sol";

/// @title Test only: a verifier whose verdict the test writes into the proof
/// @dev A stub proof is (ACCEPTED, the steps it proves, the sampleIndex it answers) and is true of nothing else.
contract StubVerifier is IGroth16Verifier {
    uint256 public constant ACCEPTED = 1;
    uint256 private constant SIGNALS = 6;

    /// @inheritdoc IGroth16Verifier
    function verifyBatch(Groth16Proof[] calldata proofs, uint256[] calldata signals) external pure returns (bool) {
        if (proofs.length == 0) revert BatchEmpty();
        if (signals.length != SIGNALS * proofs.length) {
            revert SignalCountWrong(signals.length, SIGNALS * proofs.length);
        }
        for (uint256 i = 0; i < proofs.length; ++i) {
            Groth16Proof calldata proof = proofs[i];
            if (proof.a[0] != ACCEPTED) return false;
            if (proof.a[1] != signals[SIGNALS * i + 3]) return false;
            if (proof.c[0] != signals[SIGNALS * i + 5]) return false;
        }
        return true;
    }

    /// @inheritdoc IGroth16Verifier
    function signalCount() external pure returns (uint256) {
        return SIGNALS;
    }

    /// @inheritdoc IGroth16Verifier
    function keyHash() external pure returns (bytes32) {
        return 0;
    }
}
