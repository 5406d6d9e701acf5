// Multiples of a constant public key.
pragma circom 2.2.3;

include "p256/comb_sum.circom";
include "p256/comb_window.circom"; // of KeyWindow, which is generated
include "p256/generated/keys.circom";
include "p256/ordinary_scalar.circom";

// Statement: (sumX, sumY) = (sum of digits[t] 2^(9t)) Q for the constant key Q, where each digit is odd, and
// below 2^9 in size, in the top window below 2^4.
//
// Why no partial sum equals the point that is added to it: see BaseComb and BaseScalarComb.
template KeyScalarComb(key) {
    var WINDOWS = COMB_WINDOWS();
    signal input {binary} bits[256];
    signal input slopes[WINDOWS - 1][8];

    signal output digits[WINDOWS];
    signal output sumX[15];
    signal output sumY[22];

    component sum = CombSum(WINDOWS);
    component window[WINDOWS - 1];
    for (var t = 0; t < WINDOWS - 1; t++) {
        window[t] = KeyWindow(key, t, 8);
        for (var i = 0; i < 8; i++) window[t].index[i] <== bits[COMB_BITS() * t + i];
        window[t].sign <== bits[COMB_BITS() * t + 8];
        sum.x[t] <== window[t].x;
        sum.y[t] <== window[t].y;
        digits[t] <== window[t].digit;
    }
    component top = KeyWindow(key, WINDOWS - 1, 3);
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
