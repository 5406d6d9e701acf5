// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IComputeToken} from "../src/interfaces/IComputeToken.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {Test} from "./Test.sol";

/// @title ComputeToken: cap, minter, burn, checkpoints
contract ComputeTokenTest is Test {
    address private constant ALICE = address(0xA);
    address private constant BOB = address(0xB);
    uint256 private constant CAP = 73_000_000e18;
    ComputeToken private token;

    function setUp() public {
        VM.warp(1000);
        token = new ComputeToken(address(this), ALICE, 100);
    }

    function test_genesis_supply_goes_to_the_foundation() public view {
        same("balance", token.balanceOf(ALICE), 100);
        same("genesis", token.genesisSupply(), 100);
        same("minted", token.totalMinted(), 100);
        same("minter", token.minter(), address(this));
        same("cap", token.cap(), CAP);
    }

    function test_refuses_a_minter_other_than_the_fixed_one() public {
        VM.expectRevert(abi.encodeWithSelector(IComputeToken.NotMinter.selector, ALICE));
        VM.prank(ALICE);
        token.mint(ALICE, 1);
    }

    function test_refuses_to_mint_beyond_the_cap_even_after_burning() public {
        token.mint(BOB, CAP - 100);
        VM.prank(BOB);
        token.burn(CAP - 100);
        VM.expectRevert(abi.encodeWithSelector(IComputeToken.CapExceeded.selector, CAP, 1));
        token.mint(BOB, 1);
        same("minted", token.totalMinted(), CAP);
        same("supply", token.totalSupply(), 100);
    }

    function test_refuses_a_genesis_supply_beyond_the_cap() public {
        VM.expectRevert(abi.encodeWithSelector(IComputeToken.CapExceeded.selector, 0, CAP + 1));
        new ComputeToken(address(this), ALICE, CAP + 1);
    }

    function test_remembers_what_an_account_held() public {
        VM.warp(2000);
        VM.prank(ALICE);
        token.transfer(BOB, 30);
        VM.warp(3000);
        VM.prank(ALICE);
        token.burn(20);
        VM.warp(4000);
        same("before it existed", token.balanceAt(ALICE, 999), 0);
        same("at genesis", token.balanceAt(ALICE, 1000), 100);
        same("before the transfer", token.balanceAt(ALICE, 1999), 100);
        same("from the transfer on", token.balanceAt(ALICE, 2000), 70);
        same("the receiver", token.balanceAt(BOB, 2500), 30);
        same("after the burn", token.balanceAt(ALICE, 3999), 50);
    }

    function test_counts_only_what_is_left_at_the_end_of_a_block() public {
        VM.warp(2000);
        VM.prank(ALICE);
        token.transfer(BOB, 100);
        VM.prank(BOB);
        token.transfer(ALICE, 100);
        VM.warp(2001);
        same("borrowed and returned", token.balanceAt(BOB, 2000), 0);
    }

    function test_refuses_a_balance_that_can_still_change() public {
        VM.expectRevert(abi.encodeWithSelector(IComputeToken.NotYetPast.selector, 1000, 1000));
        token.balanceAt(ALICE, 1000);
        VM.expectRevert(abi.encodeWithSelector(IComputeToken.NotYetPast.selector, 5000, 1000));
        token.balanceAt(ALICE, 5000);
    }

    function test_keeps_the_balance_of_a_transfer_to_oneself() public {
        VM.warp(2000);
        VM.prank(ALICE);
        token.transfer(ALICE, 60);
        VM.warp(2001);
        same("balance", token.balanceAt(ALICE, 2000), 100);
    }

    /// @dev 20 transfers at fuzzed times; every past balance is asked for again at the end.
    function testFuzz_balance_at_any_past_time_is_what_it_was(uint256 seed) public {
        uint256[20] memory times;
        uint256[20] memory held;
        uint256 time = 1000;
        for (uint256 i = 0; i < 20; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += 1 + seed % 3;
            VM.warp(time);
            (address from, address to) = seed & 8 == 0 ? (ALICE, BOB) : (BOB, ALICE);
            uint256 amount = within(seed >> 8, 0, token.balanceOf(from));
            VM.prank(from);
            token.transfer(to, amount);
            (times[i], held[i]) = (time, token.balanceOf(ALICE));
        }
        VM.warp(time + 1);
        for (uint256 i = 0; i < 20; ++i) {
            same("alice", token.balanceAt(ALICE, times[i]), held[i]);
            same("bob", token.balanceAt(BOB, times[i]), 100 - held[i]);
        }
    }
}
