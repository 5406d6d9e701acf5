// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {NodeId} from "../src/interfaces/Types.sol";
import {Credit, IRewards, RewardPolicy} from "../src/interfaces/IRewards.sol";
import {INodeRegistry, ClassTerms} from "../src/interfaces/INodeRegistry.sol";
import {IComputeToken} from "../src/interfaces/IComputeToken.sol";
import {IVerifierRouter} from "../src/interfaces/IVerifierRouter.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {Rewards} from "../src/Rewards.sol";
import {Rounds} from "../src/Rounds.sol";
import {StubVerifier} from "./StubVerifier.sol";
import {VerifierRouter} from "../src/VerifierRouter.sol";
import {Deployment} from "./Deployment.sol";

/// @title Test only: calls back when it is called, and keeps the answer
abstract contract Hostile {
    address public target;
    bytes public attack;
    bytes public answer;

    function aim(address newTarget, bytes calldata newAttack) external {
        (target, attack) = (newTarget, newAttack);
    }

    function strike() internal {
        if (target == address(0)) return;
        bool done;
        (done, answer) = target.call(attack);
        require(!done, "the attack went through");
    }
}

/// @title Test only: a token that calls back on every transfer
contract HostileToken is ERC20("Hostile", "H"), Hostile {
    uint256 public constant genesisSupply = 0;

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) strike();
    }
}

/// @title Test only: rewards that call back when they credit
contract HostileRewards is Hostile {
    uint48 public constant epochSeconds = 86_400;

    function open(uint48, uint56) external {}

    function loyaltyAt(address, uint256) external pure returns (uint64) {
        return 1e18;
    }

    function credit(Credit calldata) external returns (uint256) {
        strike();
        return 0;
    }
}

/// @title Reentrancy: what pays out or counts cannot be entered twice
/// @dev The deployed token calls nobody, so an attack needs contracts that are not the deployed ones.
contract ReentrancyTest is Deployment {
    bytes private constant REFUSED =
        abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);

    function test_refuses_to_claim_while_claiming() public {
        HostileToken hostile = new HostileToken();
        Rewards open = new Rewards(
            IComputeToken(address(hostile)), registry, address(this), FOUNDATION, TEAM, DAY, RewardPolicy(1, 1)
        );
        open.open(EPOCH, 100);
        open.credit(Credit(NodeId.wrap(0), EPOCH, OPERATOR, 100, 1e18, 0, 1, 1, 1));
        hostile.aim(address(open), abi.encodeCall(IRewards.claim, ()));
        VM.prank(OPERATOR);
        open.claim();
        same("answer", keccak256(hostile.answer()), keccak256(REFUSED));
    }

    function test_refuses_to_enter_the_registry_while_it_moves_stake() public {
        HostileToken hostile = new HostileToken();
        ClassTerms[] memory classes = new ClassTerms[](1);
        classes[0] = terms(1);
        NodeRegistry open = new NodeRegistry(address(hostile), address(this), settlement, ADMIN, stakePolicy(), classes);
        hostile.mint(OPERATOR, 2 * STAKE);
        VM.startPrank(OPERATOR);
        hostile.approve(address(open), 2 * STAKE);
        hostile.aim(address(open), abi.encodeCall(INodeRegistry.register, (CLASS, "inner", STAKE)));
        NodeId node = open.register(CLASS, 0, STAKE);
        same("register", keccak256(hostile.answer()), keccak256(REFUSED));
        hostile.aim(address(open), abi.encodeCall(INodeRegistry.addStake, (node, 1)));
        open.addStake(node, 1);
        same("addStake", keccak256(hostile.answer()), keccak256(REFUSED));
        open.unbond(node);
        pass(7 * DAY);
        hostile.aim(address(open), abi.encodeCall(INodeRegistry.withdraw, (node)));
        open.withdraw(node);
        same("withdraw", keccak256(hostile.answer()), keccak256(REFUSED));
    }

    function test_refuses_to_settle_or_expire_while_settling() public {
        deployStub();
        HostileRewards hostile = new HostileRewards();
        VM.warp(START);
        address next = VM.computeCreateAddress(address(this), VM.getNonce(address(this)) + 1);
        ClassTerms[] memory classes = new ClassTerms[](1);
        classes[0] = terms(1);
        registry = new NodeRegistry(address(token), next, settlement, ADMIN, stakePolicy(), classes);
        rounds = new Rounds(registry, IRewards(address(hostile)), router, enclaves, settlement, clock(), workPolicy());
        NodeId node = sampledRound(4);
        NodeId[] memory nodes = new NodeId[](1);
        nodes[0] = node;
        bytes memory settle = abi.encodeCall(rounds.settle, (node, EPOCH, stubProofs(1, 4)));
        hostile.aim(address(rounds), settle);
        rounds.settle(node, EPOCH, stubProofs(1, 4));
        same("settle", keccak256(hostile.answer()), keccak256(REFUSED));

        VM.warp(START + DAY);
        challengeEpoch(epoch(1));
        commitAs(OPERATOR, node, epoch(1), 4);
        sampleEpoch(epoch(1));
        hostile.aim(address(rounds), abi.encodeCall(rounds.expire, (nodes, EPOCH)));
        rounds.settle(node, epoch(1), stubProofs(1, 4));
        same("expire", keccak256(hostile.answer()), keccak256(REFUSED));
    }
}
