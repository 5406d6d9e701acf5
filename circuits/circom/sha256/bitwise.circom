// The bitwise functions of SHA-256 on bits, one row each.
//
// Every output is fixed by its row alone: in all of them it stands with a constant, nonzero coefficient.
// A test solves each row for every combination of input bits.
pragma circom 2.2.3;

// Statement: carry[i] = majority of x[i], y[i], z[i], for n triples of bits.
//
// With s = x + y + z in 0..3 and m the majority, the row s (4 m - s) = 6 m - s reads
//   s = 0:  0 = 6 m            m = 0
//   s = 1:  4 m - 1 = 6 m - 1  m = 0
//   s = 2:  8 m - 4 = 6 m - 2  m = 1
//   s = 3: 12 m - 9 = 6 m - 3  m = 1
// and m has one root for each s. The exclusive or of the three is s - 2 m: a full adder in one row.
template Majority(n) {
    signal input {binary} x[n];
    signal input {binary} y[n];
    signal input {binary} z[n];

    signal output carry[n];

    for (var i = 0; i < n; i++) {
        var s = x[i] + y[i] + z[i];
        carry[i] <-- s > 1 ? 1 : 0; // pinned by the next line
        s * (4 * carry[i] - s) === 6 * carry[i] - s;
    }
}

// Statement: both[i] = Ch(e, f, g) + 2^40 Ch(next, e, f) on bit i, where Ch(e, f, g) is f if e, else g.
//
// The choices of two rounds in one row. With L = 2^40 and u = next, the row
//   (-3 e + 2 f + 4 g + 2 L u)(e - 2 f + 4 g - 2 L u) + 3 e + (8 L + 4) f - 8 g + 4 L^2 u = 8 both
// is, for bits, where x^2 = x, eight times e f + (1 - e) g + L (u e + (1 - u) f): the products f g and u g cancel.
template ChoosePair() {
    signal input {binary} e[32];
    signal input {binary} f[32];
    signal input {binary} g[32];
    signal input {binary} next[32]; // what e becomes for the second round

    signal output both[32];

    var L = 1 << 40;
    for (var i = 0; i < 32; i++) {
        both[i] <-- (e[i] ? f[i] : g[i]) + L * (next[i] ? e[i] : f[i]); // pinned by the next line
        (-3 * e[i] + 2 * f[i] + 4 * g[i] + 2 * L * next[i]) * (e[i] - 2 * f[i] + 4 * g[i] - 2 * L * next[i])
            === 8 * both[i] - 3 * e[i] - (8 * L + 4) * f[i] + 8 * g[i] - 4 * L * L * next[i];
    }
}

// Statement: out = (a xor b) + weight (c xor d), where rootOfMinusWeight^2 = -weight.
//
// For bits a xor b = (a - b)^2, so with p = a - b, q = c - d and R the root, out = p^2 + weight q^2 = (p + R q)(p - R q).
template XorPair(rootOfMinusWeight) {
    signal input {binary} a;
    signal input {binary} b;
    signal input {binary} c;
    signal input {binary} d;

    signal output out;

    out <== (a - b + rootOfMinusWeight * (c - d)) * (a - b - rootOfMinusWeight * (c - d));
}
