// Sums of points with reduced coordinates.
//
// Polynomials are known by their values at 0, 1, -1, 2, -2, …: a product is one row a point, and rows at 15 points say
// that two polynomials of degree 14 are equal. `…Values` is the polynomial of an identity, defined by those rows, that must vanish
// modulo p. Its coefficients are bounded in circuits/p256/identities.ts.
pragma circom 2.2.3;

include "p256/element.circom";
include "p256/vanishing.circom";

// Statement: (x3, y3) = (x1, y1) + (x2, y2) for points of the curve that are not equal.
//
// For opposite points there is no slope, so no witness. For equal points any slope would do: the caller excludes them.
template Chord(ranges) {
    signal input x1[8];
    signal input y1[8];
    signal input x2[8];
    signal input y2[8];
    signal input hint[24]; // slope, x3, y3

    signal output x3[8];
    signal output y3[8];

    signal slopeValues[15]; // slope (x2 - x1) - (y2 - y1)
    signal xValues[15]; // slope^2 - x1 - x2 - x3
    signal yValues[15]; // slope (x1 - x3) - y1 - y3

    component slope = Reduced();
    component reducedX = Reduced();
    component reducedY = Reduced();
    for (var k = 0; k < 8; k++) {
        slope.limbs[k] <== hint[k];
        x3[k] <== hint[8 + k];
        y3[k] <== hint[16 + k];
    }
    reducedX.limbs <== x3;
    reducedY.limbs <== y3;

    var POWER[29][8] = POWERS();
    for (var j = 0; j < 15; j++) {
        var power[8] = POWER[j];
        var s = 0;
        var xs[3] = [0, 0, 0];
        var ys[3] = [0, 0, 0];
        for (var k = 0; k < 8; k++) {
            s += power[k] * slope.limbs[k];
            xs[0] += power[k] * x1[k];
            xs[1] += power[k] * x2[k];
            xs[2] += power[k] * x3[k];
            ys[0] += power[k] * y1[k];
            ys[1] += power[k] * y2[k];
            ys[2] += power[k] * y3[k];
        }
        slopeValues[j] <== s * (xs[1] - xs[0]) - ys[1] + ys[0];
        xValues[j] <== s * s - xs[0] - xs[1] - xs[2];
        yValues[j] <== s * (xs[0] - xs[2]) - ys[0] - ys[2];
    }
    component slopeCheck = Quadratic(ranges[0]);
    component xCheck = Quadratic(ranges[1]);
    component yCheck = Quadratic(ranges[2]);
    slopeCheck.values <== slopeValues;
    xCheck.values <== xValues;
    yCheck.values <== yValues;
}

// Statement: (x3, y3) = 2 (x, y) for a point of the curve. The tangent is unique, since no point of odd order has y = 0.
template Tangent(ranges) {
    signal input x[8];
    signal input y[8];
    signal input hint[24]; // slope, x3, y3

    signal output x3[8];
    signal output y3[8];

    signal squareX[15];
    signal slopeValues[15]; // 2 slope y - 3 x^2 + 3
    signal xValues[15]; // slope^2 - 2x - x3
    signal yValues[15]; // slope (x - x3) - y - y3

    component slope = Reduced();
    component reducedX = Reduced();
    component reducedY = Reduced();
    for (var k = 0; k < 8; k++) {
        slope.limbs[k] <== hint[k];
        x3[k] <== hint[8 + k];
        y3[k] <== hint[16 + k];
    }
    reducedX.limbs <== x3;
    reducedY.limbs <== y3;

    var POWER[29][8] = POWERS();
    for (var j = 0; j < 15; j++) {
        var power[8] = POWER[j];
        var s = 0;
        var xs[2] = [0, 0];
        var ys[2] = [0, 0];
        for (var k = 0; k < 8; k++) {
            s += power[k] * slope.limbs[k];
            xs[0] += power[k] * x[k];
            xs[1] += power[k] * x3[k];
            ys[0] += power[k] * y[k];
            ys[1] += power[k] * y3[k];
        }
        squareX[j] <== xs[0] * xs[0];
        slopeValues[j] <== 2 * s * ys[0] - 3 * squareX[j] + 3;
        xValues[j] <== s * s - 2 * xs[0] - xs[1];
        yValues[j] <== s * (xs[0] - xs[1]) - ys[0] - ys[1];
    }
    component slopeCheck = Quadratic(ranges[0]);
    component xCheck = Quadratic(ranges[1]);
    component yCheck = Quadratic(ranges[2]);
    slopeCheck.values <== slopeValues;
    xCheck.values <== xValues;
    yCheck.values <== yValues;
}
