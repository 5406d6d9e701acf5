// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, CircuitId, EpochId, KernelId, NodeId} from "../src/interfaces/Types.sol";
import {Class, ClassTerms, INodeRegistry, Node, NodeStatus, StakePolicy} from "../src/interfaces/INodeRegistry.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {Deployment} from "./Deployment.sol";

/// @title NodeRegistry: classes, membership, stakes, strikes, slashing
contract NodeRegistryTest is Deployment {
    NodeId private node;

    function setUp() public {
        deployStub();
        node = join(OPERATOR, 0, CLASS);
    }

    // Classes

    function test_adds_a_class_after_the_delay() public {
        VM.prank(ADMIN);
        ClassId class = registry.addClass(terms(4));
        same("id", ClassId.unwrap(class), 2);
        same("count", registry.classCount(), 3);
        uint256 usableFrom = START + 2 * DAY;
        same("usable", registry.classOf(class).usableFrom, usableFrom);
        fund(OPERATOR, 2 * STAKE);
        VM.startPrank(OPERATOR);
        token.approve(address(registry), 2 * STAKE);
        VM.warp(usableFrom - 1);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.ClassClosed.selector, class, usableFrom, 0));
        registry.register(class, "late", STAKE);
        VM.warp(usableFrom);
        registry.register(class, "late", STAKE);
    }

    function test_retires_a_class_after_the_delay() public {
        VM.prank(ADMIN);
        registry.retireClass(CLASS);
        uint256 retiredFrom = START + 2 * DAY;
        VM.warp(retiredFrom - 1);
        NodeId other = join(STRANGER, 0, CLASS);
        VM.prank(STRANGER);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.NotNodeOperator.selector, node, STRANGER));
        registry.unbond(node);

        VM.warp(retiredFrom);
        VM.prank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.ClassClosed.selector, CLASS, START, retiredFrom));
        registry.register(CLASS, "more", STAKE);
        VM.prank(STRANGER);
        registry.unbond(node);
        same("weight", registry.activeWeight(), 100);
        isTrue("other stays", registry.nodeOf(other).status == NodeStatus.Active);
    }

    function test_refuses_to_retire_a_class_twice() public {
        VM.startPrank(ADMIN);
        registry.retireClass(CLASS);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.ClassRetiring.selector, CLASS, START + 2 * DAY));
        registry.retireClass(CLASS);
    }

    function test_lets_only_the_class_administrator_change_classes() public {
        VM.startPrank(STRANGER);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.NotClassAdmin.selector, STRANGER));
        registry.addClass(terms(1));
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.NotClassAdmin.selector, STRANGER));
        registry.retireClass(CLASS);
    }

    function test_refuses_an_unknown_class() public {
        ClassId unknown = ClassId.wrap(9);
        bytes memory reason = abi.encodeWithSelector(INodeRegistry.ClassUnknown.selector, unknown);
        VM.expectRevert(reason);
        registry.classOf(unknown);
        VM.expectRevert(reason);
        registry.requiredStake(unknown);
        VM.expectRevert(reason);
        VM.prank(ADMIN);
        registry.retireClass(unknown);
        VM.expectRevert(reason);
        VM.prank(OPERATOR);
        registry.register(unknown, "x", STAKE);
    }

    function test_refuses_terms_out_of_range() public {
        uint256 r = 21888242871839275222246405745257275088548364400416034343698204186575808495617;
        ClassTerms memory t = terms(1);
        t.datasetRoot = 0;
        refuseTerms(t, 0, 0);
        t.datasetRoot = r;
        refuseTerms(t, 0, r);
        t = terms(1);
        t.circuit = CircuitId.wrap(0);
        refuseTerms(t, 1, 0);
        t = terms(1);
        t.kernel = KernelId.wrap(0);
        refuseTerms(t, 2, 0);
        t = terms(1);
        t.operationsPerStep = 0;
        refuseTerms(t, 3, 0);
        t = terms(1);
        t.benchmark = 0;
        refuseTerms(t, 4, 0);
        t = terms(1);
        t.maxSteps = 0;
        refuseTerms(t, 5, 0);
        refuseTerms(terms(0), 6, 0);
        refuseTerms(terms(129), 6, 129);
        t = terms(1);
        t.weight = 0;
        refuseTerms(t, 7, 0);
        t = terms(1);
        t.dailyValue = 0;
        refuseTerms(t, 8, 0);
        t.dailyValue = type(uint128).max / 7 + 1;
        refuseTerms(t, 8, t.dailyValue);
    }

    function test_refuses_a_policy_out_of_range() public {
        refusePolicy(StakePolicy(0, 1, 0, 1, 1, 1, 0), 2, 0);
        refusePolicy(StakePolicy(0, 1, 1, 0, 1, 1, 0), 3, 0);
        refusePolicy(StakePolicy(0, 1, 1, 1, 10_001, 1, 0), 4, 10_001);
        refusePolicy(StakePolicy(0, 1, 1, 1, 1, 0, 0), 5, 0);
        refusePolicy(StakePolicy(0, 1, 1, 1, 1, 10_001, 0), 5, 10_001);
        refusePolicy(StakePolicy(0, 1, 1, 1, 1, 1, 10_001), 6, 10_001);
    }

    // Membership

    function test_registers_a_node_from_the_epoch_after_the_last_opened_one() public {
        same("id", NodeId.unwrap(node), keccak256(abi.encode(OPERATOR, bytes32(0))));
        same("epoch 0", weightIn(node, 0), 100);
        rounds.open(EPOCH);
        NodeId late = join(STRANGER, 0, ClassId.wrap(1));
        same("opened without it", rewards.potOf(EPOCH).weight, 100);
        same("not in 0", weightIn(late, 0), 0);
        same("in 1", weightIn(late, 1), 300);
        same("in any later", weightIn(late, 1000), 300);
        same("next", EpochId.unwrap(registry.nextEpoch()), 1);
        same("weight", registry.activeWeight(), 400);
    }

    function test_refuses_the_same_salt_twice_even_after_leaving() public {
        bytes memory reason = abi.encodeWithSelector(INodeRegistry.NodeExists.selector, node);
        VM.startPrank(OPERATOR);
        VM.expectRevert(reason);
        registry.register(CLASS, 0, STAKE);
        registry.unbond(node);
        pass(7 * DAY);
        registry.withdraw(node);
        VM.expectRevert(reason);
        registry.register(CLASS, 0, STAKE);
    }

    function test_refuses_a_stake_below_seven_days() public {
        same("required", registry.requiredStake(CLASS), 7 * DAILY_VALUE);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooLow.selector, STAKE - 1, STAKE));
        VM.prank(OPERATOR);
        registry.register(CLASS, "x", STAKE - 1);
    }

    function test_keeps_a_leaving_node_in_the_epoch_that_is_open() public {
        rounds.open(EPOCH);
        VM.prank(OPERATOR);
        registry.unbond(node);
        same("in 0", weightIn(node, 0), 100);
        same("not in 1", weightIn(node, 1), 0);
        same("weight", registry.activeWeight(), 0);
    }

    function test_remembers_membership_over_jail_and_return() public {
        rounds.open(EPOCH);
        failAs(node);
        VM.warp(START + 5 * DAY);
        rounds.open(epoch(5));
        fund(OPERATOR, STAKE / 2);
        VM.startPrank(OPERATOR);
        token.approve(address(registry), STAKE / 2);
        registry.addStake(node, STAKE / 2);
        registry.unjail(node);
        same("in 0", weightIn(node, 0), 100);
        same("not in 1", weightIn(node, 1), 0);
        same("not in 5", weightIn(node, 5), 0);
        same("in 6", weightIn(node, 6), 100);
    }

    function test_knows_nothing_of_an_unknown_node() public {
        NodeId unknown = NodeId.wrap("unknown");
        same("weight", weightIn(unknown, 0), 0);
        isTrue("status", registry.nodeOf(unknown).status == NodeStatus.None);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.NodeUnknown.selector, unknown));
        registry.termsOf(unknown);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StatusWrong.selector, unknown, NodeStatus.None));
        registry.unbond(unknown);
    }

    // Stakes

    function test_holds_the_stake_until_unbonding_ends() public {
        VM.startPrank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StatusWrong.selector, node, NodeStatus.Active));
        registry.withdraw(node);
        registry.unbond(node);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StatusWrong.selector, node, NodeStatus.Unbonding));
        registry.unbond(node);
        VM.warp(START + 7 * DAY - 1);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeBonded.selector, node, START + 7 * DAY));
        registry.withdraw(node);
        VM.warp(START + 7 * DAY);
        registry.withdraw(node);
        same("balance", token.balanceOf(OPERATOR), STAKE);
        same("registry", token.balanceOf(address(registry)), 0);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StatusWrong.selector, node, NodeStatus.Withdrawn));
        registry.withdraw(node);
    }

    function test_slashes_a_node_that_is_leaving() public {
        VM.prank(OPERATOR);
        registry.unbond(node);
        failAs(node);
        isTrue("still leaving", registry.nodeOf(node).status == NodeStatus.Unbonding);
        pass(7 * DAY);
        VM.prank(OPERATOR);
        registry.withdraw(node);
        same("balance", token.balanceOf(OPERATOR), STAKE / 2);
    }

    function test_lets_only_the_operator_handle_its_node() public {
        bytes memory reason = abi.encodeWithSelector(INodeRegistry.NotNodeOperator.selector, node, STRANGER);
        VM.startPrank(STRANGER);
        VM.expectRevert(reason);
        registry.addStake(node, 1);
        VM.expectRevert(reason);
        registry.unjail(node);
        VM.expectRevert(reason);
        registry.unbond(node);
        VM.expectRevert(reason);
        registry.withdraw(node);
    }

    function test_takes_no_stake_for_a_node_that_is_leaving() public {
        VM.startPrank(OPERATOR);
        registry.unbond(node);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StatusWrong.selector, node, NodeStatus.Unbonding));
        registry.addStake(node, 1);
    }

    function test_remembers_the_stakes_of_an_operator() public {
        VM.warp(START + 10);
        join(OPERATOR, "second", CLASS);
        VM.warp(START + 20);
        failAs(node);
        VM.warp(START + 30);
        same("before", registry.stakeOfAt(OPERATOR, START - 1), 0);
        same("one", registry.stakeOfAt(OPERATOR, START + 9), STAKE);
        same("two", registry.stakeOfAt(OPERATOR, START + 10), 2 * STAKE);
        same("slashed", registry.stakeOfAt(OPERATOR, START + 20), 2 * STAKE - STAKE / 2);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.NotYetPast.selector, START + 30, START + 30));
        registry.stakeOfAt(OPERATOR, START + 30);
    }

    // Strikes

    function test_jails_and_slashes_at_the_last_strike() public {
        missAs(node);
        missAs(node);
        same("strikes", registry.nodeOf(node).strikes, 2);
        isTrue("active", registry.nodeOf(node).status == NodeStatus.Active);
        uint256 supply = token.totalSupply();
        missAs(node);
        Node memory n = registry.nodeOf(node);
        same("paid for", n.strikes, 0);
        isTrue("jailed", n.status == NodeStatus.Jailed);
        same("stake", n.stake, STAKE - STAKE / 10);
        same("burned", supply - token.totalSupply(), STAKE / 10);
        same("weight", registry.activeWeight(), 0);
    }

    function test_forgives_a_strike_after_accepted_rounds() public {
        missAs(node);
        missAs(node);
        acceptAs(node);
        same("not yet", registry.nodeOf(node).strikes, 2);
        acceptAs(node);
        same("one forgiven", registry.nodeOf(node).strikes, 1);
        acceptAs(node);
        missAs(node);
        same("accepted starts again", registry.nodeOf(node).accepted, 0);
        same("proven", registry.nodeOf(node).provenEpochs, 3);
    }

    function test_halves_the_stake_and_jails_when_proofs_are_missing() public {
        failAs(node);
        Node memory n = registry.nodeOf(node);
        same("stake", n.stake, STAKE / 2);
        same("strikes", n.strikes, 1);
        isTrue("jailed", n.status == NodeStatus.Jailed);
    }

    function test_slashes_less_and_less_but_never_more_than_the_stake() public {
        for (uint256 i = 0; i < 100; ++i) {
            failAs(node);
        }
        same("stake", registry.nodeOf(node).stake, token.balanceOf(address(registry)));
        isTrue("jailed", registry.nodeOf(node).status == NodeStatus.Jailed);
    }

    function test_unjails_only_with_the_required_stake() public {
        VM.startPrank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StatusWrong.selector, node, NodeStatus.Active));
        registry.unjail(node);
        VM.stopPrank();
        failAs(node);
        VM.startPrank(OPERATOR);
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.StakeTooLow.selector, STAKE / 2, STAKE));
        registry.unjail(node);
        VM.stopPrank();
        fund(OPERATOR, STAKE / 2);
        VM.startPrank(OPERATOR);
        token.approve(address(registry), STAKE / 2);
        registry.addStake(node, STAKE / 2);
        registry.unjail(node);
        isTrue("active", registry.nodeOf(node).status == NodeStatus.Active);
        same("weight", registry.activeWeight(), 100);
    }

    function test_lets_a_jailed_node_leave() public {
        failAs(node);
        VM.startPrank(OPERATOR);
        registry.unbond(node);
        same("weight", registry.activeWeight(), 0);
        pass(7 * DAY);
        registry.withdraw(node);
        same("balance", token.balanceOf(OPERATOR), STAKE / 2);
    }

    function test_remembers_idle_work_for_fourteen_rounds() public {
        same("nothing shown", acceptAs(node, 5, true), 0);
        same("idle", acceptAs(node, 100, false), 100);
        for (uint256 i = 0; i < 14; ++i) {
            same("remembered", acceptAs(node, 7, true), 100);
        }
        same("forgotten", acceptAs(node, 7, true), 0);
        same("shown again", acceptAs(node, 60, false), 60);
        same("as much as fits", acceptAs(node, type(uint256).max, false), type(uint72).max);
    }

    function test_lets_only_the_rounds_contract_record() public {
        bytes memory reason = abi.encodeWithSelector(INodeRegistry.NotRounds.selector, STRANGER);
        VM.startPrank(STRANGER);
        VM.expectRevert(reason);
        registry.openEpoch(EPOCH);
        VM.expectRevert(reason);
        registry.recordAccepted(node, 1, false);
        VM.expectRevert(reason);
        registry.recordMiss(node, START);
        VM.expectRevert(reason);
        registry.recordFailure(node, START);
    }

    function test_says_what_its_policy_is() public view {
        same("policy", keccak256(abi.encode(registry.policy())), keccak256(abi.encode(stakePolicy())));
    }

    function refuseTerms(ClassTerms memory t, uint256 position, uint256 value) private {
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.TermInvalid.selector, position, value));
        VM.prank(ADMIN);
        registry.addClass(t);
    }

    function refusePolicy(StakePolicy memory p, uint256 position, uint256 value) private {
        VM.expectRevert(abi.encodeWithSelector(INodeRegistry.PolicyInvalid.selector, position, value));
        new NodeRegistry(address(token), address(rounds), settlement, ADMIN, p, new ClassTerms[](0));
    }

    function weightIn(NodeId n, uint256 e) private view returns (uint32 weight) {
        (, weight) = registry.memberAt(n, epoch(e));
    }

    function missAs(NodeId n) private {
        VM.prank(address(rounds));
        registry.recordMiss(n, uint48(block.timestamp));
    }

    function failAs(NodeId n) private {
        VM.prank(address(rounds));
        registry.recordFailure(n, uint48(block.timestamp));
    }

    function acceptAs(NodeId n) private {
        acceptAs(n, 1, false);
    }

    function acceptAs(NodeId n, uint256 work, bool loaded) private returns (uint256 idleWork) {
        VM.prank(address(rounds));
        (, idleWork) = registry.recordAccepted(n, work, loaded);
    }
}
