// ECDSA over P-256 with any public key.
pragma circom 2.2.3;

include "p256/generated/parameters.circom";
include "p256/joint_scalars.circom";
include "p256/joint_table.circom";
include "p256/joint_window.circom";
include "p256/offset.circom";
include "p256/lazy_points.circom";
include "p256/order.circom";
include "p256/signature_parts.circom";
include "tags.circom";

// Length of EcdsaP256's hint: choices, y of R, scalar bits, the points Q ± R and the table's, slopes.
function ECDSA_P256_HINT() {
    return 1 + 8 + 2 + 2 + 24 + 240 + 24 * JOINT_WINDOWS() + 8 * (OFFSET_WINDOWS() - 1) + 8 * (COMB_WINDOWS() - 1);
}

// Statement: (r, s) is an ECDSA signature of digest under the public key (FIPS 186-5 §6.4.2).
//
// With z the digest: r and s are in [1, n - 1], the key is a point of the curve, and R = (z/s) G + (r/s) Q has an x coordinate
// that is r modulo n. Both s and n - s pass, as the standard has it. Cases that are refused although the standard accepts
// them, none of which an honest signer meets, are in README.md, "Completeness".
template EcdsaP256() {
    signal input {binary} digest[256]; // each most significant bit first
    signal input {binary} r[256];
    signal input {binary} s[256];
    signal input {binary} publicKeyX[256];
    signal input {binary} publicKeyY[256];
    signal input hint[ECDSA_P256_HINT()]; // src/p256/hint.ts

    var WINDOWS = JOINT_WINDOWS();

    component key = PublicKey();
    key.xBits <== publicKeyX;
    key.yBits <== publicKeyY;
    component rScalar = GroupScalar();
    component sScalar = GroupScalar();
    rScalar.bits <== r;
    sScalar.bits <== s;

    component choices = Bits(4); // wrapped, combined, onR, plus
    choices.in <== hint[0];
    var at = 1;

    // R, whose x is r or r + n.
    component signatureX = SignatureX();
    component signatureY = Reduced();
    component signatureCurve = OnCurve();
    signatureX.rBits <== r;
    signatureX.r <== rScalar.limbs;
    signatureX.wrapped <== choices.bits[0];
    for (var k = 0; k < 8; k++) signatureY.limbs[k] <== hint[at + k];
    at += 8;
    signatureCurve.x <== signatureX.x;
    signatureCurve.y <== signatureY.limbs;

    component scalarBits[4]; // two words for the joint windows, two for a
    for (var i = 0; i < 4; i++) {
        scalarBits[i] = Bits(128);
        scalarBits[i].in <== hint[at + i];
    }
    at += 4;

    component scalars = JointScalars();
    for (var i = 0; i < 256; i++) scalars.bits[i] <== scalarBits[i \ 128].bits[i % 128];
    component bases = JointBases();
    bases.combined <== choices.bits[1];
    bases.onR <== choices.bits[2];
    bases.plus <== choices.bits[3];
    bases.q <== [key.x, key.y];
    bases.r <== [signatureX.x, signatureY.limbs];
    bases.alpha <== scalars.alpha;
    bases.beta <== scalars.beta;
    for (var i = 0; i < 24; i++) bases.hint[i] <== hint[at + i];
    at += 24;
    component table = JointTable();
    table.a <== bases.a;
    table.b <== bases.b;
    for (var i = 0; i < 240; i++) table.hint[i] <== hint[at + i];
    at += 240;

    // 2^128 h G + alpha A + beta B = 2^128 h G + w Q + u R, from h G.
    component offset = Offset();
    offset.q <== [key.x, key.y];
    offset.r <== [signatureX.x, signatureY.limbs];
    offset.alpha <== scalars.alpha;
    offset.beta <== scalars.beta;
    offset.choice <== hint[0];
    for (var i = 0; i < OFFSET_WINDOWS() - 1; i++) {
        for (var k = 0; k < 8; k++) offset.slopes[i][k] <== hint[at + 8 * i + k];
    }
    at += 8 * (OFFSET_WINDOWS() - 1);
    component choice[WINDOWS];
    component window[WINDOWS];
    for (var i = 0; i < WINDOWS; i++) {
        choice[i] = JointChoice();
        choice[i].points <== table.points;
        choice[i].sign <== scalars.bits[4 * i];
        choice[i].low <== scalars.bits[4 * i + 1];
        choice[i].high <== scalars.bits[4 * i + 2];
        choice[i].middle <== scalars.bits[4 * i + 3];
        window[i] = JointWindow(i < 2 ? i : 2);
        if (i == 0) {
            window[i].x <== offset.x;
            window[i].y <== offset.y;
        } else {
            window[i].x <== window[i - 1].nextX;
            window[i].y <== window[i - 1].nextY;
        }
        window[i].termX <== choice[i].x;
        window[i].termY <== choice[i].y;
        for (var k = 0; k < 24; k++) window[i].slopes[k] <== hint[at + k];
        at += 24;
    }

    // a G, opposite to that sum.
    component comb = BaseScalarComb();
    for (var i = 0; i < 256; i++) comb.bits[i] <== scalarBits[2 + i \ 128].bits[i % 128];
    for (var i = 0; i < COMB_WINDOWS() - 1; i++) {
        for (var k = 0; k < 8; k++) comb.slopes[i][k] <== hint[at + 8 * i + k];
    }
    component opposite = Opposite();
    opposite.leftX <== window[WINDOWS - 1].nextX;
    opposite.leftY <== window[WINDOWS - 1].nextY;
    opposite.rightX <== comb.sumX;
    opposite.rightY <== comb.sumY;

    // s w + r u = 0 and s (a + 2^128 h) + z u = 0 modulo n.
    component equations = JointEquations();
    equations.z <== Limbs()(digest);
    equations.r <== rScalar.limbs;
    equations.s <== sScalar.limbs;
    equations.w <== bases.w;
    equations.u <== bases.u;
    equations.scalar <== comb.digits;
    equations.offset <== offset.digits;
}
