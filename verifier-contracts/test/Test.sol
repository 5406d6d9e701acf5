// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What tests use of forge's cheatcodes
interface Vm {
    function warp(uint256 timestamp) external;
    function prevrandao(uint256 randomness) external;
    function chainId(uint256 id) external;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function getNonce(address account) external view returns (uint64);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function snapshotState() external returns (uint256);
    function revertToState(uint256 id) external returns (bool);
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
}

/// @title Base of all tests: cheatcodes and comparisons
abstract contract Test {
    error NotEqual(string what, uint256 actual, uint256 expected);
    error NotAtMost(string what, uint256 actual, uint256 most);
    error NotTrue(string what);

    Vm internal constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    function same(string memory what, uint256 actual, uint256 expected) internal pure {
        if (actual != expected) revert NotEqual(what, actual, expected);
    }

    function same(string memory what, address actual, address expected) internal pure {
        same(what, uint160(actual), uint160(expected));
    }

    function same(string memory what, bytes32 actual, bytes32 expected) internal pure {
        same(what, uint256(actual), uint256(expected));
    }

    function atMost(string memory what, uint256 actual, uint256 most) internal pure {
        if (actual > most) revert NotAtMost(what, actual, most);
    }

    function isTrue(string memory what, bool condition) internal pure {
        if (!condition) revert NotTrue(what);
    }

    /// @dev Maps a fuzzed number into [low, high].
    function within(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }
}
