// One column of a sampled step, with its sampled neurons.
pragma circom 2.2.3;

include "block_digest.circom";
include "column_input.circom";
include "domain_tags.circom";
include "draw.circom";
include "hash.circom";
include "merkle_path.circom";
include "sampled_neuron.circom";
include "tags.circom";
include "trace_path.circom";

// Statement: leaf `step` of the trace opens, through column `column`, to outputs; and each of its sampled neurons
// is the one that the seed of that step demands (circuits/README.md §3).
template SampledColumn(blocks, layers, groups, width, traceDepth, sampledNeurons) {
    var K = 992 * blocks;
    var DATASET_DEPTH = INDEX_BITS(layers * K);
    var COLUMN_BITS = INDEX_BITS(groups * width);
    signal input challenge;
    signal input datasetRoot;
    signal input traceRoot;
    // Each least significant bit first.
    signal input {binary} step[traceDepth];
    signal input {binary} column[COLUMN_BITS];
    signal input {binary} neuron[sampledNeurons][INDEX_BITS(K)];
    // The witness of circuits/README.md §4.
    signal input tracePath[traceDepth];
    signal input columnPath[COLUMN_BITS];
    signal input rowElements[16 * blocks];
    signal input rowPath[DATASET_DEPTH];
    signal input weightElements[sampledNeurons][16 * blocks];
    signal input weightPath[sampledNeurons][DATASET_DEPTH];
    signal input outputElements[16 * blocks];

    component leaf = MerklePath(COLUMN_BITS, TAG_COLUMNS());
    leaf.leaf <== BlockDigest(blocks, TAG_OUTPUT())(outputElements);
    leaf.index <== column;
    leaf.siblings <== columnPath;

    component trace = TracePath(traceDepth);
    trace.leaf <== leaf.root;
    trace.index <== step;
    trace.siblings <== tracePath;
    trace.challenge <== challenge;
    trace.root === traceRoot;

    var c = 0;
    var group = 0; // c div width: the top bits of c
    for (var i = 0; i < COLUMN_BITS; i++) {
        c += column[i] * 2 ** i;
        if (2 ** i >= width) group += column[i] * (2 ** i \ width);
    }

    component input_ = ColumnInput(blocks, layers);
    input_.datasetRoot <== datasetRoot;
    input_.seed <== trace.seed;
    input_.c <== c;
    input_.row <== rowElements;
    input_.siblings <== rowPath;

    component drawn = CanonicalBits();
    component drawLayer = DrawConstant(layers);
    drawn.in <== Hash(2, TAG_LAYER())([trace.seed, group]);
    for (var u = 0; u < 64; u++) drawLayer.u[u] <== drawn.bits[u];

    component checked[sampledNeurons];
    for (var k = 0; k < sampledNeurons; k++) {
        checked[k] = SampledNeuron(blocks, layers);
        checked[k].datasetRoot <== datasetRoot;
        checked[k].layer <== drawLayer.index;
        checked[k].neuron <== neuron[k];
        checked[k].x <== input_.x;
        checked[k].outputs <== outputElements;
        checked[k].weights <== weightElements[k];
        checked[k].siblings <== weightPath[k];
    }
}
