// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BASIS_POINTS, ClassId, HOUR, WAD} from "./interfaces/Types.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {IPoolRules, Market, PoolTerms} from "./interfaces/IPoolRules.sol";
import {IRounds} from "./interfaces/IRounds.sol";

/// @title PoolRules
contract PoolRules is IPoolRules {
    /// @dev The longest position: a sale of seven days, a window of seven days.
    uint256 private constant LONGEST = 7 days;
    /// @dev Epochs in the longest position: what a withdrawal looks at must fit a transaction.
    uint256 private constant MOST_EPOCHS = 512;
    uint16 private constant HIGHEST_FEE = 5000;

    INodeRegistry private immutable _registry;
    address private immutable _classAdmin;
    address private immutable _guardian;
    uint48 private immutable _closingDelay;
    mapping(ClassId class => Market) private _markets;

    /// @param genesisPools Pool i is class i's.
    constructor(
        INodeRegistry registry,
        IRounds rounds,
        address classAdmin,
        address guardian,
        PoolTerms[] memory genesisPools
    ) {
        uint48 epochSeconds = rounds.policy().epochSeconds;
        if (LONGEST > MOST_EPOCHS * epochSeconds) revert TermInvalid(1, epochSeconds);
        _registry = registry;
        _classAdmin = classAdmin;
        _guardian = guardian;
        _closingDelay = registry.policy().classDelay;
        for (uint32 i = 0; i < genesisPools.length; ++i) {
            _openPool(ClassId.wrap(i), genesisPools[i]);
        }
    }

    modifier onlyClassAdmin() {
        if (msg.sender != _classAdmin) revert NotClassAdmin(msg.sender);
        _;
    }

    /// @inheritdoc IPoolRules
    function openPool(ClassId class, PoolTerms calldata terms) external onlyClassAdmin {
        _openPool(class, terms);
    }

    /// @inheritdoc IPoolRules
    function closeSupply(ClassId class) external onlyClassAdmin {
        Market storage m = _market(class);
        if (m.closedFrom != 0) revert SupplyClosed(class, m.closedFrom);
        m.closedFrom = uint48(block.timestamp) + _closingDelay;
        emit SupplyEnded(class, m.closedFrom);
    }

    /// @inheritdoc IPoolRules
    function setPaused(ClassId class, bool paused) external {
        if (msg.sender != _guardian) revert NotGuardian(msg.sender);
        _market(class).paused = paused;
        emit Paused(class, paused);
    }

    /// @inheritdoc IPoolRules
    function marketOf(ClassId class) external view returns (Market memory) {
        return _market(class);
    }

    /// @inheritdoc IPoolRules
    function tradeOf(ClassId class) external view returns (Market memory) {
        Market storage m = _market(class);
        if (m.paused) revert PoolPaused(class);
        uint48 retiredFrom = _registry.retirementOf(class);
        if (retiredFrom != 0 && block.timestamp >= retiredFrom) revert ClassRetiring(class, retiredFrom);
        return m;
    }

    /// @inheritdoc IPoolRules
    function supplyOf(ClassId class) external view returns (Market memory) {
        Market storage m = _market(class);
        if (m.paused) revert PoolPaused(class);
        if (m.closedFrom != 0 && block.timestamp >= m.closedFrom) revert SupplyClosed(class, m.closedFrom);
        uint48 retiredFrom = _registry.retirementOf(class);
        if (retiredFrom != 0) revert ClassRetiring(class, retiredFrom);
        return m;
    }

    function _openPool(ClassId class, PoolTerms memory terms) private {
        Market storage m = _markets[class];
        if (address(m.terms.strategy) != address(0)) revert PoolExists(class);
        uint256 base = uint256(_registry.classOf(class).terms.dailyValue) * WAD / 1 days;
        if (address(terms.strategy).code.length == 0) revert TermInvalid(0, uint160(address(terms.strategy)));
        if (terms.windowSeconds % HOUR != 0 || terms.windowSeconds < 2 * HOUR || terms.windowSeconds > LONGEST) {
            revert TermInvalid(1, terms.windowSeconds);
        }
        if (terms.fee > HIGHEST_FEE) revert TermInvalid(2, terms.fee);
        if (terms.collateralMultiple == 0) revert TermInvalid(3, 0);
        if (terms.riseLimit > BASIS_POINTS) revert TermInvalid(4, terms.riseLimit);
        // A second costs a wei at least: nothing is free, and no hours come without tokens.
        if (terms.floor < WAD || terms.floor > base) revert TermInvalid(5, terms.floor);
        if (terms.ceiling < base) revert TermInvalid(6, terms.ceiling);
        m.terms = terms;
        // Exact cast: base is at most the ceiling.
        m.base = uint128(base);
        m.burnShare = terms.strategy.burnShare();
        emit PoolOpened(class, terms, base);
    }

    function _market(ClassId class) private view returns (Market storage m) {
        m = _markets[class];
        if (address(m.terms.strategy) == address(0)) revert PoolUnknown(class);
    }
}
