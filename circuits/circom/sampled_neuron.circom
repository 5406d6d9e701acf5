// One neuron of a sampled column: its weights, its output, and the output that was committed to.
pragma circom 2.2.3;

include "block_digest.circom";
include "domain_tags.circom";
include "dot_product.circom";
include "draw.circom";
include "merkle_path.circom";
include "output_at.circom";
include "output_bits.circom";
include "tags.circom";

// Statement: row `layer K + j` of the dataset is weights, and output j of the vector `outputs` is
// y = ((a >> 3) ^ (a >> 9)) & 3 with a = sum_i (w_i - 8)(x_i - 8) + 2^20.
//
// That outputs is what the trace commits to is the caller's to show.
template SampledNeuron(blocks, layers) {
    var K = 992 * blocks;
    var DEPTH = INDEX_BITS(layers * K);
    signal input datasetRoot;
    signal input {binary} layer[INDEX_BITS(layers)]; // least significant bit first
    signal input {binary} neuron[INDEX_BITS(K)]; // j < K, least significant bit first
    signal input {binary} x[16 * blocks][248];
    signal input outputs[16 * blocks];
    signal input weights[16 * blocks];
    signal input siblings[DEPTH];

    var j = 0;
    var row = 0;
    for (var i = 0; i < INDEX_BITS(K); i++) j += neuron[i] * 2 ** i;
    for (var i = 0; i < INDEX_BITS(layers); i++) row += layer[i] * 2 ** i * K;
    row += j;

    component index = Bits(DEPTH);
    index.in <== row;

    component path = MerklePath(DEPTH, TAG_DATASET());
    path.leaf <== BlockDigest(blocks, TAG_ROW())(weights);
    path.index <== index.bits;
    path.siblings <== siblings;
    path.root === datasetRoot;

    component product = DotProduct(blocks);
    component nibbles[16 * blocks];
    for (var e = 0; e < 16 * blocks; e++) {
        nibbles[e] = Bits(248);
        nibbles[e].in <== weights[e];
        product.weights[e] <== nibbles[e].bits;
    }
    product.inputs <== x;

    component committed = OutputAt(blocks);
    committed.elements <== outputs;
    committed.j <== j;
    component computed = OutputBits();
    computed.a <== product.a;
    committed.y === computed.y;
}
