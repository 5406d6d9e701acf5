// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BASIS_POINTS, ClassId, EpochId, HOUR, NodeId, RentalId} from "./interfaces/Types.sol";
import {IComputePool, Lease} from "./interfaces/IComputePool.sol";
import {IComputeToken} from "./interfaces/IComputeToken.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IRounds, Outcome} from "./interfaces/IRounds.sol";
import {ISettlement, Rental} from "./interfaces/ISettlement.sol";

/// @title Settlement
contract Settlement is ISettlement, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant EPOCHS_EACH = 16;

    IComputeToken private immutable _token;
    INodeRegistry private immutable _registry;
    IRounds private immutable _rounds;
    IComputePool private immutable _pool;
    uint48 private immutable _genesis;
    uint48 private immutable _epochSeconds;

    uint64 private _rentalCount;
    mapping(RentalId rental => Rental) private _rentals;
    /// @dev In order of their starts, which never coincide: a rental that was given up before it began is taken out.
    mapping(NodeId node => RentalId[]) private _rentalsOf;
    mapping(ClassId class => uint256) private _escrow;
    mapping(address account => uint256) private _claimable;

    constructor(IComputeToken token, INodeRegistry registry, IRounds rounds, IComputePool pool) {
        _token = token;
        _registry = registry;
        _rounds = rounds;
        _pool = pool;
        _genesis = rounds.genesis();
        _epochSeconds = rounds.policy().epochSeconds;
    }

    modifier before(uint256 deadline) {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
        _;
    }

    /// @inheritdoc ISettlement
    function buy(NodeId node, uint256 count, uint256 maxCost, uint256 deadline)
        external
        nonReentrant
        before(deadline)
        returns (RentalId)
    {
        uint48 start = uint48(block.timestamp);
        return _rent(node, start, _ceilHour(start + _seconds(count)), maxCost);
    }

    /// @inheritdoc ISettlement
    function extend(RentalId rental, uint256 count, uint256 maxCost, uint256 deadline)
        external
        nonReentrant
        before(deadline)
        returns (RentalId)
    {
        Rental storage r = _changeable(rental);
        return _rent(r.node, r.end, r.end + _seconds(count), maxCost);
    }

    /// @inheritdoc ISettlement
    function terminate(RentalId rental, uint256 minRefund, uint256 deadline)
        external
        nonReentrant
        before(deadline)
        returns (uint256 refund)
    {
        Rental storage r = _changeable(rental);
        (NodeId node, ClassId class, uint48 end) = (r.node, r.class, r.end);
        uint48 newEnd = uint48(Math.max(r.start, _ceilHour(uint48(block.timestamp))));
        if (newEnd >= end) revert NothingUnused(rental, end);
        uint256 unused = _part(r, newEnd, end);
        (uint256 worth, uint16 share, bool active) = _pool.release(node, newEnd, end);
        uint256 fee = 0;
        refund = unused;
        if (active) {
            worth = Math.min(worth, unused);
            fee = Math.mulDiv(worth, share, BASIS_POINTS, Math.Rounding.Ceil);
            refund = worth - fee;
        }
        if (refund < minRefund) revert RefundTooLow(refund, minRefund);

        r.end = newEnd;
        if (newEnd == r.start) _rentalsOf[node].pop();
        _escrow[class] -= unused;
        uint256 kept = unused - refund - fee;
        emit Terminated(rental, newEnd, refund, fee, kept);
        if (fee != 0) _token.burn(fee);
        _sendToPool(class, kept);
        IERC20(address(_token)).safeTransfer(msg.sender, refund);
    }

    /// @inheritdoc ISettlement
    function settle(RentalId[] calldata rentals) external nonReentrant {
        uint256 burned = 0;
        for (uint256 i = 0; i < rentals.length; ++i) {
            burned += _settle(rentals[i]);
        }
        if (burned != 0) _token.burn(burned);
    }

    /// @inheritdoc ISettlement
    function claim() external nonReentrant {
        uint256 amount = _claimable[msg.sender];
        if (amount == 0) revert NothingToClaim(msg.sender);
        _claimable[msg.sender] = 0;
        emit Claimed(msg.sender, amount);
        IERC20(address(_token)).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc ISettlement
    function clientAt(NodeId node, uint48 time) external view returns (address) {
        RentalId[] storage rentals = _rentalsOf[node];
        (uint256 low, uint256 high) = (0, rentals.length);
        // Finds how many began up to `time`; nearly always all of them, or all but one.
        while (low < high) {
            uint256 middle = high - low < 3 ? high - 1 : (low + high) / 2;
            if (_rentals[rentals[middle]].start <= time) low = middle + 1;
            else high = middle;
        }
        if (low == 0) return address(0);
        Rental storage r = _rentals[rentals[low - 1]];
        return time < r.end ? r.client : address(0);
    }

    /// @inheritdoc ISettlement
    function rentalOf(RentalId rental) external view returns (Rental memory) {
        return _rental(rental);
    }

    /// @inheritdoc ISettlement
    function latestOf(NodeId node) public view returns (RentalId) {
        RentalId[] storage rentals = _rentalsOf[node];
        return rentals.length == 0 ? RentalId.wrap(0) : rentals[rentals.length - 1];
    }

    /// @inheritdoc ISettlement
    function escrowOf(ClassId class) external view returns (uint256) {
        return _escrow[class];
    }

    /// @inheritdoc ISettlement
    function claimableOf(address account) external view returns (uint256) {
        return _claimable[account];
    }

    function _rent(NodeId node, uint48 start, uint48 end, uint256 maxCost) private returns (RentalId rental) {
        Lease memory lease = _pool.lease(node, start, end);
        uint256 fee = Math.mulDiv(lease.cost, lease.fee, BASIS_POINTS, Math.Rounding.Ceil);
        if (lease.cost + fee > maxCost) revert CostTooHigh(lease.cost + fee, maxCost);
        rental = RentalId.wrap(++_rentalCount);
        _rentals[rental] = Rental({
            client: msg.sender,
            start: start,
            end: end,
            node: node,
            cost: lease.cost.toUint96(),
            settledUntil: start,
            boughtUntil: end,
            class: lease.class,
            burnShare: lease.burnShare,
            sold: lease.sold
        });
        _rentalsOf[node].push(rental);
        _escrow[lease.class] += lease.cost;
        emit Rented(rental, node, msg.sender, start, end, lease.cost, fee);
        IERC20(address(_token)).safeTransferFrom(msg.sender, address(this), lease.cost + fee);
        if (fee != 0) _token.burn(fee);
    }

    /// @dev Divides the escrow of a rental's decided epochs.
    /// @return burned What the caller must burn.
    function _settle(RentalId rental) private returns (uint256 burned) {
        Rental memory r = _rental(rental);
        uint256 paid = 0;
        uint256 refunded = 0;
        uint256 share = 0;
        for (uint256 i = 0; i < EPOCHS_EACH && r.settledUntil < r.end; ++i) {
            EpochId epoch = EpochId.wrap((r.settledUntil - _genesis) / _epochSeconds);
            Outcome outcome = _rounds.outcomeOf(r.node, epoch);
            if (outcome == Outcome.Undecided) break;
            if (outcome == Outcome.Overdue) _expire(r.node, epoch);
            uint48 until = uint48(Math.min(_genesis + (EpochId.unwrap(epoch) + 1) * _epochSeconds, r.end));
            uint256 part = _part(r, r.settledUntil, until);
            r.settledUntil = until;
            if (outcome == Outcome.Accepted) {
                share = Math.mulDiv(part, r.burnShare, BASIS_POINTS, Math.Rounding.Ceil);
                burned += share;
                paid += part - share;
                emit EpochSettled(rental, epoch, outcome, until, part - share, share, 0);
            } else {
                refunded += part;
                emit EpochSettled(rental, epoch, outcome, until, 0, 0, part);
            }
        }
        _rentals[rental].settledUntil = r.settledUntil;
        _escrow[r.class] -= paid + burned + refunded;
        if (refunded != 0) _claimable[r.client] += refunded;
        if (paid == 0) return burned;
        if (r.sold) _sendToPool(r.class, paid);
        else _claimable[_registry.nodeOf(r.node).operator] += paid;
    }

    function _expire(NodeId node, EpochId epoch) private {
        NodeId[] memory nodes = new NodeId[](1);
        nodes[0] = node;
        _rounds.expire(nodes, epoch);
    }

    function _sendToPool(ClassId class, uint256 amount) private {
        if (amount == 0) return;
        IERC20(address(_token)).safeTransfer(address(_pool), amount);
        _pool.collect(class, amount);
    }

    /// @dev The caller's rental, in force or still to begin, and the last of its node.
    function _changeable(RentalId rental) private view returns (Rental storage r) {
        r = _rentals[rental];
        if (r.client == address(0)) revert RentalUnknown(rental);
        if (r.client != msg.sender) revert NotClient(rental, msg.sender);
        if (r.end <= block.timestamp || r.end == r.start) revert RentalEnded(rental, r.end);
        RentalId latest = latestOf(r.node);
        if (RentalId.unwrap(latest) != RentalId.unwrap(rental)) revert RentalFollowed(rental, latest);
    }

    function _rental(RentalId rental) private view returns (Rental memory r) {
        r = _rentals[rental];
        if (r.client == address(0)) revert RentalUnknown(rental);
    }

    /// @dev The escrow of [from, until). The first bought second to the last are what the cost divides over.
    function _part(Rental memory r, uint48 from, uint48 until) private pure returns (uint256) {
        uint256 duration = r.boughtUntil - r.start;
        return uint256(r.cost) * (until - r.start) / duration - uint256(r.cost) * (from - r.start) / duration;
    }

    function _seconds(uint256 count) private pure returns (uint48) {
        // No position is longer than seven days: more hours could only be refused later.
        if (count == 0 || count > 7 days / HOUR) revert HoursInvalid(count);
        return uint48(count) * HOUR;
    }

    function _ceilHour(uint48 time) private pure returns (uint48) {
        return (time + HOUR - 1) / HOUR * HOUR;
    }
}
