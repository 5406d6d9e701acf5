// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId, CircuitId, EpochId, Groth16Proof, NodeId} from "./Types.sol";
import {IAcceptedRoots, LevelTerms, RootTerms} from "./IAcceptedRoots.sol";

/// @notice Who certifies platforms, and by which circuits.
/// @param platformCircuit Its constant key is the authority's: proofs of another authority do not verify.
/// @param bootCircuits One for each form of quote that is taken.
/// @param revocation The list of revoked certificates to begin with.
struct AuthorityTerms {
    CircuitId platformCircuit;
    CircuitId[] bootCircuits;
    RootTerms revocation;
}

/// @notice How long things live, in seconds.
/// @param windowSeconds Length of a freshness window.
/// @param sessionWindows Windows for which a session lives, its own included.
/// @param rootDelay From the announcement of a root or level to its effect.
/// @param rootOverlap How much longer the root before it is accepted.
struct EnclavePolicy {
    uint48 windowSeconds;
    uint16 sessionWindows;
    uint48 rootDelay;
    uint48 rootOverlap;
}

/// @notice All that is fixed at deployment.
struct EnclaveTerms {
    address admin;
    address guardian;
    EnclavePolicy policy;
    RootTerms tcb;
    RootTerms measurement;
    AuthorityTerms[] authorities;
    LevelTerms[] levels;
}

/// @notice None: never registered. Pending: its leaf waits until `usableFrom`. Live: its leaf is in the tree. Removed: may be
/// registered again by whoever proves it. Revoked is final.
enum PlatformStatus {
    None,
    Pending,
    Live,
    Removed,
    Revoked
}

/// @notice One enclave platform, known by its nullifier alone.
/// @param leaf In the authority's tree, or waiting to be.
/// @param owner Who registered it and may replace or remove it.
/// @param index Of the leaf, once it is in the tree.
/// @param validThroughYear Its certificate expires in a later year.
/// @param usableFrom No leaf of this platform may enter the tree earlier.
struct Platform {
    uint256 leaf;
    address owner;
    uint32 index;
    uint48 usableFrom;
    uint16 validThroughYear;
    AuthorityId authority;
    PlatformStatus status;
}

/// @notice What a node's enclave proved when it booted.
/// @param hash H_session(enclave's key, level, window, nullifierKey): hides all but the level.
/// @param openedAt The session vouches only for epochs that were challenged at this time or later.
/// @param expiresAt The first second in which it vouches for nothing.
struct Session {
    uint256 hash;
    uint32 level;
    uint48 openedAt;
    uint48 expiresAt;
    AuthorityId authority;
}

/// @notice What a boot proof states, and which circuit proved it.
/// @param windowNullifier H_window(nullifierKey, window).
/// @param window The current one or the one before.
struct Opening {
    AuthorityId authority;
    CircuitId circuit;
    uint32 level;
    uint32 window;
    uint256 session;
    uint256 windowNullifier;
    uint256 platformRoot;
    uint256 tcbRoot;
    uint256 measurementRoot;
}

/// @title Enclaves: platforms, sessions, and what they vouch for
/// @notice A node whose work runs in an enclave earns more (PoP). It proves so in three steps, and the chain learns its
/// level and some nullifiers, nothing else about the machine.
///
///   registerPlatform   once: a vendor certified a platform's attestation key. Its commitment becomes a leaf.
///   openSession        each freshness window: an enclave with an accepted measurement booted on *some* platform in the tree
///                      and holds a key that nobody else knows.
///   attest             each epoch, after the commitment and before the settlement: that key signed the round.
///
/// A node without an enclave does none of this and is paid as P = 0. Nothing here holds or moves money, and nothing is keyed
/// on a proof: another form of a valid proof does the same once more, or nothing.
///
/// One machine counts once. A platform has one nullifier (of its vendor's identifier), and at most one leaf; each leaf
/// holds one secret, whose nullifiers let it open a session for one node in a window and vouch for one node in an epoch. A leaf that is
/// replaced dies at once, and its successor, with another secret perhaps, enters the tree only when every session that the
/// dead one may have opened has expired. Since a session vouches only for epochs challenged after it was opened, and only until it
/// expires, no epoch sees both.
///
/// Sessions are anonymous: the contract cannot tell which platform opened one. So a platform that is revoked opens nothing more, but a
/// session that it opened before lives until it expires. Revoking an *authority* ends all its sessions at once.
///
/// Whoever holds a quote of a platform can make its platform proof and register it first, to annoy: it gains nothing, since sessions need
/// fresh quotes, and the guardian can remove it. Keep quotes secret until the platform is registered.
///
/// An expired certificate must be removed by somebody (`removePlatform` is open to all then): a leaf does not know the date.
interface IEnclaveRegistry is IAcceptedRoots {
    /// @notice A parameter of the policy, named by its position, is out of range.
    error EnclavePolicyInvalid(uint256 position, uint256 value);
    /// @notice There is no such authority.
    error AuthorityUnknown(AuthorityId authority);
    /// @notice The authority was revoked.
    error AuthorityIsRevoked(AuthorityId authority);
    /// @notice The authority's platforms do not boot by proofs of this circuit.
    error BootCircuitUnknown(AuthorityId authority, CircuitId circuit);
    /// @notice A public signal is not below r: it would be a second name of the same statement.
    error SignalNotInField(uint256 signal);
    /// @notice A leaf is not 0, which means that there is none.
    error LeafZero();
    /// @notice The platform is registered to somebody else.
    error PlatformTaken(uint256 nullifier, address owner);
    /// @notice The platform's status does not allow this.
    error PlatformStatusWrong(uint256 nullifier, PlatformStatus status);
    /// @notice The platform's certificate has expired, or its year is beyond what a calendar here knows.
    error CertificateExpired(uint256 validThroughYear);
    /// @notice The leaf must wait.
    error PlatformNotUsable(uint256 nullifier, uint256 usableFrom);
    /// @notice Only the platform's owner, the guardian, or anyone once its certificate has expired.
    error NotPlatformOwner(uint256 nullifier, address caller);
    /// @notice The window's randomness is drawn while it lasts, and once.
    error WindowNotCurrent(uint32 window, uint32 current);
    /// @notice The window's randomness is fixed.
    error WindowAlreadyDrawn(uint32 window);
    /// @notice Nobody drew the window's randomness, or the block has none to draw.
    error WindowNotDrawn(uint32 window);
    /// @notice Only the node's operator opens its sessions.
    error NotNodeOperator(NodeId node, address caller);
    /// @notice The root is not the authority's tree's, or a leaf has been removed since it was.
    error PlatformRootStale(AuthorityId authority, uint256 root);
    /// @notice The platform opened a session for `node` in this window.
    error WindowNullifierSpent(uint256 windowNullifier, NodeId node);
    /// @notice The node has no session, or it has expired.
    error SessionNotLive(NodeId node, uint256 expiresAt);
    /// @notice The session was opened after the epoch was challenged.
    error SessionTooYoung(NodeId node, EpochId epoch, uint256 openedAt);
    /// @notice The node has no commitment in this epoch that is still to be settled.
    error RoundNotCommitted(NodeId node, EpochId epoch);
    /// @notice The platform vouched for `node` in this epoch.
    error EpochNullifierSpent(uint256 epochNullifier, NodeId node);

    /// @notice A platform was registered; its leaf enters the tree at `usableFrom` or later.
    event PlatformRegistered(
        AuthorityId indexed authority,
        uint256 indexed nullifier,
        address indexed owner,
        uint256 leaf,
        uint256 validThroughYear,
        uint256 usableFrom
    );
    /// @notice A leaf entered its authority's tree, which has `root` now.
    event LeafInserted(
        AuthorityId indexed authority, uint256 indexed nullifier, uint256 index, uint256 leaf, uint256 root
    );
    /// @notice A leaf left the tree: all older roots are stale.
    event LeafRemoved(AuthorityId indexed authority, uint256 indexed nullifier, uint256 index, uint256 root);
    /// @notice The platform may be registered again, usable from `usableFrom`.
    event PlatformRemoved(uint256 indexed nullifier, uint256 usableFrom);
    /// @notice The platform is out for ever.
    event PlatformRevoked(uint256 indexed nullifier);
    /// @notice The authority and all its sessions are out for ever.
    event AuthorityRevoked(AuthorityId indexed authority);
    /// @notice The challenges of a window follow from `randomness`.
    event WindowDrawn(uint32 indexed window, uint256 randomness);
    /// @notice A node's enclave proved its boot.
    event SessionOpened(
        NodeId indexed node, AuthorityId indexed authority, uint256 session, uint32 level, uint256 expiresAt
    );
    /// @notice A node's enclave vouched for its round.
    event Attested(NodeId indexed node, EpochId indexed epoch, uint32 level, uint64 privacy);

    /// @notice Registers the caller's platform, or replaces its leaf (new firmware, new attestation key).
    /// @dev Public signals: nullifier, leaf, the authority's revocation root, validThroughYear, the caller's address. So a copied
    /// transaction registers nothing for the copier.
    function registerPlatform(
        AuthorityId authority,
        uint256 nullifier,
        uint256 leaf,
        uint256 revocationRoot,
        uint16 validThroughYear,
        Groth16Proof calldata proof
    ) external;

    /// @notice Puts the leaf of a pending platform into the tree, when its time has come. Anyone may.
    function activatePlatform(uint256 nullifier) external;

    /// @notice Takes a platform's leaf out of the tree, or out of the wait for it.
    function removePlatform(uint256 nullifier) external;

    /// @notice Takes a platform out for ever, registered or not. Only the guardian.
    function revokePlatform(uint256 nullifier) external;

    /// @notice Takes an authority out for ever: no registration, no session and no attestation any more. Only the guardian.
    function revokeAuthority(AuthorityId authority) external;

    /// @notice Fixes the current window's challenges with the randomness of this block. Anyone may.
    function drawWindow(uint32 window) external;

    /// @notice Opens a session of the caller's node, in the place of the one it has.
    /// @dev Public signals: session, windowNullifier, platformRoot, tcbRoot, measurementRoot, challenge, window, level.
    function openSession(NodeId node, Opening calldata opening, Groth16Proof calldata proof) external;

    /// @notice Records for a committed round what the node's enclave vouches for. Anyone may send it: the challenge binds the node.
    /// @dev Public signals: session, challenge of the round, traceRoot, epoch, epochNullifier, level. Send it before the settlement,
    /// which reads it.
    function attest(NodeId node, EpochId epoch, uint256 epochNullifier, Groth16Proof calldata proof) external;

    /// @notice P of a node in an epoch: 0 unless its enclave vouched for the round.
    function levelAt(NodeId node, EpochId epoch) external view returns (uint256);

    /// @notice keccak256(abi.encode(chainId, this, node, window, randomness)) >> 3: what a quote must answer. 253 bits, below r.
    function challengeOf(NodeId node, uint32 window) external view returns (uint256);

    /// @notice Whether a boot proof may show membership in this root of the authority's tree.
    function isPlatformRoot(AuthorityId authority, uint256 root) external view returns (bool);

    /// @notice The root of an authority's tree.
    function platformRoot(AuthorityId authority) external view returns (uint256);

    /// @notice What is recorded of a platform.
    function platformOf(uint256 nullifier) external view returns (Platform memory);

    /// @notice The newest session of a node.
    function sessionOf(NodeId node) external view returns (Session memory);

    /// @notice The node that a window's or an epoch's nullifier was spent for; 0 when it is unspent.
    function spentBy(uint256 nullifier) external view returns (NodeId);

    /// @notice The window that time has reached.
    function currentWindow() external view returns (uint32);

    /// @notice Start of window 0.
    function genesis() external view returns (uint48);

    /// @notice Authorities, from 0 on.
    function authorityCount() external view returns (uint256);

    /// @notice Circuit of an authority's platform proofs, and whether it was revoked.
    function authorityOf(AuthorityId authority) external view returns (CircuitId platformCircuit, bool revoked);

    /// @notice How long things live.
    function policy() external view returns (EnclavePolicy memory);
}
