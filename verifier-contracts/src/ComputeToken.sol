// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IComputeToken} from "./interfaces/IComputeToken.sol";

/// @title ComputeToken
/// @dev Balances are checkpointed by timestamp at every transfer, so that a reward can look at what an account held
/// when nobody could yet borrow for the occasion.
contract ComputeToken is IComputeToken, ERC20 {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev 100,000 a day for 365 days, halved every 365 days: 36.5M (1 + 1/2 + 1/4 + …).
    uint256 private constant CAP = 73_000_000e18;

    address private immutable _minter;
    uint256 private immutable _genesisSupply;
    uint256 private _totalMinted;
    mapping(address account => Checkpoints.Trace208) private _balances208;

    /// @param minterAddress The Rewards contract; it may be deployed later, its address being known before.
    /// @param foundation Receives `genesisAmount`, an advance on its share of the emission.
    constructor(address minterAddress, address foundation, uint256 genesisAmount) ERC20("Compute Token", "COMPUTE") {
        _minter = minterAddress;
        _genesisSupply = genesisAmount;
        _mintCapped(foundation, genesisAmount);
    }

    /// @inheritdoc IComputeToken
    function mint(address account, uint256 amount) external {
        if (msg.sender != _minter) revert NotMinter(msg.sender);
        _mintCapped(account, amount);
    }

    /// @inheritdoc IComputeToken
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
        emit Burned(msg.sender, amount);
    }

    /// @inheritdoc IComputeToken
    function balanceAt(address account, uint256 time) external view returns (uint256) {
        if (time >= block.timestamp) revert NotYetPast(time, block.timestamp);
        return _balances208[account].upperLookupRecent(uint48(time));
    }

    /// @inheritdoc IComputeToken
    function cap() external pure returns (uint256) {
        return CAP;
    }

    /// @inheritdoc IComputeToken
    function genesisSupply() external view returns (uint256) {
        return _genesisSupply;
    }

    /// @inheritdoc IComputeToken
    function totalMinted() external view returns (uint256) {
        return _totalMinted;
    }

    /// @inheritdoc IComputeToken
    function minter() external view returns (address) {
        return _minter;
    }

    function _mintCapped(address account, uint256 amount) private {
        uint256 minted = _totalMinted;
        if (amount > CAP - minted) revert CapExceeded(minted, amount);
        _totalMinted = minted + amount;
        _mint(account, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        _checkpoint(from);
        if (to != from) _checkpoint(to);
    }

    function _checkpoint(address account) private {
        if (account == address(0)) return;
        // Both casts are exact: no balance passes CAP < 2^87, and 2^48 seconds are nine million years.
        _balances208[account].push(uint48(block.timestamp), uint208(balanceOf(account)));
    }
}
