// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {EpochId, WAD} from "./interfaces/Types.sol";
import {IComputeToken} from "./interfaces/IComputeToken.sol";
import {INodeRegistry} from "./interfaces/INodeRegistry.sol";
import {Credit, IRewards, Pot, RewardPolicy} from "./interfaces/IRewards.sol";
import {Pocps} from "./Pocps.sol";

/// @title Rewards
contract Rewards is IRewards, ReentrancyGuardTransient {
    using Checkpoints for Checkpoints.Trace208;
    using SafeERC20 for IERC20;

    /// @dev All that the schedule ever releases; half of it in the first year.
    uint256 private constant TOTAL = 73_000_000e18;
    uint256 private constant HALVING_SECONDS = 365 days;
    uint256 private constant MINERS_PERCENT = 70;
    uint256 private constant TEAM_PERCENT = 10;
    uint256 private constant FOUNDATION_PERCENT = 20;

    IComputeToken private immutable _token;
    INodeRegistry private immutable _registry;
    address private immutable _rounds;
    address private immutable _foundation;
    address private immutable _team;
    uint48 private immutable _epochSeconds;
    uint256 private immutable _timeThreshold;
    uint256 private immutable _privacyLimit;

    EpochId private _nextEpoch;
    uint256 private _advance;
    mapping(EpochId epoch => Pot) private _pots;
    mapping(address operator => uint256) private _claimable;
    mapping(address operator => Checkpoints.Trace208) private _claimed;

    /// @param rounds The rounds contract; it may be deployed later, its address being known before.
    constructor(
        IComputeToken token,
        INodeRegistry registry,
        address rounds,
        address foundation,
        address team,
        uint48 secondsOfEpoch,
        RewardPolicy memory rewardPolicy
    ) {
        uint256 genesisSupply = token.genesisSupply();
        if (genesisSupply > TOTAL * FOUNDATION_PERCENT / 100) revert ParameterInvalid(0, genesisSupply);
        if (foundation == address(0)) revert ParameterInvalid(3, 0);
        if (team == address(0)) revert ParameterInvalid(4, 0);
        if (secondsOfEpoch == 0) revert ParameterInvalid(5, 0);
        if (rewardPolicy.timeThreshold == 0) revert ParameterInvalid(6, 0);
        if (rewardPolicy.privacyLimit == 0) revert ParameterInvalid(7, 0);
        _token = token;
        _registry = registry;
        _rounds = rounds;
        _foundation = foundation;
        _team = team;
        _epochSeconds = secondsOfEpoch;
        _timeThreshold = rewardPolicy.timeThreshold;
        _privacyLimit = rewardPolicy.privacyLimit;
        _advance = genesisSupply;
    }

    modifier onlyRounds() {
        if (msg.sender != _rounds) revert NotRounds(msg.sender);
        _;
    }

    /// @inheritdoc IRewards
    function open(EpochId epoch, uint56 weight) external onlyRounds {
        EpochId next = _nextEpoch;
        if (EpochId.unwrap(epoch) < EpochId.unwrap(next)) revert EpochNotNext(epoch, next);
        _nextEpoch = EpochId.wrap(EpochId.unwrap(epoch) + 1);

        uint256 start = scheduledAfter(uint256(EpochId.unwrap(epoch)) * _epochSeconds);
        uint256 end = scheduledAfter((uint256(EpochId.unwrap(epoch)) + 1) * _epochSeconds);
        uint256 released = end - scheduledAfter(uint256(EpochId.unwrap(next)) * _epochSeconds);
        uint256 miners = (end - start) * MINERS_PERCENT / 100;
        uint256 team = released * TEAM_PERCENT / 100;
        uint256 skipped = released * MINERS_PERCENT / 100 - miners;
        uint256 foundation = released - miners - skipped - team;
        uint256 withheld = Math.min(foundation, _advance);
        _advance -= withheld;
        // Exact cast: no amount passes 2^87.
        _pots[epoch] = Pot(uint96(miners), 0, weight, false);
        emit EpochMinted(epoch, miners, foundation - withheld, team, withheld, skipped);

        _token.mint(address(this), miners + skipped);
        _token.mint(_foundation, foundation - withheld);
        _token.mint(_team, team);
        if (skipped != 0) _token.burn(skipped);
    }

    /// @inheritdoc IRewards
    function credit(Credit calldata accepted) external onlyRounds returns (uint256 reward) {
        Pot storage stored = _pots[accepted.epoch];
        Pot memory pot = stored;
        if (pot.closed) revert PotClosed(accepted.epoch);

        uint256 time = Pocps.timeFactor(accepted.provenSeconds, _timeThreshold);
        uint256 privacy = Pocps.privacyFactor(accepted.level, _privacyLimit);
        uint256 work = Pocps.workFactor(accepted.work, accepted.benchmark);
        uint256 share = uint256(pot.amount) * accepted.weight / pot.weight;
        reward = share * Pocps.pocps(time, accepted.loyalty, privacy, work) / WAD;

        // Exact cast: shares are parts of the pot.
        stored.earned = pot.earned + uint96(reward);
        _claimable[accepted.operator] += reward;
        emit Rewarded(
            accepted.node, accepted.epoch, accepted.operator, share, time, accepted.loyalty, privacy, work, reward
        );
    }

    /// @inheritdoc IRewards
    function close(EpochId epoch) external onlyRounds {
        Pot storage pot = _pots[epoch];
        if (pot.closed) revert PotClosed(epoch);
        pot.closed = true;
        uint256 burned = pot.amount - pot.earned;
        emit PotBurned(epoch, pot.earned, burned);
        _token.burn(burned);
    }

    /// @inheritdoc IRewards
    function claim() external nonReentrant {
        uint256 amount = _claimable[msg.sender];
        if (amount == 0) revert NothingToClaim(msg.sender);
        _claimable[msg.sender] = 0;
        Checkpoints.Trace208 storage claimed = _claimed[msg.sender];
        // Exact cast: all claims together stay below TOTAL.
        claimed.push(uint48(block.timestamp), claimed.latest() + uint208(amount));
        emit Claimed(msg.sender, amount);
        IERC20(address(_token)).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IRewards
    function loyaltyAt(address operator, uint256 time) external view returns (uint64) {
        uint256 minted = _claimed[operator].upperLookupRecent(uint48(time));
        if (minted == 0) return uint64(WAD);
        uint256 held = _token.balanceAt(operator, time) + _registry.stakeOfAt(operator, time);
        return uint64(Pocps.loyaltyFactor(held, minted));
    }

    /// @inheritdoc IRewards
    function scheduledAfter(uint256 elapsed) public pure returns (uint256) {
        uint256 halvings = elapsed / HALVING_SECONDS;
        // After `halvings` years all but TOTAL / 2^halvings is out, and half of that follows in the next.
        uint256 yearly = TOTAL >> (halvings + 1);
        return TOTAL - (TOTAL >> halvings) + yearly * (elapsed % HALVING_SECONDS) / HALVING_SECONDS;
    }

    /// @inheritdoc IRewards
    function potOf(EpochId epoch) external view returns (Pot memory) {
        return _pots[epoch];
    }

    /// @inheritdoc IRewards
    function claimableOf(address operator) external view returns (uint256) {
        return _claimable[operator];
    }

    /// @inheritdoc IRewards
    function claimedOf(address operator) external view returns (uint256) {
        return _claimed[operator].latest();
    }

    /// @inheritdoc IRewards
    function advance() external view returns (uint256) {
        return _advance;
    }

    /// @inheritdoc IRewards
    function nextEpoch() external view returns (EpochId) {
        return _nextEpoch;
    }

    /// @inheritdoc IRewards
    function epochSeconds() external view returns (uint48) {
        return _epochSeconds;
    }

    /// @inheritdoc IRewards
    function policy() external view returns (RewardPolicy memory) {
        return RewardPolicy(_timeThreshold, _privacyLimit);
    }
}
