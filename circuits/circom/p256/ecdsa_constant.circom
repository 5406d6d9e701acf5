// ECDSA over P-256 with a public key that is part of the circuit.
pragma circom 2.2.3;

include "p256/base_comb.circom";
include "p256/key_comb.circom";
include "p256/lazy_points.circom";
include "p256/order.circom";
include "p256/signature_parts.circom";
include "tags.circom";

// Length of EcdsaP256Constant's hint: choice, scalar bits, slopes of both combs, the last addition.
function ECDSA_P256_CONSTANT_HINT() {
    return 1 + 2 * 2 + 2 * 8 * (COMB_WINDOWS() - 1) + 16;
}

// Statement: (r, s) is an ECDSA signature of digest under the key with this place in circuits/p256/keys.ts (FIPS 186-5 §6.4.2).
//
// With z the digest: r and s are in [1, n - 1], and R = a G + c Q with s a = z and s c = r modulo n has an x coordinate
// that is r modulo n. Both s and n - s pass. Cases that are refused although the standard accepts them, none of which
// an honest signer meets, are in README.md, "Completeness".
template EcdsaP256Constant(key) {
    signal input {binary} digest[256]; // each most significant bit first
    signal input {binary} r[256];
    signal input {binary} s[256];
    signal input hint[ECDSA_P256_CONSTANT_HINT()]; // src/p256/hint.ts

    var SLOPES = COMB_WINDOWS() - 1;

    component rScalar = GroupScalar();
    component sScalar = GroupScalar();
    rScalar.bits <== r;
    sScalar.bits <== s;
    component wrapped = Bits(1);
    wrapped.in <== hint[0];
    component signatureX = SignatureX();
    signatureX.rBits <== r;
    signatureX.r <== rScalar.limbs;
    signatureX.wrapped <== wrapped.bits[0];

    component scalarBits[4]; // two words for a, two for c
    for (var i = 0; i < 4; i++) {
        scalarBits[i] = Bits(128);
        scalarBits[i].in <== hint[1 + i];
    }
    component base = BaseScalarComb();
    component multiple = KeyScalarComb(key);
    for (var i = 0; i < 256; i++) {
        base.bits[i] <== scalarBits[i \ 128].bits[i % 128];
        multiple.bits[i] <== scalarBits[2 + i \ 128].bits[i % 128];
    }
    var at = 5;
    for (var i = 0; i < SLOPES; i++) {
        for (var k = 0; k < 8; k++) {
            base.slopes[i][k] <== hint[at + 8 * i + k];
            multiple.slopes[i][k] <== hint[at + 8 * (SLOPES + i) + k];
        }
    }
    at += 16 * SLOPES;

    component join = Join();
    join.leftX <== base.sumX;
    join.leftY <== base.sumY;
    join.rightX <== multiple.sumX;
    join.rightY <== multiple.sumY;
    join.x <== signatureX.x;
    for (var i = 0; i < 16; i++) join.hint[i] <== hint[at + i];

    component ofDigest = ScalarEquation();
    ofDigest.s <== sScalar.limbs;
    ofDigest.value <== Limbs()(digest);
    ofDigest.scalar <== base.digits;
    component ofR = ScalarEquation();
    ofR.s <== sScalar.limbs;
    ofR.value <== rScalar.limbs;
    ofR.scalar <== multiple.digits;
}
