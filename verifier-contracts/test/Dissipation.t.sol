// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {HOUR} from "../src/interfaces/Types.sol";
import {Dissipation, Ends, Hours, Schedule} from "../src/Dissipation.sol";
import {Test} from "./Test.sol";

/// @title Dissipation: the value and slope of a sum are the sum
contract DissipationTest is Test {
    using Dissipation for Schedule;

    struct Term {
        uint48 end;
        uint48 busyUntil;
        uint96 slope;
    }

    uint48 private constant START = 1_800_000_000;
    uint48 private constant LONGEST = 7 days;
    Schedule private schedule;
    Term[] private terms;
    uint48 private time;
    uint256 private seed;

    function setUp() public {
        time = START + 1234;
        schedule.hours_.updatedAt = time;
    }

    /// @dev Terms come, are rented, given back and end, and time jumps by seconds or by many windows.
    function testFuzz_equals_the_sum(uint256 seed_) public {
        seed = seed_;
        for (uint256 i = 0; i < 60; ++i) {
            pass(random(4) == 0 ? random(20 days) : random(3 hours));
            Hours memory h = advanced();
            uint256 choice = random(3);
            if (choice == 0) add(h);
            else if (choice == 1) rent(h);
            else giveBack(h);
            schedule.hours_ = h;
            compare(h);
        }
        pass(2 * LONGEST);
        Hours memory last = advanced();
        same("nothing is left", uint256(last.remaining) + last.rented + last.live + last.busy, 0);
        same("and no weight", uint256(last.weight) + last.slope, 0);
    }

    function test_takes_a_step_for_each_hour_in_which_something_ends() public {
        Hours memory h = schedule.hours_;
        for (uint256 i = 0; i < 1000; ++i) {
            schedule.addPosition(h, START + 5 * HOUR, 1);
        }
        schedule.addPosition(h, START + 300 * HOUR, 7);
        (uint48 reached, Ends memory ends) = schedule.step(h, START + 400 * HOUR);
        same("first hour", reached, START + 5 * HOUR);
        same("ended", ends.positions, 1000);
        same("shares", ends.shares, 1000);
        same("left", h.remaining, 295 * uint256(HOUR));
        (reached, ends) = schedule.step(h, START + 299 * HOUR);
        same("nothing yet", reached, START + 299 * HOUR);
        same("none", ends.positions, 0);
        (reached, ends) = schedule.step(h, START + 400 * HOUR);
        same("second hour", reached, START + 300 * HOUR);
        same("its shares", ends.shares, 7);
        (reached,) = schedule.step(h, START + 10_000_000 * HOUR);
        same("no walk through ages without hours", reached, START + 10_000_000 * HOUR);
    }

    function test_ends_at_the_very_second_of_its_hour() public {
        Hours memory h = schedule.hours_;
        schedule.addPosition(h, START + 2 * HOUR, 0);
        schedule.step(h, START + 2 * HOUR - 1);
        same("a second before", h.remaining, 1);
        same("alive", h.live, 1);
        schedule.step(h, START + 2 * HOUR);
        same("then", h.remaining, 0);
        same("over", h.live, 0);
    }

    function advanced() private view returns (Hours memory h) {
        h = schedule.hours_;
        while (h.updatedAt != time) schedule.step(h, time);
    }

    function add(Hours memory h) private {
        uint48 end = uint48(time + 2 hours + random(LONGEST - 2 hours)) / HOUR * HOUR;
        uint96 slope = uint96(random(1e18));
        schedule.addPosition(h, end, uint160(slope) * (end - time));
        terms.push(Term(end, 0, slope));
    }

    function rent(Hours memory h) private {
        if (terms.length == 0) return;
        Term storage term = terms[random(terms.length)];
        uint48 from = term.busyUntil > time ? term.busyUntil : time;
        if (term.end <= from + HOUR) return;
        uint48 until = uint48(from + HOUR + random(term.end - from - HOUR + 1)) / HOUR * HOUR;
        schedule.addLease(h, from, until);
        term.busyUntil = until;
    }

    function giveBack(Hours memory h) private {
        if (terms.length == 0) return;
        Term storage term = terms[random(terms.length)];
        if (term.busyUntil <= time) return;
        uint48 least = (time + HOUR - 1) / HOUR * HOUR;
        uint48 from = uint48(least + random(term.busyUntil - least + 1)) / HOUR * HOUR;
        if (from >= term.busyUntil) return;
        schedule.cutLease(h, from, term.busyUntil);
        term.busyUntil = from;
    }

    function compare(Hours memory h) private view {
        (uint256 remaining, uint256 rented, uint256 live, uint256 busy, uint256 weight) = (0, 0, 0, 0, 0);
        for (uint256 i = 0; i < terms.length; ++i) {
            Term storage term = terms[i];
            if (term.end > time) (remaining, live) = (remaining + term.end - time, live + 1);
            if (term.end > time) weight += uint256(term.slope) * (term.end - time);
            if (term.busyUntil > time) (rented, busy) = (rented + term.busyUntil - time, busy + 1);
        }
        same("R", h.remaining, remaining);
        same("D", h.rented, rented);
        same("W", h.weight, weight);
        same("live", h.live, live);
        same("busy", h.busy, busy);
        atMost("x is not negative", h.rented, h.remaining);
    }

    function pass(uint256 secs) private {
        time += uint48(secs);
    }

    function random(uint256 bound) private returns (uint256) {
        seed = uint256(keccak256(abi.encode(seed)));
        return seed % bound;
    }
}
