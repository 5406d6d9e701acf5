// The sum of the points that the windows of a comb select.
pragma circom 2.2.3;

include "p256/element.circom";
include "p256/vanishing.circom";

// Statement: (sumX, sumY) is the sum of the points, as polynomials modulo p: x by 15 values, y by 22.
//
// Only slopes are witnessed. The sum X_t of the first t points has the x coordinate slope^2 - X_{t-1} - x_{t-1}, never
// reduced, and the y where its chord to the next point starts. That this is also where the chord before it ended is the
// one identity of an addition.
//
// A chord through equal points could have any slope, so the caller shows that no partial sum equals the point it
// is added to. (When they are opposite no slope exists, and no witness.)
template CombSum(windows) {
    signal input x[windows][8]; // reduced
    signal input y[windows][8];
    signal input slopes[windows - 1][8];

    signal output sumX[15];
    signal output sumY[22];

    signal partialX[windows - 1][15]; // of the first two points and more
    signal partialY[windows - 1][22]; // of the first point and more: where the chord to the next one starts
    signal linkValues[windows - 1][22];

    var POWER[29][8] = POWERS();
    var EXTEND[14][15] = EXTEND_15_29();
    var LINK[28][2] = LINK_RANGES();

    component reduced[windows - 1];
    component link[windows - 1];
    for (var t = 0; t < windows - 1; t++) {
        reduced[t] = Reduced();
        reduced[t].limbs <== slopes[t];
        link[t] = Cubic(LINK[t]);

        for (var j = 0; j < 22; j++) {
            var power[8] = POWER[j];
            // Values at point j: of this slope and the one before, of the points at hand and next, of the partial sum.
            var slope = 0;
            var before = 0;
            var atHandX = 0;
            var atHandY = 0;
            var nextX = 0;
            var nextY = 0;
            for (var k = 0; k < 8; k++) {
                slope += power[k] * slopes[t][k];
                atHandX += power[k] * x[t][k];
                atHandY += power[k] * y[t][k];
                nextX += power[k] * x[t + 1][k];
                nextY += power[k] * y[t + 1][k];
                if (t > 0) before += power[k] * slopes[t - 1][k];
            }
            var partial = 0;
            if (t == 0) {
                partial = atHandX;
            } else if (j < 15) {
                partial = partialX[t - 1][j];
            } else {
                var row[15] = EXTEND[j - 15];
                for (var i = 0; i < 15; i++) partial += row[i] * partialX[t - 1][i];
            }

            partialY[t][j] <== nextY - slope * (nextX - partial);
            if (t == 0) {
                linkValues[t][j] <== atHandY - partialY[t][j];
            } else {
                linkValues[t][j] <== before * (atHandX - partial) - atHandY - partialY[t][j];
            }
            if (j < 15) partialX[t][j] <== slope * slope - partial - nextX;
        }
        link[t].values <== linkValues[t];
    }

    for (var j = 0; j < 22; j++) {
        var power[8] = POWER[j];
        var slope = 0;
        var lastX = 0;
        var lastY = 0;
        for (var k = 0; k < 8; k++) {
            slope += power[k] * slopes[windows - 2][k];
            lastX += power[k] * x[windows - 1][k];
            lastY += power[k] * y[windows - 1][k];
        }
        var partial = 0;
        if (j < 15) {
            partial = partialX[windows - 2][j];
            sumX[j] <== partial;
        } else {
            var row[15] = EXTEND[j - 15];
            for (var i = 0; i < 15; i++) partial += row[i] * partialX[windows - 2][i];
        }
        sumY[j] <== slope * (lastX - partial) - lastY;
    }
}
