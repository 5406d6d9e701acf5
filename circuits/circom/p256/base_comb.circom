// Multiples of the base point.
pragma circom 2.2.3;

include "p256/comb_sum.circom";
include "p256/comb_window.circom"; // of BaseWindow, which is generated
include "p256/generated/base_point.circom";
include "p256/ordinary_scalar.circom";

// Statement: (sumX, sumY) = (sum of digits[t] 2^(9t)) G, where each digit is odd, and below 2^9 in size.
//
// No partial sum equals the point that is added to it: both are multiples of G by integers, of which one is odd and the other even,
// and which together are below 2^252 in size.
template BaseComb(windows) {
    signal input {binary} bits[windows * COMB_BITS()]; // of each window: index, least significant first; then sign
    signal input slopes[windows - 1][8];

    signal output digits[windows];
    signal output sumX[15];
    signal output sumY[22];

    assert(windows < COMB_WINDOWS());

    component sum = CombSum(windows);
    component window[windows];
    for (var t = 0; t < windows; t++) {
        window[t] = BaseWindow(t, 8);
        for (var i = 0; i < 8; i++) window[t].index[i] <== bits[COMB_BITS() * t + i];
        window[t].sign <== bits[COMB_BITS() * t + 8];
        sum.x[t] <== window[t].x;
        sum.y[t] <== window[t].y;
        digits[t] <== window[t].digit;
    }
    sum.slopes <== slopes;
    sumX <== sum.sumX;
    sumY <== sum.sumY;
}

// Statement: the same for a scalar below 2^256 in size: 28 windows of nine bits, and a top window of four.
//
// In the top window two scalars would add a point to itself. OrdinaryScalar refuses them.
template BaseScalarComb() {
    var WINDOWS = COMB_WINDOWS();
    signal input {binary} bits[256];
    signal input slopes[WINDOWS - 1][8];

    signal output digits[WINDOWS];
    signal output sumX[15];
    signal output sumY[22];

    component sum = CombSum(WINDOWS);
    component window[WINDOWS - 1];
    for (var t = 0; t < WINDOWS - 1; t++) {
        window[t] = BaseWindow(t, 8);
        for (var i = 0; i < 8; i++) window[t].index[i] <== bits[COMB_BITS() * t + i];
        window[t].sign <== bits[COMB_BITS() * t + 8];
        sum.x[t] <== window[t].x;
        sum.y[t] <== window[t].y;
        digits[t] <== window[t].digit;
    }
    component top = BaseWindow(WINDOWS - 1, 3);
    for (var i = 0; i < 3; i++) top.index[i] <== bits[252 + i];
    top.sign <== bits[255];
    sum.x[WINDOWS - 1] <== top.x;
    sum.y[WINDOWS - 1] <== top.y;
    digits[WINDOWS - 1] <== top.digit;

    sum.slopes <== slopes;
    sumX <== sum.sumX;
    sumY <== sum.sumY;
    component ordinary = OrdinaryScalar();
    ordinary.digits <== digits;
}
