// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {ClassId, EpochId, HOUR, NodeId, PositionId, WAD} from "./interfaces/Types.sol";
import {IComputePool, Lease, Position} from "./interfaces/IComputePool.sol";
import {IComputeToken} from "./interfaces/IComputeToken.sol";
import {INodeRegistry, Node, NodeStatus} from "./interfaces/INodeRegistry.sol";
import {IPoolRules, Market} from "./interfaces/IPoolRules.sol";
import {IRounds, Outcome} from "./interfaces/IRounds.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {Dissipation, Hours, Schedule} from "./Dissipation.sol";
import {PoolBook} from "./PoolBook.sol";

/// @title ComputePool
contract ComputePool is PoolBook, ReentrancyGuardTransient {
    using Dissipation for Schedule;
    using FixedPointMathLib for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev A node's last position, and until when it is rented.
    struct Offer {
        PositionId position;
        uint48 end;
        uint48 busyUntil;
        ClassId class;
        bool sold;
    }

    uint256 private constant MOST_DAYS = 7;

    INodeRegistry private immutable _registry;
    IRounds private immutable _rounds;
    uint48 private immutable _genesis;
    uint48 private immutable _epochSeconds;

    uint64 private _positionCount;
    mapping(PositionId position => Position) private _positions;
    mapping(NodeId node => Offer) private _offers;

    /// @param settlement The settlement contract; it may be deployed later, its address being known before.
    constructor(IComputeToken token, INodeRegistry registry, IRounds rounds, IPoolRules rules, ISettlement settlement)
        PoolBook(token, settlement, rules)
    {
        _registry = registry;
        _rounds = rounds;
        _genesis = rounds.genesis();
        _epochSeconds = rounds.policy().epochSeconds;
    }

    modifier onlySettlement() {
        if (msg.sender != address(_settlement)) revert NotSettlement(msg.sender);
        _;
    }

    modifier before(uint256 deadline) {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
        _;
    }

    /// @inheritdoc IComputePool
    function provide(NodeId node, uint256 maxTokens, uint256 deadline)
        external
        nonReentrant
        before(deadline)
        returns (PositionId position)
    {
        uint256 tokens;
        (position, tokens) = _provide(node, maxTokens);
        IERC20(address(_token)).safeTransferFrom(msg.sender, address(this), tokens);
    }

    /// @inheritdoc IComputePool
    function sell(NodeId node, uint256 count, uint256 minProceeds, uint256 deadline)
        external
        nonReentrant
        before(deadline)
        returns (PositionId position)
    {
        if (count == 0 || count > MOST_DAYS) revert DaysInvalid(count);
        (Position memory offered, Market memory m) = _offered(node);
        offered.end = _floorHour(block.timestamp + count * 1 days);
        Pool storage p = _pools[offered.class];
        Trade memory t = _begin(offered.class, p, m);
        uint256 secs = offered.end - offered.start;
        if (secs > t.state.remaining) revert SaleTooLarge(secs, t.state.remaining);
        uint256 proceeds = m.terms.strategy.proceedsOf(t.state, secs).min(secs.fullMulDiv(p.anchor, WAD));
        if (proceeds < minProceeds) revert ProceedsTooLow(proceeds, minProceeds);
        if (proceeds > p.reserve / 2) revert ReserveShort(proceeds, p.reserve / 2);

        offered.sold = true;
        // Exact cast: at most half of the reserve.
        offered.proceeds = uint128(proceeds);
        uint128 collateral = (proceeds * m.terms.collateralMultiple).toUint128();
        offered.collateral = collateral;
        p.reserve -= uint128(proceeds);
        p.collateral += collateral;
        position = _addPosition(p, t.hours_, offered);
        emit Sold(position, node, offered.class, offered.end, proceeds, collateral);
        IERC20(address(_token)).safeTransferFrom(msg.sender, address(this), collateral);
        IERC20(address(_token)).safeTransfer(msg.sender, proceeds);
    }

    /// @inheritdoc IComputePool
    function renew(PositionId position, uint256 maxTokens, uint256 deadline)
        external
        nonReentrant
        before(deadline)
        returns (PositionId renewed)
    {
        (uint256 paid, uint256 burned) = _withdraw(position);
        uint256 tokens;
        (renewed, tokens) = _provide(_positions[position].node, maxTokens);
        if (burned != 0) _token.burn(burned);
        if (tokens > paid) IERC20(address(_token)).safeTransferFrom(msg.sender, address(this), tokens - paid);
        else IERC20(address(_token)).safeTransfer(msg.sender, paid - tokens);
    }

    /// @inheritdoc IComputePool
    function withdraw(PositionId position) external nonReentrant returns (uint256 paid) {
        uint256 burned;
        (paid, burned) = _withdraw(position);
        if (burned != 0) _token.burn(burned);
        IERC20(address(_token)).safeTransfer(msg.sender, paid);
    }

    /// @inheritdoc IComputePool
    function lease(NodeId node, uint48 from, uint48 until) external onlySettlement returns (Lease memory) {
        Offer storage offer = _offers[node];
        if (offer.end <= block.timestamp) revert PositionNone(node);
        if (offer.busyUntil > from) revert NodeBusy(node, offer.busyUntil);
        if (until > offer.end) revert BeyondPosition(node, until, offer.end);
        if (_registry.nodeOf(node).status != NodeStatus.Active) revert NodeNotActive(node);
        ClassId class = offer.class;
        Pool storage p = _pools[class];
        Market memory m = _rules.tradeOf(class);
        Trade memory t = _begin(class, p, m);
        uint256 cost = m.terms.strategy.costOf(t.state, until - from);
        p.schedule.addLease(t.hours_, from, until);
        p.schedule.hours_ = t.hours_;
        offer.busyUntil = until;
        emit Leased(node, class, from, until, cost);
        return Lease(class, offer.sold, m.terms.fee, m.burnShare, cost);
    }

    /// @inheritdoc IComputePool
    function release(NodeId node, uint48 from, uint48 until)
        external
        onlySettlement
        returns (uint256 worth, uint16 fee, bool active)
    {
        Offer storage offer = _offers[node];
        ClassId class = offer.class;
        Pool storage p = _pools[class];
        Market memory m = _rules.marketOf(class);
        Trade memory t = _begin(class, p, m);
        worth = m.terms.strategy.refundOf(t.state, until - from);
        p.schedule.cutLease(t.hours_, from, until);
        p.schedule.hours_ = t.hours_;
        offer.busyUntil = from;
        emit Released(node, class, from, until, worth);
        return (worth, m.terms.fee, _registry.nodeOf(node).status == NodeStatus.Active);
    }

    /// @inheritdoc IComputePool
    function collect(ClassId class, uint256 amount) external onlySettlement {
        Pool storage p = _pools[class];
        _advance(class, p);
        _collect(class, p, amount);
    }

    /// @inheritdoc IComputePool
    function positionOf(PositionId position) external view returns (Position memory) {
        return _position(position);
    }

    /// @inheritdoc IComputePool
    function offerOf(NodeId node) external view returns (PositionId position, uint48 end, uint48 busyUntil) {
        Offer storage offer = _offers[node];
        return (offer.position, offer.end, offer.busyUntil);
    }

    /// @inheritdoc IComputePool
    function serviceOf(NodeId node, uint48 start, uint48 end) public view returns (uint256 accepted, uint256 decided) {
        uint48 retiredFrom = _registry.retirementOf(_offers[node].class);
        uint48 last = (end - 1 - _genesis) / _epochSeconds;
        for (uint48 e = (start - _genesis) / _epochSeconds; e <= last; ++e) {
            Outcome outcome = _rounds.outcomeOf(node, EpochId.wrap(e));
            if (outcome == Outcome.Undecided || outcome == Outcome.Void) continue;
            bool retired = retiredFrom != 0 && _slotEnd(e) > retiredFrom;
            if (outcome == Outcome.Absent && retired) continue;
            decided += 1;
            if (outcome == Outcome.Accepted) accepted += 1;
        }
    }

    function _provide(NodeId node, uint256 maxTokens) private returns (PositionId position, uint256 tokens) {
        (Position memory offered, Market memory m) = _offered(node);
        offered.end = _floorHour(block.timestamp + m.terms.windowSeconds);
        Pool storage p = _pools[offered.class];
        Trade memory t = _begin(offered.class, p, m);
        tokens = uint256(offered.end - offered.start).fullMulDivUp(t.spot, WAD);
        if (tokens > maxTokens) revert CostTooHigh(tokens, maxTokens);
        offered.shares = _sharesOf(p, tokens, offered.end - offered.start);
        p.reserve += tokens.toUint128();
        p.shares += offered.shares;
        position = _addPosition(p, t.hours_, offered);
        emit Provided(position, node, offered.class, offered.end, tokens, offered.shares);
    }

    /// @dev A whole number for each second, so that what they weigh falls to 0 exactly with the hours.
    function _sharesOf(Pool storage p, uint256 tokens, uint48 secs) private view returns (uint160) {
        uint256 shares = p.shares == 0 ? tokens : tokens.fullMulDiv(p.shares, p.reserve);
        if (shares < secs) revert ShareNone(tokens, secs);
        return uint160((shares / secs).toUint96()) * secs;
    }

    function _addPosition(Pool storage p, Hours memory h, Position memory added) private returns (PositionId position) {
        position = PositionId.wrap(++_positionCount);
        _positions[position] = added;
        Offer storage offer = _offers[added.node];
        (offer.position, offer.end, offer.class, offer.sold) = (position, added.end, added.class, added.sold);
        p.schedule.addPosition(h, added.end, added.shares);
        p.schedule.hours_ = h;
    }

    /// @dev Settles a position with its operator, who must be the caller; the tokens are the caller's to move.
    function _withdraw(PositionId position) private returns (uint256 paid, uint256 burned) {
        Position memory o = _position(position);
        if (msg.sender != o.operator) revert NotNodeOperator(o.node, msg.sender);
        if (o.withdrawn) revert PositionWithdrawn(position);
        uint48 decidedFrom = _slotEnd((o.end - 1 - _genesis) / _epochSeconds);
        if (block.timestamp < decidedFrom) revert ServiceUndecided(position, decidedFrom);
        Pool storage p = _pools[o.class];
        _advance(o.class, p);
        _positions[position].withdrawn = true;

        (uint256 accepted, uint256 decided) = serviceOf(o.node, o.start, o.end);
        uint256 due = o.sold ? o.collateral : _maturedOf(p, o);
        paid = decided == 0 ? due : due.fullMulDiv(accepted, decided);
        burned = due - paid;
        emit Withdrawn(position, o.operator, paid, burned, accepted, decided);
        if (!o.sold) {
            // Exact cast: a part of what matured.
            p.matured -= uint128(due);
            return (paid, burned);
        }
        p.collateral -= o.collateral;
        if (burned == 0) return (paid, burned);
        uint256 returned = burned.min(uint256(o.proceeds).fullMulDivUp(decided - accepted, decided));
        burned -= returned;
        _collect(o.class, p, returned);
    }

    function _maturedOf(Pool storage p, Position memory o) private view returns (uint256) {
        uint256 hour = o.end / HOUR;
        return p.maturedAt[hour].fullMulDiv(o.shares, p.schedule.ends[hour].shares);
    }

    function _position(PositionId position) private view returns (Position memory o) {
        o = _positions[position];
        if (o.operator == address(0)) revert PositionUnknown(position);
    }

    /// @dev What the caller may offer of its node; the end is still to be chosen.
    function _offered(NodeId node) private view returns (Position memory offered, Market memory m) {
        Node memory n = _registry.nodeOf(node);
        if (msg.sender != n.operator) revert NotNodeOperator(node, msg.sender);
        if (n.status != NodeStatus.Active) revert NodeNotActive(node);
        EpochId epoch = _rounds.currentEpoch();
        (, uint32 weight) = _registry.memberAt(node, epoch);
        if (weight == 0) revert NodeNotChallenged(node, epoch);
        Offer storage offer = _offers[node];
        if (offer.end > block.timestamp) revert PositionLive(node, offer.position, offer.end);
        m = _rules.supplyOf(n.class);
        (offered.node, offered.operator, offered.class) = (node, msg.sender, n.class);
        offered.start = uint48(block.timestamp);
    }

    function _slotEnd(uint48 epoch) private view returns (uint48) {
        return _genesis + (epoch + 1) * _epochSeconds;
    }

    function _floorHour(uint256 time) private pure returns (uint48) {
        return uint48(time - time % HOUR);
    }
}
