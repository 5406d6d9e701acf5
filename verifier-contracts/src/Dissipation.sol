// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {HOUR} from "./interfaces/Types.sol";

/// @notice Sums of linearly falling terms: seconds left and seconds rented, which fall by one a second, and the shares of those who
/// provide, each of which falls to 0 over its position's time.
/// @param remaining R: sum of end - updatedAt over live positions.
/// @param rented D: sum of busyUntil - updatedAt over rented nodes.
/// @param live Positions in R.
/// @param busy Nodes in D.
/// @param weight W: sum of slope (end - updatedAt) over live positions. At a position's start that is its shares.
/// @param slope Shares a second, of all live positions.
struct Hours {
    uint64 remaining;
    uint64 rented;
    uint32 live;
    uint32 busy;
    uint48 updatedAt;
    uint160 weight;
    uint96 slope;
}

/// @notice What ends at one hour.
/// @param shares Of the reserve, of the positions that end.
/// @param slope Shares a second, of the same.
struct Ends {
    uint32 positions;
    uint32 leases;
    uint160 shares;
    uint96 slope;
}

/// @notice The sums and what will change their slopes.
/// @param marks A bit for each hour of `ends` in which anything may end.
struct Schedule {
    Hours hours_;
    mapping(uint256 hour => Ends) ends;
    mapping(uint256 word => uint256) marks;
}

/// @title Dissipation: sums of linearly falling terms, in one step for each hour in which terms end
/// @dev Exact, because a term reaches 0 at a whole hour: until then it falls by one a second, and there its slope goes.
/// Every end lies within 7 days of the present, so a walk visits 169 hours at most and two words of marks.
library Dissipation {
    /// @dev Moves `h` to the next hour in which something ends, or to `to`, whichever is first.
    /// @return time Where `h` is now.
    /// @return ends What ended there; all zero when `to` was reached without an end.
    function step(Schedule storage schedule, Hours memory h, uint48 to)
        internal
        view
        returns (uint48 time, Ends memory ends)
    {
        uint256 hour = _next(schedule, h, to);
        time = hour == 0 ? to : uint48(hour * HOUR);
        uint64 elapsed = uint64(time - h.updatedAt);
        h.remaining -= h.live * elapsed;
        h.rented -= h.busy * elapsed;
        h.weight -= uint160(h.slope) * elapsed;
        h.updatedAt = time;
        if (hour == 0) return (time, ends);
        ends = schedule.ends[hour];
        h.live -= ends.positions;
        h.busy -= ends.leases;
        h.slope -= ends.slope;
    }

    /// @dev `shares` are a whole number for each of the position's seconds.
    function addPosition(Schedule storage schedule, Hours memory h, uint48 end, uint160 shares) internal {
        uint64 secs = uint64(end - h.updatedAt);
        // Exact cast: ComputePool made the shares from 96 bits for each second.
        uint96 slope = uint96(shares / secs);
        h.remaining += secs;
        h.weight += uint160(slope) * secs;
        h.live += 1;
        h.slope += slope;
        Ends storage ends = _mark(schedule, end);
        ends.positions += 1;
        ends.shares += shares;
        ends.slope += slope;
    }

    /// @dev A node that is rented until `from`, which may be the present, is rented until `until` instead.
    function addLease(Schedule storage schedule, Hours memory h, uint48 from, uint48 until) internal {
        h.rented += uint64(until - from);
        _dropEnd(schedule, h, from);
        _mark(schedule, until).leases += 1;
        h.busy += 1;
    }

    /// @dev A node that is rented until `until` is rented until `from` instead, which may be the present.
    function cutLease(Schedule storage schedule, Hours memory h, uint48 from, uint48 until) internal {
        h.rented -= uint64(until - from);
        _dropEnd(schedule, h, until);
        if (from == h.updatedAt) return;
        _mark(schedule, from).leases += 1;
        h.busy += 1;
    }

    /// @dev A lease that ends at the present is over already.
    function _dropEnd(Schedule storage schedule, Hours memory h, uint48 end) private {
        if (end == h.updatedAt) return;
        schedule.ends[end / HOUR].leases -= 1;
        h.busy -= 1;
    }

    function _mark(Schedule storage schedule, uint48 end) private returns (Ends storage) {
        uint256 hour = end / HOUR;
        schedule.marks[hour >> 8] |= 1 << (hour & 0xff);
        return schedule.ends[hour];
    }

    /// @dev The first marked hour after `h.updatedAt` and up to `to`; 0 when there is none.
    function _next(Schedule storage schedule, Hours memory h, uint48 to) private view returns (uint256) {
        // Rented nodes have live positions: without any, nothing is left to end.
        if (h.live == 0) return 0;
        uint256 hour = h.updatedAt / HOUR + 1;
        uint256 last = to / HOUR;
        while (hour <= last) {
            uint256 ahead = schedule.marks[hour >> 8] >> (hour & 0xff);
            if (ahead != 0) {
                hour += LibBit.ffs(ahead);
                return hour <= last ? hour : 0;
            }
            hour = ((hour >> 8) + 1) << 8;
        }
        return 0;
    }
}
