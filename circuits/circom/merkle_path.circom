// The root that a leaf and its siblings lead to.
pragma circom 2.2.3;

include "hash.circom";

// Statement: root is the root of a tree of inner nodes H_tag whose leaf at position index is leaf.
//
// index is least significant bit first: bit k is 1 when the node at height k is a right child.
template MerklePath(depth, tag) {
    signal input leaf;
    signal input {binary} index[depth];
    signal input siblings[depth]; // from the leaf upwards

    signal output root;

    signal left[depth];
    component node[depth];
    for (var k = 0; k < depth; k++) {
        var below = k == 0 ? leaf : node[k - 1].out;
        left[k] <== below + index[k] * (siblings[k] - below);

        node[k] = Hash(2, tag);
        node[k].inputs[0] <== left[k];
        node[k].inputs[1] <== below + siblings[k] - left[k];
    }
    root <== node[depth - 1].out;
}
