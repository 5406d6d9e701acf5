// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitId, Groth16Proof} from "./Types.sol";

/// @title A generated proof verifier
/// @notice Its key is part of its code; it has no state and no owner.
interface IGroth16Verifier {
    /// @notice There is nothing to verify: an empty batch would be true of anything.
    error BatchEmpty();
    /// @notice `count` signals were given, the batch needs `expected`.
    error SignalCountWrong(uint256 count, uint256 expected);
    /// @notice Signal `index` of the flat array is not below r: `value - r` would be the same statement.
    error SignalOutOfField(uint256 index, uint256 value);
    /// @notice A coordinate of proof `index` is not below q.
    error CoordinateOutOfField(uint256 index);

    /// @notice True when every proof verifies; false, or a revert with the reason, when one does not.
    /// @dev Random linear combination with 128-bit coefficients from a hash of the key, all proofs and all signals, so that
    /// nobody can choose proofs after knowing them: a batch with a false proof passes with a probability of 2^-128.
    /// Every precompile gets exactly the gas it needs, so a proof that is not on the curve cannot burn the caller's.
    /// @param proofs At least one.
    /// @param signals The public signals of proof 0, then of proof 1, …, each in the order of circuits.json.
    function verifyBatch(Groth16Proof[] calldata proofs, uint256[] calldata signals) external view returns (bool);

    /// @notice Public signals of one proof.
    function signalCount() external pure returns (uint256);

    /// @notice keccak256 of the key's numbers, the same that the generator prints.
    function keyHash() external pure returns (bytes32);
}

/// @title The proof verifier of each circuit
/// @notice A circuit's verifier is added once and never replaced; freezing stops additions for ever.
interface IVerifierRouter {
    /// @notice Only the owner, fixed at deployment, may add verifiers or freeze.
    error NotOwner(address caller);
    /// @notice The circuit has a verifier, and it cannot be replaced.
    error CircuitTaken(CircuitId circuit, address verifier);
    /// @notice No verifier was added for this circuit.
    error CircuitUnknown(CircuitId circuit);
    /// @notice There is no code at the verifier's address.
    error VerifierWithoutCode(address verifier);
    /// @notice Nothing can be added any more.
    error RouterFrozen();
    /// @notice At least one of the proofs does not verify.
    error ProofRejected(CircuitId circuit);

    /// @notice From now on `verifier` decides about proofs of `circuit`.
    event VerifierAdded(CircuitId indexed circuit, address indexed verifier);
    /// @notice No verifier will ever be added again.
    event Frozen();

    /// @notice Adds the verifier of a circuit that has none. Only the owner.
    function add(CircuitId circuit, address verifier) external;

    /// @notice Stops additions for ever. Only the owner.
    function freeze() external;

    /// @notice Reverts unless every proof verifies. See `IGroth16Verifier.verifyBatch`.
    function verifyBatch(CircuitId circuit, Groth16Proof[] calldata proofs, uint256[] calldata signals) external view;

    /// @notice The circuit's verifier, or zero.
    function verifierOf(CircuitId circuit) external view returns (address);

    /// @notice The account that may add and freeze.
    function owner() external view returns (address);

    /// @notice Whether additions have ended.
    function frozen() external view returns (bool);
}
