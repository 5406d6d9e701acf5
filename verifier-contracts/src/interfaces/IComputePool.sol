// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, NodeId, PositionId} from "./Types.sol";
import {PoolState} from "./IPriceStrategy.sol";

/// @notice A pool at this time, whether or not anyone has touched it since hours ended.
/// @param state What prices depend on.
/// @param reserve Tokens of those who provide.
/// @param matured Payable to providers whose hours ended.
/// @param collateral Locked by sales.
/// @param shares What the reserve is divided by.
/// @param anchor The most that a second brings in a sale, wei a second in WAD.
struct PoolView {
    PoolState state;
    uint256 reserve;
    uint256 matured;
    uint256 collateral;
    uint256 shares;
    uint256 anchor;
}

/// @notice A node's hours in a pool.
/// @param sold Sold to the pool: their rent belongs to its reserve. Otherwise provided: their rent is the operator's.
/// @param withdrawn Paid out; nothing is left.
/// @param shares Of the reserve, for provided hours; a whole number for each second of [start, end).
/// @param collateral Locked, for sold hours.
/// @param proceeds Paid at once, for sold hours.
struct Position {
    NodeId node;
    address operator;
    uint48 start;
    uint48 end;
    uint160 shares;
    ClassId class;
    bool sold;
    bool withdrawn;
    uint128 collateral;
    uint128 proceeds;
}

/// @notice What Settlement needs to know of hours that it rents out.
struct Lease {
    ClassId class;
    bool sold;
    uint16 fee;
    uint16 burnShare;
    uint256 cost;
}

/// @title Pools of hours: one for each GPU class
/// @notice Operators bring a node's hours with tokens of equal value (`provide`) or sell hours to the pool (`sell`); clients
/// rent hours through `ISettlement`. Hours dissipate: a position is worth the seconds that it has left, so the pool holds
///
///     R(t) = sum of max(0, end - t)        over positions
///     D(t) = sum of max(0, busyUntil - t)  over rented nodes
///     x(t) = R(t) - D(t)                   LooPIN's sum of n max(0, 1 - (t - t_i) / T_i), with n = T_i seconds of one node
///
/// Both sums are a value and a slope, and every end lies on a whole hour, so bringing them to the present costs one step for each
/// hour in which anything ended, however many positions ended in it.
///
/// The reserve's part in the price dissipates too: y counts a position's tokens by the seconds that it has left. Otherwise x
/// would fall and y stand still, and the price would rise fivefold a window without any demand (e^1.59, where operators renew evenly).
/// As it is, time alone moves no price, hours brought at the price leave it where it is, and what a rental adds fades as it is used.
///
/// Tokens leave with the hours: when provided hours end, their share of the reserve, at that hour, is set aside for their
/// operators (`withdraw`). What is paid depends on service: of the epochs that the hours touched, each must have ended with an
/// accepted proof of the node; the share of failed ones is burned. Void epochs (no challenge, or no sample) do not count, nor
/// do those after the class was retired in which the node was not a member. Sold hours stand under the same rule with their collateral.
///
/// Prices are the strategy's, held between floor and ceiling. Three rules keep sales from draining those who provide:
/// a second never brings more than the anchor, which falls with the market at once but rises slowly, so a price that was pushed
/// up for the occasion is of no use; a sale is never larger than what the pool holds; and it takes half of the reserve at most.
/// What a client gets back is never more than what those hours cost.
///
/// Empty and ended pools have prices: the class's value for a pool without hours, the ceiling where a curve has no bound. A reserve
/// that nobody has a share of is burned, so the first to provide finds nothing that is not theirs.
///
/// Who may stop what: `IPoolRules`. Nothing stops `withdraw`, or Settlement's `terminate`, `settle` and `claim`.
///
/// Not checked here: that a provider's node is free for its client off chain, or how fast it is; only proofs speak.
/// The hours of a node that was jailed stay in x(t) until they end, though nobody can rent them: prices are lower for it.
interface IComputePool {
    /// @notice Only the settlement contract, fixed at deployment, moves rented hours.
    error NotSettlement(address caller);
    /// @notice Only the node's operator may do this.
    error NotNodeOperator(NodeId node, address caller);
    /// @notice Only an active node's hours are traded.
    error NodeNotActive(NodeId node);
    /// @notice The node joined or came back after this epoch opened, so no proof of it could be asked for.
    error NodeNotChallenged(NodeId node, EpochId epoch);
    /// @notice The node's hours are in the pool already.
    error PositionLive(NodeId node, PositionId position, uint256 end);
    /// @notice The node has no hours in the pool.
    error PositionNone(NodeId node);
    /// @notice There is no such position.
    error PositionUnknown(PositionId position);
    /// @notice The position was paid out.
    error PositionWithdrawn(PositionId position);
    /// @notice The position's hours, or the epochs that they touch, are not over before this time.
    error ServiceUndecided(PositionId position, uint256 decidedFrom);
    /// @notice The node is rented until this time.
    error NodeBusy(NodeId node, uint256 busyUntil);
    /// @notice The position ends before what was asked for.
    error BeyondPosition(NodeId node, uint256 until, uint256 end);
    /// @notice A sale is of 1 to 7 whole days.
    error DaysInvalid(uint256 count);
    /// @notice The pool buys no more seconds than it holds.
    error SaleTooLarge(uint256 secs, uint256 remaining);
    /// @notice A sale takes half of the reserve at most.
    error ReserveShort(uint256 proceeds, uint256 most);
    /// @notice So few tokens for so many seconds have no share of the reserve.
    error ShareNone(uint256 tokens, uint256 secs);
    /// @notice The price moved above the caller's bound.
    error CostTooHigh(uint256 cost, uint256 most);
    /// @notice The price moved below the caller's bound.
    error ProceedsTooLow(uint256 proceeds, uint256 least);
    /// @notice The transaction was included too late.
    error DeadlinePassed(uint256 deadline, uint256 present);

    /// @notice A node's seconds until `end` were provided with `tokens`.
    event Provided(
        PositionId indexed position,
        NodeId indexed node,
        ClassId indexed class,
        uint256 end,
        uint256 tokens,
        uint256 shares
    );
    /// @notice A node's seconds until `end` were sold for `proceeds`.
    event Sold(
        PositionId indexed position,
        NodeId indexed node,
        ClassId indexed class,
        uint256 end,
        uint256 proceeds,
        uint256 collateral
    );
    /// @notice A position was paid out: `accepted` of `decided` epochs had an accepted proof, `forfeited` was lost.
    event Withdrawn(
        PositionId indexed position,
        address indexed operator,
        uint256 paid,
        uint256 forfeited,
        uint256 accepted,
        uint256 decided
    );
    /// @notice The hours that ended at `hour` took their part of the reserve with them.
    event Matured(ClassId indexed class, uint256 indexed hour, uint256 tokens, uint256 shares);
    /// @notice [from, until) of a node was rented for `cost`, fee not included.
    event Leased(NodeId indexed node, ClassId indexed class, uint256 from, uint256 until, uint256 cost);
    /// @notice [from, until) of a node became available again, worth `quote`.
    event Released(NodeId indexed node, ClassId indexed class, uint256 from, uint256 until, uint256 quote);
    /// @notice Tokens came into the reserve; `burned` when nobody has a share of it.
    event Collected(ClassId indexed class, uint256 amount, bool burned);

    /// @notice Brings the hours of the caller's node for the pool's window, with as many tokens as they are worth.
    /// @param maxTokens Reverts when more would be taken.
    function provide(NodeId node, uint256 maxTokens, uint256 deadline) external returns (PositionId);

    /// @notice Sells 1 to 7 whole days of the caller's node to the pool, paid at once, against collateral.
    function sell(NodeId node, uint256 count, uint256 minProceeds, uint256 deadline) external returns (PositionId);

    /// @notice Withdraws a position and provides its node again; only the difference is moved.
    /// @param maxTokens Reverts when the new hours would be worth more.
    function renew(PositionId position, uint256 maxTokens, uint256 deadline) external returns (PositionId);

    /// @notice Pays out a position whose epochs are decided, less the share of failed ones. Only its operator.
    function withdraw(PositionId position) external returns (uint256 paid);

    /// @notice Brings a pool to the present. Every other function does so by itself; anyone may do it in advance.
    function advance(ClassId class) external;

    /// @notice Rents [from, until) of a node out. Only the settlement contract.
    function lease(NodeId node, uint48 from, uint48 until) external returns (Lease memory);

    /// @notice Takes [from, until) of a rented node back. Only the settlement contract.
    /// @return quote What the seconds are worth.
    /// @return fee In basis points.
    /// @return active Whether the node can still serve.
    function release(NodeId node, uint48 from, uint48 until) external returns (uint256 quote, uint16 fee, bool active);

    /// @notice Takes tokens that were sent here before into a pool's reserve. Only the settlement contract.
    function collect(ClassId class, uint256 amount) external;

    /// @notice A pool at this time. `terms.strategy` answers what seconds cost and bring in its `state`.
    function poolOf(ClassId class) external view returns (PoolView memory);

    /// @notice A position that exists.
    function positionOf(PositionId position) external view returns (Position memory);

    /// @notice A node's last position (0: none), its end, and the end of its last rental.
    function offerOf(NodeId node) external view returns (PositionId position, uint48 end, uint48 busyUntil);

    /// @notice Accepted and decided epochs among those that [start, end) of a node touches, by what is known now.
    function serviceOf(NodeId node, uint48 start, uint48 end) external view returns (uint256 accepted, uint256 decided);
}
