// The two half-size scalars of a joint multiplication, and the points that they multiply.
pragma circom 2.2.3;

include "p256/addition.circom";
include "p256/apart.circom";
include "p256/generated/parameters.circom";

// Statement: alpha and beta are the odd integers below 2^128 in size whose digits the windows name.
//
// A window, most significant first, is four bits: sign, opposed, largeA, largeB. Its digits are
//   alpha's (1 - 2 sign)(1 + 2 largeA) and beta's (1 - 2 sign)(1 - 2 opposed)(1 + 2 largeB),
// each one of -3, -1, 1, 3: every odd integer below 2^128 in size has exactly one string of 64 such digits.
template JointScalars() {
    var WINDOWS = JOINT_WINDOWS();
    signal input {binary} bits[4 * WINDOWS];

    signal output alpha[4]; // limbs, each below 2^32 in size
    signal output beta[4];

    signal negatedA[WINDOWS]; // sign largeA
    signal signB[WINDOWS]; // sign xor opposed
    signal negatedB[WINDOWS]; // signB largeB

    var sums[2][4];
    for (var i = 0; i < WINDOWS; i++) {
        var sign = bits[4 * i];
        var opposed = bits[4 * i + 1];
        var largeA = bits[4 * i + 2];
        var largeB = bits[4 * i + 3];
        negatedA[i] <== sign * largeA;
        signB[i] <== sign + opposed - 2 * sign * opposed;
        negatedB[i] <== signB[i] * largeB;
        var place = WINDOWS - 1 - i;
        var power = 4 ** (place % 16);
        sums[0][place \ 16] += (1 - 2 * sign + 2 * largeA - 4 * negatedA[i]) * power;
        sums[1][place \ 16] += (1 - 2 * signB[i] + 2 * largeB - 4 * negatedB[i]) * power;
    }
    alpha <== sums[0];
    beta <== sums[1];
}

// Statement: w Q + u R = alpha A + beta B, for every alpha and beta: (w, u) = (alpha, beta) M with an integer matrix M of
// determinant 1 or -1, and (A, B) = M (Q, R) as points.
//
// Half-size w and u = -v with w = v u2 (mod n) need not both be odd, which the digits require. The choices are
//   combined  onR  plus         A  B        w             u
//   0         -    -            Q  R        alpha         beta
//   1         0    0            Q  Q - R    alpha + beta  -beta
//   1         0    1            Q  Q + R    alpha + beta  beta
//   1         1    0            R  Q - R    beta          alpha - beta
//   1         1    1            R  Q + R    beta          alpha + beta
// and one of them makes alpha and beta odd, and no larger than w and v, whenever w or v is odd.
// Q and ±R must differ, which is checked; other points A and B that are equal or opposite are up to JointTable.
template JointBases() {
    signal input {binary} combined;
    signal input {binary} onR;
    signal input {binary} plus;
    signal input q[2][8]; // x, y
    signal input r[2][8];
    signal input alpha[4];
    signal input beta[4];
    signal input hint[24]; // of Q + R or Q - R

    signal output a[2][8];
    signal output b[2][8];
    signal output w[4]; // limbs, each below 2^33 in size
    signal output u[4];

    component differ = Apart();
    differ.x1 <== q[0];
    differ.x2 <== r[0];
    component mixed = Chord(WIDE_CHORD_RANGES());
    mixed.x1 <== q[0];
    mixed.y1 <== q[1];
    mixed.x2 <== r[0];
    for (var k = 0; k < 8; k++) mixed.y2[k] <== (2 * plus - 1) * r[1][k];
    mixed.hint <== hint;

    signal fromR <== combined * onR;
    signal plain <== 1 - combined + combined * plus; // what beta counts for R: 1, or -1 for Q - R, is 2 plain - 1
    for (var k = 0; k < 8; k++) {
        a[0][k] <== q[0][k] + fromR * (r[0][k] - q[0][k]);
        a[1][k] <== q[1][k] + fromR * (r[1][k] - q[1][k]);
        b[0][k] <== r[0][k] + combined * (mixed.x3[k] - r[0][k]);
        b[1][k] <== r[1][k] + combined * (mixed.y3[k] - r[1][k]);
    }
    signal alphaOfR[4];
    signal betaOfQ[4];
    for (var k = 0; k < 4; k++) {
        alphaOfR[k] <== fromR * alpha[k];
        betaOfQ[k] <== combined * beta[k];
        w[k] <== alpha[k] - alphaOfR[k] + betaOfQ[k];
        u[k] <== (2 * plain - 1) * beta[k] + alphaOfR[k];
    }
}
