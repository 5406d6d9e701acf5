// The circuit that counts what ECDSA over P-256 with any public key costs on its own.
pragma circom 2.2.3;

include "p256/ecdsa.circom";
include "tags.circom";

// Statement: EcdsaP256, with every value as two halves of 128 bits, the high one first.
template P256Any() {
    signal input digestHigh;
    signal input digestLow;
    signal input keyXHigh;
    signal input keyXLow;
    signal input keyYHigh;
    signal input keyYLow;
    signal input r[2];
    signal input s[2];
    signal input hint[ECDSA_P256_HINT()];

    component ecdsa = EcdsaP256();
    component half[10];
    var halves[10] = [digestHigh, digestLow, keyXHigh, keyXLow, keyYHigh, keyYLow, r[0], r[1], s[0], s[1]];
    for (var h = 0; h < 10; h++) {
        half[h] = Bits(128);
        half[h].in <== halves[h];
    }
    for (var i = 0; i < 256; i++) {
        ecdsa.digest[i] <== half[i \ 128].bits[127 - i % 128];
        ecdsa.publicKeyX[i] <== half[2 + i \ 128].bits[127 - i % 128];
        ecdsa.publicKeyY[i] <== half[4 + i \ 128].bits[127 - i % 128];
        ecdsa.r[i] <== half[6 + i \ 128].bits[127 - i % 128];
        ecdsa.s[i] <== half[8 + i \ 128].bits[127 - i % 128];
    }
    ecdsa.hint <== hint;
}
