// Points of the curve P-256.
pragma circom 2.2.3;

include "p256/vanishing.circom";

// Statement: y^2 = x^3 - 3x + b modulo p. Limbs of x are in [0, 2^33), of y in (-2^32, 2^32).
template OnCurve() {
    signal input x[8];
    signal input y[8];

    signal squareX[22];
    signal squareY[22];
    signal values[22]; // y^2 - x^3 + 3x - b

    var POWER[29][8] = POWERS();
    var B[8] = CURVE_B_LIMBS();
    for (var j = 0; j < 22; j++) {
        var power[8] = POWER[j];
        var xj = 0;
        var yj = 0;
        var bj = 0;
        for (var k = 0; k < 8; k++) {
            xj += power[k] * x[k];
            yj += power[k] * y[k];
            bj += power[k] * B[k];
        }
        squareX[j] <== xj * xj;
        squareY[j] <== yj * yj;
        values[j] <== squareY[j] + 3 * xj - bj - squareX[j] * xj;
    }
    component check = Cubic(CURVE_RANGES());
    check.values <== values;
}
