// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitId, Groth16Proof} from "./interfaces/Types.sol";
import {IGroth16Verifier, IVerifierRouter} from "./interfaces/IVerifierRouter.sol";

/// @title VerifierRouter
contract VerifierRouter is IVerifierRouter {
    address private immutable _owner;
    bool private _frozen;
    mapping(CircuitId circuit => address) private _verifierOf;

    /// @param ownerAddress May add verifiers until it freezes the router.
    constructor(address ownerAddress) {
        _owner = ownerAddress;
    }

    modifier onlyOwner() {
        if (msg.sender != _owner) revert NotOwner(msg.sender);
        _;
    }

    /// @inheritdoc IVerifierRouter
    function add(CircuitId circuit, address verifier) external onlyOwner {
        if (_frozen) revert RouterFrozen();
        address current = _verifierOf[circuit];
        if (current != address(0)) revert CircuitTaken(circuit, current);
        if (verifier.code.length == 0) revert VerifierWithoutCode(verifier);
        _verifierOf[circuit] = verifier;
        emit VerifierAdded(circuit, verifier);
    }

    /// @inheritdoc IVerifierRouter
    function freeze() external onlyOwner {
        if (_frozen) revert RouterFrozen();
        _frozen = true;
        emit Frozen();
    }

    /// @inheritdoc IVerifierRouter
    function verifyBatch(CircuitId circuit, Groth16Proof[] calldata proofs, uint256[] calldata signals) external view {
        address verifier = _verifierOf[circuit];
        if (verifier == address(0)) revert CircuitUnknown(circuit);
        if (!IGroth16Verifier(verifier).verifyBatch(proofs, signals)) revert ProofRejected(circuit);
    }

    /// @inheritdoc IVerifierRouter
    function verifierOf(CircuitId circuit) external view returns (address) {
        return _verifierOf[circuit];
    }

    /// @inheritdoc IVerifierRouter
    function owner() external view returns (address) {
        return _owner;
    }

    /// @inheritdoc IVerifierRouter
    function frozen() external view returns (bool) {
        return _frozen;
    }
}
