// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Groth16Proof} from "../src/interfaces/Types.sol";
import {IGroth16Verifier} from "../src/interfaces/IVerifierRouter.sol";

/// @title Test only: a verifier whose verdict the test decides
/// @dev A proof is accepted when its first coordinate is `ACCEPTED`, so one batch can hold both kinds.
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
            if (proofs[i].a[0] != ACCEPTED) return false;
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
