// What ECDSA asks of the parts of a signature and of a public key, each on its own.
pragma circom 2.2.3;

include "p256/at_most.circom";
include "p256/element.circom";
include "p256/generated/parameters.circom";
include "p256/on_curve.circom";

// Statement: the bits are those of an integer in [1, n - 1], and limbs are its limbs.
template GroupScalar() {
    signal input {binary} bits[256]; // most significant first

    signal output limbs[8];

    component below = AtMost(ORDER_MINUS_1_BITS());
    below.bits <== bits;
    below.disabled <== 0;
    component positive = NonZero();
    positive.bits <== bits;
    limbs <== Limbs()(bits);
}

// Statement: (x, y) is a point of the curve with both coordinates in [0, p).
//
// A point of the curve is a point of its prime-order group, and not infinity, which has no coordinates.
template PublicKey() {
    signal input {binary} xBits[256];
    signal input {binary} yBits[256];

    signal output x[8];
    signal output y[8];

    component below[2];
    for (var i = 0; i < 2; i++) {
        below[i] = AtMost(FIELD_PRIME_MINUS_1_BITS());
        below[i].disabled <== 0;
    }
    below[0].bits <== xBits;
    below[1].bits <== yBits;
    x <== Limbs()(xBits);
    y <== Limbs()(yBits);
    component curve = OnCurve();
    curve.x <== x;
    curve.y <== y;
}

// Statement: x is r or r + n, an integer below p.
//
// A signature's r is the x coordinate of its point R modulo n. So x may also be r + n, but only if that is below p:
// r + n >= p would be congruent to another x.
template SignatureX() {
    signal input {binary} rBits[256];
    signal input r[8];
    signal input {binary} wrapped; // which of the two

    signal output x[8]; // limbs in [0, 2^33)

    component below = AtMost(FIELD_PRIME_MINUS_ORDER_MINUS_1_BITS());
    below.bits <== rBits;
    below.disabled <== 1 - wrapped;
    var ORDER[8] = ORDER_LIMBS();
    for (var k = 0; k < 8; k++) x[k] <== r[k] + ORDER[k] * wrapped;
}
