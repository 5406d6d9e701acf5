// Points of BabyJubJub (EIP-2494), a x^2 + y^2 = 1 + d x^2 y^2; the only templates that grant {onCurve}.
//
//   {onCurve}    both coordinates together satisfy the curve's equation
//
// a is a square and d is not, so the addition law is complete (Bernstein, Lange, Asiacrypt 2007, theorem 3.3): for two points
// of the curve, whatever they are, no denominator is 0 and the sum is on the curve again. Each quotient below
// is therefore the only one that its row admits. That is why there is neither a special case here nor a Montgomery form,
// whose additions leave the slope free where two points coincide.
pragma circom 2.2.3;

function CURVE_A() { return 168700; }
function CURVE_D() { return 168696; }

// The base point B, of prime order l = 2736030358979909402780800718157159386076813972158567259200215660948447373041.
function BASE_POINT() {
    return [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];
}

function SUM_OF_POINTS(p, q) {
    var product = CURVE_D() * p[0] * p[1] * q[0] * q[1];
    return [
        (p[0] * q[1] + p[1] * q[0]) / (1 + product),
        (p[1] * q[1] - CURVE_A() * p[0] * q[0]) / (1 - product)
    ];
}

// Statement: out = in, and in is on the curve.
template OnCurve() {
    signal input in[2];

    signal output {onCurve} out[2];

    signal xSquare <== in[0] * in[0];
    signal ySquare <== in[1] * in[1];
    CURVE_A() * xSquare + ySquare === 1 + CURVE_D() * xSquare * ySquare;
    out[0] <== in[0];
    out[1] <== in[1];
}

// Statement: out = p + q.
template PointAdd() {
    signal input {onCurve} p[2];
    signal input {onCurve} q[2];

    signal output {onCurve} out[2];

    signal xy <== p[0] * q[1];
    signal yx <== p[1] * q[0];
    signal mixed <== (p[1] - CURVE_A() * p[0]) * (q[0] + q[1]);
    signal all <== xy * yx;
    var sum[2] = SUM_OF_POINTS(p, q);
    out[0] <-- sum[0]; // pinned by the next line
    out[0] * (1 + CURVE_D() * all) === xy + yx;
    out[1] <-- sum[1]; // pinned by the next line
    out[1] * (1 - CURVE_D() * all) === mixed + CURVE_A() * xy - yx;
}

// Statement: out = p + p.
template PointDouble() {
    signal input {onCurve} p[2];

    signal output {onCurve} out[2];

    signal xSquare <== p[0] * p[0];
    signal ySquare <== p[1] * p[1];
    signal xy <== p[0] * p[1];
    // By the curve's equation these are 1 + d x^2 y^2 and 1 - d x^2 y^2.
    var plus = CURVE_A() * xSquare + ySquare;
    var minus = 2 - plus;
    out[0] <-- 2 * xy / plus; // pinned by the next line
    out[0] * plus === 2 * xy;
    out[1] <-- (ySquare - CURVE_A() * xSquare) / minus; // pinned by the next line
    out[1] * minus === ySquare - CURVE_A() * xSquare;
}

// Statement: out = p when bit is 1, else the neutral point (0, 1).
template PointOrNeutral() {
    signal input {binary} bit;
    signal input {onCurve} p[2];

    signal output {onCurve} out[2];

    out[0] <== bit * p[0];
    out[1] <== bit * (p[1] - 1) + 1;
}

// Statement: out = (digit[0] + 2 digit[1] + 4 digit[2]) 8^window B.
//
// The eight points are constants, so each coordinate is a polynomial in three bits: four products, the rest is linear.
template BaseMultiple(window) {
    signal input {binary} digit[3];

    signal output {onCurve} out[2];

    var unit[2] = BASE_POINT();
    for (var i = 0; i < 3 * window; i++) unit = SUM_OF_POINTS(unit, unit);
    var multiple[8][2];
    multiple[0] = [0, 1];
    for (var i = 1; i < 8; i++) multiple[i] = SUM_OF_POINTS(multiple[i - 1], unit);

    signal low <== digit[0] * digit[1];
    signal outer <== digit[0] * digit[2];
    signal high <== digit[1] * digit[2];
    signal all <== low * digit[2];
    // Of the digits that are set in the index.
    var product[8] = [1, digit[0], digit[1], low, digit[2], outer, high, all];

    for (var k = 0; k < 2; k++) {
        // From the values at the eight digits to the coefficients of the products (Möbius inversion).
        var coefficient[8];
        for (var i = 0; i < 8; i++) coefficient[i] = multiple[i][k];
        for (var bit = 1; bit < 8; bit *= 2) {
            for (var i = 0; i < 8; i++) {
                if ((i & bit) != 0) {
                    coefficient[i] -= coefficient[i - bit];
                }
            }
        }
        var sum = 0;
        for (var i = 0; i < 8; i++) sum += coefficient[i] * product[i];
        out[k] <== sum;
    }
}
