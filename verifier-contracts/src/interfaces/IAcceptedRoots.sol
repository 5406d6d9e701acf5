// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId} from "./Types.sol";

/// @notice Lists that live off chain and of which the contract knows the root.
/// Tcb: SVNs from which on a platform's firmware and quoting enclave are trusted.
/// Measurement: enclave images that are trusted, each with its privacy level.
/// Revocation: serial numbers of certificates that an authority revoked; the only list that belongs to an authority.
enum RootKind {
    Tcb,
    Measurement,
    Revocation
}

/// @notice A root and the time until which it is accepted: what was true of firmware or certificates goes stale.
struct RootTerms {
    uint256 root;
    uint48 until;
}

/// @notice When a root is accepted: `from <= time < until`.
struct Acceptance {
    uint48 from;
    uint48 until;
}

/// @notice The P that a privacy level stands for.
struct LevelTerms {
    uint32 level;
    uint64 privacy;
}

/// @title Which lists and levels an enclave is judged by
/// @notice The admin announces, everybody sees it coming, and it takes effect after `rootDelay`. What it takes the place of is
/// accepted for `rootOverlap` longer, so that a proof made a moment before is not lost. The guardian only takes away, at once.
/// Neither can name a root that a proof did not show membership in, and neither touches money.
interface IAcceptedRoots {
    /// @notice Only the admin, fixed at deployment.
    error NotAdmin(address caller);
    /// @notice Only the guardian, fixed at deployment.
    error NotGuardian(address caller);
    /// @notice A root is a field element other than 0, accepted until some time in the future.
    error RootInvalid(RootKind kind, uint256 root, uint256 until);
    /// @notice The root is not accepted now; see `acceptanceOf`.
    error RootNotAccepted(RootKind kind, AuthorityId authority, uint256 root);
    /// @notice Level 0 means that nothing was proven: it stands for nothing.
    error LevelInvalid(uint32 level);
    /// @notice The level stands for nothing now.
    error LevelUnknown(uint32 level);

    /// @notice `root` is accepted from `from` until `until`.
    event RootAccepted(
        RootKind indexed kind, AuthorityId indexed authority, uint256 indexed root, uint256 from, uint256 until
    );
    /// @notice The guardian takes the root back: it is not accepted any more.
    event RootRevoked(RootKind indexed kind, AuthorityId indexed authority, uint256 indexed root);
    /// @notice From `from` on, `level` stands for P = `privacy`.
    event LevelSet(uint32 indexed level, uint64 privacy, uint256 from);

    /// @notice Announces the next root of a list. The one announced last before it is accepted for `rootOverlap` after this
    /// one begins, if it was to be accepted that long. Naming a root that is accepted now prolongs or shortens it at once.
    /// @param authority Of a revocation list, its authority; else 0.
    function acceptRoot(RootKind kind, AuthorityId authority, RootTerms calldata terms) external;

    /// @notice Stops accepting a root at once, announced or in effect. Only the guardian.
    function revokeRoot(RootKind kind, AuthorityId authority, uint256 root) external;

    /// @notice Sets what a level stands for, after `rootDelay`. 0 takes the level away.
    function setLevel(LevelTerms calldata terms) external;

    /// @notice When a root is accepted.
    function acceptanceOf(RootKind kind, AuthorityId authority, uint256 root) external view returns (Acceptance memory);

    /// @notice The root announced last, in effect or not.
    function latestRoot(RootKind kind, AuthorityId authority) external view returns (uint256);

    /// @notice P of a level now; 0 when it stands for nothing.
    function privacyOf(uint32 level) external view returns (uint64);

    /// @notice Announces.
    function admin() external view returns (address);

    /// @notice Takes away.
    function guardian() external view returns (address);
}
