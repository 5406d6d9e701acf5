// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochId, NodeId} from "../src/interfaces/Types.sol";
import {Credit, IRewards, Pot, RewardPolicy} from "../src/interfaces/IRewards.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {Pocps} from "../src/Pocps.sol";
import {Rewards} from "../src/Rewards.sol";
import {Deployment} from "./Deployment.sol";

/// @title Rewards: the schedule, 70/20/10, the advance, factors, claims, burn
contract RewardsTest is Deployment {
    uint256 private constant TOTAL = 73_000_000e18;
    uint256 private constant DAILY = 100_000e18;
    NodeId private node;

    function setUp() public {
        deployStub();
        node = join(OPERATOR, 0, CLASS);
    }

    // Schedule

    function test_releases_a_hundred_thousand_a_day_halved_every_year() public view {
        same("nothing at first", rewards.scheduledAfter(0), 0);
        same("a day", rewards.scheduledAfter(1 days), DAILY);
        same("half a year", rewards.scheduledAfter(365 days / 2), 36_500_000e18 / 2);
        same("a year", rewards.scheduledAfter(365 days), 36_500_000e18);
        same("a day of the second year", rewards.scheduledAfter(366 days), 36_500_000e18 + DAILY / 2);
        same("two years", rewards.scheduledAfter(730 days), 54_750_000e18);
        same("all, in the end", rewards.scheduledAfter(1000 * 365 days), TOTAL);
        same("and for ever", rewards.scheduledAfter(type(uint256).max), TOTAL);
    }

    function testFuzz_schedule_never_falls_nor_passes_the_cap(uint256 a, uint256 b) public view {
        a = within(a, 0, 200 * 365 days);
        b = within(b, a, 200 * 365 days);
        atMost("rises", rewards.scheduledAfter(a), rewards.scheduledAfter(b));
        atMost("cap", rewards.scheduledAfter(b), TOTAL);
        atMost(
            "never faster than at first",
            rewards.scheduledAfter(b) - rewards.scheduledAfter(a),
            (b - a) * DAILY / 1 days + 1
        );
    }

    function test_splits_seventy_twenty_ten_and_keeps_the_advance() public {
        rounds.open(EPOCH);
        same("miners", rewards.potOf(EPOCH).amount, 70_000e18);
        same("team", token.balanceOf(TEAM), 10_000e18);
        same("foundation", token.balanceOf(FOUNDATION), GENESIS_SUPPLY - STAKE);
        same("advance", rewards.advance(), GENESIS_SUPPLY - 20_000e18);
        same("minted", token.totalMinted(), GENESIS_SUPPLY + 80_000e18);
    }

    function test_pays_the_foundation_once_its_advance_is_repaid() public {
        // 50 days of 20,000 repay the million.
        VM.warp(START + 50 * DAY);
        rounds.open(epoch(50));
        same("repaid", rewards.advance(), 0);
        same("the 51st day", token.balanceOf(FOUNDATION), GENESIS_SUPPLY - STAKE + 20_000e18);
        same("minted is what was scheduled", token.totalMinted(), 51 * DAILY);
    }

    function test_burns_the_miners_part_of_epochs_that_nobody_opened() public {
        rounds.open(EPOCH);
        VM.warp(START + 3 * DAY);
        rounds.open(epoch(3));
        same("minted", token.totalMinted(), GENESIS_SUPPLY + 4 * 80_000e18);
        same("burned", token.totalMinted() - token.totalSupply(), 2 * 70_000e18);
        same("team", token.balanceOf(TEAM), 4 * 10_000e18);
        same("held for miners", token.balanceOf(address(rewards)), 2 * 70_000e18);
    }

    function test_opens_each_epoch_once_and_in_order() public {
        rounds.open(EPOCH);
        VM.startPrank(address(rounds));
        VM.expectRevert(abi.encodeWithSelector(IRewards.EpochNotNext.selector, EPOCH, epoch(1)));
        rewards.open(EPOCH, 1);
        rewards.open(epoch(4), 1);
        VM.expectRevert(abi.encodeWithSelector(IRewards.EpochNotNext.selector, epoch(3), epoch(5)));
        rewards.open(epoch(3), 1);
        same("next", EpochId.unwrap(rewards.nextEpoch()), 5);
    }

    // Rewards

    function test_credits_the_factors_of_a_share_and_burns_the_rest() public {
        rounds.open(EPOCH);
        uint256 pocps =
            Pocps.pocps(Pocps.timeFactor(DAY, 2 * DAY), 0.5e18, Pocps.privacyFactor(0, 1), Pocps.workFactor(9, 10));
        uint256 reward = creditOf(EPOCH, 100, 0.5e18, 9);
        same("reward", reward, 70_000e18 * pocps / 1e18);
        same("claimable", rewards.claimableOf(OPERATOR), reward);
        VM.prank(address(rounds));
        rewards.close(EPOCH);
        same("held", token.balanceOf(address(rewards)), reward);
        VM.expectRevert(abi.encodeWithSelector(IRewards.PotClosed.selector, EPOCH));
        creditOf(EPOCH, 100, 0.5e18, 9);
        VM.expectRevert(abi.encodeWithSelector(IRewards.PotClosed.selector, EPOCH));
        VM.prank(address(rounds));
        rewards.close(EPOCH);
    }

    function test_pays_in_full_for_a_level_at_the_limit_and_a_tenth_without_one() public {
        rounds.open(EPOCH);
        Credit memory credit = creditFor(EPOCH, 100, 1e18, 10);
        credit.level = rewards.policy().privacyLimit;
        VM.prank(address(rounds));
        uint256 full = rewards.credit(credit);
        same("full", full, 70_000e18 * Pocps.pocps(Pocps.timeFactor(DAY, 2 * DAY), 1e18, 1e18, 1e18) / 1e18);
        uint256 without = Pocps.pocps(Pocps.timeFactor(DAY, 2 * DAY), 1e18, 99_958_517_905_605_449, 1e18);
        same("a tenth", creditOf(EPOCH, 100, 1e18, 10), 70_000e18 * without / 1e18);
    }

    function test_shares_the_pot_by_weight() public {
        join(STRANGER, 0, CLASS);
        rounds.open(EPOCH);
        uint256 half = creditOf(EPOCH, 100, 1e18, 10);
        same(
            "half",
            half * 2,
            70_000e18 * Pocps.pocps(Pocps.timeFactor(DAY, 2 * DAY), 1e18, Pocps.privacyFactor(0, 1), 1e18) / 1e18
        );
        same("the same again", creditOf(EPOCH, 100, 1e18, 10), half);
    }

    function test_pays_a_claim_once() public {
        rounds.open(EPOCH);
        uint256 reward = creditOf(EPOCH, 100, 1e18, 10);
        VM.startPrank(OPERATOR);
        rewards.claim();
        same("balance", token.balanceOf(OPERATOR), reward);
        same("claimed", rewards.claimedOf(OPERATOR), reward);
        VM.expectRevert(abi.encodeWithSelector(IRewards.NothingToClaim.selector, OPERATOR));
        rewards.claim();
    }

    // Loyalty

    function test_lets_a_new_operator_be_loyal() public view {
        same("loyalty", rewards.loyaltyAt(OPERATOR, START - 1), 1e18);
    }

    function test_counts_stake_and_balance_against_what_was_claimed() public {
        uint256 reward = claimed();
        pass(1);
        same("kept", rewards.loyaltyAt(OPERATOR, block.timestamp - 1), 1e18);
        VM.startPrank(OPERATOR);
        token.transfer(STRANGER, reward);
        pass(1);
        uint256 expected = Pocps.loyaltyFactor(STAKE, reward);
        same("sold all but the stake", rewards.loyaltyAt(OPERATOR, block.timestamp - 1), expected);
        same("before the sale", rewards.loyaltyAt(OPERATOR, block.timestamp - 2), 1e18);
        isTrue("less", expected < 1e18);
    }

    function test_ignores_what_was_borrowed_within_a_block() public {
        uint256 reward = claimed();
        VM.prank(OPERATOR);
        token.transfer(STRANGER, reward);
        pass(1);
        uint256 time = block.timestamp;
        VM.prank(STRANGER);
        token.transfer(OPERATOR, reward);
        VM.prank(OPERATOR);
        token.transfer(STRANGER, reward);
        pass(1);
        same("loyalty", rewards.loyaltyAt(OPERATOR, time), Pocps.loyaltyFactor(STAKE, reward));
    }

    // Access, parameters

    function test_lets_only_the_rounds_contract_open_credit_and_close() public {
        bytes memory reason = abi.encodeWithSelector(IRewards.NotRounds.selector, STRANGER);
        VM.startPrank(STRANGER);
        VM.expectRevert(reason);
        rewards.open(EPOCH, 1);
        VM.expectRevert(reason);
        rewards.credit(creditFor(EPOCH, 100, 1e18, 10));
        VM.expectRevert(reason);
        rewards.close(EPOCH);
    }

    function test_refuses_parameters_out_of_range() public {
        ComputeToken generous = new ComputeToken(address(this), FOUNDATION, 14_600_000e18 + 1);
        VM.expectRevert(abi.encodeWithSelector(IRewards.ParameterInvalid.selector, 0, 14_600_000e18 + 1));
        new Rewards(generous, registry, address(rounds), FOUNDATION, TEAM, DAY, RewardPolicy(1, 1));
        VM.expectRevert(abi.encodeWithSelector(IRewards.ParameterInvalid.selector, 3, 0));
        new Rewards(token, registry, address(rounds), address(0), TEAM, DAY, RewardPolicy(1, 1));
        VM.expectRevert(abi.encodeWithSelector(IRewards.ParameterInvalid.selector, 4, 0));
        new Rewards(token, registry, address(rounds), FOUNDATION, address(0), DAY, RewardPolicy(1, 1));
        VM.expectRevert(abi.encodeWithSelector(IRewards.ParameterInvalid.selector, 5, 0));
        new Rewards(token, registry, address(rounds), FOUNDATION, TEAM, 0, RewardPolicy(1, 1));
        VM.expectRevert(abi.encodeWithSelector(IRewards.ParameterInvalid.selector, 6, 0));
        new Rewards(token, registry, address(rounds), FOUNDATION, TEAM, DAY, RewardPolicy(0, 1));
        VM.expectRevert(abi.encodeWithSelector(IRewards.ParameterInvalid.selector, 7, 0));
        new Rewards(token, registry, address(rounds), FOUNDATION, TEAM, DAY, RewardPolicy(1, 0));
    }

    function test_mints_no_more_than_the_cap_with_the_largest_advance() public {
        ComputeToken full = new ComputeToken(
            VM.computeCreateAddress(address(this), VM.getNonce(address(this)) + 1), FOUNDATION, 14_600_000e18
        );
        Rewards all = new Rewards(full, registry, address(this), FOUNDATION, TEAM, DAY, RewardPolicy(1, 1));
        all.open(epoch(365 * 300), 1);
        // The last pot was rounded to nothing and skipped epochs are burned: what remains is 30 %, and the cap was never hit.
        same("minted", full.totalMinted(), TOTAL);
        same("advance", all.advance(), 0);
    }

    function test_says_what_its_policy_is() public view {
        same("T0", rewards.policy().timeThreshold, 2 * DAY);
        same("limit", rewards.policy().privacyLimit, 1);
        same("epoch", rewards.epochSeconds(), DAY);
    }

    function creditFor(EpochId e, uint32 weight, uint64 loyalty, uint256 work) private view returns (Credit memory) {
        return Credit(node, e, OPERATOR, weight, loyalty, 0, DAY, work, 10);
    }

    function creditOf(EpochId e, uint32 weight, uint64 loyalty, uint256 work) private returns (uint256) {
        Credit memory credit = creditFor(e, weight, loyalty, work);
        VM.prank(address(rounds));
        return rewards.credit(credit);
    }

    function claimed() private returns (uint256 reward) {
        rounds.open(EPOCH);
        reward = creditOf(EPOCH, 100, 1e18, 10);
        VM.prank(OPERATOR);
        rewards.claim();
    }
}
