// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId, SCALAR_FIELD} from "./interfaces/Types.sol";
import {Acceptance, IAcceptedRoots, LevelTerms, RootKind, RootTerms} from "./interfaces/IAcceptedRoots.sol";

/// @title AcceptedRoots
abstract contract AcceptedRoots is IAcceptedRoots {
    /// @dev What a level stands for before and from a time on.
    struct Level {
        uint64 before;
        uint64 privacy;
        uint48 from;
    }

    address private immutable _admin;
    address private immutable _guardian;
    uint48 private immutable _rootDelay;
    uint48 private immutable _rootOverlap;

    mapping(RootKind kind => mapping(AuthorityId authority => mapping(uint256 root => Acceptance))) private
        _acceptances;
    mapping(RootKind kind => mapping(AuthorityId authority => uint256)) private _latest;
    mapping(uint32 level => Level) private _levels;

    constructor(address adminAddress, address guardianAddress, uint48 rootDelay, uint48 rootOverlap) {
        _admin = adminAddress;
        _guardian = guardianAddress;
        _rootDelay = rootDelay;
        _rootOverlap = rootOverlap;
    }

    modifier onlyAdmin() {
        if (msg.sender != _admin) revert NotAdmin(msg.sender);
        _;
    }

    modifier onlyGuardian() {
        if (msg.sender != _guardian) revert NotGuardian(msg.sender);
        _;
    }

    /// @inheritdoc IAcceptedRoots
    function acceptRoot(RootKind kind, AuthorityId authority, RootTerms calldata terms) external onlyAdmin {
        _requireScope(kind, authority);
        _accept(kind, authority, terms, uint48(block.timestamp) + _rootDelay);
    }

    /// @inheritdoc IAcceptedRoots
    function revokeRoot(RootKind kind, AuthorityId authority, uint256 root) external onlyGuardian {
        Acceptance storage acceptance = _acceptances[kind][authority][root];
        if (acceptance.until <= block.timestamp) revert RootNotAccepted(kind, authority, root);
        acceptance.until = 0;
        emit RootRevoked(kind, authority, root);
    }

    /// @inheritdoc IAcceptedRoots
    function setLevel(LevelTerms calldata terms) external onlyAdmin {
        _setLevel(terms, privacyOf(terms.level), uint48(block.timestamp) + _rootDelay);
    }

    /// @inheritdoc IAcceptedRoots
    function acceptanceOf(RootKind kind, AuthorityId authority, uint256 root)
        external
        view
        returns (Acceptance memory)
    {
        return _acceptances[kind][authority][root];
    }

    /// @inheritdoc IAcceptedRoots
    function latestRoot(RootKind kind, AuthorityId authority) external view returns (uint256) {
        return _latest[kind][authority];
    }

    /// @inheritdoc IAcceptedRoots
    function privacyOf(uint32 level) public view returns (uint64) {
        Level storage l = _levels[level];
        return block.timestamp < l.from ? l.before : l.privacy;
    }

    /// @inheritdoc IAcceptedRoots
    function admin() external view returns (address) {
        return _admin;
    }

    /// @inheritdoc IAcceptedRoots
    function guardian() public view returns (address) {
        return _guardian;
    }

    /// @dev Reverts for an authority that there is not, or one where none belongs.
    function _requireScope(RootKind kind, AuthorityId authority) internal view virtual;

    function _requireAccepted(RootKind kind, AuthorityId authority, uint256 root) internal view {
        Acceptance storage acceptance = _acceptances[kind][authority][root];
        if (block.timestamp < acceptance.from || block.timestamp >= acceptance.until) {
            revert RootNotAccepted(kind, authority, root);
        }
    }

    /// @dev At deployment roots take effect at once, later after the delay.
    function _accept(RootKind kind, AuthorityId authority, RootTerms memory terms, uint48 from) internal {
        Acceptance storage own = _acceptances[kind][authority][terms.root];
        if (block.timestamp >= own.from && block.timestamp < own.until) from = own.from;
        if (terms.root == 0 || terms.root >= SCALAR_FIELD || terms.until <= from || terms.until <= block.timestamp) {
            revert RootInvalid(kind, terms.root, terms.until);
        }
        uint256 latest = _latest[kind][authority];
        if (latest != terms.root) {
            Acceptance storage before = _acceptances[kind][authority][latest];
            uint48 end = (from > block.timestamp ? from : uint48(block.timestamp)) + _rootOverlap;
            if (before.until > end) before.until = end;
            _latest[kind][authority] = terms.root;
        }
        (own.from, own.until) = (from, terms.until);
        emit RootAccepted(kind, authority, terms.root, from, terms.until);
    }

    function _setLevel(LevelTerms memory terms, uint64 before, uint48 from) internal {
        if (terms.level == 0) revert LevelInvalid(terms.level);
        _levels[terms.level] = Level(before, terms.privacy, from);
        emit LevelSet(terms.level, terms.privacy, from);
    }
}
