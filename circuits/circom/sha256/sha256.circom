// SHA-256 (FIPS 180-4) of messages of a length that the circuit knows, byte by byte as bits.
pragma circom 2.2.3;

include "tags.circom";
include "sha256/compression.circom";
include "sha256/constants.circom";

// Statement: digests[k] is the SHA-256 state, as bytes, after the first k + 1 blocks.
//
// It is the hash of a message when they are that message with its padding, which is not checked here. Whoever lets
// them be free still has a binding commitment: two sequences of as many blocks with one digest are a collision of
// the compression function.
template Sha256Blocks(blocks) {
    signal input {binary} bytes[64 * blocks][8]; // each least significant bit first

    signal output {binary} digests[blocks][32][8];

    component initial[8];
    component compression[blocks];
    for (var k = 0; k < blocks; k++) {
        compression[k] = Compression();
        for (var j = 0; j < 8; j++) {
            if (k == 0) {
                initial[j] = ConstantBits(32, SHA256_INITIAL(j));
                compression[k].before[j] <== initial[j].bits;
            } else {
                compression[k].before[j] <== compression[k - 1].after[j];
            }
        }
        for (var t = 0; t < 16; t++) { // words are big-endian
            for (var i = 0; i < 32; i++) compression[k].block[t][i] <== bytes[64 * k + 4 * t + 3 - i \ 8][i % 8];
        }
        for (var j = 0; j < 8; j++) {
            for (var i = 0; i < 32; i++) digests[k][4 * j + 3 - i \ 8][i % 8] <== compression[k].after[j][i];
        }
    }
}

// Statement: digest = SHA-256(message), a message of length bytes.
template Sha256(length) {
    signal input {binary} message[length][8];

    signal output {binary} digest[32][8];

    var BLOCKS = (length + 9 + 63) \ 64;
    component hash = Sha256Blocks(BLOCKS);
    component padding[64 * BLOCKS];
    for (var i = 0; i < 64 * BLOCKS; i++) {
        if (i < length) {
            hash.bytes[i] <== message[i];
        } else { // a one, zeros, and the length in bits as eight bytes
            var bits = i < 64 * BLOCKS - 8 ? 0 : (8 * length) >> (8 * (64 * BLOCKS - 1 - i));
            padding[i] = ConstantBits(8, i == length ? 0x80 : bits & 0xff);
            hash.bytes[i] <== padding[i].bits;
        }
    }
    digest <== hash.digests[BLOCKS - 1];
}
