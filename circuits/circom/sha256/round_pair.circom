// Two consecutive rounds of SHA-256.
pragma circom 2.2.3;

include "tags.circom";
include "sha256/bitwise.circom";
include "sha256/constants.circom";

// Statement: nextA and nextE are what rounds t and t + 1 append to the state (FIPS 180-4 §6.2.2).
//
// The eight words of the state are the last four values of a and of e, so they are given as such, oldest first:
// the standard's d, c, b, a and h, g, f, e. For j = 0, 1, with indices into a and e followed by nextA and nextE,
//
//   T_j = e[j] + Sigma1(e[j + 3]) + Ch(e[j + 3], e[j + 2], e[j + 1]) + K + w[j]
//   nextE[j] = a[j] + T_j mod 2^32
//   nextA[j] = T_j + Sigma0(a[j + 3]) + Maj(a[j + 3], a[j + 2], a[j + 1]) mod 2^32
//            = nextE[j] - a[j] + Sigma0 + Maj mod 2^32
//
// Both nextE in one identity, since ChoosePair gives the two Ch together, the second times 2^40:
//   (a[0] + T_0) + 2^40 (a[1] + T_1) = (nextE[0] + 2^32 carry0) + 2^40 (nextE[1] + 2^32 carry1)
// On either side each bracket is a nonnegative integer below 2^35: on the left six numbers below 2^32, on the right 32 bits and
// 3 of carry. So they are digits to the base 2^40 of one number below 2^75 < r, hence equal, and their bits are unique.
//
// nextA[j] + 2^32 carry = nextE[j] - a[j] + Sigma0 + Maj + 2^32: an integer in [1, 4 2^32), with two bits of carry.
//
// Of each sum the highest bit of carry is not a signal but what remains, divided by its weight; that this is a bit is the check.
template RoundPair(t) {
    signal input {binary} a[4][32];
    signal input {binary} e[4][32];
    signal input {binary} w[2][32];

    signal output {binary} nextA[2][32];
    signal output {binary} nextE[2][32];

    // The six values of either, oldest first: those given, then those made here.
    signal {binary} allA[6][32];
    signal {binary} allE[6][32];
    for (var k = 0; k < 4; k++) {
        allA[k] <== a[k];
        allE[k] <== e[k];
    }
    component choose = ChoosePair();
    choose.e <== e[3];
    choose.f <== e[2];
    choose.g <== e[1];

    component sigma0[2];
    component sigma1[2];
    component majority[2];
    component bitsA[2]; // a word and the lower bit of its carry
    component bitsE[2]; // a word and its carry, of the second round without the highest bit
    var restE = 0; // of the identity of both nextE
    for (var j = 0; j < 2; j++) {
        var weight = j == 0 ? 1 : 1 << 40;
        var known = j == 0 ? 35 : 34;

        sigma1[j] = Majority(32);
        for (var i = 0; i < 32; i++) {
            sigma1[j].x[i] <== allE[j + 3][(i + 6) % 32];
            sigma1[j].y[i] <== allE[j + 3][(i + 11) % 32];
            sigma1[j].z[i] <== allE[j + 3][(i + 25) % 32];
        }
        var sum = SHA256_K(t + j); // a[j] + T_j without Ch
        var chosen = 0;
        for (var i = 0; i < 32; i++) {
            var xors = sigma1[j].x[i] + sigma1[j].y[i] + sigma1[j].z[i] - 2 * sigma1[j].carry[i];
            sum += (a[j][i] + e[j][i] + w[j][i] + xors) * (1 << i);
            chosen += (allE[j + 3][i] ? allE[j + 2][i] : allE[j + 1][i]) * (1 << i);
        }
        restE += weight * sum;
        bitsE[j] = Binary(known);
        for (var i = 0; i < known; i++) {
            bitsE[j].in[i] <-- ((sum + chosen) >> i) & 1; // pinned by the rows of Binary and by the last line
            restE -= weight * bitsE[j].in[i] * (1 << i);
        }
        for (var i = 0; i < 32; i++) allE[j + 4][i] <== bitsE[j].out[i];

        sigma0[j] = Majority(32);
        for (var i = 0; i < 32; i++) {
            sigma0[j].x[i] <== allA[j + 3][(i + 2) % 32];
            sigma0[j].y[i] <== allA[j + 3][(i + 13) % 32];
            sigma0[j].z[i] <== allA[j + 3][(i + 22) % 32];
        }
        majority[j] = Majority(32);
        majority[j].x <== allA[j + 3];
        majority[j].y <== allA[j + 2];
        majority[j].z <== allA[j + 1];
        var sumA = 1 << 32;
        for (var i = 0; i < 32; i++) {
            var xors = sigma0[j].x[i] + sigma0[j].y[i] + sigma0[j].z[i] - 2 * sigma0[j].carry[i];
            sumA += (allE[j + 4][i] - a[j][i] + xors + majority[j].carry[i]) * (1 << i);
        }
        var restA = sumA;
        bitsA[j] = Binary(33);
        for (var i = 0; i < 33; i++) {
            bitsA[j].in[i] <-- (sumA >> i) & 1; // pinned by the rows of Binary and by the row of carryA
            restA -= bitsA[j].in[i] * (1 << i);
        }
        var carryA = restA / (1 << 33);
        carryA * (carryA - 1) === 0;
        for (var i = 0; i < 32; i++) allA[j + 4][i] <== bitsA[j].out[i];

        nextE[j] <== allE[j + 4];
        nextA[j] <== allA[j + 4];
    }
    choose.next <== nextE[0];
    for (var i = 0; i < 32; i++) restE += choose.both[i] * (1 << i);
    var carryE = restE / (1 << (40 + 34));
    carryE * (carryE - 1) === 0;
}
