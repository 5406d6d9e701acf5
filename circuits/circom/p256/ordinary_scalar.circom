// The two scalars whose comb would add a point to itself.
pragma circom 2.2.3;

include "p256/generated/parameters.circom";

// Statement: the integer that a comb's 29 digits add up to is neither 30 2^252 - n nor its opposite.
//
// The partial sum before a window is odd and smaller than the window's term, so the difference of the two is odd and not 0; and
// below n in size up to the top window, where it may be ±n. Then term T and partial sum T ± n are the same multiple of the point.
// |T ± n| < 2^252 leaves T = ∓15 2^252 only, and the two scalars 2T ± n.
template OrdinaryScalar() {
    signal input digits[COMB_WINDOWS()];

    signal product;
    signal inverse;

    var a = 0;
    for (var t = 0; t < COMB_WINDOWS(); t++) a += digits[t] * 2 ** (COMB_BITS() * t);
    var E = EXCEPTIONAL_SCALAR();
    product <== (a - E) * (a + E);
    inverse <-- product == 0 ? 0 : 1 / product; // the next line is satisfiable exactly when product is not 0
    product * inverse === 1;
}
