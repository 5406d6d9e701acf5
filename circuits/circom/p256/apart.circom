// Two points that are neither equal nor opposite.
pragma circom 2.2.3;

include "p256/generated/parameters.circom";

// Statement: two x coordinates, of size below 2^256 + 2^255, differ modulo p.
//
// Their difference d is below 2p in size, so p divides it only if it is 0, p or -p. The rows refuse these three values in the
// field; that they also refuse integers equal to those modulo the field's order costs completeness, not soundness.
template Apart() {
    signal input x1[8];
    signal input x2[8];

    signal square;
    signal product;
    signal inverse;

    var P = FIELD_PRIME();
    var d = 0;
    var power = 1;
    for (var k = 0; k < 8; k++) {
        d += (x1[k] - x2[k]) * power;
        power *= 2 ** 32;
    }
    square <== d * d;
    product <== d * (square - P * P);
    inverse <-- product == 0 ? 0 : 1 / product; // the next line is satisfiable exactly when product is not 0
    product * inverse === 1;
}
