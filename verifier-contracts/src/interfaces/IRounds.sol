// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochId, Groth16Proof, NodeId} from "./Types.sol";

/// @notice The clock of a round, in seconds.
/// @param epochSeconds Length of a slot; a whole round fits in it.
/// @param windowSeconds From the challenge to the commitment's deadline: what W divides by.
/// @param sampleDelaySeconds From the commitment's deadline to the first block that may draw the sample.
/// @param sampleWindowSeconds How long the sample may be drawn after that.
/// @param proveWindowSeconds From the sample to the proofs' deadline.
struct RoundPolicy {
    uint48 epochSeconds;
    uint48 windowSeconds;
    uint48 sampleDelaySeconds;
    uint48 sampleWindowSeconds;
    uint48 proveWindowSeconds;
}

/// @notice None: no commitment. Settled, Missed and Failed are final.
enum RoundStatus {
    None,
    Committed,
    Settled,
    Missed,
    Failed
}

/// @notice One node's passage through one epoch.
/// @param weight The node's weight in the epoch, once committed.
/// @param loyalty PoL at the epoch's opening, in WAD, once committed.
/// @param loaded Whether a client rented the node when it was challenged, once committed.
struct Round {
    uint256 traceRoot;
    uint64 steps;
    uint64 loyalty;
    uint32 weight;
    RoundStatus status;
    bool loaded;
}

/// @notice What an epoch says of a node once its slot is over; before that Undecided. Accepted: the round has an accepted
/// proof. Failed: it was missed or not proven, and that is recorded; Overdue: nobody has expired it yet. Absent: the node was no member,
/// nothing was asked of it. Void: no challenge was drawn, or no sample after the node committed.
enum Outcome {
    Undecided,
    Accepted,
    Failed,
    Overdue,
    Absent,
    Void
}

/// @notice How much work a round must show.
/// @param loadedShare Part of its work that a rented node must show, in basis points.
/// @param leastShare Part of what it is held to, below which a commitment is refused, in basis points.
struct WorkPolicy {
    uint16 loadedShare;
    uint16 leastShare;
}

/// @notice One epoch. A time of 0 means: did not happen (yet).
/// @param challengeBy The last time at which the challenge can be drawn.
/// @param commitBy The last time at which a commitment is taken.
/// @param sampleAfter The sample can be drawn only after this time.
/// @param sampleBy The last time at which it can.
/// @param proveBy The last time at which proofs are taken.
struct EpochView {
    uint48 openedAt;
    uint48 challengeBy;
    uint48 challengedAt;
    uint48 commitBy;
    uint48 sampleAfter;
    uint48 sampleBy;
    uint48 sampledAt;
    uint48 proveBy;
    bool closed;
    uint256 challengeRandomness;
    uint256 sampleRandomness;
}

/// @title Rounds: challenge, commitment, sample, proofs
/// @notice In the time slot of epoch e, in this order, each but `commit` by anyone:
///
///   open          fixes who takes part
///   drawChallenge in a later block; all members are challenged at once
///   commit        by each member's operator, within the window
///   drawSample    after the delay; nothing that a sample depends on can change any more
///   settle        exactly `proofsPerRound` proofs; the reward is credited
///   expire        a member without a commitment is struck; one without proofs is slashed as well
///   close         burns what nobody earned
///
/// An epoch whose challenge was not drawn is void: nobody is punished, its miners' emission is burned. When the sample
/// was not drawn in its window, nobody who committed is punished or paid.
///
/// Randomness. It is the beacon chain's RANDAO (EIP-4399), recorded by a poke that anyone may make. A blockhash would be
/// lost 256 blocks later, and that loss would free a cheater or punish an honest node; what is recorded is not lost.
/// What can be biased:
///
/// - *Poker.* prevrandao of a block is known when its parent is published. Who decides which block pokes, decides between
///   values. One honest poke in the first eligible block removes the choice; without any, the choice is limited to the
///   blocks of the sample window. The challenge is known at most one block before `challengedAt`: a window of many
///   blocks keeps that head start small.
/// - *Proposer.* It alone knows its own reveal in advance, and may skip its block. One who mines could commit in its own last
///   block knowing the sample that its reveal makes. That is why the sample waits for a delay of several slots, whose
///   proposers reveal in between. k consecutive proposers before the sample choose between 2^k values by skipping, at the
///   price of the skipped blocks. On a chain with one sequencer, the sequencer chooses: deploy where nobody does.
///
/// W is steps * operationsPerStep / windowSeconds: the whole window, whenever the commitment was sent. Sending early
/// cannot raise it, and no number in it is reported: steps are proven, the rest is the chain's.
///
/// Load. A node that a client rented when it was challenged proves while it serves, so a part of its work must do: `loadedShare` of
/// it. The default of 25 % is a quarter of the machine for proofs, and three quarters that no client can claim to have missed. It is credited
/// work / loadedShare, but no more than it last showed when nobody rented it (within 14 accepted rounds), and never less than
/// what it proved. Without that bound no fee would be high enough: a node at a quarter of its class's speed would rent itself for the
/// hour of the challenge and earn a whole day's full reward for the fee of one hour. A client can always stop to let a proof
/// through. `leastShare` is of the benchmark, or of `loadedShare` of it: a commitment below is refused, so that steps that prove nothing
/// buy neither proven time nor rent.
interface IRounds {
    /// @notice A parameter of the policy, named by its position, is out of range or differs from another contract's.
    error PolicyInvalid(uint256 position, uint256 value);
    /// @notice The epoch is not the one that time has reached.
    error EpochNotCurrent(EpochId epoch, EpochId current);
    /// @notice The epoch was opened before.
    error EpochAlreadyOpen(EpochId epoch, uint256 openedAt);
    /// @notice The epoch was never opened.
    error EpochNotOpen(EpochId epoch);
    /// @notice The challenge needs a later block than the opening.
    error ChallengeTooEarly(EpochId epoch, uint256 openedAt);
    /// @notice A round that began now would not end within its slot.
    error ChallengeTooLate(EpochId epoch, uint256 challengeBy);
    /// @notice The epoch's challenge is fixed.
    error ChallengeAlreadyDrawn(EpochId epoch, uint256 challengedAt);
    /// @notice The epoch has no challenge.
    error ChallengeNotDrawn(EpochId epoch);
    /// @notice The node is not a member of the epoch.
    error NodeNotInEpoch(NodeId node, EpochId epoch);
    /// @notice Only the node's operator may commit.
    error NotNodeOperator(NodeId node, address caller);
    /// @notice The window is over.
    error CommitmentLate(NodeId node, EpochId epoch, uint256 commitBy);
    /// @notice A commitment is made once, and never changed.
    error AlreadyCommitted(NodeId node, EpochId epoch);
    /// @notice A trace root is a field element other than 0.
    error TraceRootInvalid(uint256 traceRoot);
    /// @notice Steps are between 1 and the class's `maxSteps`.
    error StepsInvalid(uint256 steps, uint256 maxSteps);
    /// @notice The steps show less work than the least that the node is held to, both in operations per second.
    error WorkTooLittle(uint256 work, uint256 least);
    /// @notice The sample can be drawn only after this time.
    error SampleTooEarly(EpochId epoch, uint256 sampleAfter);
    /// @notice The sample could be drawn until this time.
    error SampleTooLate(EpochId epoch, uint256 sampleBy);
    /// @notice The epoch's sample is fixed.
    error SampleAlreadyDrawn(EpochId epoch, uint256 sampledAt);
    /// @notice The epoch has no sample.
    error SampleNotDrawn(EpochId epoch);
    /// @notice The node committed to nothing in this epoch.
    error NotCommitted(NodeId node, EpochId epoch);
    /// @notice The round is over, with this outcome.
    error RoundDecided(NodeId node, EpochId epoch, RoundStatus status);
    /// @notice The node still has time.
    error RoundUndecided(NodeId node, EpochId epoch);
    /// @notice The proofs' deadline has passed.
    error ProofsLate(NodeId node, EpochId epoch, uint256 proveBy);
    /// @notice A round is settled by exactly as many proofs as its class demands.
    error ProofCountWrong(uint256 count, uint256 expected);
    /// @notice Something in the epoch can still happen.
    error EpochUndecided(EpochId epoch, uint256 decidedAfter);
    /// @notice The epoch was closed before.
    error EpochAlreadyClosed(EpochId epoch);

    /// @notice The members of the epoch are fixed; `weight` is the sum of their weights.
    event EpochOpened(EpochId indexed epoch, uint256 weight, uint256 challengeBy);
    /// @notice All members are challenged.
    event ChallengeDrawn(EpochId indexed epoch, uint256 randomness, uint256 commitBy);
    /// @notice A node committed to a trace of `steps` steps.
    event Committed(NodeId indexed node, EpochId indexed epoch, uint256 traceRoot, uint256 steps);
    /// @notice All committed nodes are asked.
    event SampleDrawn(EpochId indexed epoch, uint256 randomness, uint256 proveBy);
    /// @notice The node's proofs were accepted: `work` operations per second earned `reward`.
    event Settled(NodeId indexed node, EpochId indexed epoch, uint256 work, uint256 reward);
    /// @notice The node did not commit in time.
    event Missed(NodeId indexed node, EpochId indexed epoch);
    /// @notice The node committed and did not prove.
    event Failed(NodeId indexed node, EpochId indexed epoch);
    /// @notice What nobody earned in the epoch was burned.
    event EpochClosed(EpochId indexed epoch);

    /// @notice Opens the current epoch: fixes its members and mints its emission.
    function open(EpochId epoch) external;

    /// @notice Challenges all members with the randomness of this block.
    /// @dev The block's timestamp must be greater than that of the opening: membership and balances at `openedAt` are
    /// final then, and where timestamps grow with every block this is any later block.
    function drawChallenge(EpochId epoch) external;

    /// @notice Commits the caller's node to its trace. Too few steps are refused: a round of almost no work is no accepted round.
    function commit(NodeId node, EpochId epoch, uint256 traceRoot, uint64 steps) external;

    /// @notice Fixes the samples of all committed nodes with the randomness of this block.
    function drawSample(EpochId epoch) external;

    /// @notice Settles a node's round. Reverts unless every proof verifies.
    /// @dev Anyone may send it: the challenge binds the node, so a copied transaction pays the same operator. The i-th proof
    /// must be for sampleIndex i. Nothing is keyed on a proof, so another form of a valid proof is worth the same. P is read from the
    /// enclave registry here: an attestation that comes later is too late.
    function settle(NodeId node, EpochId epoch, Groth16Proof[] calldata proofs) external;

    /// @notice Punishes nodes that missed a deadline: a strike for each that did not commit, a slash and a strike for each
    /// that did not prove. Nodes whose round is decided are passed over, so two callers cannot spoil each other's list.
    /// @dev There is no deadline: whoever wants strikes counted in order, reports them soon. Nobody is paid for it.
    function expire(NodeId[] calldata nodes, EpochId epoch) external;

    /// @notice Burns what nobody earned, when nothing can be earned any more.
    function close(EpochId epoch) external;

    /// @notice keccak256(abi.encode(chainId, this, node, epoch, kernel, randomness)) >> 3: 253 bits, below r.
    function challengeOf(NodeId node, EpochId epoch) external view returns (uint256);

    /// @notice keccak256(abi.encode(sampleRandomness, challenge, traceRoot)) >> 3.
    function sampleSeedOf(NodeId node, EpochId epoch) external view returns (uint256);

    /// @notice What is recorded of a round.
    function roundOf(NodeId node, EpochId epoch) external view returns (Round memory);

    /// @notice What the epoch says of the node. Final unless Undecided or Overdue.
    function outcomeOf(NodeId node, EpochId epoch) external view returns (Outcome);

    /// @notice What is recorded of an epoch, with its deadlines.
    function epochOf(EpochId epoch) external view returns (EpochView memory);

    /// @notice The epoch whose slot it is.
    function currentEpoch() external view returns (EpochId);

    /// @notice Start of epoch 0.
    function genesis() external view returns (uint48);

    /// @notice The clock of a round.
    function policy() external view returns (RoundPolicy memory);

    /// @notice How much work a round must show.
    function workPolicy() external view returns (WorkPolicy memory);
}
