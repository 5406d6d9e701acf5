// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuthorityId, CircuitId, EpochId, Groth16Proof, NodeId} from "../src/interfaces/Types.sol";
import {LevelTerms, RootTerms} from "../src/interfaces/IAcceptedRoots.sol";
import {AuthorityTerms, EnclavePolicy, EnclaveTerms, Opening} from "../src/interfaces/IEnclaveRegistry.sol";
import {Deployment} from "./Deployment.sol";
import {EchoVerifier} from "./EchoVerifier.sol";

/// @title Two authorities and verifiers that echo, with the steps of an enclave as one-liners
abstract contract EnclaveDeployment is Deployment {
    /// @dev Owns platforms; operators of nodes may be others.
    address internal constant OWNER = address(0x03);
    CircuitId internal constant PLATFORM_CIRCUIT = CircuitId.wrap("enclave-platform-dev");
    CircuitId internal constant OTHER_PLATFORM_CIRCUIT = CircuitId.wrap("enclave-platform-other");
    CircuitId internal constant BOOT_CIRCUIT = CircuitId.wrap("enclave-boot-tdx-v4");
    CircuitId internal constant EPOCH_CIRCUIT = CircuitId.wrap("enclave-epoch");
    AuthorityId internal constant AUTHORITY = AuthorityId.wrap(0);
    AuthorityId internal constant OTHER_AUTHORITY = AuthorityId.wrap(1);
    uint256 internal constant TCB = 1001;
    uint256 internal constant MEASUREMENT = 1002;
    uint256 internal constant REVOCATION = 1003;
    uint256 internal constant OTHER_REVOCATION = 1004;
    uint32 internal constant LEVEL = 7;
    uint64 internal constant PRIVACY = 60;
    uint16 internal constant SESSION_WINDOWS = 4;
    uint48 internal constant UNTIL = START + 1000 * DAY;
    /// @dev START is in January 2027.
    uint16 internal constant YEAR = 2031;

    function enclaveTerms() internal view virtual override returns (EnclaveTerms memory t) {
        t.admin = ADMIN;
        t.guardian = GUARDIAN;
        t.policy = EnclavePolicy(DAY, SESSION_WINDOWS, 2 * DAY, DAY);
        t.tcb = RootTerms(TCB, UNTIL);
        t.measurement = RootTerms(MEASUREMENT, UNTIL);
        CircuitId[] memory boots = new CircuitId[](1);
        boots[0] = BOOT_CIRCUIT;
        t.authorities = new AuthorityTerms[](2);
        t.authorities[0] = AuthorityTerms(PLATFORM_CIRCUIT, boots, RootTerms(REVOCATION, UNTIL));
        t.authorities[1] = AuthorityTerms(OTHER_PLATFORM_CIRCUIT, boots, RootTerms(OTHER_REVOCATION, UNTIL));
        t.levels = new LevelTerms[](1);
        t.levels[0] = LevelTerms(LEVEL, PRIVACY);
    }

    function deployEnclaves() internal {
        deployStub();
        address echo = address(new EchoVerifier());
        VM.startPrank(DEPLOYER);
        router.add(PLATFORM_CIRCUIT, echo);
        router.add(OTHER_PLATFORM_CIRCUIT, echo);
        router.add(BOOT_CIRCUIT, echo);
        router.add(EPOCH_CIRCUIT, echo);
        VM.stopPrank();
    }

    function termsOf(uint256 root) internal view returns (RootTerms memory) {
        return RootTerms(root, uint48(block.timestamp) + 1000 * DAY);
    }

    function proofOf(uint256[] memory signals) internal pure returns (Groth16Proof memory proof) {
        proof.a[0] = uint256(keccak256(abi.encode(signals)));
    }

    function platformProof(uint256 nullifier, uint256 leaf, uint256 revocation, uint16 year, address owner)
        internal
        pure
        returns (Groth16Proof memory)
    {
        uint256[] memory signals = new uint256[](5);
        (signals[0], signals[1], signals[2], signals[3], signals[4]) =
        (nullifier, leaf, revocation, year, uint160(owner));
        return proofOf(signals);
    }

    function registerAs(address owner, uint256 nullifier, uint256 leaf) internal {
        VM.prank(owner);
        enclaves.registerPlatform(
            AUTHORITY, nullifier, leaf, REVOCATION, YEAR, platformProof(nullifier, leaf, REVOCATION, YEAR, owner)
        );
    }

    /// @dev The current window, its randomness drawn.
    function drawnWindow() internal returns (uint32 window) {
        window = enclaves.currentWindow();
        VM.prevrandao(uint256(keccak256(abi.encode("window", window))));
        enclaves.drawWindow(window);
    }

    function openingIn(uint32 window, uint256 session, uint256 nullifier) internal view returns (Opening memory) {
        return Opening(
            AUTHORITY,
            BOOT_CIRCUIT,
            LEVEL,
            window,
            session,
            nullifier,
            enclaves.platformRoot(AUTHORITY),
            TCB,
            MEASUREMENT
        );
    }

    function bootProof(NodeId node, Opening memory o) internal view returns (Groth16Proof memory) {
        uint256[] memory signals = new uint256[](8);
        (signals[0], signals[1], signals[2], signals[3]) = (o.session, o.windowNullifier, o.platformRoot, o.tcbRoot);
        (signals[4], signals[5]) = (o.measurementRoot, enclaves.challengeOf(node, o.window));
        (signals[6], signals[7]) = (o.window, o.level);
        return proofOf(signals);
    }

    function openAs(address operator, NodeId node, Opening memory o) internal {
        Groth16Proof memory proof = bootProof(node, o);
        VM.prank(operator);
        enclaves.openSession(node, o, proof);
    }

    function epochProof(NodeId node, EpochId e, uint256 nullifier) internal view returns (Groth16Proof memory) {
        uint256[] memory signals = new uint256[](6);
        (signals[0], signals[1]) = (enclaves.sessionOf(node).hash, rounds.challengeOf(node, e));
        (signals[2], signals[3]) = (rounds.roundOf(node, e).traceRoot, EpochId.unwrap(e));
        (signals[4], signals[5]) = (nullifier, enclaves.sessionOf(node).level);
        return proofOf(signals);
    }

    function attest(NodeId node, EpochId e, uint256 nullifier) internal {
        enclaves.attest(node, e, nullifier, epochProof(node, e, nullifier));
    }
}
