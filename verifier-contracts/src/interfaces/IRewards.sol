// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EpochId, NodeId} from "./Types.sol";

/// @notice What an accepted round counts.
/// @param weight The node's part of the epoch's weight.
/// @param loyalty PoL, fixed at the commitment.
/// @param level P of PoP, what the node's enclave vouched for in this epoch.
/// @param provenSeconds t of PoT, this epoch included.
/// @param work W of PoW, in operations per second.
/// @param benchmark W that earns in full.
struct Credit {
    NodeId node;
    EpochId epoch;
    address operator;
    uint32 weight;
    uint64 loyalty;
    uint256 level;
    uint256 provenSeconds;
    uint256 work;
    uint256 benchmark;
}

/// @notice The miners' tokens of one epoch.
/// @param amount Minted for the epoch's members.
/// @param earned Credited so far; the rest is burned when the epoch closes.
/// @param weight The sum of the members' weights.
struct Pot {
    uint96 amount;
    uint96 earned;
    uint56 weight;
    bool closed;
}

/// @notice What earns in full.
/// @param timeThreshold T0: proven seconds at which PoT is 1.
/// @param privacyLimit Privacy level at which PoP is 1.
struct RewardPolicy {
    uint256 timeThreshold;
    uint256 privacyLimit;
}

/// @title Emission and rewards
/// @notice 100,000 tokens a day, halved every 365 days, linear in between: 70 % to the epoch's nodes by weight, 20 % to
/// the foundation, 10 % to the team. A node is credited PoCPS of its share. The rest of its share, and the shares of
/// nodes that proved nothing, are burned.
///
/// Opening an epoch mints the schedule up to that epoch's end. Epochs that nobody opened are caught up then: their 70 %
/// are minted and burned at once, since they had no members.
///
/// Tokens minted at deployment are an *advance on the foundation's 20 %*: its share of later emission repays them first and is
/// minted only when they are repaid. So 70/20/10 holds over all time, and the cap is never in the way.
///
/// P is what the enclave registry recorded for the node and epoch, 0 where an enclave vouched for nothing: then PoP is
/// exp(-2.303) = 0.1 of the full reward.
interface IRewards {
    /// @notice Only the rounds contract, fixed at deployment, opens, credits and closes.
    error NotRounds(address caller);
    /// @notice A parameter, named by its position in the constructor, is out of range.
    error ParameterInvalid(uint256 position, uint256 value);
    /// @notice Epochs open in order, each once.
    error EpochNotNext(EpochId epoch, EpochId next);
    /// @notice The epoch's rest is burned; nothing can be earned in it any more.
    error PotClosed(EpochId epoch);
    /// @notice Nothing is credited to the caller.
    error NothingToClaim(address operator);

    /// @notice The schedule was minted up to the end of `epoch`. `withheld` repaid the foundation's advance, `skipped` was
    /// the miners' part of epochs that nobody opened, burned at once.
    event EpochMinted(
        EpochId indexed epoch, uint256 miners, uint256 foundation, uint256 team, uint256 withheld, uint256 skipped
    );
    /// @notice A node earned `reward`, its share times the four factors.
    event Rewarded(
        NodeId indexed node,
        EpochId indexed epoch,
        address indexed operator,
        uint256 share,
        uint256 timeFactor,
        uint256 loyaltyFactor,
        uint256 privacyFactor,
        uint256 workFactor,
        uint256 reward
    );
    /// @notice The epoch is over: `earned` was credited, `burned` is gone.
    event PotBurned(EpochId indexed epoch, uint256 earned, uint256 burned);
    /// @notice An operator took its rewards.
    event Claimed(address indexed operator, uint256 amount);

    /// @notice Mints the schedule up to the end of `epoch`. Only the rounds contract.
    /// @param weight The sum of the members' weights.
    function open(EpochId epoch, uint56 weight) external;

    /// @notice Credits PoCPS of the node's share to its operator. Only the rounds contract, once for a node and epoch.
    /// @return reward What was credited.
    function credit(Credit calldata accepted) external returns (uint256 reward);

    /// @notice Burns what nobody earned in `epoch`. Only the rounds contract.
    function close(EpochId epoch) external;

    /// @notice Pays all that is credited to the caller.
    function claim() external;

    /// @notice PoL of an operator at a past time: what it held and staked then, against what it had claimed by then.
    function loyaltyAt(address operator, uint256 time) external view returns (uint64);

    /// @notice Tokens that the schedule has released `elapsed` seconds after genesis, before any advance.
    function scheduledAfter(uint256 elapsed) external pure returns (uint256);

    /// @notice The miners' tokens of an epoch.
    function potOf(EpochId epoch) external view returns (Pot memory);

    /// @notice What an operator can claim.
    function claimableOf(address operator) external view returns (uint256);

    /// @notice What an operator has claimed.
    function claimedOf(address operator) external view returns (uint256);

    /// @notice What the foundation's emission still has to repay.
    function advance() external view returns (uint256);

    /// @notice The first epoch that can still be opened.
    function nextEpoch() external view returns (EpochId);

    /// @notice Length of an epoch in seconds.
    function epochSeconds() external view returns (uint48);

    /// @notice What earns in full.
    function policy() external view returns (RewardPolicy memory);
}
