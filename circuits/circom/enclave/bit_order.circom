// Between octets and the bits that ECDSA takes: 256 of a number, the most significant first.
pragma circom 2.2.3;

include "tags.circom";

// Statement: out are the bits of the 32 octets, the most significant bit of the first octet first. It costs no row.
template BigEndianBits() {
    signal input {binary} octets[32][8]; // each least significant bit first

    signal output {binary} out[256];

    for (var i = 0; i < 256; i++) out[i] <== octets[i \ 8][7 - i % 8];
}

// Statement: out are the bits of 2^128 halves[0] + halves[1], both below 2^128, the most significant first.
template HalvesBits() {
    signal input halves[2];

    signal output {binary} out[256];

    component bits[2];
    for (var half = 0; half < 2; half++) {
        bits[half] = Bits(128);
        bits[half].in <== halves[half];
        for (var i = 0; i < 128; i++) out[128 * half + i] <== bits[half].bits[127 - i];
    }
}

// Statement: r and s are the bits of the two numbers of 32 octets each.
template SignatureBits() {
    signal input octets[64];

    signal output {binary} r[256];
    signal output {binary} s[256];

    component checked = Octets(64);
    checked.in <== octets;
    component bits[2];
    for (var k = 0; k < 2; k++) {
        bits[k] = BigEndianBits();
        for (var i = 0; i < 32; i++) bits[k].octets[i] <== checked.bits[32 * k + i];
    }
    r <== bits[0].out;
    s <== bits[1].out;
}
