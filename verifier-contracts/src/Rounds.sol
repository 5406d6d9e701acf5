// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BASIS_POINTS, EpochId, Groth16Proof, KernelId, NodeId, SCALAR_FIELD} from "./interfaces/Types.sol";
import {ClassTerms, INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {Credit, IRewards} from "./interfaces/IRewards.sol";
import {IEnclaveRegistry} from "./interfaces/IEnclaveRegistry.sol";
import {EpochView, IRounds, Outcome, Round, RoundPolicy, RoundStatus, WorkPolicy} from "./interfaces/IRounds.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IVerifierRouter} from "./interfaces/IVerifierRouter.sol";

/// @title Rounds
/// @dev A round lies within its slot, so no epoch waits for another. No function loops over nodes, other than over a
/// list that its caller pays for.
contract Rounds is IRounds, ReentrancyGuardTransient {
    struct Epoch {
        uint48 openedAt;
        uint48 challengedAt;
        uint48 sampledAt;
        bool closed;
        uint256 challengeRandomness;
        uint256 sampleRandomness;
    }

    /// @dev Signals of the `work` circuits, in the order of circuits.json.
    uint256 private constant SIGNALS = 6;
    uint48 private constant LONGEST = 365 days;

    INodeRegistry private immutable _registry;
    IRewards private immutable _rewards;
    IVerifierRouter private immutable _router;
    IEnclaveRegistry private immutable _enclaves;
    ISettlement private immutable _settlement;
    uint48 private immutable _genesis;
    uint48 private immutable _epochSeconds;
    uint48 private immutable _windowSeconds;
    uint48 private immutable _sampleDelaySeconds;
    uint48 private immutable _sampleWindowSeconds;
    uint48 private immutable _proveWindowSeconds;
    uint16 private immutable _loadedShare;
    uint16 private immutable _leastShare;

    mapping(EpochId epoch => Epoch) private _epochs;
    mapping(NodeId node => mapping(EpochId epoch => Round)) private _rounds;

    /// @dev Epoch 0 begins with the deployment.
    /// @param enclaves May be deployed later, its address being known before.
    /// @param settlement Knows who rented a node; as `enclaves`.
    constructor(
        INodeRegistry registry,
        IRewards rewards,
        IVerifierRouter router,
        IEnclaveRegistry enclaves,
        ISettlement settlement,
        RoundPolicy memory roundPolicy,
        WorkPolicy memory work
    ) {
        _requireWithin(0, roundPolicy.epochSeconds, LONGEST);
        _requireWithin(1, roundPolicy.windowSeconds, LONGEST);
        _requireWithin(2, roundPolicy.sampleDelaySeconds, LONGEST);
        _requireWithin(3, roundPolicy.sampleWindowSeconds, LONGEST);
        _requireWithin(4, roundPolicy.proveWindowSeconds, LONGEST);
        uint48 round = roundPolicy.windowSeconds + roundPolicy.sampleDelaySeconds + roundPolicy.sampleWindowSeconds
            + roundPolicy.proveWindowSeconds;
        // The first second opens, the second challenges, the round ends before the next slot.
        if (roundPolicy.epochSeconds < round + 2) revert PolicyInvalid(0, roundPolicy.epochSeconds);
        if (roundPolicy.epochSeconds != rewards.epochSeconds()) revert PolicyInvalid(0, rewards.epochSeconds());
        // A node that leaves is challenged until its slot ends, and must then stay within reach for as long again.
        if (registry.policy().unbondingSeconds < 2 * roundPolicy.epochSeconds) {
            revert PolicyInvalid(0, roundPolicy.epochSeconds);
        }
        if (work.loadedShare == 0 || work.loadedShare > BASIS_POINTS) revert PolicyInvalid(5, work.loadedShare);
        if (work.leastShare > BASIS_POINTS) revert PolicyInvalid(6, work.leastShare);
        _registry = registry;
        _rewards = rewards;
        _router = router;
        _enclaves = enclaves;
        _settlement = settlement;
        _loadedShare = work.loadedShare;
        _leastShare = work.leastShare;
        _genesis = uint48(block.timestamp);
        _epochSeconds = roundPolicy.epochSeconds;
        _windowSeconds = roundPolicy.windowSeconds;
        _sampleDelaySeconds = roundPolicy.sampleDelaySeconds;
        _sampleWindowSeconds = roundPolicy.sampleWindowSeconds;
        _proveWindowSeconds = roundPolicy.proveWindowSeconds;
    }

    /// @inheritdoc IRounds
    function open(EpochId epoch) external {
        EpochId current = currentEpoch();
        if (EpochId.unwrap(epoch) != EpochId.unwrap(current)) revert EpochNotCurrent(epoch, current);
        Epoch storage e = _epochs[epoch];
        if (e.openedAt != 0) revert EpochAlreadyOpen(epoch, e.openedAt);
        e.openedAt = uint48(block.timestamp);
        uint56 weight = _registry.openEpoch(epoch);
        emit EpochOpened(epoch, weight, _challengeBy(epoch));
        _rewards.open(epoch, weight);
    }

    /// @inheritdoc IRounds
    function drawChallenge(EpochId epoch) external {
        Epoch storage e = _epochs[epoch];
        if (e.openedAt == 0) revert EpochNotOpen(epoch);
        if (e.challengedAt != 0) revert ChallengeAlreadyDrawn(epoch, e.challengedAt);
        if (block.timestamp <= e.openedAt) revert ChallengeTooEarly(epoch, e.openedAt);
        if (block.timestamp > _challengeBy(epoch)) revert ChallengeTooLate(epoch, _challengeBy(epoch));
        e.challengedAt = uint48(block.timestamp);
        e.challengeRandomness = block.prevrandao;
        emit ChallengeDrawn(epoch, block.prevrandao, _commitBy(e));
    }

    /// @inheritdoc IRounds
    function commit(NodeId node, EpochId epoch, uint256 traceRoot, uint64 steps) external {
        Epoch storage e = _challenged(epoch);
        if (block.timestamp > _commitBy(e)) revert CommitmentLate(node, epoch, _commitBy(e));
        (address operator, uint32 weight) = _registry.memberAt(node, epoch);
        if (weight == 0) revert NodeNotInEpoch(node, epoch);
        if (msg.sender != operator) revert NotNodeOperator(node, msg.sender);
        Round storage r = _rounds[node][epoch];
        if (r.status != RoundStatus.None) revert AlreadyCommitted(node, epoch);
        if (traceRoot == 0 || traceRoot >= SCALAR_FIELD) revert TraceRootInvalid(traceRoot);
        (, ClassTerms memory terms) = _registry.termsOf(node);
        if (steps == 0 || steps > terms.maxSteps) revert StepsInvalid(steps, terms.maxSteps);

        bool loaded = _settlement.clientAt(node, e.challengedAt) != address(0);
        uint256 least = _benchmark(terms, loaded) * _leastShare / BASIS_POINTS;
        if (_work(terms, steps) < least) revert WorkTooLittle(_work(terms, steps), least);

        // Weight and loyalty were fixed by the opening, load by the challenge: no second look is needed at settlement.
        _rounds[node][epoch] =
            Round(traceRoot, steps, _rewards.loyaltyAt(operator, e.openedAt), weight, RoundStatus.Committed, loaded);
        emit Committed(node, epoch, traceRoot, steps);
    }

    /// @inheritdoc IRounds
    function drawSample(EpochId epoch) external {
        Epoch storage e = _challenged(epoch);
        if (e.sampledAt != 0) revert SampleAlreadyDrawn(epoch, e.sampledAt);
        if (block.timestamp <= _sampleAfter(e)) revert SampleTooEarly(epoch, _sampleAfter(e));
        if (block.timestamp > _sampleBy(e)) revert SampleTooLate(epoch, _sampleBy(e));
        e.sampledAt = uint48(block.timestamp);
        e.sampleRandomness = block.prevrandao;
        emit SampleDrawn(epoch, block.prevrandao, _proveBy(e));
    }

    /// @inheritdoc IRounds
    function settle(NodeId node, EpochId epoch, Groth16Proof[] calldata proofs) external nonReentrant {
        Epoch storage e = _sampled(epoch);
        if (block.timestamp > _proveBy(e)) revert ProofsLate(node, epoch, _proveBy(e));
        Round memory r = _rounds[node][epoch];
        if (r.status == RoundStatus.None) revert NotCommitted(node, epoch);
        if (r.status != RoundStatus.Committed) revert RoundDecided(node, epoch, r.status);
        (address operator, ClassTerms memory terms) = _registry.termsOf(node);
        if (proofs.length != terms.proofsPerRound) revert ProofCountWrong(proofs.length, terms.proofsPerRound);

        _rounds[node][epoch].status = RoundStatus.Settled;
        uint256 challenge = _challenge(node, epoch, terms.kernel, e.challengeRandomness);
        uint256 sampleSeed = _sampleSeed(e.sampleRandomness, challenge, r.traceRoot);
        _router.verifyBatch(terms.circuit, proofs, _signals(challenge, terms, r, sampleSeed));

        uint256 work = _work(terms, r.steps);
        Credit memory accepted = Credit(node, epoch, operator, r.weight, r.loyalty, 0, 0, work, terms.benchmark);
        uint256 reward = _credit(accepted, r.loaded);
        emit Settled(node, epoch, work, reward);
    }

    /// @inheritdoc IRounds
    function expire(NodeId[] calldata nodes, EpochId epoch) external nonReentrant {
        Epoch storage e = _challenged(epoch);
        for (uint256 i = 0; i < nodes.length; ++i) {
            NodeId node = nodes[i];
            RoundStatus status = _rounds[node][epoch].status;
            if (status == RoundStatus.None) {
                if (block.timestamp <= _commitBy(e)) revert RoundUndecided(node, epoch);
                (, uint32 weight) = _registry.memberAt(node, epoch);
                if (weight == 0) revert NodeNotInEpoch(node, epoch);
                _rounds[node][epoch].status = RoundStatus.Missed;
                emit Missed(node, epoch);
                _registry.recordMiss(node, e.challengedAt);
            } else if (status == RoundStatus.Committed) {
                if (e.sampledAt == 0) revert SampleNotDrawn(epoch);
                if (block.timestamp <= _proveBy(e)) revert RoundUndecided(node, epoch);
                _rounds[node][epoch].status = RoundStatus.Failed;
                emit Failed(node, epoch);
                _registry.recordFailure(node, e.challengedAt);
            }
        }
    }

    /// @inheritdoc IRounds
    function close(EpochId epoch) external {
        Epoch storage e = _epochs[epoch];
        if (e.openedAt == 0) revert EpochNotOpen(epoch);
        if (e.closed) revert EpochAlreadyClosed(epoch);
        uint48 decidedAfter = e.challengedAt == 0 ? _challengeBy(epoch) : e.sampledAt == 0 ? _sampleBy(e) : _proveBy(e);
        if (block.timestamp <= decidedAfter) revert EpochUndecided(epoch, decidedAfter);
        e.closed = true;
        emit EpochClosed(epoch);
        _rewards.close(epoch);
    }

    /// @inheritdoc IRounds
    function challengeOf(NodeId node, EpochId epoch) public view returns (uint256) {
        Epoch storage e = _challenged(epoch);
        (, ClassTerms memory terms) = _registry.termsOf(node);
        return _challenge(node, epoch, terms.kernel, e.challengeRandomness);
    }

    /// @inheritdoc IRounds
    function sampleSeedOf(NodeId node, EpochId epoch) external view returns (uint256) {
        Epoch storage e = _sampled(epoch);
        uint256 traceRoot = _rounds[node][epoch].traceRoot;
        if (traceRoot == 0) revert NotCommitted(node, epoch);
        return _sampleSeed(e.sampleRandomness, challengeOf(node, epoch), traceRoot);
    }

    /// @inheritdoc IRounds
    function roundOf(NodeId node, EpochId epoch) external view returns (Round memory) {
        return _rounds[node][epoch];
    }

    /// @inheritdoc IRounds
    function outcomeOf(NodeId node, EpochId epoch) external view returns (Outcome) {
        if (block.timestamp < _slotEnd(epoch)) return Outcome.Undecided;
        RoundStatus status = _rounds[node][epoch].status;
        if (status == RoundStatus.Settled) return Outcome.Accepted;
        if (status == RoundStatus.Missed || status == RoundStatus.Failed) return Outcome.Failed;
        Epoch storage e = _epochs[epoch];
        bool committed = status == RoundStatus.Committed;
        if (e.challengedAt == 0 || (committed && e.sampledAt == 0)) return Outcome.Void;
        if (committed) return Outcome.Overdue;
        (, uint32 weight) = _registry.memberAt(node, epoch);
        return weight == 0 ? Outcome.Absent : Outcome.Overdue;
    }

    /// @inheritdoc IRounds
    function epochOf(EpochId epoch) external view returns (EpochView memory seen) {
        Epoch storage e = _epochs[epoch];
        seen.openedAt = e.openedAt;
        seen.challengeBy = _challengeBy(epoch);
        seen.closed = e.closed;
        if (e.challengedAt == 0) return seen;
        seen.challengedAt = e.challengedAt;
        seen.commitBy = _commitBy(e);
        seen.sampleAfter = _sampleAfter(e);
        seen.sampleBy = _sampleBy(e);
        seen.challengeRandomness = e.challengeRandomness;
        if (e.sampledAt == 0) return seen;
        seen.sampledAt = e.sampledAt;
        seen.proveBy = _proveBy(e);
        seen.sampleRandomness = e.sampleRandomness;
    }

    /// @inheritdoc IRounds
    function currentEpoch() public view returns (EpochId) {
        return EpochId.wrap((uint48(block.timestamp) - _genesis) / _epochSeconds);
    }

    /// @inheritdoc IRounds
    function genesis() external view returns (uint48) {
        return _genesis;
    }

    /// @inheritdoc IRounds
    function policy() external view returns (RoundPolicy memory) {
        return
            RoundPolicy(_epochSeconds, _windowSeconds, _sampleDelaySeconds, _sampleWindowSeconds, _proveWindowSeconds);
    }

    /// @inheritdoc IRounds
    function workPolicy() external view returns (WorkPolicy memory) {
        return WorkPolicy(_loadedShare, _leastShare);
    }

    function _requireWithin(uint256 position, uint48 value, uint48 most) private pure {
        if (value == 0 || value > most) revert PolicyInvalid(position, value);
    }

    function _challenged(EpochId epoch) private view returns (Epoch storage e) {
        e = _epochs[epoch];
        if (e.challengedAt == 0) revert ChallengeNotDrawn(epoch);
    }

    function _sampled(EpochId epoch) private view returns (Epoch storage e) {
        e = _epochs[epoch];
        if (e.sampledAt == 0) revert SampleNotDrawn(epoch);
    }

    /// @dev One second before the next slot at most: a round that begins then ends in the slot's last second.
    function _challengeBy(EpochId epoch) private view returns (uint48) {
        return _slotEnd(epoch) - 1 - _windowSeconds - _sampleDelaySeconds - _sampleWindowSeconds - _proveWindowSeconds;
    }

    /// @dev The first second of the next slot.
    function _slotEnd(EpochId epoch) private view returns (uint48) {
        return _genesis + (EpochId.unwrap(epoch) + 1) * _epochSeconds;
    }

    function _commitBy(Epoch storage e) private view returns (uint48) {
        return e.challengedAt + _windowSeconds;
    }

    function _sampleAfter(Epoch storage e) private view returns (uint48) {
        return _commitBy(e) + _sampleDelaySeconds;
    }

    function _sampleBy(Epoch storage e) private view returns (uint48) {
        return _sampleAfter(e) + _sampleWindowSeconds;
    }

    function _proveBy(Epoch storage e) private view returns (uint48) {
        return e.sampledAt + _proveWindowSeconds;
    }

    function _challenge(NodeId node, EpochId epoch, KernelId kernel, uint256 randomness)
        private
        view
        returns (uint256)
    {
        return uint256(keccak256(abi.encode(block.chainid, address(this), node, epoch, kernel, randomness))) >> 3;
    }

    function _sampleSeed(uint256 randomness, uint256 challenge, uint256 traceRoot) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(randomness, challenge, traceRoot))) >> 3;
    }

    /// @dev Operations per second over the whole window.
    function _work(ClassTerms memory terms, uint64 steps) private view returns (uint256) {
        return uint256(steps) * terms.operationsPerStep / _windowSeconds;
    }

    /// @dev What the node is held to; rounded up, since a benchmark of 0 would be met by nothing.
    function _benchmark(ClassTerms memory terms, bool loaded) private view returns (uint256) {
        return loaded ? (uint256(terms.benchmark) * _loadedShare - 1) / BASIS_POINTS + 1 : terms.benchmark;
    }

    /// @dev A rented node showed the part of its work that its client left: it is credited the whole, up to what it last showed idle.
    function _credit(Credit memory accepted, bool loaded) private returns (uint256 reward) {
        accepted.level = _enclaves.levelAt(accepted.node, accepted.epoch);
        (uint32 provenEpochs, uint256 idleWork) = _registry.recordAccepted(accepted.node, accepted.work, loaded);
        accepted.provenSeconds = uint256(provenEpochs) * _epochSeconds;
        if (loaded) {
            uint256 whole = accepted.work * BASIS_POINTS / _loadedShare;
            accepted.work = Math.max(accepted.work, Math.min(whole, idleWork));
        }
        return _rewards.credit(accepted);
    }

    /// @dev One record of six for each proof; sampleIndex counts them, so an operator cannot choose which it answers.
    function _signals(uint256 challenge, ClassTerms memory terms, Round memory r, uint256 sampleSeed)
        private
        pure
        returns (uint256[] memory signals)
    {
        uint256 count = terms.proofsPerRound;
        signals = new uint256[](count * SIGNALS);
        // Nothing overflows: a class has at most 128 proofs.
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 base = i * SIGNALS;
                signals[base] = challenge;
                signals[base + 1] = terms.datasetRoot;
                signals[base + 2] = r.traceRoot;
                signals[base + 3] = r.steps;
                signals[base + 4] = sampleSeed;
                signals[base + 5] = i;
            }
        }
    }
}
