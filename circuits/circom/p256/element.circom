// Integers modulo p as eight limbs of 32 bits, least significant first.
//
// A *reduced* element has limbs in [-2^31, 2^31). It need not be the representative in [0, p): every identity that it
// enters holds modulo p, so a second representative is the same element.
pragma circom 2.2.3;

// Statement: every limb is in [-2^31, 2^31).
template Reduced() {
    signal input limbs[8];

    signal bits[8][31]; // of limb + 2^31, without the lowest

    for (var i = 0; i < 8; i++) {
        var value = limbs[i] + 2 ** 31;
        var rest = value >> 1;
        var power = 2;
        var sum = 0;
        for (var k = 0; k < 31; k++) {
            bits[i][k] <-- rest & 1; // pinned by the next line and by the last one of this limb
            bits[i][k] * (bits[i][k] - 1) === 0;
            sum += bits[i][k] * power;
            power += power;
            rest = rest >> 1;
        }
        // What is left is the lowest bit: value - sum is 0 or 1, and 31 bits from 2 up reach 2^32 - 2.
        (value - sum) * (value - sum - 1) === 0;
    }
}

// Statement: limbs are the 32-bit limbs of the integer whose bits these are.
template Limbs() {
    signal input {binary} bits[256]; // most significant first

    signal output limbs[8]; // each in [0, 2^32)

    for (var i = 0; i < 8; i++) {
        var limb = 0;
        var power = 1;
        for (var k = 0; k < 32; k++) {
            limb += bits[255 - 32 * i - k] * power;
            power += power;
        }
        limbs[i] <== limb;
    }
}
