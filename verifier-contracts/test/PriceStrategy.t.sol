// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPriceStrategy, PoolState} from "../src/interfaces/IPriceStrategy.sol";
import {ConstantProduct} from "../src/ConstantProduct.sol";
import {UtilisationCurve} from "../src/UtilisationCurve.sol";
import {Test} from "./Test.sol";

/// @title Both price curves: the same demands, then each its formula
contract PriceStrategyTest is Test {
    uint256 private constant BASE = 1.157e33;
    uint256 private constant WEEK = 7 days;
    IPriceStrategy private product;
    IPriceStrategy private curve;

    function setUp() public {
        product = new ConstantProduct();
        curve = new UtilisationCurve(1e18, 1000);
    }

    // Both

    function test_has_a_price_for_a_pool_without_hours() public view {
        PoolState memory empty = stateWith(0, 0, 0);
        for (uint256 i = 0; i < 2; ++i) {
            IPriceStrategy s = i == 0 ? product : curve;
            same("spot", s.spot(empty), BASE);
            same("all that is asked for costs the ceiling", s.costOf(empty, 10), 10 * empty.ceiling / 1e18);
            same("nothing costs nothing", s.costOf(empty, 0), 0);
            same("nothing is worth nothing", s.refundOf(empty, 0), 0);
            same("nothing brings nothing", s.proceedsOf(empty, 0), 0);
            same("without tokens or rents, the floor", s.proceedsOf(empty, 10), 10 * empty.floor / 1e18);
        }
    }

    function test_asks_the_ceiling_for_more_than_there_is() public view {
        PoolState memory state = stateWith(WEEK, WEEK, 700e18);
        same("product", product.costOf(state, WEEK + 1), up((WEEK + 1) * state.ceiling));
        same("curve", curve.costOf(state, WEEK + 1), up((WEEK + 1) * state.ceiling));
        same("the last second of the product", product.costOf(state, WEEK), up(WEEK * state.ceiling));
        same("product, all rented", product.spot(stateWith(0, WEEK, 700e18)), state.ceiling);
    }

    function testFuzz_stays_between_floor_and_ceiling(uint256 x, uint256 d, uint256 y, uint256 secs) public view {
        PoolState memory state = fuzzed(x, d, y);
        secs = within(secs, 0, 2 * WEEK);
        for (uint256 i = 0; i < 2; ++i) {
            IPriceStrategy s = i == 0 ? product : curve;
            inBounds(s.spot(state), state.floor, state.ceiling);
            inBounds(s.costOf(state, secs), up(secs * state.floor), up(secs * state.ceiling));
            inBounds(s.refundOf(state, secs), secs * state.floor / 1e18, secs * state.ceiling / 1e18);
            inBounds(s.proceedsOf(state, secs), secs * state.floor / 1e18, secs * state.ceiling / 1e18);
        }
    }

    /// @dev What was bought brings no more when it is given back at once, also where floor or ceiling held the price.
    function testFuzz_gains_nothing_from_buying_and_giving_back(uint256 x, uint256 d, uint256 y, uint256 secs)
        public
        view
    {
        PoolState memory state = fuzzed(x, d, y);
        secs = within(secs, 0, state.available);
        for (uint256 i = 0; i < 2; ++i) {
            IPriceStrategy s = i == 0 ? product : curve;
            uint256 cost = s.costOf(state, secs);
            PoolState memory next = after_(state, secs, cost);
            // Settlement pays at most what the hours cost.
            atMost("given back", min(s.refundOf(next, secs), cost), cost);
            if (i == 1) atMost("the curve by itself", s.refundOf(next, secs), cost);
        }
    }

    /// @dev A purchase raises the price or leaves it; so waiting for one is never a way to buy cheaper.
    function testFuzz_never_falls_by_a_purchase(uint256 x, uint256 d, uint256 y, uint256 secs) public view {
        PoolState memory state = fuzzed(x, d, y);
        secs = within(secs, 0, state.available);
        for (uint256 i = 0; i < 2; ++i) {
            IPriceStrategy s = i == 0 ? product : curve;
            uint256 cost = s.costOf(state, secs);
            uint256 least = s.spot(state);
            uint256 next = s.spot(after_(state, secs, cost));
            // The powers of Solady are exact to about the 18th digit; where the floor raised a cost, y / x rises all the more.
            atMost("spot", least, next + next / 1e15 + 1e6);
        }
    }

    // Constant product

    function test_multiplies_to_a_constant() public view {
        PoolState memory state = stateWith(1000, 0, 1000e18);
        state.floor = 1;
        state.ceiling = type(uint128).max;
        same("spot", product.spot(state), 1e36);
        same("half of it", product.costOf(state, 500), 1000e18);
        same("sold", product.proceedsOf(state, 1000), 500e18);
        PoolState memory next = after_(state, 500, 1000e18);
        same("given back", product.refundOf(next, 500), 1000e18);
        same("burns nothing", product.burnShare(), 0);
    }

    function testFuzz_product_costs_the_same_in_parts(uint256 x, uint256 y, uint256 a, uint256 b) public view {
        PoolState memory state = fuzzed(x, 0, y);
        (state.floor, state.ceiling) = (0, 1 << 200);
        a = within(a, 0, (state.available - 1) / 2);
        b = within(b, 0, (state.available - 1) / 2);
        uint256 atOnce = product.costOf(state, a + b);
        uint256 first = product.costOf(state, a);
        uint256 second = product.costOf(after_(state, a, first), b);
        atMost("in parts no less", atOnce, first + second);
        // Each part rounds up, and the second is of tokens that were rounded up.
        atMost("nor more", first + second, atOnce + 2 + b / (state.available - a - b));
    }

    // Utilisation curve

    function test_follows_the_utilisation() public view {
        PoolState memory half = stateWith(WEEK, WEEK, 0);
        near(curve.spot(half), BASE / 2);
        same("nothing rented costs the floor", curve.spot(stateWith(WEEK, 0, 0)), half.floor);
        same("all rented costs the base", curve.spot(stateWith(0, WEEK, 0)), BASE);
        // The integral from 1/2 to 1: (1 - 1/4) / 2 R = 3/4 of a week.
        near(curve.costOf(half, WEEK), up(BASE * WEEK * 3 / 4));
        near(curve.refundOf(half, WEEK), BASE * WEEK / 4 / 1e18);
        near(curve.proceedsOf(half, 2 * WEEK), 2 * WEEK * (BASE / 4) / 1e18);
        same("beta", curve.burnShare(), 1000);
    }

    function test_takes_any_exponent() public {
        UtilisationCurve steep = new UtilisationCurve(4e18, 0);
        UtilisationCurve flat = new UtilisationCurve(0.5e18, 0);
        PoolState memory half = stateWith(WEEK, WEEK, 0);
        half.floor = 0;
        near(steep.spot(half), BASE / 16);
        near(flat.spot(half) * flat.spot(half) / BASE, BASE / 2);
        near(steep.costOf(half, WEEK), 2 * WEEK * BASE / 5 * 31 / 32 / 1e18);
        same("alpha", flat.alpha(), 0.5e18);
    }

    function testFuzz_curve_costs_the_same_in_parts(uint256 x, uint256 d, uint256 a, uint256 b) public view {
        PoolState memory state = fuzzed(x, d, 0);
        (state.floor, state.ceiling) = (0, type(uint128).max);
        a = within(a, 0, state.available / 2);
        b = within(b, 0, state.available / 2);
        uint256 atOnce = curve.costOf(state, a + b);
        uint256 parts = curve.costOf(state, a);
        parts += curve.costOf(after_(state, a, 0), b);
        uint256 slack = state.remaining * state.base / 1e18 / 1e15 + 4;
        atMost("no less", atOnce, parts + slack);
        atMost("no more", parts, atOnce + slack);
    }

    function test_refuses_parameters_out_of_range() public {
        VM.expectRevert(abi.encodeWithSelector(IPriceStrategy.ParameterInvalid.selector, 0, 0));
        new UtilisationCurve(0, 0);
        VM.expectRevert(abi.encodeWithSelector(IPriceStrategy.ParameterInvalid.selector, 0, 4e18 + 1));
        new UtilisationCurve(4e18 + 1, 0);
        VM.expectRevert(abi.encodeWithSelector(IPriceStrategy.ParameterInvalid.selector, 1, 10_001));
        new UtilisationCurve(1e18, 10_001);
    }

    function stateWith(uint256 available, uint256 rented, uint256 tokens) private pure returns (PoolState memory) {
        return PoolState(available, rented, available + rented, tokens, BASE, BASE / 10, BASE * 10);
    }

    /// @dev Up to ten thousand nodes, and all tokens that there can be.
    function fuzzed(uint256 x, uint256 d, uint256 y) private pure returns (PoolState memory) {
        return stateWith(within(x, 1, 10_000 * WEEK), within(d, 0, 10_000 * WEEK), within(y, 0, 73_000_000e18));
    }

    function after_(PoolState memory state, uint256 secs, uint256 cost) private pure returns (PoolState memory) {
        return PoolState(
            state.available - secs,
            state.rented + secs,
            state.remaining,
            state.tokens + cost,
            state.base,
            state.floor,
            state.ceiling
        );
    }

    function inBounds(uint256 value, uint256 low, uint256 high) private pure {
        atMost("floor", low, value);
        atMost("ceiling", value, high);
    }

    function near(uint256 actual, uint256 expected) private pure {
        atMost("not below", expected, actual + actual / 1e12);
        atMost("not above", actual, expected + expected / 1e12);
    }

    function up(uint256 wad) private pure returns (uint256) {
        return (wad + 1e18 - 1) / 1e18;
    }

    function min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
