// One step along both half-size scalars: four times the sum so far, plus a point of the joint table.
pragma circom 2.2.3;

include "p256/element.circom";
include "p256/vanishing.circom";

// Statement: next = 4 P + T modulo p, computed as (2P + T) + 2P, for points of the curve with T different from 2P.
//
// P is given by 15 values of x and 22 of y; coefficients are bounded in circuits/p256/identities.ts, where place is 0 or 1 for
// the first two windows and 2 for all others. Three slopes are witnessed, and nothing is reduced:
//   tangent at P         doubleX = tangent^2 - 2x; its identity is 2 tangent y = 3x^2 - 3
//   there, from 2P to T  doubleY is where this chord starts; its identity is that the tangent leads there
//   back, to 2P          nextX = back^2 - doubleX - middleX; its identity is that both chords meet at 2P + T
// The tangent is unique (no point of odd order has y = 0), and so is back: 2P + T = 2P is impossible, and 2P + T = -2P
// leaves no slope. There is unique because T is not 2P; for T = -2P it does not exist.
template JointWindow(place) {
    signal input x[15];
    signal input y[22];
    signal input termX[8]; // T, reduced
    signal input termY[8];
    signal input slopes[24]; // tangent, there, back

    signal output nextX[15];
    signal output nextY[22];

    signal doubleX[15];
    signal doubleY[22];
    signal middleX[15]; // of 2P + T
    signal squareX[29];
    signal doubleValues[29]; // 2 tangent y - 3x^2 + 3
    signal thereValues[22]; // tangent (x - doubleX) - y - doubleY
    signal backValues[22]; // (there + back)(doubleX - middleX) - 2 doubleY

    component reduced[3];
    for (var i = 0; i < 3; i++) {
        reduced[i] = Reduced();
        for (var k = 0; k < 8; k++) reduced[i].limbs[k] <== slopes[8 * i + k];
    }

    var POWER[29][8] = POWERS();
    var EXTEND_X[14][15] = EXTEND_15_29();
    var EXTEND_Y[7][22] = EXTEND_22_29();
    for (var j = 0; j < 29; j++) {
        var power[8] = POWER[j];
        // Values at point j.
        var tangent = 0;
        var there = 0;
        var back = 0;
        var xT = 0;
        var yT = 0;
        for (var k = 0; k < 8; k++) {
            tangent += power[k] * slopes[k];
            there += power[k] * slopes[8 + k];
            back += power[k] * slopes[16 + k];
            xT += power[k] * termX[k];
            yT += power[k] * termY[k];
        }
        var xP = 0;
        var yP = 0;
        var xDouble = 0;
        var xMiddle = 0;
        var xNext = 0;
        if (j < 15) {
            xP = x[j];
            doubleX[j] <== tangent * tangent - 2 * xP;
            xDouble = doubleX[j];
            middleX[j] <== there * there - xDouble - xT;
            xMiddle = middleX[j];
            nextX[j] <== back * back - xDouble - xMiddle;
            xNext = nextX[j];
        } else {
            var row[15] = EXTEND_X[j - 15];
            for (var i = 0; i < 15; i++) {
                xP += row[i] * x[i];
                xDouble += row[i] * doubleX[i];
                xMiddle += row[i] * middleX[i];
                xNext += row[i] * nextX[i];
            }
        }
        if (j < 22) {
            yP = y[j];
            doubleY[j] <== yT - there * (xT - xDouble);
            thereValues[j] <== tangent * (xP - xDouble) - yP - doubleY[j];
            backValues[j] <== (there + back) * (xDouble - xMiddle) - 2 * doubleY[j];
            nextY[j] <== back * (xDouble - xNext) - doubleY[j];
        } else {
            var row[22] = EXTEND_Y[j - 22];
            for (var i = 0; i < 22; i++) yP += row[i] * y[i];
        }
        squareX[j] <== xP * xP;
        doubleValues[j] <== 2 * tangent * yP - 3 * squareX[j] + 3;
    }

    var DOUBLE[3][2] = DOUBLE_RANGES();
    var THERE[3][2] = THERE_RANGES();
    var BACK[3][2] = BACK_RANGES();
    component doubleCheck = Quartic(DOUBLE[place]);
    component thereCheck = Cubic(THERE[place]);
    component backCheck = Cubic(BACK[place]);
    doubleCheck.values <== doubleValues;
    thereCheck.values <== thereValues;
    backCheck.values <== backValues;
}
