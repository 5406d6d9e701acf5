// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Groth16Proof} from "../src/interfaces/Types.sol";
import {IGroth16Verifier} from "../src/interfaces/IVerifierRouter.sol";

/// @title Test only: a verifier, of any number of signals, for which a proof is the hash of the signals that it is true of
contract EchoVerifier is IGroth16Verifier {
    /// @inheritdoc IGroth16Verifier
    function verifyBatch(Groth16Proof[] calldata proofs, uint256[] calldata signals) external pure returns (bool) {
        if (proofs.length == 0) revert BatchEmpty();
        return proofs.length == 1 && proofs[0].a[0] == uint256(keccak256(abi.encode(signals)));
    }

    /// @inheritdoc IGroth16Verifier
    function signalCount() external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IGroth16Verifier
    function keyHash() external pure returns (bytes32) {
        return 0;
    }
}
