// Comparisons of bits with a constant.
pragma circom 2.2.3;

// Statement: if disabled is 0, the integer of the bits is at most that of bound. If disabled is 1, nothing.
//
// The bits exceed the bound exactly when, for some run of zeros of the bound, the bits have a one in the run and a one wherever
// the bound has a one above it. missing counts the ones of the bound above the run that the bits lack; so of each run:
//   missing = 0 implies that the run's bits are all 0.
template AtMost(bound) {
    signal input {binary} bits[256]; // most significant first, like bound
    signal input disabled; // 0 or 1

    var RUNS = 0;
    for (var i = 0; i < 256; i++) {
        if (bound[i] == 0 && (i == 255 || bound[(i + 1) % 256] == 1)) RUNS++;
    }
    signal factor[RUNS];

    var run = 0;
    var missing = disabled;
    var ones = 0;
    for (var i = 0; i < 256; i++) {
        if (bound[i] == 1) {
            missing += 1 - bits[i];
        } else {
            ones += bits[i];
            if (i == 255 || bound[(i + 1) % 256] == 1) {
                // A hint that need not be unique: where missing is 0 the row demands ones = 0, elsewhere it can be met.
                factor[run] <-- missing == 0 ? 0 : ones / missing;
                missing * factor[run] === ones;
                run++;
                ones = 0;
            }
        }
    }
}

// Statement: some bit is 1.
template NonZero() {
    signal input {binary} bits[256];

    signal inverse;

    var ones = 0;
    for (var i = 0; i < 256; i++) ones += bits[i]; // at most 256, so it does not wrap
    inverse <-- ones == 0 ? 0 : 1 / ones; // the next line is satisfiable exactly when ones is not 0
    ones * inverse === 1;
}
