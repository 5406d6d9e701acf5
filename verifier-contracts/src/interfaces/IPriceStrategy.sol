// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a price depends on. Times are seconds of one node, tokens are wei, prices are wei a second in WAD.
/// @param available x: seconds that are left and not rented.
/// @param rented D: seconds that are left and rented.
/// @param remaining R = x + D.
/// @param tokens y: the reserve, by the seconds that its positions have left, and the escrow of rentals.
/// @param base What a second of the class is worth where nothing else says.
/// @param floor The least that a second costs or brings.
/// @param ceiling The most.
struct PoolState {
    uint256 available;
    uint256 rented;
    uint256 remaining;
    uint256 tokens;
    uint256 base;
    uint256 floor;
    uint256 ceiling;
}

/// @title A price curve
/// @notice Pure arithmetic, the same for every pool that chose it. Every answer lies between floor and ceiling, also where the curve
/// has none: a pool without hours has the price `base`, one whose curve has no bound has `ceiling`. Nothing overflows or reverts for
/// any state a pool can have. Costs round up, what is paid out rounds down.
interface IPriceStrategy {
    /// @notice A parameter, named by its position in the constructor, is out of range.
    error ParameterInvalid(uint256 position, uint256 value);

    /// @notice The price of the next second.
    function spot(PoolState calldata state) external view returns (uint256);

    /// @notice What renting `secs` of the available seconds costs.
    function costOf(PoolState calldata state, uint256 secs) external view returns (uint256);

    /// @notice What `secs` of the rented seconds are worth when they become available again.
    function refundOf(PoolState calldata state, uint256 secs) external view returns (uint256);

    /// @notice What `secs` new seconds bring to who sells them to the pool.
    function proceedsOf(PoolState calldata state, uint256 secs) external view returns (uint256);

    /// @notice The part of every rent that is burned when it is paid, in basis points.
    function burnShare() external view returns (uint16);
}
