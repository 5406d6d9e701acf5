// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title circomlib's Poseidon of two elements
/// @notice The library PoseidonT3 of the package poseidon-solidity, deployed and called as a contract: nothing is linked.
interface IPoseidon {
    /// @notice Poseidon(2), capacity 0. Inputs are reduced modulo r.
    function hash(uint256[2] memory inputs) external pure returns (uint256);
}
