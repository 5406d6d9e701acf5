// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CircuitId, Groth16Proof} from "../src/interfaces/Types.sol";
import {IVerifierRouter} from "../src/interfaces/IVerifierRouter.sol";
import {VerifierRouter} from "../src/VerifierRouter.sol";
import {StubVerifier} from "./StubVerifier.sol";
import {Test} from "./Test.sol";

/// @title VerifierRouter: add once, freeze for ever, revert on false
contract VerifierRouterTest is Test {
    CircuitId private constant CIRCUIT = CircuitId.wrap("work-dev");
    address private constant STRANGER = address(0x57);
    VerifierRouter private router;
    address private verifier;

    function setUp() public {
        router = new VerifierRouter(address(this));
        verifier = address(new StubVerifier());
    }

    function test_adds_the_verifier_of_a_circuit() public {
        router.add(CIRCUIT, verifier);
        same("verifier", router.verifierOf(CIRCUIT), verifier);
        same("owner", router.owner(), address(this));
    }

    function test_refuses_a_stranger() public {
        VM.startPrank(STRANGER);
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.NotOwner.selector, STRANGER));
        router.add(CIRCUIT, verifier);
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.NotOwner.selector, STRANGER));
        router.freeze();
    }

    function test_never_replaces_a_verifier() public {
        router.add(CIRCUIT, verifier);
        address other = address(new StubVerifier());
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.CircuitTaken.selector, CIRCUIT, verifier));
        router.add(CIRCUIT, other);
    }

    function test_refuses_an_address_without_code() public {
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.VerifierWithoutCode.selector, STRANGER));
        router.add(CIRCUIT, STRANGER);
    }

    function test_adds_nothing_once_frozen() public {
        router.freeze();
        isTrue("frozen", router.frozen());
        VM.expectRevert(IVerifierRouter.RouterFrozen.selector);
        router.add(CIRCUIT, verifier);
        VM.expectRevert(IVerifierRouter.RouterFrozen.selector);
        router.freeze();
    }

    function test_refuses_a_circuit_without_verifier() public {
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.CircuitUnknown.selector, CIRCUIT));
        router.verifyBatch(CIRCUIT, new Groth16Proof[](1), new uint256[](6));
    }

    function test_reverts_when_a_proof_of_the_batch_is_false() public {
        router.add(CIRCUIT, verifier);
        Groth16Proof[] memory proofs = new Groth16Proof[](2);
        uint256[] memory signals = new uint256[](12);
        proofs[0].a[0] = 1;
        VM.expectRevert(abi.encodeWithSelector(IVerifierRouter.ProofRejected.selector, CIRCUIT));
        router.verifyBatch(CIRCUIT, proofs, signals);
        proofs[1].a[0] = 1;
        router.verifyBatch(CIRCUIT, proofs, signals);
    }
}
