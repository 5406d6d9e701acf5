// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The token that computing earns
/// @notice ERC-20 of 18 decimals whose balances can be read at any past time. At most 73,000,000 tokens are ever
/// minted, burned ones included: what is burned leaves no room for new ones.
interface IComputeToken is IERC20 {
    /// @notice Only the minter, fixed at deployment, may mint.
    error NotMinter(address caller);
    /// @notice Minting `amount` on top of `minted` would pass the cap of all time.
    error CapExceeded(uint256 minted, uint256 amount);
    /// @notice The balance at `time` is not final before the block of `present` is over.
    error NotYetPast(uint256 time, uint256 present);

    /// @notice Tokens left circulation for ever.
    event Burned(address indexed account, uint256 amount);

    /// @notice Mints `amount` to `account`. Only the minter.
    function mint(address account, uint256 amount) external;

    /// @notice Burns `amount` of the caller's tokens.
    function burn(uint256 amount) external;

    /// @notice The balance of `account` at the end of all blocks with a timestamp up to `time`, which must be past.
    function balanceAt(address account, uint256 time) external view returns (uint256);

    /// @notice The most that is ever minted.
    function cap() external pure returns (uint256);

    /// @notice Tokens minted at deployment: an advance on the foundation's share, see `IRewards`.
    function genesisSupply() external view returns (uint256);

    /// @notice All that was ever minted, burned tokens included.
    function totalMinted() external view returns (uint256);

    /// @notice The only account that may mint.
    function minter() external view returns (address);
}
