// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClassId, EpochId, HOUR, NodeId, PositionId, RentalId} from "../src/interfaces/Types.sol";
import {Node, NodeStatus} from "../src/interfaces/INodeRegistry.sol";
import {PoolView, Position} from "../src/interfaces/IComputePool.sol";
import {Rental} from "../src/interfaces/ISettlement.sol";
import {RoundStatus} from "../src/interfaces/IRounds.sol";
import {MarketDeployment} from "./MarketDeployment.sol";

/// @title What operators, clients, administrators and time may do to the market
/// @dev An action that its preconditions forbid does nothing, so any revert is a defect of the contracts.
contract MarketHandler is MarketDeployment {
    uint256 private constant NODES = 10;
    address[5] private _operators =
        [address(0x1001), address(0x1002), address(0x1003), address(0x1004), address(0x1005)];
    address[3] private _clients = [address(0x2001), address(0x2002), address(0x1001)];
    NodeId[] private _nodes;
    PositionId[] private _positions;
    RentalId[] private _rentals;
    uint256 private _time;
    uint256 private _seed;

    /// @dev What came into the market, left it, and was burned by it.
    uint256 public taken;
    uint256 public paid;
    uint256 public burned;
    uint256 public donatedToPool;
    uint256 public donatedToSettlement;
    uint256 public trades;
    uint256 public calls;
    mapping(address account => uint256) public claimed;

    constructor() {
        deployStub();
        _time = START;
        for (uint256 i = 0; i < 5; ++i) {
            give(_operators[i], 120_000e18);
        }
        for (uint256 i = 0; i < 2; ++i) {
            give(_clients[i], 50_000e18);
        }
        for (uint256 i = 0; i < 6; ++i) {
            _nodes.push(join(_operators[i % 5], bytes32(i), ClassId.wrap(uint32(i % 2))));
        }
    }

    modifier inTime(uint256 seed) {
        VM.warp(_time);
        _seed = seed;
        calls += 1;
        _;
        _time = block.timestamp;
    }

    // Supply

    function provide(uint256 seed) external inTime(seed) {
        (bool found, NodeId node, address operator) = idleNode();
        if (!found) return;
        ClassId class = registry.nodeOf(node).class;
        uint256 tokens = (uint256(7 days) * spotOf(class)) / 1e18 + 1;
        if (token.balanceOf(operator) < tokens) return;
        uint256 before_ = token.balanceOf(operator);
        _positions.push(provideAs(operator, node));
        taken += before_ - token.balanceOf(operator);
        trades += 1;
    }

    function sell(uint256 seed) external inTime(seed) {
        (bool found, NodeId node, address operator) = idleNode();
        if (!found) return;
        ClassId class = registry.nodeOf(node).class;
        PoolView memory view_ = pool.poolOf(class);
        uint256 count = 1 + random(7);
        uint256 secs = (block.timestamp + count * DAY) / HOUR * HOUR - block.timestamp;
        uint256 proceeds = min(strategyOf(class).proceedsOf(view_.state, secs), secs * view_.anchor / 1e18);
        if (secs > view_.state.remaining || proceeds > view_.reserve / 2) return;
        if (token.balanceOf(operator) < 100 * proceeds) return;
        uint256 before_ = token.balanceOf(operator);
        VM.prank(operator);
        _positions.push(pool.sell(node, count, proceeds, ANY));
        taken += 100 * proceeds;
        paid += token.balanceOf(operator) + 100 * proceeds - before_;
        trades += 1;
    }

    function withdraw(uint256 seed) external inTime(seed) {
        (bool found, PositionId position, Position memory p) = decidedPosition();
        if (!found) return;
        uint256 supply = token.totalSupply();
        VM.prank(p.operator);
        paid += pool.withdraw(position);
        burned += supply - token.totalSupply();
    }

    function renew(uint256 seed) external inTime(seed) {
        (bool found, PositionId position, Position memory p) = decidedPosition();
        if (!found || !suppliable(p.node)) return;
        if (token.balanceOf(p.operator) < 10_000e18) return;
        uint256 supply = token.totalSupply();
        uint256 before_ = token.balanceOf(p.operator);
        VM.prank(p.operator);
        _positions.push(pool.renew(position, ANY, ANY));
        uint256 after_ = token.balanceOf(p.operator);
        burned += supply - token.totalSupply();
        if (after_ > before_) paid += after_ - before_;
        else taken += before_ - after_;
        trades += 1;
    }

    // Rentals

    function buy(uint256 seed) external inTime(seed) {
        if (_positions.length == 0) return;
        NodeId node = pool.positionOf(_positions[random(_positions.length)]).node;
        (, uint48 end, uint48 busyUntil) = pool.offerOf(node);
        if (end <= block.timestamp + HOUR || busyUntil > block.timestamp || !tradeable(node)) return;
        uint256 count = 1 + random(min((end - block.timestamp) / HOUR, 100));
        if ((block.timestamp + count * HOUR + HOUR - 1) / HOUR * HOUR > end) return;
        address client = _clients[random(3)];
        uint256 secs = (block.timestamp + count * HOUR + HOUR - 1) / HOUR * HOUR - block.timestamp;
        ClassId class = registry.nodeOf(node).class;
        if (!affordable(client, strategyOf(class).costOf(stateOf(class), secs))) return;
        (uint256 before_, uint256 supply) = (token.balanceOf(client), token.totalSupply());
        _rentals.push(buyAs(client, node, count));
        taken += before_ - token.balanceOf(client);
        burned += supply - token.totalSupply();
        trades += 1;
    }

    function extend(uint256 seed) external inTime(seed) {
        (bool found, RentalId rental, Rental memory r) = changeableRental();
        if (!found || !tradeable(r.node)) return;
        (, uint48 end,) = pool.offerOf(r.node);
        if (end < r.end + HOUR) return;
        uint256 count = 1 + random((end - r.end) / HOUR);
        if (!affordable(r.client, strategyOf(r.class).costOf(stateOf(r.class), count * HOUR))) return;
        (uint256 before_, uint256 supply) = (token.balanceOf(r.client), token.totalSupply());
        VM.prank(r.client);
        _rentals.push(settlement.extend(rental, count, ANY, ANY));
        taken += before_ - token.balanceOf(r.client);
        burned += supply - token.totalSupply();
        trades += 1;
    }

    function terminate(uint256 seed) external inTime(seed) {
        (bool found, RentalId rental, Rental memory r) = changeableRental();
        if (!found || r.end <= max(r.start, (block.timestamp + HOUR - 1) / HOUR * HOUR)) return;
        uint256 supply = token.totalSupply();
        paid += terminateAs(r.client, rental);
        burned += supply - token.totalSupply();
        trades += 1;
    }

    function settle(uint256 seed) external inTime(seed) {
        if (_rentals.length == 0) return;
        RentalId[] memory batch = new RentalId[](1 + random(6));
        for (uint256 i = 0; i < batch.length; ++i) {
            batch[i] = _rentals[random(_rentals.length)];
        }
        // A slash leaves the registry: what of it is burned is not the market's, nor what its clients get.
        (uint256 supply, uint256 staked, uint256 rich) =
            (token.totalSupply(), token.balanceOf(address(registry)), wealth());
        settlement.settle(batch);
        uint256 slashed = staked - token.balanceOf(address(registry));
        burned += supply - token.totalSupply() - (slashed - (wealth() - rich));
    }

    function claim(uint256 seed) external inTime(seed) {
        address account = random(2) == 0 ? _operators[random(5)] : _clients[random(3)];
        uint256 amount = settlement.claimableOf(account);
        if (amount == 0) return;
        VM.prank(account);
        settlement.claim();
        paid += amount;
        claimed[account] += amount;
    }

    // Everything else

    /// @dev An epoch in which each node commits or not, proves or not; or none at all.
    function play(uint256 seed) external inTime(seed) {
        EpochId e = rounds.currentEpoch();
        if (rounds.epochOf(e).openedAt != 0 || block.timestamp + 100 > rounds.epochOf(e).challengeBy) {
            e = epoch(EpochId.unwrap(e) + 1);
            VM.warp(START + uint256(EpochId.unwrap(e)) * DAY + random(20 hours));
        }
        rounds.open(e);
        if (random(10) == 0) return;
        pass(1);
        VM.prevrandao(random(ANY));
        rounds.drawChallenge(e);
        for (uint256 i = 0; i < _nodes.length; ++i) {
            (address operator, uint32 weight) = registry.memberAt(_nodes[i], e);
            if (weight != 0 && random(8) != 0) commitAs(operator, _nodes[i], e, 4);
        }
        if (random(10) == 0) return;
        sampleEpoch(e);
        for (uint256 i = 0; i < _nodes.length; ++i) {
            if (rounds.roundOf(_nodes[i], e).status != RoundStatus.Committed || random(8) == 0) continue;
            rounds.settle(_nodes[i], e, stubProofs(proofsOf(_nodes[i]), 4));
        }
    }

    function membership(uint256 seed) external inTime(seed) {
        uint256 choice = random(12);
        NodeId node = _nodes[random(_nodes.length)];
        Node memory n = registry.nodeOf(node);
        if (choice < 4 && _nodes.length < NODES) {
            ClassId class = ClassId.wrap(uint32(random(2)));
            if (registry.retirementOf(class) != 0) return;
            _nodes.push(join(_operators[random(5)], bytes32(100 + _nodes.length), class));
        } else if (choice < 8 && n.status == NodeStatus.Jailed && registry.retirementOf(n.class) == 0) {
            uint128 missing = registry.requiredStake(n.class);
            if (token.balanceOf(FOUNDATION) < missing) return;
            fund(n.operator, missing);
            VM.startPrank(n.operator);
            token.approve(address(registry), missing);
            registry.addStake(node, missing);
            registry.unjail(node);
            VM.stopPrank();
        } else if (choice == 8 && n.status == NodeStatus.Active) {
            VM.prank(n.operator);
            registry.unbond(node);
        } else if (choice == 9 && random(6) == 0) {
            if (registry.retirementOf(CURVE) != 0) return;
            VM.prank(ADMIN);
            registry.retireClass(CURVE);
        } else if (choice == 10) {
            bool stop = random(3) == 0;
            VM.prank(GUARDIAN);
            rules.setPaused(ClassId.wrap(uint32(random(2))), stop);
        }
    }

    /// @dev Tokens sent to the contracts are nobody's, and change no price.
    function donate(uint256 seed) external inTime(seed) {
        uint256 amount = random(100e18);
        if (token.balanceOf(FOUNDATION) < 2 * amount) return;
        uint256 spot = spotOf(CLASS);
        VM.startPrank(FOUNDATION);
        token.transfer(address(pool), amount);
        token.transfer(address(settlement), amount);
        VM.stopPrank();
        donatedToPool += amount;
        donatedToSettlement += amount;
        same("the price stays", spotOf(CLASS), spot);
    }

    function wait(uint256 seed) external inTime(seed) {
        pass(random(4) == 0 ? random(10 * DAY) : random(8 hours));
        if (random(2) == 0) pool.advance(ClassId.wrap(uint32(random(2))));
    }

    // What the invariants look at

    function positions() external view returns (PositionId[] memory) {
        return _positions;
    }

    function rentals() external view returns (RentalId[] memory) {
        return _rentals;
    }

    function accounts() external view returns (address[] memory list) {
        list = new address[](7);
        for (uint256 i = 0; i < 5; ++i) {
            list[i] = _operators[i];
        }
        (list[5], list[6]) = (_clients[0], _clients[1]);
    }

    function time() external view returns (uint256) {
        return _time;
    }

    function seen(ClassId class) external view returns (PoolView memory) {
        return pool.poolOf(class);
    }

    function market() external view returns (address, address, address, address, address) {
        return (address(token), address(registry), address(rounds), address(pool), address(settlement));
    }

    // Preconditions

    function suppliable(NodeId node) private view returns (bool) {
        Node memory n = registry.nodeOf(node);
        if (n.status != NodeStatus.Active || registry.retirementOf(n.class) != 0) return false;
        if (rules.marketOf(n.class).paused) return false;
        (, uint32 weight) = registry.memberAt(node, rounds.currentEpoch());
        (, uint48 end,) = pool.offerOf(node);
        return weight != 0 && end <= block.timestamp;
    }

    function tradeable(NodeId node) private view returns (bool) {
        Node memory n = registry.nodeOf(node);
        uint48 retiredFrom = registry.retirementOf(n.class);
        if (retiredFrom != 0 && block.timestamp >= retiredFrom) return false;
        return n.status == NodeStatus.Active && !rules.marketOf(n.class).paused;
    }

    function idleNode() private returns (bool found, NodeId node, address operator) {
        node = _nodes[random(_nodes.length)];
        return (suppliable(node), node, registry.nodeOf(node).operator);
    }

    function decidedPosition() private returns (bool found, PositionId position, Position memory p) {
        if (_positions.length == 0) return (false, position, p);
        position = _positions[random(_positions.length)];
        p = pool.positionOf(position);
        uint256 last = (p.end - 1 - START) / DAY;
        found = !p.withdrawn && block.timestamp >= START + (last + 1) * DAY;
    }

    function changeableRental() private returns (bool found, RentalId rental, Rental memory r) {
        if (_rentals.length == 0) return (false, rental, r);
        rental = _rentals[random(_rentals.length)];
        r = settlement.rentalOf(rental);
        bool latest = RentalId.unwrap(settlement.latestOf(r.node)) == RentalId.unwrap(rental);
        found = latest && r.end > block.timestamp && r.end != r.start;
    }

    function affordable(address client, uint256 cost) private view returns (bool) {
        return token.balanceOf(client) >= cost + feeOf(cost);
    }

    function wealth() private view returns (uint256 sum) {
        for (uint256 i = 0; i < 5; ++i) {
            sum += token.balanceOf(_operators[i]);
        }
        sum += token.balanceOf(_clients[0]) + token.balanceOf(_clients[1]);
    }

    function random(uint256 bound) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }
}
