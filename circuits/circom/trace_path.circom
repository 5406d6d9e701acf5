// The path of a leaf in the trace, which is also the evidence of its seed.
pragma circom 2.2.3;

include "block_digest.circom";
include "domain_tags.circom";
include "hash.circom";

// Statement: root is the root of a trace whose leaf at position index is leaf, and seed is what step `index` of
// that trace had to start from: seed = H_seed(challenge, index, fold of the left siblings).
//
// A left sibling is the root of a completed subtree of earlier steps; a right sibling is masked to 0 in the fold.
template TracePath(depth) {
    signal input leaf;
    signal input {binary} index[depth]; // least significant bit first
    signal input siblings[depth]; // from the leaf upwards
    signal input challenge;

    signal output root;
    signal output seed;

    signal fromLeft[depth]; // the sibling where it is on the left, else 0
    signal toRight[depth]; // the node where it is on the right, else 0
    component node[depth];
    component fold = BlockDigest(depth \ 16, TAG_FOLD());
    var position = 0;
    for (var k = 0; k < depth; k++) {
        var below = k == 0 ? leaf : node[k - 1].out;
        fromLeft[k] <== index[k] * siblings[k];
        toRight[k] <== index[k] * below;

        node[k] = Hash(2, TAG_TRACE());
        node[k].inputs[0] <== fromLeft[k] + below - toRight[k];
        node[k].inputs[1] <== toRight[k] + siblings[k] - fromLeft[k];

        fold.elements[k] <== fromLeft[k];
        position += index[k] * 2 ** k;
    }
    root <== node[depth - 1].out;
    seed <== Hash(3, TAG_SEED())([challenge, position, fold.out]);
}
