// The input vector of a column.
pragma circom 2.2.3;

include "block_digest.circom";
include "domain_tags.circom";
include "draw.circom";
include "hash.circom";
include "merkle_path.circom";
include "tags.circom";

// Statement: x is the input vector of column c of the step that starts from seed: the dataset row that
// H_input(seed, c) draws, its element 0 replaced by the low 248 bits of the canonical H_fresh(seed, c).
//
// The row's own element 0 is bound by its digest and needs no decomposition.
template ColumnInput(blocks, layers) {
    var K = 992 * blocks;
    var DEPTH = INDEX_BITS(layers * K);
    signal input datasetRoot;
    signal input seed;
    signal input c;
    signal input row[16 * blocks];
    signal input siblings[DEPTH];

    signal output {binary} x[16 * blocks][248]; // bits of each element, least significant first

    component drawRow = DrawConstant(layers * K);
    component drawn = CanonicalBits();
    drawn.in <== Hash(2, TAG_INPUT())([seed, c]);
    for (var u = 0; u < 64; u++) drawRow.u[u] <== drawn.bits[u];

    component path = MerklePath(DEPTH, TAG_DATASET());
    path.leaf <== BlockDigest(blocks, TAG_ROW())(row);
    path.index <== drawRow.index;
    path.siblings <== siblings;
    path.root === datasetRoot;

    component fresh = CanonicalBits();
    fresh.in <== Hash(2, TAG_FRESH())([seed, c]);
    for (var i = 0; i < 248; i++) x[0][i] <== fresh.bits[i];

    component nibbles[16 * blocks];
    for (var e = 1; e < 16 * blocks; e++) {
        nibbles[e] = Bits(248);
        nibbles[e].in <== row[e];
        x[e] <== nibbles[e].bits;
    }
}
