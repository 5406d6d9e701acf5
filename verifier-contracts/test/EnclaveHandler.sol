// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochId, Groth16Proof, NodeId} from "../src/interfaces/Types.sol";
import {Opening, PlatformStatus} from "../src/interfaces/IEnclaveRegistry.sol";
import {RoundStatus} from "../src/interfaces/IRounds.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {EnclaveDeployment} from "./EnclaveDeployment.sol";

/// @title One owner of three machines and three nodes, who knows every secret and tries to be counted more than once
/// @dev A machine's secret changes with each registration. Boot proofs exist for any leaf under any root of the past, since that is
/// what the circuit proves; all that stands against misuse is the contract. What it refuses is not recorded.
contract EnclaveHandler is EnclaveDeployment {
    uint256 private constant MACHINES = 3;

    /// @dev A root of the past: which secret of each machine was under it, 0 for none.
    struct Snapshot {
        uint256 root;
        uint256[MACHINES] secrets;
    }

    /// @dev What this contract knows of a node's session.
    struct Known {
        uint256 machine;
        uint256 secret;
        uint256 openedAt;
        uint256 expiresAt;
    }

    NodeId[MACHINES] private _nodes;
    uint256[MACHINES] private _secrets;
    uint256[MACHINES] private _inTree;
    uint256[] private _leaves;
    uint256[MACHINES] private _indexOf;
    Snapshot[] private _snapshots;
    EpochId[] private _opened;
    mapping(NodeId node => Known) private _known;
    mapping(EpochId epoch => mapping(uint256 machine => NodeId)) private _backed;
    mapping(NodeId node => mapping(EpochId epoch => bool)) private _vouched;
    uint256 private _time;
    uint256 private _seed;

    uint256 public countedTwice;
    uint256 public openedDead;
    uint256 public vouchedWithoutSession;
    uint256 public sessions;
    uint256 public attestations;

    constructor() {
        deployEnclaves();
        for (uint256 i = 0; i < MACHINES; ++i) {
            _nodes[i] = join(OPERATOR, bytes32(i), CLASS);
        }
        _time = START;
    }

    modifier inTime(uint256 seed) {
        VM.warp(_time);
        _seed = seed;
        _;
        _time = block.timestamp;
    }

    // Actions

    function manage(uint256 seed) external inTime(seed) {
        change();
    }

    function wait(uint256 seed) external inTime(seed) {
        pass(random(3) == 0 ? random(3 * DAY) : random(DAY / 2));
    }

    /// @dev A slot's round, with platforms and sessions changing at every point of it.
    function play(uint256 seed) external inTime(seed) {
        disturb();
        EpochId e = rounds.currentEpoch();
        if (rounds.epochOf(e).openedAt != 0 || block.timestamp + 1000 > rounds.epochOf(e).challengeBy) return;
        rounds.open(e);
        pass(1 + random(500));
        if (block.timestamp > rounds.epochOf(e).challengeBy) return;
        rounds.drawChallenge(e);
        _opened.push(e);
        for (uint256 i = 0; i < MACHINES; ++i) {
            commitAs(OPERATOR, _nodes[i], e, 4);
        }
        for (uint256 i = 0; i < 6; ++i) {
            disturb();
            vouch(random(MACHINES), e);
        }
    }

    /// @dev For any epoch of the past too.
    function vouchLate(uint256 seed) external inTime(seed) {
        if (_opened.length == 0) return;
        vouch(random(MACHINES), _opened[random(_opened.length)]);
    }

    // What the invariants look at

    function registryOf() external view returns (EnclaveRegistry) {
        return enclaves;
    }

    function leaves() external view returns (uint256[] memory) {
        return _leaves;
    }

    function opened() external view returns (EpochId[] memory) {
        return _opened;
    }

    function nodes() external view returns (NodeId[MACHINES] memory) {
        return _nodes;
    }

    function vouched(NodeId node, EpochId e) external view returns (bool) {
        return _vouched[node][e];
    }

    // Steps

    function disturb() private {
        if (random(3) == 0) change();
        if (random(2) == 0) tryOpen(random(MACHINES));
        if (random(3) == 0) pass(random(DAY / 8));
    }

    /// @dev One machine is registered, replaced, activated or removed, or the root alone is looked at.
    function change() private {
        uint256 machine = random(MACHINES);
        uint256 nullifier = 100 + machine;
        PlatformStatus status = enclaves.platformOf(nullifier).status;
        uint256 choice = random(4);
        if (choice < 2 && status != PlatformStatus.Revoked) {
            uint256 secret = uint256(keccak256(abi.encode(machine, ++_secrets[machine]))) >> 3;
            evict(machine);
            registerAs(OWNER, nullifier, secret);
            settleIn(machine, nullifier, secret);
        } else if (choice == 2 && status == PlatformStatus.Pending) {
            try enclaves.activatePlatform(nullifier) {
                settleIn(machine, nullifier, enclaves.platformOf(nullifier).leaf);
            } catch {}
        } else if (choice == 3 && random(4) == 0 && status == PlatformStatus.Live) {
            evict(machine);
            VM.prank(OWNER);
            enclaves.removePlatform(nullifier);
            snapshot();
        }
    }

    function evict(uint256 machine) private {
        if (_inTree[machine] == 0) return;
        _leaves[_indexOf[machine]] = 0;
        _inTree[machine] = 0;
    }

    function settleIn(uint256 machine, uint256 nullifier, uint256 secret) private {
        if (enclaves.platformOf(nullifier).status == PlatformStatus.Live) {
            _indexOf[machine] = _leaves.length;
            _leaves.push(secret);
            _inTree[machine] = secret;
        }
        snapshot();
    }

    function snapshot() private {
        _snapshots.push(Snapshot(enclaves.platformRoot(AUTHORITY), _inTree));
    }

    /// @dev A session for any node, by any machine that was ever under some root.
    function tryOpen(uint256 machine) private {
        if (_snapshots.length == 0) return;
        // Mostly of late: old ones are refused.
        uint256 back = random(2) == 0 ? 1 : 1 + random(_snapshots.length);
        Snapshot storage past = _snapshots[_snapshots.length - back];
        uint256 secret = past.secrets[machine];
        if (secret == 0) return;
        uint32 window = enclaves.currentWindow();
        VM.prevrandao(1 + random(type(uint256).max));
        try enclaves.drawWindow(window) {} catch {}
        NodeId node = _nodes[random(MACHINES)];
        uint256 session = uint256(keccak256(abi.encode(secret, window))) >> 3;
        uint256 nullifier = uint256(keccak256(abi.encode("window", secret, window))) >> 3;
        Opening memory o = openingIn(window, session, nullifier);
        o.platformRoot = past.root;
        Groth16Proof memory proof = bootProof(node, o);
        VM.prank(OPERATOR);
        try enclaves.openSession(node, o, proof) {
            sessions += 1;
            if (_inTree[machine] != secret) openedDead += 1;
            _known[node] = Known(machine, secret, block.timestamp, START + uint256(window + SESSION_WINDOWS) * DAY);
        } catch {}
    }

    function vouch(uint256 i, EpochId e) private {
        NodeId node = _nodes[i];
        Known storage known = _known[node];
        if (rounds.roundOf(node, e).status != RoundStatus.Committed) return;
        uint256 nullifier = uint256(keccak256(abi.encode("epoch", known.secret, e))) >> 3;
        Groth16Proof memory proof = epochProof(node, e, nullifier);
        try enclaves.attest(node, e, nullifier, proof) {
            attestations += 1;
            bool live = block.timestamp < known.expiresAt && known.openedAt <= rounds.epochOf(e).challengedAt;
            if (!live) vouchedWithoutSession += 1;
            NodeId before = _backed[e][known.machine];
            if (NodeId.unwrap(before) != 0 && NodeId.unwrap(before) != NodeId.unwrap(node)) countedTwice += 1;
            _backed[e][known.machine] = node;
            _vouched[node][e] = true;
        } catch {}
    }

    /// @dev A number below `bound`, from the call's seed.
    function random(uint256 bound) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }
}
