// Equations between scalars, modulo the order of the group.
pragma circom 2.2.3;

include "p256/vanishing.circom";

// Sums digits into limbs without carries: digit t counts 2^(9t + shift), so a limb stays below 2^41 in size.
template DigitLimbs(windows, shift) {
    signal input digits[windows];

    signal output limbs[8];

    var sums[8];
    for (var t = 0; t < windows; t++) {
        var bit = COMB_BITS() * t + shift;
        sums[bit \ 32] += digits[t] * 2 ** (bit % 32);
    }
    limbs <== sums;
}

// Statement: s w + r u = 0 and s (a + 2^128 h) + z u = 0 modulo n, for the integers that the limbs and digits add up to.
template JointEquations() {
    signal input z[8];
    signal input r[8];
    signal input s[8];
    signal input w[4];
    signal input u[4];
    signal input scalar[COMB_WINDOWS()]; // digits of a
    signal input offset[OFFSET_WINDOWS()]; // digits of h

    signal ratioProduct[15];
    signal ratioValues[15];
    signal totalProduct[15];
    signal totalValues[15];

    signal a[8] <== DigitLimbs(COMB_WINDOWS(), 0)(scalar);
    signal h[8] <== DigitLimbs(OFFSET_WINDOWS(), 2 * JOINT_WINDOWS())(offset);

    var POWER[29][8] = POWERS();
    for (var j = 0; j < 15; j++) {
        var power[8] = POWER[j];
        var zj = 0;
        var rj = 0;
        var sj = 0;
        var wj = 0;
        var uj = 0;
        var total = 0;
        for (var k = 0; k < 8; k++) {
            zj += power[k] * z[k];
            rj += power[k] * r[k];
            sj += power[k] * s[k];
            total += power[k] * (a[k] + h[k]);
            if (k < 4) {
                wj += power[k] * w[k];
                uj += power[k] * u[k];
            }
        }
        ratioProduct[j] <== sj * wj;
        ratioValues[j] <== rj * uj + ratioProduct[j];
        totalProduct[j] <== sj * total;
        totalValues[j] <== zj * uj + totalProduct[j];
    }
    component ratio = OrderQuadratic(RATIO_RANGES());
    component total = OrderQuadratic(TOTAL_RANGES());
    ratio.values <== ratioValues;
    total.values <== totalValues;
}

// Statement: s a = value modulo n, for the integer a that the digits add up to.
template ScalarEquation() {
    signal input s[8];
    signal input value[8];
    signal input scalar[COMB_WINDOWS()]; // digits of a

    signal values[15];

    signal a[8] <== DigitLimbs(COMB_WINDOWS(), 0)(scalar);

    var POWER[29][8] = POWERS();
    for (var j = 0; j < 15; j++) {
        var power[8] = POWER[j];
        var sj = 0;
        var aj = 0;
        var valueJ = 0;
        for (var k = 0; k < 8; k++) {
            sj += power[k] * s[k];
            aj += power[k] * a[k];
            valueJ += power[k] * value[k];
        }
        values[j] <== sj * aj - valueJ;
    }
    component check = OrderQuadratic(SCALAR_RANGES());
    check.values <== values;
}
