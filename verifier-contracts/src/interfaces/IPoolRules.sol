// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId} from "./Types.sol";
import {IPriceStrategy} from "./IPriceStrategy.sol";

/// @notice What one class's pool trades on. Fixed when the pool opens, for ever.
/// @param strategy The price curve.
/// @param windowSeconds T: how long provided hours last, whole hours.
/// @param fee Taken of every purchase and refund and burned, in basis points.
/// @param collateralMultiple What a sale locks, as a multiple of its proceeds.
/// @param riseLimit How fast the price of sales may follow the market upwards, in basis points an hour.
/// @param floor The least that a second costs or brings, wei a second in WAD.
/// @param ceiling The most.
struct PoolTerms {
    IPriceStrategy strategy;
    uint32 windowSeconds;
    uint16 fee;
    uint16 collateralMultiple;
    uint16 riseLimit;
    uint128 floor;
    uint128 ceiling;
}

/// @param base The class's daily value by the second, wei in WAD: the price of a pool without hours.
/// @param burnShare The strategy's, in basis points.
/// @param closedFrom No new hours from this time on. 0: not closed.
/// @param paused Whether the guardian stopped trade.
struct Market {
    PoolTerms terms;
    uint128 base;
    uint16 burnShare;
    uint48 closedFrom;
    bool paused;
}

/// @title The pools' terms, and who may stop their trade
/// @notice Three ways to stop, none of which holds what is in a pool: the class administrator ends new supply after a delay; the
/// registry's retirement of a class ends new supply when announced, and all trade when it takes effect; the guardian pauses trade at once.
/// `IComputePool.withdraw` and `ISettlement.terminate`, `settle` and `claim` ask none of them.
interface IPoolRules {
    /// @notice Only the class administrator, fixed at deployment, opens pools and closes them to supply.
    error NotClassAdmin(address caller);
    /// @notice Only the guardian, fixed at deployment, pauses.
    error NotGuardian(address caller);
    /// @notice A term of the pool, named by its position in `PoolTerms`, is out of range.
    error TermInvalid(uint256 position, uint256 value);
    /// @notice The class has a pool, whose terms are fixed.
    error PoolExists(ClassId class);
    /// @notice The class has no pool.
    error PoolUnknown(ClassId class);
    /// @notice The guardian paused the pool's trade.
    error PoolPaused(ClassId class);
    /// @notice The pool takes no new hours from this time on.
    error SupplyClosed(ClassId class, uint256 closedFrom);
    /// @notice The class is being retired: no new hours; from `retiredFrom` on no trade.
    error ClassRetiring(ClassId class, uint256 retiredFrom);

    /// @notice A pool was opened.
    event PoolOpened(ClassId indexed class, PoolTerms terms, uint256 base);
    /// @notice The pool takes no new hours from `closedFrom` on.
    event SupplyEnded(ClassId indexed class, uint256 closedFrom);
    /// @notice The guardian stopped or resumed trade.
    event Paused(ClassId indexed class, bool paused);

    /// @notice Opens a class's pool. Only the class administrator.
    function openPool(ClassId class, PoolTerms calldata terms) external;

    /// @notice Ends new supply to a pool after the registry's delay for classes. Only the class administrator.
    function closeSupply(ClassId class) external;

    /// @notice Stops or resumes trade in a pool. Only the guardian.
    function setPaused(ClassId class, bool paused) external;

    /// @notice What a class's pool trades on.
    function marketOf(ClassId class) external view returns (Market memory);

    /// @notice The same; reverts while hours may not be rented.
    function tradeOf(ClassId class) external view returns (Market memory);

    /// @notice The same; reverts while no new hours may come.
    function supplyOf(ClassId class) external view returns (Market memory);
}
