// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {INodeRegistry} from "../src/interfaces/INodeRegistry.sol";
import {IPoolRules, Market, PoolTerms} from "../src/interfaces/IPoolRules.sol";
import {IPriceStrategy} from "../src/interfaces/IPriceStrategy.sol";
import {IRounds, RoundPolicy} from "../src/interfaces/IRounds.sol";
import {PoolRules} from "../src/PoolRules.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title PoolRules: who opens, closes and pauses, and that none of it holds what is in a pool
contract PoolRulesTest is MarketDeployment {
    bytes4 private constant TERM = IPoolRules.TermInvalid.selector;
    ClassId private late;

    function setUp() public {
        deployStub();
        VM.prank(ADMIN);
        late = registry.addClass(terms(1));
    }

    function test_opens_a_pool_once_for_ever() public {
        VM.expectRevert(abi.encodeWithSelector(IPoolRules.PoolUnknown.selector, late));
        rules.marketOf(late);
        VM.expectRevert(abi.encodeWithSelector(IPoolRules.NotClassAdmin.selector, STRANGER));
        VM.prank(STRANGER);
        rules.openPool(late, poolTerms(1));
        VM.startPrank(ADMIN);
        rules.openPool(late, poolTerms(1));
        Market memory m = rules.marketOf(late);
        same("terms", keccak256(abi.encode(m.terms)), keccak256(abi.encode(poolTerms(1))));
        same("base", m.base, BASE);
        same("beta", m.burnShare, 1000);
        VM.expectRevert(abi.encodeWithSelector(IPoolRules.PoolExists.selector, late));
        rules.openPool(late, poolTerms(0));
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.ClassUnknown.selector, ClassId.wrap(9)));
        rules.openPool(ClassId.wrap(9), poolTerms(0));
    }

    function test_refuses_terms_out_of_range() public {
        PoolTerms memory t = poolTerms(0);
        t.strategy = IPriceStrategy(STRANGER);
        refuse(t, 0, uint160(STRANGER));
        uint32[4] memory windows = [uint32(3600), 7 hours + 1, 7 days + 1 hours, 0];
        for (uint256 i = 0; i < windows.length; ++i) {
            t = poolTerms(0);
            t.windowSeconds = windows[i];
            refuse(t, 1, windows[i]);
        }
        t = poolTerms(0);
        t.fee = 5001;
        refuse(t, 2, 5001);
        t = poolTerms(0);
        t.collateralMultiple = 0;
        refuse(t, 3, 0);
        t = poolTerms(0);
        t.riseLimit = 10_001;
        refuse(t, 4, 10_001);
        t = poolTerms(0);
        t.floor = 1e18 - 1;
        refuse(t, 5, 1e18 - 1);
        t.floor = uint128(BASE + 1);
        refuse(t, 5, BASE + 1);
        t = poolTerms(0);
        t.ceiling = uint128(BASE - 1);
        refuse(t, 6, BASE - 1);
    }

    function test_closes_new_supply_after_the_delay() public {
        NodeId node = join(OPERATOR, 0, CLASS);
        NodeId other = join(OTHER, 0, CLASS);
        give(OPERATOR, 1000e18);
        give(OTHER, 1000e18);
        give(CLIENT, 100e18);
        VM.expectRevert(abi.encodeWithSelector(IPoolRules.NotClassAdmin.selector, STRANGER));
        VM.prank(STRANGER);
        rules.closeSupply(CLASS);
        VM.startPrank(ADMIN);
        rules.closeSupply(CLASS);
        uint256 closedFrom = START + 2 * DAY;
        bytes memory closed = abi.encodeWithSelector(IPoolRules.SupplyClosed.selector, CLASS, closedFrom);
        VM.expectRevert(closed);
        rules.closeSupply(CLASS);
        VM.stopPrank();

        VM.warp(closedFrom - 1);
        provideAs(OPERATOR, node);
        VM.warp(closedFrom);
        VM.expectRevert(closed);
        provideAs(OTHER, other);
        VM.expectRevert(closed);
        VM.prank(OTHER);
        pool.sell(other, 1, 0, ANY);
        buyAs(CLIENT, node, 5);
    }

    function test_pauses_trade_but_no_exit() public {
        NodeId node = supplier(OPERATOR, CLASS);
        NodeId other = join(OTHER, 0, CLASS);
        give(OTHER, 1000e18);
        give(CLIENT, 1000e18);
        NodeId idle = supplier(STRANGER, CLASS);
        RentalId rental = buyAs(CLIENT, node, 48);
        PositionId position = PositionId.wrap(1);
        VM.expectRevert(abi.encodeWithSelector(IPoolRules.NotGuardian.selector, ADMIN));
        VM.prank(ADMIN);
        rules.setPaused(CLASS, true);
        VM.prank(GUARDIAN);
        rules.setPaused(CLASS, true);

        bytes memory paused = abi.encodeWithSelector(IPoolRules.PoolPaused.selector, CLASS);
        VM.expectRevert(paused);
        provideAs(OTHER, other);
        VM.expectRevert(paused);
        VM.prank(OTHER);
        pool.sell(other, 1, 0, ANY);
        VM.expectRevert(paused);
        buyAs(CLIENT, idle, 1);
        VM.expectRevert(paused);
        VM.prank(CLIENT);
        settlement.extend(rental, 1, ANY, ANY);

        playEpoch(0, node);
        settleOne(rental);
        isTrue("refunded", terminateAs(CLIENT, rental) > 0);
        VM.prank(OPERATOR);
        settlement.claim();
        VM.warp(START + 8 * DAY);
        VM.startPrank(OPERATOR);
        VM.expectRevert(paused);
        pool.renew(position, ANY, ANY);
        isTrue("withdrawn", pool.withdraw(position) > 0);
        VM.stopPrank();
        accounted();

        VM.prank(GUARDIAN);
        rules.setPaused(CLASS, false);
        provideAs(OTHER, other);
    }

    function test_ends_supply_when_retirement_is_announced_and_trade_when_it_comes() public {
        NodeId node = supplier(OPERATOR, CLASS);
        NodeId other = join(OTHER, 0, CLASS);
        NodeId idle = supplier(STRANGER, CLASS);
        give(OTHER, 1000e18);
        give(CLIENT, 1000e18);
        VM.prank(ADMIN);
        registry.retireClass(CLASS);
        uint256 retiredFrom = START + 2 * DAY;
        bytes memory retiring = abi.encodeWithSelector(IPoolRules.ClassRetiring.selector, CLASS, retiredFrom);
        VM.expectRevert(retiring);
        provideAs(OTHER, other);
        VM.warp(retiredFrom - 1);
        RentalId rental = buyAs(CLIENT, node, 48);
        VM.warp(retiredFrom);
        VM.expectRevert(retiring);
        buyAs(CLIENT, idle, 1);
        VM.expectRevert(retiring);
        VM.prank(CLIENT);
        settlement.extend(rental, 1, ANY, ANY);
    }

    function test_refuses_epochs_too_short_to_look_at() public {
        IRounds short = IRounds(address(new ShortRounds(RoundPolicy(1181, 4, 1, 60, 60))));
        VM.expectRevert(abi.encodeWithSelector(TERM, 1, 1181));
        new PoolRules(registry, short, ADMIN, GUARDIAN, new PoolTerms[](0));
    }

    function refuse(PoolTerms memory t, uint256 position, uint256 value) private {
        VM.expectRevert(abi.encodeWithSelector(TERM, position, value));
        VM.prank(ADMIN);
        rules.openPool(late, t);
    }
}

/// @title Test only: a clock that no deployment has
contract ShortRounds {
    RoundPolicy private _policy;

    constructor(RoundPolicy memory policy_) {
        _policy = policy_;
    }

    function policy() external view returns (RoundPolicy memory) {
        return _policy;
    }
}
