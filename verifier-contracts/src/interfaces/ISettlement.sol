// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, NodeId, RentalId} from "./Types.sol";
import {Outcome} from "./IRounds.sol";

/// @notice A client's claim on a node's hours.
/// @param start In force from this time on.
/// @param end In force until before this time; earlier than `boughtUntil` when terminated, `start` when never used.
/// @param cost Escrowed for [start, boughtUntil), fee not included.
/// @param settledUntil The escrow of [start, settledUntil) is paid out.
/// @param burnShare Part of each paid rent that is burned, in basis points.
/// @param sold The node's hours belonged to the pool: it is paid, not the operator.
struct Rental {
    address client;
    uint48 start;
    uint48 end;
    NodeId node;
    uint96 cost;
    uint48 settledUntil;
    uint48 boughtUntil;
    ClassId class;
    uint16 burnShare;
    bool sold;
}

/// @title Rentals: hours bought, paid epoch by epoch for accepted proofs only
/// @notice A client buys hours of a node; the cost waits here. When an epoch's slot is over, that epoch's part goes to the
/// provider if, and only if, the node's round of the epoch has an accepted proof. Otherwise it goes back to the client, and a
/// round that was missed or not proven is expired, so that the strike or slash happens once, by the one mechanism; a part of what is
/// slashed goes to the client (`INodeRegistry`). A void epoch (no challenge or no sample was drawn) refunds without a strike.
///
/// The part of [a, b) is floor(cost (b - start) / duration) - floor(cost (a - start) / duration): parts sum to the cost exactly.
///
/// Payments of `settle` are credited and claimed: a batch writes a word for each account, not two balance checkpoints, and no account
/// can spoil another's batch. Whoever gives up hours early is paid in the same transaction.
interface ISettlement {
    /// @notice Hours are at least 1.
    error HoursInvalid(uint256 count);
    /// @notice There is no such rental.
    error RentalUnknown(RentalId rental);
    /// @notice Only the rental's client may do this.
    error NotClient(RentalId rental, address caller);
    /// @notice Only a node's last rental can change: another follows it.
    error RentalFollowed(RentalId rental, RentalId latest);
    /// @notice The rental is over.
    error RentalEnded(RentalId rental, uint256 end);
    /// @notice The rental ends with the present hour: nothing can be given up.
    error NothingUnused(RentalId rental, uint256 end);
    /// @notice The price moved above the caller's bound.
    error CostTooHigh(uint256 cost, uint256 most);
    /// @notice The price moved below the caller's bound.
    error RefundTooLow(uint256 refund, uint256 least);
    /// @notice The transaction was included too late.
    error DeadlinePassed(uint256 deadline, uint256 present);
    /// @notice Nothing is credited to the caller.
    error NothingToClaim(address account);

    /// @notice A client rented [start, end) of a node: `cost` is escrowed, `fee` burned.
    event Rented(
        RentalId indexed rental,
        NodeId indexed node,
        address indexed client,
        uint256 start,
        uint256 end,
        uint256 cost,
        uint256 fee
    );
    /// @notice A client gave up the hours from `end` on: `refund` was paid, `fee` burned, `kept` went to the reserve.
    event Terminated(RentalId indexed rental, uint256 end, uint256 refund, uint256 fee, uint256 kept);
    /// @notice The escrow of [from, until), which lies in one epoch, was divided.
    event EpochSettled(
        RentalId indexed rental,
        EpochId indexed epoch,
        Outcome outcome,
        uint256 until,
        uint256 paid,
        uint256 burned,
        uint256 refunded
    );
    /// @notice An account took what was credited to it.
    event Claimed(address indexed account, uint256 amount);

    /// @notice Rents `count` hours of an idle node from now on, to the end of the last begun hour.
    /// @param maxCost Reverts when more would be taken, fee included.
    function buy(NodeId node, uint256 count, uint256 maxCost, uint256 deadline) external returns (RentalId);

    /// @notice Rents `count` more hours at the present price, from the end of the caller's rental on.
    /// @dev A new rental: what was bought before keeps its cost.
    function extend(RentalId rental, uint256 count, uint256 maxCost, uint256 deadline) external returns (RentalId);

    /// @notice Gives up the hours after the present one, for what they are worth now and at most what they cost, less the fee.
    /// All that they cost, and no fee, when the node can no longer serve.
    function terminate(RentalId rental, uint256 minRefund, uint256 deadline) external returns (uint256 refund);

    /// @notice Divides the escrow of all decided epochs of each rental, up to 16 of one rental in a call. Anyone may send it, as
    /// often as they like: what is settled or undecided is passed over.
    function settle(RentalId[] calldata rentals) external;

    /// @notice Pays all that is credited to the caller.
    function claim() external;

    /// @notice Who rents a node at a time; zero when nobody does. Never reverts.
    function clientAt(NodeId node, uint48 time) external view returns (address);

    /// @notice A rental that exists.
    function rentalOf(RentalId rental) external view returns (Rental memory);

    /// @notice A node's last rental that was not given up before it began; 0: none.
    function latestOf(NodeId node) external view returns (RentalId);

    /// @notice What rentals of a class have not paid out yet.
    function escrowOf(ClassId class) external view returns (uint256);

    /// @notice What an account can claim.
    function claimableOf(address account) external view returns (uint256);
}
