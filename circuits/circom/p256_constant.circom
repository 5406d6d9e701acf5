// The circuit that counts what ECDSA over P-256 with a constant public key costs on its own.
pragma circom 2.2.3;

include "p256/ecdsa_constant.circom";
include "tags.circom";

// Statement: EcdsaP256Constant(key), with every value as two halves of 128 bits, the high one first.
template P256Constant(key) {
    signal input digestHigh;
    signal input digestLow;
    signal input r[2];
    signal input s[2];
    signal input hint[ECDSA_P256_CONSTANT_HINT()];

    component ecdsa = EcdsaP256Constant(key);
    component half[6];
    var halves[6] = [digestHigh, digestLow, r[0], r[1], s[0], s[1]];
    for (var h = 0; h < 6; h++) {
        half[h] = Bits(128);
        half[h].in <== halves[h];
    }
    for (var i = 0; i < 256; i++) {
        ecdsa.digest[i] <== half[i \ 128].bits[127 - i % 128];
        ecdsa.r[i] <== half[2 + i \ 128].bits[127 - i % 128];
        ecdsa.s[i] <== half[4 + i \ 128].bits[127 - i % 128];
    }
    ecdsa.hint <== hint;
}
