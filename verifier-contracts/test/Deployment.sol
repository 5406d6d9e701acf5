// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitId, ClassId, EpochId, Groth16Proof, KernelId, NodeId} from "../src/interfaces/Types.sol";
import {PoseidonT3} from "poseidon-solidity/PoseidonT3.sol";
import {ClassTerms, INodeRegistry, StakePolicy} from "../src/interfaces/INodeRegistry.sol";
import {IPriceStrategy} from "../src/interfaces/IPriceStrategy.sol";
import {IRewards, RewardPolicy} from "../src/interfaces/IRewards.sol";
import {EnclavePolicy, EnclaveTerms, IEnclaveRegistry} from "../src/interfaces/IEnclaveRegistry.sol";
import {IPoseidon} from "../src/interfaces/IPoseidon.sol";
import {PoolTerms} from "../src/interfaces/IPoolRules.sol";
import {IRounds, RoundPolicy, WorkPolicy} from "../src/interfaces/IRounds.sol";
import {ComputePool} from "../src/ComputePool.sol";
import {ConstantProduct} from "../src/ConstantProduct.sol";
import {ComputeToken} from "../src/ComputeToken.sol";
import {EnclaveRegistry} from "../src/EnclaveRegistry.sol";
import {NodeRegistry} from "../src/NodeRegistry.sol";
import {PoolRules} from "../src/PoolRules.sol";
import {Rewards} from "../src/Rewards.sol";
import {Rounds} from "../src/Rounds.sol";
import {Settlement} from "../src/Settlement.sol";
import {UtilisationCurve} from "../src/UtilisationCurve.sol";
import {VerifierRouter} from "../src/VerifierRouter.sol";
import {StubVerifier} from "./StubVerifier.sol";
import {Test} from "./Test.sol";

/// @title All contracts, deployed in the order of deploy.ts, with the steps of a round as one-liners
abstract contract Deployment is Test {
    /// @dev Accounts 0 and 1 of the development mnemonic: the fixtures' addresses follow from them.
    address internal constant DEPLOYER = 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266;
    address internal constant OPERATOR = 0x70997970C51812dc3A010C7d01b50e0d17dc79C8;
    address internal constant FOUNDATION = address(0xF0);
    address internal constant TEAM = address(0x7E);
    address internal constant ADMIN = address(0xAD);
    address internal constant GUARDIAN = address(0x6D);
    address internal constant STRANGER = address(0x57);

    CircuitId internal constant CIRCUIT = CircuitId.wrap("work-dev");
    KernelId internal constant KERNEL = KernelId.wrap("benchmark");
    ClassId internal constant CLASS = ClassId.wrap(0);
    EpochId internal constant EPOCH = EpochId.wrap(0);

    uint256 internal constant GENESIS_SUPPLY = 1_000_000e18;
    uint128 internal constant DAILY_VALUE = 100e18;
    /// @dev What a second of a node is worth, wei in WAD.
    uint256 internal constant BASE = uint256(DAILY_VALUE) * 1e18 / 86_400;
    uint128 internal constant STAKE = 700e18;
    uint64 internal constant OPERATIONS = 31_490_048;
    uint48 internal constant START = 1_800_000_000;
    uint48 internal constant DAY = 86_400;
    uint256 internal constant ROOT = 7;

    ComputeToken internal token;
    NodeRegistry internal registry;
    VerifierRouter internal router;
    Rewards internal rewards;
    Rounds internal rounds;
    EnclaveRegistry internal enclaves;
    ConstantProduct internal constantProduct;
    UtilisationCurve internal utilisationCurve;
    PoolRules internal rules;
    ComputePool internal pool;
    Settlement internal settlement;

    function clock() internal pure virtual returns (RoundPolicy memory) {
        return RoundPolicy(DAY, 4, 1, 600, 600);
    }

    function stakePolicy() internal pure virtual returns (StakePolicy memory) {
        return StakePolicy(2 * DAY, 7 * DAY, 3, 2, 1000, 5000, 2000);
    }

    function workPolicy() internal pure virtual returns (WorkPolicy memory) {
        return WorkPolicy(2500, 1000);
    }

    /// @dev Class 0 trades on the constant product, class 1 on the utilisation curve.
    function poolTerms(uint256 class) internal view virtual returns (PoolTerms memory t) {
        t.strategy = class == 0 ? IPriceStrategy(constantProduct) : utilisationCurve;
        (t.windowSeconds, t.fee, t.collateralMultiple, t.riseLimit) = (uint32(7 * DAY), 100, 100, 100);
        (t.floor, t.ceiling) = (uint128(BASE / 10), uint128(10 * BASE));
    }

    /// @dev No authority: every P is 0.
    function enclaveTerms() internal view virtual returns (EnclaveTerms memory t) {
        t.admin = ADMIN;
        t.guardian = ADMIN;
        t.policy = EnclavePolicy(DAY, 8, 2 * DAY, DAY);
    }

    function terms(uint16 proofs) internal pure returns (ClassTerms memory) {
        return ClassTerms(ROOT, CIRCUIT, KERNEL, OPERATIONS, OPERATIONS, 65_536, proofs, 100, DAILY_VALUE);
    }

    function deploy(ClassTerms[] memory classes, address verifier) internal {
        VM.warp(START);
        uint256 nonce = VM.getNonce(DEPLOYER);
        address rewardsAddress = VM.computeCreateAddress(DEPLOYER, nonce + 3);
        address roundsAddress = VM.computeCreateAddress(DEPLOYER, nonce + 4);
        settlement = Settlement(VM.computeCreateAddress(DEPLOYER, nonce + 10));
        VM.startPrank(DEPLOYER);
        token = new ComputeToken(rewardsAddress, FOUNDATION, GENESIS_SUPPLY);
        registry = new NodeRegistry(address(token), roundsAddress, settlement, ADMIN, stakePolicy(), classes);
        router = new VerifierRouter(DEPLOYER);
        rewards = new Rewards(
            token, registry, roundsAddress, FOUNDATION, TEAM, clock().epochSeconds, RewardPolicy(2 * DAY, 1)
        );
        address enclavesAddress = VM.computeCreateAddress(DEPLOYER, nonce + 5);
        rounds =
            new Rounds(registry, rewards, router, IEnclaveRegistry(enclavesAddress), settlement, clock(), workPolicy());
        enclaves = new EnclaveRegistry(registry, rounds, router, IPoseidon(address(PoseidonT3)), enclaveTerms());
        deployMarket(classes.length);
        router.add(CIRCUIT, verifier);
        VM.stopPrank();
        same("enclaves", address(enclaves), enclavesAddress);
        same("rewards", address(rewards), rewardsAddress);
        same("rounds", address(rounds), roundsAddress);
    }

    function deployMarket(uint256 classCount) private {
        constantProduct = new ConstantProduct();
        utilisationCurve = new UtilisationCurve(1e18, 1000);
        PoolTerms[] memory pools = new PoolTerms[](classCount);
        for (uint256 i = 0; i < classCount; ++i) {
            pools[i] = poolTerms(i);
        }
        address expected = address(settlement);
        rules = new PoolRules(registry, rounds, ADMIN, GUARDIAN, pools);
        pool = new ComputePool(token, registry, rounds, rules, settlement);
        settlement = new Settlement(token, registry, rounds, pool);
        same("settlement", address(settlement), expected);
    }

    /// @dev One class of one proof, and the stub verifier.
    function deployStub() internal {
        ClassTerms[] memory classes = new ClassTerms[](2);
        classes[0] = terms(1);
        classes[1] = terms(2);
        classes[1].weight = 300;
        deploy(classes, address(new StubVerifier()));
    }

    function fund(address account, uint256 amount) internal {
        VM.prank(FOUNDATION);
        token.transfer(account, amount);
    }

    function join(address operator, bytes32 salt, ClassId class) internal returns (NodeId node) {
        uint128 stake = registry.requiredStake(class);
        fund(operator, stake);
        VM.startPrank(operator);
        token.approve(address(registry), stake);
        node = registry.register(class, salt, stake);
        VM.stopPrank();
    }

    function pass(uint256 secs) internal {
        VM.warp(block.timestamp + secs);
    }

    function epoch(uint256 number) internal pure returns (EpochId) {
        return EpochId.wrap(uint48(number));
    }

    function challengeEpoch(EpochId e) internal {
        rounds.open(e);
        pass(1);
        VM.prevrandao(uint256(keccak256(abi.encode("challenge", e))));
        rounds.drawChallenge(e);
    }

    function commitAs(address operator, NodeId node, EpochId e, uint64 steps) internal {
        VM.prank(operator);
        rounds.commit(node, e, 5, steps);
    }

    function sampleEpoch(EpochId e) internal {
        VM.warp(rounds.epochOf(e).sampleAfter + 1);
        VM.prevrandao(uint256(keccak256(abi.encode("sample", e))));
        rounds.drawSample(e);
    }

    /// @dev A node that joined, committed `steps` and was sampled in epoch 0.
    function sampledRound(uint64 steps) internal returns (NodeId node) {
        node = join(OPERATOR, 0, CLASS);
        challengeEpoch(EPOCH);
        commitAs(OPERATOR, node, EPOCH, steps);
        sampleEpoch(EPOCH);
    }

    function stubProofs(uint256 count, uint256 steps) internal pure returns (Groth16Proof[] memory proofs) {
        proofs = new Groth16Proof[](count);
        for (uint256 i = 0; i < count; ++i) {
            proofs[i].a = [uint256(1), steps];
            proofs[i].c[0] = i;
        }
    }
}
