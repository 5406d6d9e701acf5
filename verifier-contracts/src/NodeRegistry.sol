// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {BASIS_POINTS, CircuitId, ClassId, EpochId, KernelId, NodeId, SCALAR_FIELD} from "./interfaces/Types.sol";
import {Class, ClassTerms, INodeRegistry, Node, NodeStatus, StakePolicy} from "./interfaces/INodeRegistry.sol";
import {IComputeToken} from "./interfaces/IComputeToken.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";

/// @title NodeRegistry
/// @dev Membership is a checkpointed weight per node, keyed by epoch, beside one running sum: who belongs to an epoch is
/// answered for ever, and opening one costs the same for any number of nodes.
contract NodeRegistry is INodeRegistry, ReentrancyGuardTransient {
    using Checkpoints for Checkpoints.Trace208;
    using SafeERC20 for IERC20;

    /// @dev A stake is worth this many days of the class's daily value.
    uint128 private constant STAKED_DAYS = 7;
    /// @dev A settlement costs about 285k gas and 54k a proof (gas.json): 128 stay below EIP-7825's 16.78M.
    uint256 private constant MAX_PROOFS = 128;
    /// @dev Two of the longest positions in a row.
    uint8 private constant REMEMBERED_ROUNDS = 14;

    address private immutable _token;
    address private immutable _rounds;
    ISettlement private immutable _settlement;
    address private immutable _classAdmin;
    uint48 private immutable _classDelay;
    uint48 private immutable _unbondingSeconds;
    uint8 private immutable _strikeLimit;
    uint16 private immutable _forgiveAfter;
    uint16 private immutable _strikeSlash;
    uint16 private immutable _failureSlash;
    uint16 private immutable _clientShare;

    uint56 private _activeWeight;
    EpochId private _nextEpoch;
    Class[] private _classes;
    mapping(NodeId node => Node) private _nodes;
    mapping(NodeId node => Checkpoints.Trace208) private _weights;
    mapping(address operator => Checkpoints.Trace208) private _stakes;

    /// @param rounds The rounds contract; it may be deployed later, its address being known before.
    /// @param settlement Knows who rented a node; it may be deployed later too.
    /// @param genesisClasses Usable at once; later ones only after the delay.
    constructor(
        address token,
        address rounds,
        ISettlement settlement,
        address classAdmin,
        StakePolicy memory stakePolicy,
        ClassTerms[] memory genesisClasses
    ) {
        if (stakePolicy.strikeLimit == 0) revert PolicyInvalid(2, 0);
        if (stakePolicy.forgiveAfter == 0) revert PolicyInvalid(3, 0);
        if (stakePolicy.strikeSlash > BASIS_POINTS) revert PolicyInvalid(4, stakePolicy.strikeSlash);
        if (stakePolicy.failureSlash == 0 || stakePolicy.failureSlash > BASIS_POINTS) {
            revert PolicyInvalid(5, stakePolicy.failureSlash);
        }
        if (stakePolicy.clientShare > BASIS_POINTS) revert PolicyInvalid(6, stakePolicy.clientShare);
        _token = token;
        _rounds = rounds;
        _settlement = settlement;
        _classAdmin = classAdmin;
        _classDelay = stakePolicy.classDelay;
        _unbondingSeconds = stakePolicy.unbondingSeconds;
        _strikeLimit = stakePolicy.strikeLimit;
        _forgiveAfter = stakePolicy.forgiveAfter;
        _strikeSlash = stakePolicy.strikeSlash;
        _failureSlash = stakePolicy.failureSlash;
        _clientShare = stakePolicy.clientShare;
        for (uint256 i = 0; i < genesisClasses.length; ++i) {
            _addClass(genesisClasses[i], uint48(block.timestamp));
        }
    }

    modifier onlyClassAdmin() {
        if (msg.sender != _classAdmin) revert NotClassAdmin(msg.sender);
        _;
    }

    modifier onlyRounds() {
        if (msg.sender != _rounds) revert NotRounds(msg.sender);
        _;
    }

    modifier onlyOperator(NodeId node) {
        if (msg.sender != _nodes[node].operator) revert NotNodeOperator(node, msg.sender);
        _;
    }

    /// @inheritdoc INodeRegistry
    function addClass(ClassTerms calldata terms) external onlyClassAdmin returns (ClassId) {
        return _addClass(terms, uint48(block.timestamp) + _classDelay);
    }

    /// @inheritdoc INodeRegistry
    function retireClass(ClassId class) external onlyClassAdmin {
        Class storage c = _class(class);
        if (c.retiredFrom != 0) revert ClassRetiring(class, c.retiredFrom);
        uint48 retiredFrom = uint48(block.timestamp) + _classDelay;
        c.retiredFrom = retiredFrom;
        emit ClassRetired(class, retiredFrom);
    }

    /// @inheritdoc INodeRegistry
    function register(ClassId class, bytes32 salt, uint128 amount) external nonReentrant returns (NodeId) {
        NodeId node = nodeIdOf(msg.sender, salt);
        Node storage n = _nodes[node];
        if (n.status != NodeStatus.None) revert NodeExists(node);
        n.operator = msg.sender;
        n.class = class;
        n.stake = amount;
        _activate(node, n);
        emit NodeRegistered(node, msg.sender, class, amount, _nextEpoch);
        _takeStake(amount);
        return node;
    }

    /// @inheritdoc INodeRegistry
    function addStake(NodeId node, uint128 amount) external nonReentrant onlyOperator(node) {
        Node storage n = _nodes[node];
        if (n.status != NodeStatus.Active && n.status != NodeStatus.Jailed) revert StatusWrong(node, n.status);
        n.stake += amount;
        emit StakeAdded(node, amount, n.stake);
        _takeStake(amount);
    }

    /// @inheritdoc INodeRegistry
    function unjail(NodeId node) external onlyOperator(node) {
        Node storage n = _nodes[node];
        if (n.status != NodeStatus.Jailed) revert StatusWrong(node, n.status);
        _activate(node, n);
        emit Unjailed(node, _nextEpoch);
    }

    /// @inheritdoc INodeRegistry
    function unbond(NodeId node) external {
        Node storage n = _nodes[node];
        NodeStatus status = n.status;
        if (status != NodeStatus.Active && status != NodeStatus.Jailed) revert StatusWrong(node, status);
        uint48 retiredFrom = _class(n.class).retiredFrom;
        bool retired = retiredFrom != 0 && block.timestamp >= retiredFrom;
        if (msg.sender != n.operator && !retired) revert NotNodeOperator(node, msg.sender);

        if (status == NodeStatus.Active) _deactivate(node, n);
        n.status = NodeStatus.Unbonding;
        n.withdrawableAt = uint48(block.timestamp) + _unbondingSeconds;
        emit UnbondingBegun(node, _nextEpoch, n.withdrawableAt);
    }

    /// @inheritdoc INodeRegistry
    function withdraw(NodeId node) external nonReentrant onlyOperator(node) {
        Node storage n = _nodes[node];
        if (n.status != NodeStatus.Unbonding) revert StatusWrong(node, n.status);
        if (block.timestamp < n.withdrawableAt) revert StakeBonded(node, n.withdrawableAt);
        uint128 amount = n.stake;
        n.stake = 0;
        n.status = NodeStatus.Withdrawn;
        _pushStake(msg.sender, int256(0) - int256(uint256(amount)));
        emit StakeWithdrawn(node, msg.sender, amount);
        IERC20(_token).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc INodeRegistry
    function openEpoch(EpochId epoch) external onlyRounds returns (uint56) {
        _nextEpoch = EpochId.wrap(EpochId.unwrap(epoch) + 1);
        return _activeWeight;
    }

    /// @inheritdoc INodeRegistry
    function recordAccepted(NodeId node, uint256 work, bool loaded)
        external
        onlyRounds
        returns (uint32 provenEpochs, uint256 idleWork)
    {
        Node storage n = _nodes[node];
        idleWork = _rememberWork(n, work, loaded);
        provenEpochs = n.provenEpochs + 1;
        n.provenEpochs = provenEpochs;
        uint8 strikes = n.strikes;
        if (strikes == 0) return (provenEpochs, idleWork);
        uint16 accepted = n.accepted + 1;
        if (accepted == _forgiveAfter) {
            accepted = 0;
            n.strikes = strikes - 1;
            emit StrikeForgiven(node, strikes - 1);
        }
        n.accepted = accepted;
    }

    /// @inheritdoc INodeRegistry
    function recordMiss(NodeId node, uint48 challengedAt) external onlyRounds {
        _strike(node, _nodes[node], challengedAt);
    }

    /// @inheritdoc INodeRegistry
    function recordFailure(NodeId node, uint48 challengedAt) external onlyRounds {
        Node storage n = _nodes[node];
        _slash(node, n, _failureSlash, challengedAt);
        _strike(node, n, challengedAt);
    }

    /// @inheritdoc INodeRegistry
    function memberAt(NodeId node, EpochId epoch) external view returns (address operator, uint32 weight) {
        // Exact: no weight passes 32 bits.
        return (_nodes[node].operator, uint32(_weights[node].upperLookupRecent(EpochId.unwrap(epoch))));
    }

    /// @inheritdoc INodeRegistry
    function termsOf(NodeId node) external view returns (address operator, ClassTerms memory terms) {
        Node storage n = _nodes[node];
        operator = n.operator;
        if (operator == address(0)) revert NodeUnknown(node);
        terms = _classes[ClassId.unwrap(n.class)].terms;
    }

    /// @inheritdoc INodeRegistry
    function nodeOf(NodeId node) external view returns (Node memory) {
        return _nodes[node];
    }

    /// @inheritdoc INodeRegistry
    function classOf(ClassId class) external view returns (Class memory) {
        return _class(class);
    }

    /// @inheritdoc INodeRegistry
    function retirementOf(ClassId class) external view returns (uint48) {
        return _class(class).retiredFrom;
    }

    /// @inheritdoc INodeRegistry
    function classCount() external view returns (uint256) {
        return _classes.length;
    }

    /// @inheritdoc INodeRegistry
    function requiredStake(ClassId class) external view returns (uint128) {
        return STAKED_DAYS * _class(class).terms.dailyValue;
    }

    /// @inheritdoc INodeRegistry
    function stakeOfAt(address operator, uint256 time) external view returns (uint256) {
        if (time >= block.timestamp) revert NotYetPast(time, block.timestamp);
        return _stakes[operator].upperLookupRecent(uint48(time));
    }

    /// @inheritdoc INodeRegistry
    function activeWeight() external view returns (uint56) {
        return _activeWeight;
    }

    /// @inheritdoc INodeRegistry
    function nextEpoch() external view returns (EpochId) {
        return _nextEpoch;
    }

    /// @inheritdoc INodeRegistry
    function policy() external view returns (StakePolicy memory) {
        return StakePolicy(
            _classDelay, _unbondingSeconds, _strikeLimit, _forgiveAfter, _strikeSlash, _failureSlash, _clientShare
        );
    }

    /// @inheritdoc INodeRegistry
    function nodeIdOf(address operator, bytes32 salt) public pure returns (NodeId) {
        return NodeId.wrap(keccak256(abi.encode(operator, salt)));
    }

    function _addClass(ClassTerms memory terms, uint48 usableFrom) private returns (ClassId class) {
        if (terms.datasetRoot == 0 || terms.datasetRoot >= SCALAR_FIELD) revert TermInvalid(0, terms.datasetRoot);
        if (CircuitId.unwrap(terms.circuit) == 0) revert TermInvalid(1, 0);
        if (KernelId.unwrap(terms.kernel) == 0) revert TermInvalid(2, 0);
        if (terms.operationsPerStep == 0) revert TermInvalid(3, 0);
        if (terms.benchmark == 0) revert TermInvalid(4, 0);
        if (terms.maxSteps == 0) revert TermInvalid(5, 0);
        if (terms.proofsPerRound == 0 || terms.proofsPerRound > MAX_PROOFS) {
            revert TermInvalid(6, terms.proofsPerRound);
        }
        if (terms.weight == 0) revert TermInvalid(7, 0);
        if (terms.dailyValue == 0 || terms.dailyValue > type(uint128).max / STAKED_DAYS) {
            revert TermInvalid(8, terms.dailyValue);
        }
        class = ClassId.wrap(uint32(_classes.length));
        _classes.push(Class(terms, usableFrom, 0));
        emit ClassAdded(class, terms, usableFrom);
    }

    function _class(ClassId class) private view returns (Class storage) {
        if (ClassId.unwrap(class) >= _classes.length) revert ClassUnknown(class);
        return _classes[ClassId.unwrap(class)];
    }

    /// @dev Memory of an idle round fades, or one good day would vouch for a weaker machine for ever.
    function _rememberWork(Node storage n, uint256 work, bool loaded) private returns (uint256) {
        uint8 rounds = n.loadedRounds;
        if (!loaded) (n.idleWork, n.loadedRounds) = (uint72(Math.min(work, type(uint72).max)), 0);
        else if (rounds < REMEMBERED_ROUNDS) n.loadedRounds = rounds + 1;
        return rounds < REMEMBERED_ROUNDS || !loaded ? n.idleWork : 0;
    }

    /// @dev Makes the node a member from the next epoch on, if its class is open and its stake suffices.
    function _activate(NodeId node, Node storage n) private {
        Class storage c = _class(n.class);
        if (block.timestamp < c.usableFrom || (c.retiredFrom != 0 && block.timestamp >= c.retiredFrom)) {
            revert ClassClosed(n.class, c.usableFrom, c.retiredFrom);
        }
        uint128 required = STAKED_DAYS * c.terms.dailyValue;
        if (n.stake < required) revert StakeTooLow(n.stake, required);
        n.status = NodeStatus.Active;
        uint32 weight = c.terms.weight;
        _activeWeight += weight;
        _weights[node].push(EpochId.unwrap(_nextEpoch), weight);
    }

    /// @dev Ends the membership with the epoch that opened last, in which the node may still be at work.
    function _deactivate(NodeId node, Node storage n) private {
        _activeWeight -= _class(n.class).terms.weight;
        _weights[node].push(EpochId.unwrap(_nextEpoch), 0);
    }

    function _jail(NodeId node, Node storage n) private {
        if (n.status != NodeStatus.Active) return;
        _deactivate(node, n);
        n.status = NodeStatus.Jailed;
        emit Jailed(node, _nextEpoch);
    }

    /// @dev The last strike is paid for at once, so the count starts again and stays below the limit.
    function _strike(NodeId node, Node storage n, uint48 challengedAt) private {
        uint8 strikes = n.strikes + 1;
        emit Struck(node, strikes);
        n.accepted = 0;
        n.strikes = strikes == _strikeLimit ? 0 : strikes;
        if (strikes < _strikeLimit) return;
        _slash(node, n, _strikeSlash, challengedAt);
        _jail(node, n);
    }

    /// @dev Burned, but for the share of who rented the node when it was challenged.
    function _slash(NodeId node, Node storage n, uint256 basisPoints, uint48 challengedAt) private {
        uint128 stake = n.stake;
        // At most the stake, since no policy takes more than all basis points.
        uint128 amount = uint128(uint256(stake) * basisPoints / BASIS_POINTS);
        n.stake = stake - amount;
        _pushStake(n.operator, int256(0) - int256(uint256(amount)));
        emit Slashed(node, amount, stake - amount);
        if (stake - amount < STAKED_DAYS * _class(n.class).terms.dailyValue) _jail(node, n);
        address client = _settlement.clientAt(node, challengedAt);
        uint256 compensation = client == address(0) ? 0 : uint256(amount) * _clientShare / BASIS_POINTS;
        IComputeToken(_token).burn(amount - compensation);
        if (compensation == 0) return;
        emit ClientCompensated(node, client, compensation);
        IERC20(_token).safeTransfer(client, compensation);
    }

    function _takeStake(uint128 amount) private {
        _pushStake(msg.sender, int256(uint256(amount)));
        IERC20(_token).safeTransferFrom(msg.sender, address(this), amount);
    }

    function _pushStake(address operator, int256 change) private {
        Checkpoints.Trace208 storage stakes = _stakes[operator];
        // Never negative: the sum covers each of the operator's stakes.
        stakes.push(uint48(block.timestamp), uint208(uint256(int256(uint256(stakes.latest())) + change)));
    }
}
