/** Generates the Solidity verifier of a Groth16 verification key. */
import { AbiCoder, id, keccak256 } from 'ethers'

type G1 = readonly [bigint, bigint]
/** (imaginary, real) of x, then of y, as EIP-197 wants them. */
type G2 = readonly [bigint, bigint, bigint, bigint]

type Key = {
  readonly alpha: G1
  readonly beta: G2
  readonly gamma: G2
  readonly delta: G2
  /** One point for the constant 1, then one for each public signal. */
  readonly inputs: readonly G1[]
}

const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

/** Precompile prices: EIP-1108. */
const GAS = { add: 150, multiply: 6000, pairingBase: 45_000, pairingEach: 34_000 }

/** Where Solidity's own memory ends in a function that allocates nothing. */
const MEMORY_START = 0x80
const WORD = 32
const PROOF_BYTES = 8 * WORD
const PAIR_BYTES = 6 * WORD

/**
 * The source of a contract `name` that implements `IGroth16Verifier` for `verificationKey`.
 *
 * @param verificationKey snarkjs's JSON of a Groth16 key over BN254.
 * @throws {TypeError} it is not such a key.
 */
export function generateVerifier(verificationKey: unknown, name: string): string {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) throw new TypeError(`${name} is not a contract's name`)
  return source(name, parseKey(verificationKey))
}

/** keccak256 of the key's numbers in the order alpha, beta, gamma, delta, inputs: what `keyHash()` returns on chain. */
export function verificationKeyHash(verificationKey: unknown): string {
  return hashOf(parseKey(verificationKey))
}

function hashOf({ alpha, beta, gamma, delta, inputs }: Key): string {
  const numbers = [alpha, beta, gamma, delta, ...inputs].flat()
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      numbers.map(() => 'uint256'),
      numbers,
    ),
  )
}

function parseKey(json: unknown): Key {
  if (typeof json !== 'object' || json === null) throw new TypeError('the verification key is not an object')
  const key = json as Record<string, unknown>
  if (key.protocol !== 'groth16') throw new TypeError(`the key's protocol is ${String(key.protocol)}, not groth16`)
  if (key.curve !== 'bn128') throw new TypeError(`the key's curve is ${String(key.curve)}, not bn128`)
  if (!Array.isArray(key.IC) || key.IC.length < 2) throw new TypeError('the key has no public signal')
  if (key.IC.length - 1 !== key.nPublic) throw new TypeError('nPublic and IC of the key disagree')
  return {
    alpha: parseG1(key.vk_alpha_1, 'vk_alpha_1'),
    beta: parseG2(key.vk_beta_2, 'vk_beta_2'),
    gamma: parseG2(key.vk_gamma_2, 'vk_gamma_2'),
    delta: parseG2(key.vk_delta_2, 'vk_delta_2'),
    inputs: key.IC.map((point, i) => parseG1(point, `IC[${i}]`)),
  }
}

function parseG1(point: unknown, what: string): G1 {
  const [x, y, z] = parseList(point, 3, what).map((value) => parseNumber(value, what)) as [bigint, bigint, bigint]
  if (z !== 1n) throw new TypeError(`${what} is not an affine point`)
  if ((y * y - x * x * x - 3n) % BASE_FIELD !== 0n) throw new TypeError(`${what} is not on the curve`)
  return [x, y]
}

/** Membership in G2 is not checked here: a key comes from a setup that was verified, and the pairing refuses others. */
function parseG2(point: unknown, what: string): G2 {
  const rows = parseList(point, 3, what).map((row) => parseList(row, 2, what).map((value) => parseNumber(value, what)))
  const [[xReal, xImaginary], [yReal, yImaginary], [one, zero]] = rows as [bigint, bigint][] as [
    [bigint, bigint],
    [bigint, bigint],
    [bigint, bigint],
  ]
  if (one !== 1n || zero !== 0n) throw new TypeError(`${what} is not an affine point`)
  return [xImaginary, xReal, yImaginary, yReal]
}

function parseList(value: unknown, length: number, what: string): unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw new TypeError(`${what} has not ${length} entries`)
  return value
}

function parseNumber(value: unknown, what: string): bigint {
  if (typeof value !== 'string' || !/^(0|[1-9][0-9]{0,77})$/.test(value)) {
    throw new TypeError(`${what} holds something that is not a decimal number`)
  }
  const number = BigInt(value)
  if (number >= BASE_FIELD) throw new TypeError(`${what} holds a number that is not below q`)
  return number
}

/** The four-byte selector of a custom error, as revert data begins with it. */
function selector(signature: string): string {
  return id(signature).slice(0, 10)
}

function store(pointer: string, values: readonly bigint[]): string {
  return values
    .map((value, i) => `mstore(${i === 0 ? pointer : `add(${pointer}, ${i * WORD})`}, ${value})`)
    .join('\n            ')
}

function source(name: string, key: Key): string {
  const signals = key.inputs.length - 1
  const rowBytes = signals * WORD
  const total = MEMORY_START
  const sums = total + WORD
  const combined = sums + rowBytes
  const term = combined + 2 * WORD
  const transcript = term + 3 * WORD
  const points = transcript + WORD
  const negatedAlpha: G1 = [key.alpha[0], BASE_FIELD - key.alpha[1]]
  const [constantInput, ...signalInputs] = key.inputs as [G1, ...G1[]]
  return `// SPDX-License-Identifier: MIT
// Generated by generate.ts from a verification key. Do not edit: regenerate.
pragma solidity 0.8.37;

import {Groth16Proof} from "../interfaces/Types.sol";
import {IGroth16Verifier} from "../interfaces/IVerifierRouter.sol";

/// @title ${name}
/// @dev With r_0 = 1 and other coefficients r_i from the transcript, and L_i the key's inputs combined by proof i's signals:
///   product of e(r_i A_i, B_i) * e(-(sum r_i) alpha, beta) * e(-sum r_i L_i, gamma) * e(-sum r_i C_i, delta) = 1
contract ${name} is IGroth16Verifier {
    bytes32 private constant KEY_HASH = ${hashOf(key)};
    uint256 private constant SIGNALS = ${signals};

    /// @inheritdoc IGroth16Verifier
    function signalCount() external pure returns (uint256) {
        return SIGNALS;
    }

    /// @inheritdoc IGroth16Verifier
    function keyHash() external pure returns (bytes32) {
        return KEY_HASH;
    }

    /// @inheritdoc IGroth16Verifier
    function verifyBatch(Groth16Proof[] calldata proofs, uint256[] calldata signals) external view returns (bool ok) {
        if (proofs.length == 0) revert BatchEmpty();
        if (signals.length != SIGNALS * proofs.length) {
            revert SignalCountWrong(signals.length, SIGNALS * proofs.length);
        }
        // Solidity has allocated nothing here and allocates nothing later, so memory from ${hex(MEMORY_START)} on is laid out freely:
        //   ${hex(total)} sum of coefficients   ${hex(sums)} sums of signals   ${hex(combined)} sum of r_i C_i   ${hex(term)} a point and its scalar
        //   ${hex(transcript)} key hash         ${hex(points)} proofs, signals, then the pairing's input
        assembly ("memory-safe") {
            function isCoordinate(pointer) -> yes {
                yes := lt(mload(pointer), ${BASE_FIELD})
            }

            // Adds the coefficient, and the coefficient times each signal of proof i, to the sums.
            function sumSignals(row, coefficient, i) {
                mstore(${hex(total)}, addmod(mload(${hex(total)}), coefficient, ${R}))
                for { let j := 0 } lt(j, ${rowBytes}) { j := add(j, 32) } {
                    let signal := mload(add(row, j))
                    if iszero(lt(signal, ${R})) {
                        mstore(0, ${selector('SignalOutOfField(uint256,uint256)')}${'0'.repeat(56)})
                        mstore(4, add(mul(i, ${signals}), shr(5, j)))
                        mstore(36, signal)
                        revert(0, 68)
                    }
                    let sum := add(${hex(sums)}, j)
                    mstore(sum, addmod(mload(sum), mulmod(coefficient, signal, ${R}), ${R}))
                }
            }

            // The pair (r A, B), and r C added to the combined C.
            function scaleProof(proof, pair, coefficient) -> done {
                mcopy(pair, proof, ${PAIR_BYTES})
                mcopy(${hex(term)}, proof, 64)
                mstore(${hex(term + 64)}, coefficient)
                done := staticcall(${GAS.multiply}, 7, ${hex(term)}, 96, pair, 64)
                mcopy(${hex(term)}, add(proof, ${PAIR_BYTES}), 64)
                done := and(done, staticcall(${GAS.multiply}, 7, ${hex(term)}, 96, ${hex(term)}, 64))
                done := and(done, staticcall(${GAS.add}, 6, ${hex(combined)}, 128, ${hex(combined)}, 64))
            }

            // Adds -sum times the key's point (x, y) to the point at the pointer; two words after it are scratch.
            function addInput(pointer, x, y, sum) -> done {
                done := 1
                if sum {
                    mstore(add(pointer, 64), x)
                    mstore(add(pointer, 96), y)
                    mstore(add(pointer, 128), sub(${R}, sum))
                    done := staticcall(${GAS.multiply}, 7, add(pointer, 64), 96, add(pointer, 64), 64)
                    done := and(done, staticcall(${GAS.add}, 6, pointer, 128, pointer, 64))
                }
            }

            // Transcript: every bit that decides is hashed before a coefficient exists.
            let row := add(${hex(points)}, mul(proofs.length, ${PROOF_BYTES}))
            let pair := add(row, mul(signals.length, 32))
            mstore(${hex(transcript)}, KEY_HASH)
            calldatacopy(${hex(points)}, proofs.offset, sub(row, ${hex(points)}))
            calldatacopy(row, signals.offset, sub(pair, row))
            let seed := keccak256(${hex(transcript)}, sub(pair, ${hex(transcript)}))

            let pairs := pair
            ok := 1
            for { let i := ${hex(total)} } lt(i, ${hex(combined)}) { i := add(i, 32) } { mstore(i, 0) }
            for { let i := 0 } lt(i, proofs.length) { i := add(i, 1) } {
                let proof := add(${hex(points)}, mul(i, ${PROOF_BYTES}))
                for { let j := 0 } lt(j, ${PROOF_BYTES}) { j := add(j, 32) } {
                    if iszero(isCoordinate(add(proof, j))) {
                        mstore(0, ${selector('CoordinateOutOfField(uint256)')}${'0'.repeat(56)})
                        mstore(4, i)
                        revert(0, 36)
                    }
                }
                switch i
                case 0 {
                    sumSignals(row, 1, i)
                    mcopy(pair, proof, ${PAIR_BYTES})
                    mcopy(${hex(combined)}, add(proof, ${PAIR_BYTES}), 64)
                }
                default {
                    mstore(0, seed)
                    mstore(32, i)
                    let coefficient := shr(128, keccak256(0, 64))
                    sumSignals(row, coefficient, i)
                    ok := and(ok, scaleProof(proof, pair, coefficient))
                }
                row := add(row, ${rowBytes})
                pair := add(pair, ${PAIR_BYTES})
            }

            // -(sum r) alpha, beta
            ${store('pair', negatedAlpha)}
            if sub(mload(${hex(total)}), 1) {
                mstore(add(pair, 64), mload(${hex(total)}))
                ok := and(ok, staticcall(${GAS.multiply}, 7, pair, 96, pair, 64))
            }
            ${store('add(pair, 64)', key.beta)}
            pair := add(pair, ${PAIR_BYTES})

            // -(sum r C), delta; the point at infinity is (0, 0), and -0 must stay below q
            mstore(pair, mload(${hex(combined)}))
            mstore(add(pair, 32), mod(sub(${BASE_FIELD}, mload(${hex(combined + WORD)})), ${BASE_FIELD}))
            ${store('add(pair, 64)', key.delta)}
            pair := add(pair, ${PAIR_BYTES})

            // -(sum r L), gamma
            ${store('pair', [constantInput[0], BASE_FIELD - constantInput[1]])}
            if sub(mload(${hex(total)}), 1) {
                mstore(add(pair, 64), mload(${hex(total)}))
                ok := and(ok, staticcall(${GAS.multiply}, 7, pair, 96, pair, 64))
            }
            ${signalInputs
              .map(
                ([x, y], j) => `ok :=
                and(
                    ok,
                    addInput(
                        pair,
                        ${x},
                        ${y},
                        mload(${hex(sums + j * WORD)})
                    )
                )`,
              )
              .join('\n            ')}
            ${store('add(pair, 64)', key.gamma)}
            pair := add(pair, ${PAIR_BYTES})

            if ok {
                ok := staticcall(
                    add(${GAS.pairingBase}, mul(${GAS.pairingEach}, add(proofs.length, 3))), 8, pairs, sub(pair, pairs), 0, 32
                )
                ok := and(ok, eq(mload(0), 1))
            }
        }
    }
}
`
}

const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
