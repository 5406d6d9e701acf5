// One word of the message schedule of SHA-256.
pragma circom 2.2.3;

include "tags.circom";
include "sha256/bitwise.circom";
include "sha256/constants.circom";

// Statement: word = sigma1(w2) + w7 + sigma0(w15) + w16 mod 2^32 (FIPS 180-4 §6.2.2), where wN is the word N places before.
//
//   sigma0(x) = x >>> 7 ^ x >>> 18 ^ x >> 3,   sigma1(x) = x >>> 17 ^ x >>> 19 ^ x >> 10
//
// A bit of three operands costs a row. The 3 and 10 highest bits, where the shift brings in zeros, have two operands; they go
// in pairs, 7 rows for 13 bits: bits i and i + 2 of sigma1, whose weights are as 1 to 4, or bit i of either sigma.
//
// The sum is below 4 2^32, so it is word + 2^32 carry with two bits of carry, in exactly one way. The higher of them is not a
// signal but what remains of the sum, divided by 2^33: that this is a bit is the whole check, and saves the linear row.
template ScheduleWord() {
    signal input {binary} w2[32];
    signal input {binary} w7[32];
    signal input {binary} w15[32];
    signal input {binary} w16[32];

    signal output {binary} word[32];

    component three0 = Majority(29);
    for (var i = 0; i < 29; i++) {
        three0.x[i] <== w15[(i + 7) % 32];
        three0.y[i] <== w15[(i + 18) % 32];
        three0.z[i] <== w15[i + 3];
    }
    component three1 = Majority(22);
    for (var i = 0; i < 22; i++) {
        three1.x[i] <== w2[(i + 17) % 32];
        three1.y[i] <== w2[(i + 19) % 32];
        three1.z[i] <== w2[i + 10];
    }
    var sum = 0;
    for (var i = 0; i < 32; i++) {
        var xors = 0;
        if (i < 29) xors += three0.x[i] + three0.y[i] + three0.z[i] - 2 * three0.carry[i];
        if (i < 22) xors += three1.x[i] + three1.y[i] + three1.z[i] - 2 * three1.carry[i];
        sum += (xors + w7[i] + w16[i]) * (1 << i);
    }

    var PAIRED[4] = [22, 23, 26, 27]; // bits i and i + 2 of sigma1, together 22 to 29
    component pair1[4];
    for (var k = 0; k < 4; k++) {
        pair1[k] = XorPair(2 * SQRT_MINUS_ONE());
        pair1[k].a <== w2[(PAIRED[k] + 17) % 32];
        pair1[k].b <== w2[(PAIRED[k] + 19) % 32];
        pair1[k].c <== w2[(PAIRED[k] + 2 + 17) % 32];
        pair1[k].d <== w2[(PAIRED[k] + 2 + 19) % 32];
        sum += pair1[k].out * (1 << PAIRED[k]);
    }
    component pair01[2];
    for (var k = 0; k < 2; k++) { // bits 30 and 31 of both
        pair01[k] = XorPair(SQRT_MINUS_ONE());
        pair01[k].a <== w2[(30 + k + 17) % 32];
        pair01[k].b <== w2[(30 + k + 19) % 32];
        pair01[k].c <== w15[(30 + k + 7) % 32];
        pair01[k].d <== w15[(30 + k + 18) % 32];
        sum += pair01[k].out * (1 << (30 + k));
    }
    signal last; // bit 29 of sigma0, for which no partner is left
    last <== (w15[(29 + 7) % 32] - w15[(29 + 18) % 32]) * (w15[(29 + 7) % 32] - w15[(29 + 18) % 32]);
    sum += last * (1 << 29);

    component bits = Binary(33); // the word and the lower bit of carry
    var rest = sum;
    for (var i = 0; i < 33; i++) {
        bits.in[i] <-- (sum >> i) & 1; // pinned by the rows of Binary and by the last line
        rest -= bits.in[i] * (1 << i);
    }
    var top = rest / (1 << 33);
    top * (top - 1) === 0;

    for (var i = 0; i < 32; i++) word[i] <== bits.out[i];
}
