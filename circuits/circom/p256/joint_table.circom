// The eight points i A + j B with i in {1, 3} and j in {±1, ±3}, and the choice among them.
pragma circom 2.2.3;

include "p256/apart.circom";
include "p256/addition.circom";
include "p256/generated/parameters.circom";

// Statement: point 4 (i == 3) + 2 (|j| == 3) + (j < 0) is i A + j B, for points A and B of the curve.
//
// Each sum's points differ: A from ±B and 3A from ±B by a check of their own, and all others because of that. For
// instance A + B = 2A would mean A = B. Opposite points leave no slope, so no witness.
template JointTable() {
    signal input a[2][8]; // x, y; bounded like those of Chord(WIDE_CHORD_RANGES())
    signal input b[2][8];
    signal input hint[240];

    signal output points[8][2][8]; // reduced

    component differ[3];
    for (var i = 0; i < 3; i++) differ[i] = Apart();
    differ[0].x1 <== a[0];
    differ[0].x2 <== b[0];

    component twiceA = Tangent(WIDE_TANGENT_RANGES());
    component twiceB = Tangent(WIDE_TANGENT_RANGES());
    for (var i = 0; i < 24; i++) {
        twiceA.hint[i] <== hint[i];
        twiceB.hint[i] <== hint[24 + i];
    }
    twiceA.x <== a[0];
    twiceA.y <== a[1];
    twiceB.x <== b[0];
    twiceB.y <== b[1];

    component sum[8];
    for (var minus = 0; minus < 2; minus++) {
        sum[minus] = Chord(WIDE_CHORD_RANGES());
        sum[2 + minus] = Chord(CHORD_RANGES());
        sum[4 + minus] = Chord(CHORD_RANGES());
        sum[6 + minus] = Chord(CHORD_RANGES());
        for (var i = 0; i < 24; i++) {
            for (var s = minus; s < 8; s += 2) sum[s].hint[i] <== hint[48 + 24 * s + i];
        }
        // A ± B
        sum[minus].x1 <== a[0];
        sum[minus].y1 <== a[1];
        sum[minus].x2 <== b[0];
        for (var k = 0; k < 8; k++) sum[minus].y2[k] <== (1 - 2 * minus) * b[1][k];
        // A ± B ± 2B
        sum[2 + minus].x1 <== sum[minus].x3;
        sum[2 + minus].y1 <== sum[minus].y3;
        sum[2 + minus].x2 <== twiceB.x3;
        for (var k = 0; k < 8; k++) sum[2 + minus].y2[k] <== (1 - 2 * minus) * twiceB.y3[k];
        // A ± B + 2A
        sum[4 + minus].x1 <== sum[minus].x3;
        sum[4 + minus].y1 <== sum[minus].y3;
        sum[4 + minus].x2 <== twiceA.x3;
        sum[4 + minus].y2 <== twiceA.y3;
        // 3A ± B ± 2B
        differ[1 + minus].x1 <== sum[4 + minus].x3;
        differ[1 + minus].x2 <== twiceB.x3;
        sum[6 + minus].x1 <== sum[4 + minus].x3;
        sum[6 + minus].y1 <== sum[4 + minus].y3;
        sum[6 + minus].x2 <== twiceB.x3;
        for (var k = 0; k < 8; k++) sum[6 + minus].y2[k] <== (1 - 2 * minus) * twiceB.y3[k];
    }

    for (var s = 0; s < 8; s++) {
        points[s][0] <== sum[s].x3;
        points[s][1] <== sum[s].y3;
    }
}

// Statement: (x, y) is the point of the table with the number 4 high + 2 middle + low, negated if sign is 1.
template JointChoice() {
    signal input points[8][2][8];
    signal input {binary} low;
    signal input {binary} middle;
    signal input {binary} high;
    signal input {binary} sign;

    signal output x[8];
    signal output y[8];

    signal byLow[2][8][4];
    signal byMiddle[2][8][2];
    signal byHigh[2][8];
    for (var c = 0; c < 2; c++) {
        for (var k = 0; k < 8; k++) {
            for (var i = 0; i < 4; i++) {
                byLow[c][k][i] <== points[2 * i][c][k] + low * (points[2 * i + 1][c][k] - points[2 * i][c][k]);
            }
            for (var i = 0; i < 2; i++) {
                byMiddle[c][k][i] <== byLow[c][k][2 * i] + middle * (byLow[c][k][2 * i + 1] - byLow[c][k][2 * i]);
            }
            byHigh[c][k] <== byMiddle[c][k][0] + high * (byMiddle[c][k][1] - byMiddle[c][k][0]);
        }
    }
    x <== byHigh[0];
    for (var k = 0; k < 8; k++) y[k] <== (1 - 2 * sign) * byHigh[1][k];
}
