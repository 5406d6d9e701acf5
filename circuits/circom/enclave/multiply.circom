// Multiples of points.
pragma circom 2.2.3;

include "enclave/point.circom";

// Statement: out = (sum of bits[i] 2^i) B, three bits at a time.
template MultiplyBase(windows) {
    signal input {binary} bits[3 * windows];

    signal output {onCurve} out[2];

    component multiple[windows];
    component sum[windows - 1];
    for (var w = 0; w < windows; w++) {
        multiple[w] = BaseMultiple(w);
        for (var b = 0; b < 3; b++) multiple[w].digit[b] <== bits[3 * w + b];
    }
    for (var w = 0; w < windows - 1; w++) {
        sum[w] = PointAdd();
        if (w == 0) sum[w].p <== multiple[0].out;
        else sum[w].p <== sum[w - 1].out;
        sum[w].q <== multiple[w + 1].out;
    }
    out <== sum[windows - 2].out;
}

// Statement: out = (sum of bits[i] 2^i) p, doubling from the highest bit down.
template MultiplyPoint(n) {
    signal input {binary} bits[n];
    signal input {onCurve} p[2];

    signal output {onCurve} out[2];

    component term[n];
    component double[n - 1];
    component sum[n - 1];
    for (var i = 0; i < n; i++) {
        term[i] = PointOrNeutral();
        term[i].bit <== bits[n - 1 - i];
        term[i].p <== p;
    }
    for (var i = 0; i < n - 1; i++) {
        double[i] = PointDouble();
        if (i == 0) double[i].p <== term[0].out;
        else double[i].p <== sum[i - 1].out;
        sum[i] = PointAdd();
        sum[i].p <== double[i].out;
        sum[i].q <== term[i + 1].out;
    }
    out <== sum[n - 2].out;
}
