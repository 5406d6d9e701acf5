// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// One GPU slot of an operator: keccak256(abi.encode(operator, salt)).
type NodeId is bytes32;

/// A GPU class, counted from 0 in the order of addition.
type ClassId is uint32;

/// A time slot of `epochSeconds`, counted from 0 at genesis. 48 bits, to be a checkpoint's key.
type EpochId is uint48;

/// A circuit's name in circuits.json as ASCII, left-aligned: bytes32("work-dev").
type CircuitId is bytes32;

/// Who certifies enclave platforms: one Intel PCK CA, or the development CA. Counted from 0 in the order of the deployment.
type AuthorityId is uint8;

/// What the runner executes, as ASCII, left-aligned: bytes32("benchmark").
type KernelId is bytes32;

/// One offer of a node's hours to a pool, counted from 1.
type PositionId is uint64;

/// One purchase of a node's hours, counted from 1.
type RentalId is uint64;

/// @dev Order r of BN254's scalar field. A public signal at or above it has a second representation.
uint256 constant SCALAR_FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

/// @dev One WAD, the fixed-point unit of factors: 1e18.
uint256 constant WAD = 1e18;

/// @dev Hundredths of a percent in a whole.
uint256 constant BASIS_POINTS = 10_000;

/// @dev Positions and rentals end on whole hours of Unix time, so that all ends of an hour are one.
uint48 constant HOUR = 3600;

/// @notice A Groth16 proof over BN254: affine points, as EIP-197 wants them.
/// @param a x, y.
/// @param b x imaginary, x real, y imaginary, y real.
/// @param c x, y.
struct Groth16Proof {
    uint256[2] a;
    uint256[4] b;
    uint256[2] c;
}
