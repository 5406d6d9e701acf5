// The digest of a vector of field elements: Poseidon of each block of 16, then of the block digests.
pragma circom 2.2.3;

include "hash.circom";

// Statement: out = digest_tag(elements), circuits/README.md §1.
//
// Binding only: it says nothing about the size of an element.
template BlockDigest(blocks, tag) {
    signal input elements[16 * blocks];

    signal output out;

    assert(1 <= blocks && blocks <= 15); // 16 would give both levels one width

    component block[blocks];
    for (var b = 0; b < blocks; b++) {
        block[b] = Hash(16, tag);
        for (var i = 0; i < 16; i++) block[b].inputs[i] <== elements[16 * b + i];
    }

    if (blocks == 1) {
        out <== block[0].out;
    } else {
        component top = Hash(blocks, tag);
        for (var b = 0; b < blocks; b++) top.inputs[b] <== block[b].out;
        out <== top.out;
    }
}
