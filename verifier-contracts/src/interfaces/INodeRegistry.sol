// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitId, ClassId, EpochId, KernelId, NodeId} from "./Types.sol";

/// @notice What the nodes of one GPU class compute, stake and can earn.
/// @param datasetRoot What the kernel multiplies by (circuits/README.md §3). Its seed must be nobody's choice.
/// @param circuit What proves a sample.
/// @param kernel What the runner executes.
/// @param operationsPerStep Multiplications and additions of one step.
/// @param benchmark W at which PoW is 1, in operations per second.
/// @param maxSteps The most steps that a commitment may claim: 2^traceDepth of the circuit, or fewer.
/// @param proofsPerRound Proofs that settle one round.
/// @param weight Share of the miners' pot relative to other classes.
/// @param dailyValue What a node of the class is worth a day, in tokens; seven days of it are the stake.
struct ClassTerms {
    uint256 datasetRoot;
    CircuitId circuit;
    KernelId kernel;
    uint64 operationsPerStep;
    uint64 benchmark;
    uint64 maxSteps;
    uint16 proofsPerRound;
    uint32 weight;
    uint128 dailyValue;
}

/// @param terms Fixed when the class is added.
/// @param usableFrom Nodes may register from this time on.
/// @param retiredFrom From this time on no node may join, and anyone may make one leave. 0: not retired.
struct Class {
    ClassTerms terms;
    uint48 usableFrom;
    uint48 retiredFrom;
}

/// @notice Active nodes are challenged. A jailed one may come back, an unbonding one may not; both can be slashed.
enum NodeStatus {
    None,
    Active,
    Jailed,
    Unbonding,
    Withdrawn
}

/// @param strikes Missed rounds that are neither forgiven nor paid for; always below the limit.
/// @param accepted Accepted rounds since the last strike or forgiveness.
/// @param provenEpochs Epochs with an accepted proof: the `t` of PoT.
/// @param idleWork W of the last accepted round in which nobody rented the node, operations per second.
/// @param loadedRounds Accepted rounds since then, in which somebody did.
struct Node {
    address operator;
    ClassId class;
    NodeStatus status;
    uint8 strikes;
    uint16 accepted;
    uint32 provenEpochs;
    uint128 stake;
    uint48 withdrawableAt;
    uint72 idleWork;
    uint8 loadedRounds;
}

/// @notice What misbehaviour costs.
/// @param classDelay Seconds from a class's addition or retirement to its effect.
/// @param unbondingSeconds Seconds for which a leaving node's stake can still be slashed.
/// @param strikeLimit Strikes that jail.
/// @param forgiveAfter Accepted rounds that undo one strike.
/// @param strikeSlash Part of the stake that the last strike costs, in basis points.
/// @param failureSlash Part of the stake that a commitment without accepted proofs costs, in basis points.
/// @param clientShare Part of a slash that goes to the client who rented the node when it was challenged, in basis points.
struct StakePolicy {
    uint48 classDelay;
    uint48 unbondingSeconds;
    uint8 strikeLimit;
    uint16 forgiveAfter;
    uint16 strikeSlash;
    uint16 failureSlash;
    uint16 clientShare;
}

/// @title GPU classes, nodes and their stakes
/// @notice A node is one GPU slot of an operator, who stakes seven days of its class's daily value.
///
/// Deterrence. Cheating does not pay when it is caught with probability
///
///     p > C / ((1 - r) (R + S))
///
/// C: what cheating saves; r: share of rounds in which the cheater controls the sample, as the proposer of the block
/// that fixes it; R: the round's reward; S: what a failed round costs. With stake 7 V (V the daily value), failureSlash
/// 50 % and one round a day, S = 3.5 V and R <= V. Nothing saves more than the whole day, C <= V, so with r = 10 %
/// cheating on everything needs p > V / (0.9 (V + 3.5 V)) = 0.247, or 0.317 for a node that earns nothing (R = 0).
/// A node that falsifies a fraction f of its outputs saves f C and is caught, by n sampled columns of one neuron, with
/// p(f) >= 1 - (1 - 3 f / 4)^n. p is concave with p(0) = 0, so p(f) >= f p(1), and p(1) >= 0.75 already for n = 1: it pays
/// for no f. Who rents their own node gets the client's share of the slash back: with clientShare 20 %, S = 2.8 V, and cheating on
/// everything needs p > 0.292, or 0.397 for R = 0. More samples are there for small f: 16 work-dev proofs (n = 32) catch 1.2 % of wrong outputs with
/// p = 0.25, 10 % with p = 0.92.
interface INodeRegistry {
    /// @notice Only the class administrator, fixed at deployment, may change the list of classes.
    error NotClassAdmin(address caller);
    /// @notice Only the rounds contract, fixed at deployment, records what nodes did.
    error NotRounds(address caller);
    /// @notice Only the node's operator may do this.
    error NotNodeOperator(NodeId node, address caller);
    /// @notice A term of the class, named by its position in `ClassTerms`, is out of range.
    error TermInvalid(uint256 position, uint256 value);
    /// @notice A parameter of the policy, named by its position in `StakePolicy`, is out of range.
    error PolicyInvalid(uint256 position, uint256 value);
    /// @notice There is no such class.
    error ClassUnknown(ClassId class);
    /// @notice The class takes no nodes at this time.
    error ClassClosed(ClassId class, uint256 usableFrom, uint256 retiredFrom);
    /// @notice The class is being retired already.
    error ClassRetiring(ClassId class, uint256 retiredFrom);
    /// @notice The operator used this salt before.
    error NodeExists(NodeId node);
    /// @notice There is no such node.
    error NodeUnknown(NodeId node);
    /// @notice The node's status does not allow this.
    error StatusWrong(NodeId node, NodeStatus status);
    /// @notice The stake is below what the class requires.
    error StakeTooLow(uint256 stake, uint256 required);
    /// @notice The stake cannot be withdrawn before this time.
    error StakeBonded(NodeId node, uint256 withdrawableAt);
    /// @notice The stake at `time` is not final before the block of `present` is over.
    error NotYetPast(uint256 time, uint256 present);

    /// @notice A class was added.
    event ClassAdded(ClassId indexed class, ClassTerms terms, uint256 usableFrom);
    /// @notice A class ends at `retiredFrom`.
    event ClassRetired(ClassId indexed class, uint256 retiredFrom);
    /// @notice A node was registered; it is challenged from epoch `activeFrom` on.
    event NodeRegistered(
        NodeId indexed node, address indexed operator, ClassId indexed class, uint256 stake, EpochId activeFrom
    );
    /// @notice The operator added to the node's stake.
    event StakeAdded(NodeId indexed node, uint256 amount, uint256 stake);
    /// @notice The node missed a round. `strikes` counts this one, also when it was the last.
    event Struck(NodeId indexed node, uint256 strikes);
    /// @notice Accepted rounds undid a strike.
    event StrikeForgiven(NodeId indexed node, uint256 strikes);
    /// @notice `amount` of the node's stake was taken: burned, but for what its client is given.
    event Slashed(NodeId indexed node, uint256 amount, uint256 stake);
    /// @notice The client who rented the node when it was challenged was given a part of what was slashed.
    event ClientCompensated(NodeId indexed node, address indexed client, uint256 amount);
    /// @notice The node is not challenged from epoch `inactiveFrom` on, until it is unjailed.
    event Jailed(NodeId indexed node, EpochId inactiveFrom);
    /// @notice The node is challenged again from epoch `activeFrom` on.
    event Unjailed(NodeId indexed node, EpochId activeFrom);
    /// @notice The node leaves: not challenged from epoch `inactiveFrom` on, its stake free at `withdrawableAt`.
    event UnbondingBegun(NodeId indexed node, EpochId inactiveFrom, uint256 withdrawableAt);
    /// @notice The rest of the stake went back to the operator.
    event StakeWithdrawn(NodeId indexed node, address indexed operator, uint256 amount);

    /// @notice Adds a class that nodes may join after the delay. Only the class administrator.
    function addClass(ClassTerms calldata terms) external returns (ClassId);

    /// @notice Ends a class after the delay. Only the class administrator.
    function retireClass(ClassId class) external;

    /// @notice Registers a node of the caller and takes `amount` of its tokens as stake.
    /// @dev It takes part from the first epoch on that opens later: who is challenged in an epoch is fixed before it opens.
    function register(ClassId class, bytes32 salt, uint128 amount) external returns (NodeId);

    /// @notice Adds to the stake of an active or jailed node of the caller.
    function addStake(NodeId node, uint128 amount) external;

    /// @notice Brings a jailed node of the caller back, if its stake meets the requirement.
    function unjail(NodeId node) external;

    /// @notice Makes an active or jailed node leave after the epoch that opened last. The operator; anyone once the class is
    /// retired.
    function unbond(NodeId node) external;

    /// @notice Pays the stake of a node that left back to its operator, who must be the caller.
    function withdraw(NodeId node) external;

    /// @notice Fixes the members of `epoch`; later changes count from the next one on. Only the rounds contract.
    /// @return weight The sum of the members' weights.
    function openEpoch(EpochId epoch) external returns (uint56 weight);

    /// @notice Counts an accepted round. Only the rounds contract.
    /// @param work W of the round, operations per second.
    /// @param loaded Whether the node was rented.
    /// @return provenEpochs Including this one.
    /// @return idleWork W that the node last showed when nobody rented it; 0 when it never did, or 14 accepted rounds ago.
    function recordAccepted(NodeId node, uint256 work, bool loaded)
        external
        returns (uint32 provenEpochs, uint256 idleWork);

    /// @notice A strike for a round without a commitment; the last one slashes and jails. Only the rounds contract.
    /// @param challengedAt When the epoch's challenge was drawn: whoever rented the node then shares in a slash.
    function recordMiss(NodeId node, uint48 challengedAt) external;

    /// @notice A slash and a strike for a commitment without accepted proofs. Only the rounds contract.
    /// @param challengedAt As for `recordMiss`.
    function recordFailure(NodeId node, uint48 challengedAt) external;

    /// @notice The node's weight in an epoch, 0 when it is not a member. Final once the epoch is open.
    function memberAt(NodeId node, EpochId epoch) external view returns (address operator, uint32 weight);

    /// @notice The operator and the class's terms of a node that exists.
    function termsOf(NodeId node) external view returns (address operator, ClassTerms memory terms);

    /// @notice All about a node; `status` is None when there is none.
    function nodeOf(NodeId node) external view returns (Node memory);

    /// @notice All about a class that exists.
    function classOf(ClassId class) external view returns (Class memory);

    /// @notice When a class that exists ends; 0: it is not being retired.
    function retirementOf(ClassId class) external view returns (uint48 retiredFrom);

    /// @notice Classes ever added.
    function classCount() external view returns (uint256);

    /// @notice The stake that a node of the class needs: seven days of its daily value.
    function requiredStake(ClassId class) external view returns (uint128);

    /// @notice The sum of the stakes of an operator's nodes at the end of all blocks up to `time`, which must be past.
    function stakeOfAt(address operator, uint256 time) external view returns (uint256);

    /// @notice The weight that the next epoch would open with.
    function activeWeight() external view returns (uint56);

    /// @notice The first epoch that a change of membership made now counts for.
    function nextEpoch() external view returns (EpochId);

    /// @notice What misbehaviour costs.
    function policy() external view returns (StakePolicy memory);

    /// @notice The name of the node that `operator` registers with `salt`.
    function nodeIdOf(address operator, bytes32 salt) external pure returns (NodeId);
}
