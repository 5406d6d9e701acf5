// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pocps} from "../src/Pocps.sol";
import {PocpsHarness} from "./PocpsHarness.sol";
import {Test} from "./Test.sol";

/// @title Pocps: to the last digit what src/score.ts says, and the shape that the formulas have
contract PocpsTest is Test {
    uint256 private constant WAD = 1e18;
    uint256 private constant LARGEST = 1 << 128;
    PocpsHarness private harness;

    function setUp() public {
        harness = new PocpsHarness();
    }

    function test_gives_the_digits_of_the_vectors() public view {
        string memory json = VM.readFile("test/pocps-vectors.json");
        uint256[] memory values = VM.parseJsonUintArray(json, ".value");
        uint256[] memory limits = VM.parseJsonUintArray(json, ".limit");
        uint256[2][] memory pairs = new uint256[2][](values.length);
        isTrue("enough", values.length >= 100 && values.length == limits.length);
        for (uint256 i = 0; i < values.length; ++i) {
            pairs[i] = [values[i], limits[i]];
        }
        uint256[5][] memory factors = harness.factors(pairs);
        string[5] memory names = [".time", ".loyalty", ".privacy", ".work", ".pocps"];
        for (uint256 j = 0; j < 5; ++j) {
            uint256[] memory expected = VM.parseJsonUintArray(json, names[j]);
            same("length", expected.length, values.length);
            for (uint256 i = 0; i < values.length; ++i) {
                same(names[j], factors[i][j], expected[i]);
            }
        }
    }

    function test_is_a_tenth_for_a_new_node_and_without_an_enclave() public view {
        // exp(-2.303) = 0.09995851790560544941… by 40 decimal digits of arithmetic.
        same("time", harness.timeFactor(0, 30 days), 99_958_517_905_605_449);
        same("privacy", harness.privacyFactor(0, 1), 99_958_517_905_605_449);
    }

    function test_is_one_for_who_was_paid_nothing_yet() public view {
        same("loyalty", harness.loyaltyFactor(0, 0), WAD);
    }

    function test_refuses_a_limit_of_zero() public {
        VM.expectRevert(Pocps.LimitZero.selector);
        harness.timeFactor(1, 0);
        VM.expectRevert(Pocps.LimitZero.selector);
        harness.privacyFactor(1, 0);
        VM.expectRevert(Pocps.LimitZero.selector);
        harness.workFactor(1, 0);
    }

    function testFuzz_each_factor_is_in_zero_one(uint256 value, uint256 limit) public view {
        value %= LARGEST;
        limit = within(limit, 1, LARGEST);
        uint256[4] memory factors = all(value, limit);
        for (uint256 i = 0; i < 4; ++i) {
            isTrue("positive", factors[i] > 0);
            atMost("one", factors[i], WAD);
            if (value >= limit) same("one", factors[i], WAD);
        }
    }

    function testFuzz_each_factor_grows_with_its_value(uint256 a, uint256 b, uint256 limit) public view {
        limit = within(limit, 1, LARGEST);
        a = within(a, 0, LARGEST);
        b = within(b, a, LARGEST);
        (uint256[4] memory low, uint256[4] memory high) = (all(a, limit), all(b, limit));
        for (uint256 i = 0; i < 4; ++i) {
            atMost("monotone", low[i], high[i]);
        }
    }

    function testFuzz_a_product_is_at_most_its_least_factor(uint256 a, uint256 b, uint256 c, uint256 d) public view {
        (a, b, c, d) = (a % (WAD + 1), b % (WAD + 1), c % (WAD + 1), d % (WAD + 1));
        uint256 product = harness.pocps(a, b, c, d);
        atMost("a", product, a);
        atMost("b", product, b);
        atMost("c", product, c);
        atMost("d", product, d);
        same("of ones", harness.pocps(WAD, WAD, WAD, WAD), WAD);
    }

    function all(uint256 value, uint256 limit) private view returns (uint256[4] memory) {
        return [
            harness.timeFactor(value, limit),
            harness.loyaltyFactor(value, limit),
            harness.privacyFactor(value, limit),
            harness.workFactor(value, limit)
        ];
    }
}
