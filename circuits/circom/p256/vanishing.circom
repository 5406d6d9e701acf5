// A polynomial in B = 2^32 that is 0 modulo p, or modulo the order, at B.
pragma circom 2.2.3;

include "p256/generated/parameters.circom";

// Statement: the polynomial of degree below N with these values has, at B = 2^32, a value that the modulus divides.
//
// It relies on bounds of the polynomial's coefficients, which ranges are proven for by circuits/p256/vanishing.ts: whoever
// uses it takes the identity's own ranges from there.
//
// Values at N points fix the coefficients c_k. Folding replaces 2^(32k), k >= 8, by small multiples of 2^0 … 2^(32*7) that
// are equal modulo the modulus m, and gives S = sum s_i 2^(32i) = sum c_k 2^(32k) (mod m), linear in the values. Two linear
// forms of the values, whose weights are the rows quotient and carry, are
//   q = S / m                                         in the field,
//   c = (sum_{i < t} s_i 2^(32i) - q (m mod 2^(32t))) / 2^(32t)   in the field, for t low limbs.
// If q and c are small signed integers, S - q m is a multiple of the field's order by the first, of 2^(32t) by the second (which
// cannot wrap), and less than their product in size. So it is 0.
template Vanishing(N, quotient, carry, ranges) {
    var QUOTIENT_BITS = ranges[0];
    var CARRY_BITS = ranges[1];
    signal input values[N]; // at 0, 1, -1, 2, -2, …

    // Of q + 2^(QUOTIENT_BITS - 1) and c + 2^(CARRY_BITS - 1), each without its lowest bit.
    signal quotientBits[QUOTIENT_BITS - 1];
    signal carryBits[CARRY_BITS - 1];

    var q = 2 ** (QUOTIENT_BITS - 1);
    var c = 2 ** (CARRY_BITS - 1);
    for (var j = 0; j < N; j++) {
        q += quotient[j] * values[j];
        c += carry[j] * values[j];
    }

    var rest = q >> 1;
    var power = 2;
    var sum = 0;
    for (var i = 0; i < QUOTIENT_BITS - 1; i++) {
        quotientBits[i] <-- rest & 1; // pinned by the next line and by the last one of the sum
        quotientBits[i] * (quotientBits[i] - 1) === 0;
        sum += quotientBits[i] * power;
        power += power;
        rest = rest >> 1;
    }
    (q - sum) * (q - sum - 1) === 0; // the lowest bit

    rest = c >> 1;
    power = 2;
    sum = 0;
    for (var i = 0; i < CARRY_BITS - 1; i++) {
        carryBits[i] <-- rest & 1; // pinned by the next line and by the last one of the sum
        carryBits[i] * (carryBits[i] - 1) === 0;
        sum += carryBits[i] * power;
        power += power;
        rest = rest >> 1;
    }
    (c - sum) * (c - sum - 1) === 0; // the lowest bit
}

// Statement: a polynomial of degree 14, 21 or 28 is 0 modulo p, the prime of the curve's field.
template Quadratic(ranges) {
    signal input values[15];

    component check = Vanishing(15, QUADRATIC_QUOTIENT(), QUADRATIC_CARRY(), ranges);
    check.values <== values;
}

template Cubic(ranges) {
    signal input values[22];

    component check = Vanishing(22, CUBIC_QUOTIENT(), CUBIC_CARRY(), ranges);
    check.values <== values;
}

template Quartic(ranges) {
    signal input values[29];

    component check = Vanishing(29, QUARTIC_QUOTIENT(), QUARTIC_CARRY(), ranges);
    check.values <== values;
}

// Statement: a polynomial of degree 14 is 0 modulo n, the order of the curve's group.
template OrderQuadratic(ranges) {
    signal input values[15];

    component check = Vanishing(15, ORDER_QUOTIENT(), ORDER_CARRY(), ranges);
    check.values <== values;
}
