// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";
import {AuthorityId, CircuitId, EpochId, Groth16Proof, NodeId, SCALAR_FIELD} from "./interfaces/Types.sol";
import {RootKind} from "./interfaces/IAcceptedRoots.sol";
import {
    AuthorityTerms,
    EnclavePolicy,
    EnclaveTerms,
    IEnclaveRegistry,
    Opening,
    Platform,
    PlatformStatus,
    Session
} from "./interfaces/IEnclaveRegistry.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IPoseidon} from "./interfaces/IPoseidon.sol";
import {IRounds, Round, RoundStatus} from "./interfaces/IRounds.sol";
import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";
import {AcceptedRoots} from "./AcceptedRoots.sol";
import {PlatformTree, TREE_DEPTH} from "./PlatformTree.sol";

/// @title EnclaveRegistry
/// @dev Calls only contracts fixed at deployment, all of them views, so nothing can reenter.
contract EnclaveRegistry is IEnclaveRegistry, AcceptedRoots {
    using PlatformTree for PlatformTree.Tree;

    struct Authority {
        CircuitId platformCircuit;
        bool revoked;
        mapping(CircuitId circuit => bool) boots;
        PlatformTree.Tree tree;
    }

    CircuitId private constant EPOCH_CIRCUIT = CircuitId.wrap("enclave-epoch");
    AuthorityId private constant NO_AUTHORITY = AuthorityId.wrap(0);
    uint48 private constant LONGEST = 365 days;
    /// @dev Certificates that outlive it do not exist.
    uint16 private constant LAST_YEAR = 9999;

    INodeRegistry private immutable _registry;
    IRounds private immutable _rounds;
    IVerifierRouter private immutable _router;
    IPoseidon private immutable _poseidon;
    uint48 private immutable _genesis;
    uint48 private immutable _windowSeconds;
    uint16 private immutable _sessionWindows;
    uint48 private immutable _rootDelay;
    uint48 private immutable _rootOverlap;
    uint8 private immutable _authorityCount;

    uint256[TREE_DEPTH + 1] private _empty;
    mapping(AuthorityId authority => Authority) private _authorities;
    mapping(uint256 nullifier => Platform) private _platforms;
    mapping(uint32 window => uint256) private _randomness;
    mapping(NodeId node => Session) private _sessions;
    mapping(uint256 nullifier => NodeId) private _spentBy;
    mapping(NodeId node => mapping(EpochId epoch => uint256)) private _levels;

    /// @dev Window 0 begins with the deployment. Without authorities nothing can ever be registered, and every P is 0.
    constructor(
        INodeRegistry registry,
        IRounds rounds,
        IVerifierRouter router,
        IPoseidon poseidon,
        EnclaveTerms memory terms
    ) AcceptedRoots(terms.admin, terms.guardian, terms.policy.rootDelay, terms.policy.rootOverlap) {
        EnclavePolicy memory p = terms.policy;
        if (p.windowSeconds == 0 || p.windowSeconds > LONGEST) revert EnclavePolicyInvalid(0, p.windowSeconds);
        if (p.sessionWindows < 2) revert EnclavePolicyInvalid(1, p.sessionWindows);
        if (p.rootDelay > LONGEST) revert EnclavePolicyInvalid(2, p.rootDelay);
        if (p.rootOverlap > LONGEST) revert EnclavePolicyInvalid(3, p.rootOverlap);
        (_registry, _rounds, _router, _poseidon) = (registry, rounds, router, poseidon);
        uint48 start = uint48(block.timestamp);
        _genesis = start;
        (_windowSeconds, _sessionWindows) = (p.windowSeconds, p.sessionWindows);
        (_rootDelay, _rootOverlap) = (p.rootDelay, p.rootOverlap);
        _empty = PlatformTree.emptyNodes(poseidon);
        _authorityCount = uint8(terms.authorities.length);
        for (uint8 i = 0; i < terms.authorities.length; ++i) {
            AuthorityTerms memory given = terms.authorities[i];
            Authority storage a = _authorities[AuthorityId.wrap(i)];
            a.platformCircuit = given.platformCircuit;
            a.tree.root = _empty[TREE_DEPTH];
            for (uint256 j = 0; j < given.bootCircuits.length; ++j) {
                a.boots[given.bootCircuits[j]] = true;
            }
            _accept(RootKind.Revocation, AuthorityId.wrap(i), given.revocation, start);
        }
        if (terms.authorities.length != 0) {
            _accept(RootKind.Tcb, NO_AUTHORITY, terms.tcb, start);
            _accept(RootKind.Measurement, NO_AUTHORITY, terms.measurement, start);
        }
        for (uint256 i = 0; i < terms.levels.length; ++i) {
            _setLevel(terms.levels[i], 0, start);
        }
    }

    /// @inheritdoc IEnclaveRegistry
    function registerPlatform(
        AuthorityId authority,
        uint256 nullifier,
        uint256 leaf,
        uint256 revocationRoot,
        uint16 validThroughYear,
        Groth16Proof calldata proof
    ) external {
        Authority storage a = _trusted(authority);
        _requireField(nullifier);
        _requireField(leaf);
        if (leaf == 0) revert LeafZero();
        _requireAccepted(RootKind.Revocation, authority, revocationRoot);
        if (_expired(validThroughYear)) revert CertificateExpired(validThroughYear);
        uint256[] memory signals = new uint256[](5);
        (signals[0], signals[1], signals[2]) = (nullifier, leaf, revocationRoot);
        (signals[3], signals[4]) = (validThroughYear, uint160(msg.sender));
        _verify(a.platformCircuit, proof, signals);

        Platform storage p = _platforms[nullifier];
        if (p.status == PlatformStatus.Revoked) revert PlatformStatusWrong(nullifier, p.status);
        if (p.status == PlatformStatus.Live || p.status == PlatformStatus.Pending) {
            if (p.owner != msg.sender && !_expired(p.validThroughYear)) revert PlatformTaken(nullifier, p.owner);
            _takeOut(nullifier, p);
        }

        (p.leaf, p.owner, p.validThroughYear, p.authority) = (leaf, msg.sender, validThroughYear, authority);
        p.status = PlatformStatus.Pending;
        emit PlatformRegistered(authority, nullifier, msg.sender, leaf, validThroughYear, p.usableFrom);
        if (block.timestamp >= p.usableFrom) _putIn(nullifier, p);
    }

    /// @inheritdoc IEnclaveRegistry
    function activatePlatform(uint256 nullifier) external {
        Platform storage p = _platforms[nullifier];
        if (p.status != PlatformStatus.Pending) revert PlatformStatusWrong(nullifier, p.status);
        if (block.timestamp < p.usableFrom) revert PlatformNotUsable(nullifier, p.usableFrom);
        _trusted(p.authority);
        if (_expired(p.validThroughYear)) revert CertificateExpired(p.validThroughYear);
        _putIn(nullifier, p);
    }

    /// @inheritdoc IEnclaveRegistry
    function removePlatform(uint256 nullifier) external {
        Platform storage p = _platforms[nullifier];
        if (p.status != PlatformStatus.Live && p.status != PlatformStatus.Pending) {
            revert PlatformStatusWrong(nullifier, p.status);
        }
        if (msg.sender != p.owner && msg.sender != guardian() && !_expired(p.validThroughYear)) {
            revert NotPlatformOwner(nullifier, msg.sender);
        }
        _takeOut(nullifier, p);
        p.status = PlatformStatus.Removed;
        emit PlatformRemoved(nullifier, p.usableFrom);
    }

    /// @inheritdoc IEnclaveRegistry
    function revokePlatform(uint256 nullifier) external onlyGuardian {
        Platform storage p = _platforms[nullifier];
        if (p.status == PlatformStatus.Revoked) revert PlatformStatusWrong(nullifier, p.status);
        _takeOut(nullifier, p);
        p.status = PlatformStatus.Revoked;
        emit PlatformRevoked(nullifier);
    }

    /// @inheritdoc IEnclaveRegistry
    function revokeAuthority(AuthorityId authority) external onlyGuardian {
        _trusted(authority).revoked = true;
        emit AuthorityRevoked(authority);
    }

    /// @inheritdoc IEnclaveRegistry
    function drawWindow(uint32 window) external {
        uint32 current = currentWindow();
        if (window != current) revert WindowNotCurrent(window, current);
        if (_randomness[window] != 0) revert WindowAlreadyDrawn(window);
        // A chain that gives no randomness gives no challenge.
        if (block.prevrandao == 0) revert WindowNotDrawn(window);
        _randomness[window] = block.prevrandao;
        emit WindowDrawn(window, block.prevrandao);
    }

    /// @inheritdoc IEnclaveRegistry
    function openSession(NodeId node, Opening calldata opening, Groth16Proof calldata proof) external {
        Authority storage a = _trusted(opening.authority);
        if (!a.boots[opening.circuit]) revert BootCircuitUnknown(opening.authority, opening.circuit);
        if (msg.sender != _registry.nodeOf(node).operator) revert NotNodeOperator(node, msg.sender);
        _requireField(opening.session);
        _requireField(opening.windowNullifier);
        if (privacyOf(opening.level) == 0) revert LevelUnknown(opening.level);
        uint32 current = currentWindow();
        if (opening.window > current || opening.window + 1 < current) {
            revert WindowNotCurrent(opening.window, current);
        }
        if (!a.tree.isRecent(opening.platformRoot)) revert PlatformRootStale(opening.authority, opening.platformRoot);
        _requireAccepted(RootKind.Tcb, NO_AUTHORITY, opening.tcbRoot);
        _requireAccepted(RootKind.Measurement, NO_AUTHORITY, opening.measurementRoot);
        NodeId spender = _spentBy[opening.windowNullifier];
        if (!_isFree(spender, node)) revert WindowNullifierSpent(opening.windowNullifier, spender);

        _spentBy[opening.windowNullifier] = node;
        uint48 expiresAt = _startOf(opening.window + _sessionWindows);
        _sessions[node] = Session(opening.session, opening.level, uint48(block.timestamp), expiresAt, opening.authority);
        emit SessionOpened(node, opening.authority, opening.session, opening.level, expiresAt);

        uint256[] memory signals = new uint256[](8);
        (signals[0], signals[1]) = (opening.session, opening.windowNullifier);
        (signals[2], signals[3]) = (opening.platformRoot, opening.tcbRoot);
        (signals[4], signals[5]) = (opening.measurementRoot, challengeOf(node, opening.window));
        (signals[6], signals[7]) = (opening.window, opening.level);
        _verify(opening.circuit, proof, signals);
    }

    /// @inheritdoc IEnclaveRegistry
    function attest(NodeId node, EpochId epoch, uint256 epochNullifier, Groth16Proof calldata proof) external {
        Session memory s = _sessions[node];
        if (block.timestamp >= s.expiresAt) revert SessionNotLive(node, s.expiresAt);
        _trusted(s.authority);
        _requireField(epochNullifier);
        uint64 privacy = privacyOf(s.level);
        if (privacy == 0) revert LevelUnknown(s.level);
        Round memory round = _rounds.roundOf(node, epoch);
        if (round.status != RoundStatus.Committed) revert RoundNotCommitted(node, epoch);
        if (s.openedAt > _rounds.epochOf(epoch).challengedAt) revert SessionTooYoung(node, epoch, s.openedAt);
        NodeId spender = _spentBy[epochNullifier];
        if (!_isFree(spender, node)) revert EpochNullifierSpent(epochNullifier, spender);

        _spentBy[epochNullifier] = node;
        _levels[node][epoch] = privacy;
        emit Attested(node, epoch, s.level, privacy);

        uint256[] memory signals = new uint256[](6);
        (signals[0], signals[1]) = (s.hash, _rounds.challengeOf(node, epoch));
        (signals[2], signals[3]) = (round.traceRoot, EpochId.unwrap(epoch));
        (signals[4], signals[5]) = (epochNullifier, s.level);
        _verify(EPOCH_CIRCUIT, proof, signals);
    }

    /// @inheritdoc IEnclaveRegistry
    function levelAt(NodeId node, EpochId epoch) external view returns (uint256) {
        return _levels[node][epoch];
    }

    /// @inheritdoc IEnclaveRegistry
    function challengeOf(NodeId node, uint32 window) public view returns (uint256) {
        uint256 randomness = _randomness[window];
        if (randomness == 0) revert WindowNotDrawn(window);
        return uint256(keccak256(abi.encode(block.chainid, address(this), node, window, randomness))) >> 3;
    }

    /// @inheritdoc IEnclaveRegistry
    function isPlatformRoot(AuthorityId authority, uint256 root) external view returns (bool) {
        return _known(authority).tree.isRecent(root);
    }

    /// @inheritdoc IEnclaveRegistry
    function platformRoot(AuthorityId authority) external view returns (uint256) {
        return _known(authority).tree.root;
    }

    /// @inheritdoc IEnclaveRegistry
    function platformOf(uint256 nullifier) external view returns (Platform memory) {
        return _platforms[nullifier];
    }

    /// @inheritdoc IEnclaveRegistry
    function sessionOf(NodeId node) external view returns (Session memory) {
        return _sessions[node];
    }

    /// @inheritdoc IEnclaveRegistry
    function spentBy(uint256 nullifier) external view returns (NodeId) {
        return _spentBy[nullifier];
    }

    /// @inheritdoc IEnclaveRegistry
    function currentWindow() public view returns (uint32) {
        return uint32((block.timestamp - _genesis) / _windowSeconds);
    }

    /// @inheritdoc IEnclaveRegistry
    function genesis() external view returns (uint48) {
        return _genesis;
    }

    /// @inheritdoc IEnclaveRegistry
    function authorityCount() external view returns (uint256) {
        return _authorityCount;
    }

    /// @inheritdoc IEnclaveRegistry
    function authorityOf(AuthorityId authority) external view returns (CircuitId platformCircuit, bool revoked) {
        Authority storage a = _known(authority);
        return (a.platformCircuit, a.revoked);
    }

    /// @inheritdoc IEnclaveRegistry
    function policy() external view returns (EnclavePolicy memory) {
        return EnclavePolicy(_windowSeconds, _sessionWindows, _rootDelay, _rootOverlap);
    }

    function _requireScope(RootKind kind, AuthorityId authority) internal view override {
        if (kind == RootKind.Revocation) _known(authority);
        else if (AuthorityId.unwrap(authority) != 0) revert AuthorityUnknown(authority);
    }

    function _requireField(uint256 signal) private pure {
        if (signal >= SCALAR_FIELD) revert SignalNotInField(signal);
    }

    function _known(AuthorityId authority) private view returns (Authority storage) {
        if (AuthorityId.unwrap(authority) >= _authorityCount) revert AuthorityUnknown(authority);
        return _authorities[authority];
    }

    function _trusted(AuthorityId authority) private view returns (Authority storage a) {
        a = _known(authority);
        if (a.revoked) revert AuthorityIsRevoked(authority);
    }

    function _isFree(NodeId spender, NodeId node) private pure returns (bool) {
        return NodeId.unwrap(spender) == 0 || NodeId.unwrap(spender) == NodeId.unwrap(node);
    }

    /// @dev From the first second of the year after it.
    function _expired(uint16 validThroughYear) private view returns (bool) {
        if (validThroughYear < 1970 || validThroughYear > LAST_YEAR) return true;
        return block.timestamp >= DateTimeLib.dateToTimestamp(uint256(validThroughYear) + 1, 1, 1);
    }

    function _startOf(uint32 window) private view returns (uint48) {
        return _genesis + uint48(window) * _windowSeconds;
    }

    function _putIn(uint256 nullifier, Platform storage p) private {
        (uint32 index, uint256 root) = _authorities[p.authority].tree.insert(_empty, _poseidon, p.leaf);
        (p.index, p.status) = (index, PlatformStatus.Live);
        emit LeafInserted(p.authority, nullifier, index, p.leaf, root);
    }

    /// @dev A leaf that was in the tree may have opened a session a moment ago: no other until the last such expires.
    function _takeOut(uint256 nullifier, Platform storage p) private {
        if (p.status != PlatformStatus.Live) return;
        p.usableFrom = _startOf(currentWindow() + _sessionWindows);
        uint256 root = _authorities[p.authority].tree.remove(_empty, _poseidon, p.index);
        emit LeafRemoved(p.authority, nullifier, p.index, root);
    }

    function _verify(CircuitId circuit, Groth16Proof calldata proof, uint256[] memory signals) private view {
        Groth16Proof[] memory proofs = new Groth16Proof[](1);
        proofs[0] = proof;
        _router.verifyBatch(circuit, proofs, signals);
    }
}
