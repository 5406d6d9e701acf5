// What is shown of two sums: that they are opposite, or that their sum has a given x.
pragma circom 2.2.3;

include "p256/element.circom";
include "p256/vanishing.circom";

// Statement: left + right = 0 modulo p, for points given by 15 values of x and 22 of y.
template Opposite() {
    signal input leftX[15];
    signal input leftY[22];
    signal input rightX[15];
    signal input rightY[22];

    component x = Quadratic(OPPOSITE_X_RANGES());
    component y = Cubic(OPPOSITE_Y_RANGES());
    for (var j = 0; j < 15; j++) x.values[j] <== leftX[j] - rightX[j];
    for (var j = 0; j < 22; j++) y.values[j] <== leftY[j] + rightY[j];
}

// Statement: left and right have different x, and their sum has the x coordinate x, modulo p.
//
// That they differ is shown by the inverse of the difference, so the slope is unique.
template Join() {
    signal input leftX[15];
    signal input leftY[22];
    signal input rightX[15];
    signal input rightY[22];
    signal input x[8]; // limbs in [0, 2^33)
    signal input hint[16]; // slope, inverse

    signal slopeValues[22]; // slope (rightX - leftX) - (rightY - leftY)
    signal apartValues[22]; // inverse (rightX - leftX) - 1
    signal xValues[15]; // slope^2 - leftX - rightX - x

    component slope = Reduced();
    component inverse = Reduced();
    for (var k = 0; k < 8; k++) {
        slope.limbs[k] <== hint[k];
        inverse.limbs[k] <== hint[8 + k];
    }

    var POWER[29][8] = POWERS();
    var EXTEND[14][15] = EXTEND_15_29();
    for (var j = 0; j < 22; j++) {
        var power[8] = POWER[j];
        var slopeJ = 0;
        var inverseJ = 0;
        var xJ = 0;
        for (var k = 0; k < 8; k++) {
            slopeJ += power[k] * hint[k];
            inverseJ += power[k] * hint[8 + k];
            xJ += power[k] * x[k];
        }
        var run = 0;
        if (j < 15) {
            run = rightX[j] - leftX[j];
            xValues[j] <== slopeJ * slopeJ - leftX[j] - rightX[j] - xJ;
        } else {
            var row[15] = EXTEND[j - 15];
            for (var i = 0; i < 15; i++) run += row[i] * (rightX[i] - leftX[i]);
        }
        slopeValues[j] <== slopeJ * run - rightY[j] + leftY[j];
        apartValues[j] <== inverseJ * run - 1;
    }
    component slopeCheck = Cubic(JOIN_SLOPE_RANGES());
    component apartCheck = Cubic(JOIN_APART_RANGES());
    component xCheck = Quadratic(JOIN_X_RANGES());
    slopeCheck.values <== slopeValues;
    apartCheck.values <== apartValues;
    xCheck.values <== xValues;
}
