// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, Groth16Proof, NodeId} from "../src/interfaces/Types.sol";
import {Node, NodeStatus} from "../src/interfaces/INodeRegistry.sol";
import {EpochView, Round, RoundStatus} from "../src/interfaces/IRounds.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {Pocps} from "../src/Pocps.sol";
import {Rewards} from "../src/Rewards.sol";
import {Rounds} from "../src/Rounds.sol";
import {EnclaveDeployment} from "./EnclaveDeployment.sol";

/// @title What four operators, a few strangers and time may do, and what the contracts owe them for it
/// @dev An action that its preconditions forbid does nothing, so any revert is a defect of the contracts.
contract Handler is EnclaveDeployment {
    struct Belief {
        NodeId node;
        address operator;
        uint64 steps;
        uint32 accepted;
    }

    address[4] private _operators = [address(0x1001), address(0x1002), address(0x1003), address(0x1004)];
    Belief[] private _beliefs;
    Belief private _none;
    EpochId[] private _opened;
    mapping(address operator => uint256) private _earned;
    mapping(NodeId node => mapping(EpochId epoch => bool)) private _proved;
    mapping(NodeId node => mapping(EpochId epoch => uint256)) private _vouched;
    /// @dev Time that one call of forge sets is gone at the next.
    uint256 private _time;
    uint256 private _seed;

    uint256 public falseAccepted;
    uint256 public settlements;
    uint256 public punishments;

    constructor() {
        deployEnclaves();
        registerAs(OWNER, 1, 1);
        _time = START;
    }

    modifier inTime(uint256 seed) {
        VM.warp(_time);
        _seed = seed;
        _;
        _time = block.timestamp;
    }

    // Actions

    /// @dev A whole epoch in which every node commits or not, proves, fails or lies, and others come and go between.
    function play(uint256 seed) external inTime(seed) {
        EpochId e = nextSlot();
        rounds.open(e);
        _opened.push(e);
        membership();
        bootSome();
        pass(1 + random(100));
        if (random(8) == 0) return;
        VM.prevrandao(random(type(uint256).max));
        rounds.drawChallenge(e);
        for (uint256 i = 0; i < _beliefs.length; ++i) {
            if (random(4) != 0) commitTo(i, e);
        }
        membership();
        VM.warp(rounds.epochOf(e).sampleAfter + 1 + random(700));
        if (block.timestamp > rounds.epochOf(e).sampleBy) return;
        VM.prevrandao(random(type(uint256).max));
        rounds.drawSample(e);
        for (uint256 i = 0; i < _beliefs.length; ++i) {
            if (random(4) == 0) lie(i, e);
            if (random(4) != 0) prove(i, e);
        }
        membership();
        pass(random(1200));
        if (random(2) == 0) punish(e);
        if (random(2) == 0) closeIfDecided(e);
    }

    function join(uint256 seed) external inTime(seed) {
        membership();
    }

    function addStake(uint256 seed) external inTime(seed) {
        (bool found, Belief storage belief) = pick();
        if (!found) return;
        NodeStatus status = registry.nodeOf(belief.node).status;
        if (status != NodeStatus.Active && status != NodeStatus.Jailed) return;
        uint128 amount = uint128(random(STAKE));
        fund(belief.operator, amount);
        VM.startPrank(belief.operator);
        token.approve(address(registry), amount);
        registry.addStake(belief.node, amount);
        VM.stopPrank();
    }

    function claim(uint256 seed) external inTime(seed) {
        address operator = _operators[random(4)];
        if (rewards.claimableOf(operator) == 0) return;
        VM.prank(operator);
        rewards.claim();
    }

    function trade(uint256 seed) external inTime(seed) {
        address from = _operators[random(4)];
        uint256 amount = random(token.balanceOf(from) + 1);
        VM.prank(from);
        token.transfer(_operators[random(4)], amount);
    }

    function wait(uint256 seed) external inTime(seed) {
        pass(random(3) == 0 ? random(20 * DAY) : random(1000));
    }

    function catchUp(uint256 seed) external inTime(seed) {
        for (uint256 i = 0; i < _opened.length; ++i) {
            if (random(2) == 0) punish(_opened[i]);
            if (random(2) == 0) closeIfDecided(_opened[i]);
        }
    }

    // What the invariants look at

    function contracts() external view returns (ComputeToken, NodeRegistry, Rewards, Rounds) {
        return (token, registry, rewards, rounds);
    }

    function beliefs() external view returns (Belief[] memory) {
        return _beliefs;
    }

    function opened() external view returns (EpochId[] memory) {
        return _opened;
    }

    function earnedBy(address operator) external view returns (uint256) {
        return _earned[operator];
    }

    function proved(NodeId node, EpochId e) external view returns (bool) {
        return _proved[node][e];
    }

    function holders() external view returns (address[] memory list) {
        list = new address[](9);
        for (uint256 i = 0; i < 4; ++i) {
            list[i] = _operators[i];
        }
        (list[4], list[5], list[6]) = (FOUNDATION, TEAM, address(registry));
        (list[7], list[8]) = (address(rewards), address(rounds));
    }

    function time() external view returns (uint256) {
        return _time;
    }

    // Steps

    /// @dev One random change of membership, if it is possible now.
    function membership() private {
        uint256 choice = random(6);
        if (choice < 2) return joinNew();
        (bool found, Belief storage belief) = pick();
        if (!found) return;
        Node memory n = registry.nodeOf(belief.node);
        VM.startPrank(belief.operator);
        if (choice == 2 && random(3) == 0 && (n.status == NodeStatus.Active || n.status == NodeStatus.Jailed)) {
            registry.unbond(belief.node);
        }
        if (choice == 3 && n.status == NodeStatus.Unbonding && block.timestamp >= n.withdrawableAt) {
            registry.withdraw(belief.node);
        }
        if (choice > 3 && n.status == NodeStatus.Jailed && n.stake >= registry.requiredStake(n.class)) {
            registry.unjail(belief.node);
        }
        VM.stopPrank();
    }

    function joinNew() private {
        address operator = _operators[random(4)];
        bytes32 salt = bytes32(random(3));
        NodeId node = registry.nodeIdOf(operator, salt);
        if (registry.nodeOf(node).status != NodeStatus.None || token.balanceOf(FOUNDATION) < STAKE) return;
        join(operator, salt, ClassId.wrap(uint32(random(2))));
        _beliefs.push(Belief(node, operator, 0, 0));
    }

    /// @dev The enclaves of some nodes boot; which machines they are on is another campaign's subject.
    function bootSome() private {
        VM.prevrandao(1 + random(type(uint256).max));
        uint32 window = enclaves.currentWindow();
        try enclaves.drawWindow(window) {} catch {}
        for (uint256 i = 0; i < _beliefs.length; ++i) {
            if (random(3) != 0) continue;
            uint256 nullifier = uint256(keccak256(abi.encode("window", i, window))) >> 3;
            openAs(_beliefs[i].operator, _beliefs[i].node, openingIn(window, nullifier, nullifier));
        }
    }

    function vouch(NodeId node, EpochId e) private {
        bool tooYoung = enclaves.sessionOf(node).openedAt > rounds.epochOf(e).challengedAt;
        if (tooYoung || block.timestamp >= enclaves.sessionOf(node).expiresAt) return;
        attest(node, e, uint256(keccak256(abi.encode("epoch", node, e))) >> 3);
        _vouched[node][e] = PRIVACY;
    }

    function commitTo(uint256 i, EpochId e) private {
        Belief storage belief = _beliefs[i];
        (, uint32 weight) = registry.memberAt(belief.node, e);
        if (weight == 0) return;
        belief.steps = uint64(1 + random(12));
        commitAs(belief.operator, belief.node, e, belief.steps);
    }

    /// @dev Proofs that are false, of more steps than committed, or in the wrong order must change nothing.
    function lie(uint256 i, EpochId e) private {
        Belief storage belief = _beliefs[i];
        if (rounds.roundOf(belief.node, e).status != RoundStatus.Committed) return;
        uint256 kind = random(3);
        uint256 count = proofsOf(belief.node);
        Groth16Proof[] memory proofs = stubProofs(count, belief.steps + (kind == 0 ? 1 + random(9) : 0));
        if (kind == 1) proofs[random(count)].a[0] = 0;
        if (kind == 2) proofs[random(count)].c[0] += 1;
        try rounds.settle(belief.node, e, proofs) {
            falseAccepted += 1;
        } catch {}
    }

    function prove(uint256 i, EpochId e) private {
        Belief storage belief = _beliefs[i];
        Round memory round = rounds.roundOf(belief.node, e);
        if (round.status != RoundStatus.Committed || block.timestamp > rounds.epochOf(e).proveBy) return;
        if (random(2) == 0) vouch(belief.node, e);
        rounds.settle(belief.node, e, stubProofs(proofsOf(belief.node), belief.steps));
        settlements += 1;
        belief.accepted += 1;
        _proved[belief.node][e] = true;
        _earned[belief.operator] += owed(belief, round, e);
    }

    /// @dev The reward by the formulas of the design, from what this contract knows of the node: W from `belief.steps`.
    function owed(Belief storage belief, Round memory round, EpochId e) private view returns (uint256) {
        uint256 share = uint256(rewards.potOf(e).amount) * round.weight / rewards.potOf(e).weight;
        uint256 time_ = Pocps.timeFactor(uint256(belief.accepted) * DAY, 2 * DAY);
        uint256 work = Pocps.workFactor(uint256(belief.steps) * OPERATIONS / 4, OPERATIONS);
        uint256 loyalty = rewards.loyaltyAt(belief.operator, rounds.epochOf(e).openedAt);
        return share * Pocps.pocps(time_, loyalty, Pocps.privacyFactor(_vouched[belief.node][e], 1), work) / 1e18;
    }

    function punish(EpochId e) private {
        EpochView memory seen = rounds.epochOf(e);
        if (seen.challengedAt == 0) return;
        for (uint256 i = 0; i < _beliefs.length; ++i) {
            NodeId node = _beliefs[i].node;
            (, uint32 weight) = registry.memberAt(node, e);
            RoundStatus status = rounds.roundOf(node, e).status;
            bool missed = status == RoundStatus.None && block.timestamp > seen.commitBy;
            bool failed = status == RoundStatus.Committed && seen.sampledAt != 0 && block.timestamp > seen.proveBy;
            if (weight == 0 || !(missed || failed)) continue;
            NodeId[] memory nodes = new NodeId[](1);
            nodes[0] = node;
            rounds.expire(nodes, e);
            punishments += 1;
        }
    }

    function closeIfDecided(EpochId e) private {
        EpochView memory seen = rounds.epochOf(e);
        uint256 decidedAfter =
            seen.challengedAt == 0 ? seen.challengeBy : seen.sampledAt == 0 ? seen.sampleBy : seen.proveBy;
        if (!seen.closed && block.timestamp > decidedAfter) rounds.close(e);
    }

    function nextSlot() private returns (EpochId) {
        uint256 next = EpochId.unwrap(rewards.nextEpoch());
        uint256 current = EpochId.unwrap(rounds.currentEpoch());
        if (current < next) {
            VM.warp(START + next * DAY);
            return epoch(next);
        }
        // Late in a slot a challenge is impossible: begin with the next one.
        if (block.timestamp > uint256(rounds.epochOf(epoch(current)).challengeBy) - 200) {
            current += 1;
            VM.warp(START + current * DAY);
        }
        return epoch(current);
    }

    function proofsOf(NodeId node) private view returns (uint256) {
        return registry.classOf(registry.nodeOf(node).class).terms.proofsPerRound;
    }

    function pick() private returns (bool found, Belief storage belief) {
        found = _beliefs.length != 0;
        // Without a node the reference is to none, and the caller returns.
        belief = found ? _beliefs[random(_beliefs.length)] : _none;
    }

    /// @dev A number below `bound`, from the call's seed.
    function random(uint256 bound) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }
}
