// The proof of sampled places of a work trace.
pragma circom 2.2.3;

include "draw.circom";
include "sample_place.circom";
include "sampled_column.circom";
include "tags.circom";

// Statement: circuits/README.md §4. At each of the places that sampleSeed and sampleIndex name, the trace under traceRoot
// holds the outputs that challenge, the dataset under datasetRoot and all earlier steps of the trace demand.
//
// Outside the proof, the contract must
//   1. compute challenge and sampleSeed itself, sampleSeed from randomness of a block after the commitment;
//   2. take datasetRoot from the node's class, and traceRoot and steps from the stored commitment;
//   3. accept each sampleIndex once, and only those it asked for;
//   4. reject a public signal >= r.
// circuits/README.md §9 has the whole list.
template Work(blocks, layers, groups, width, traceDepth, sampledColumns, sampledNeurons) {
    var K = 992 * blocks;
    var DATASET_DEPTH = INDEX_BITS(layers * K);
    var COLUMN_BITS = INDEX_BITS(groups * width);
    // Public. Their order here is their order in the verifier.
    signal input challenge; // of this node, epoch and kernel, on this chain
    signal input datasetRoot;
    signal input traceRoot;
    signal input steps; // in the trace, 1 to 2^traceDepth
    signal input sampleSeed;
    signal input sampleIndex; // which of the round's proofs this is
    // Private, circuits/README.md §4.
    signal input tracePath[sampledColumns][traceDepth];
    signal input columnPath[sampledColumns][COLUMN_BITS];
    signal input rowElements[sampledColumns][16 * blocks];
    signal input rowPath[sampledColumns][DATASET_DEPTH];
    signal input weightElements[sampledColumns][sampledNeurons][16 * blocks];
    signal input weightPath[sampledColumns][sampledNeurons][DATASET_DEPTH];
    signal input outputElements[sampledColumns][16 * blocks];

    assert(2 ** INDEX_BITS(layers) == layers);
    assert(2 ** INDEX_BITS(groups) == groups && 2 ** INDEX_BITS(width) == width);
    assert(traceDepth == 16 || traceDepth == 32);

    component stepCount = StepCount(traceDepth);
    stepCount.in <== steps;

    component place[sampledColumns];
    component opened[sampledColumns];
    for (var i = 0; i < sampledColumns; i++) {
        place[i] = SamplePlace(i, traceDepth, groups * width, K, sampledNeurons);
        place[i].sampleSeed <== sampleSeed;
        place[i].sampleIndex <== sampleIndex;
        place[i].steps <== stepCount.out;

        opened[i] = SampledColumn(blocks, layers, groups, width, traceDepth, sampledNeurons);
        opened[i].challenge <== challenge;
        opened[i].datasetRoot <== datasetRoot;
        opened[i].traceRoot <== traceRoot;
        opened[i].step <== place[i].step;
        opened[i].column <== place[i].column;
        opened[i].neuron <== place[i].neuron;
        opened[i].tracePath <== tracePath[i];
        opened[i].columnPath <== columnPath[i];
        opened[i].rowElements <== rowElements[i];
        opened[i].rowPath <== rowPath[i];
        opened[i].weightElements <== weightElements[i];
        opened[i].weightPath <== weightPath[i];
        opened[i].outputElements <== outputElements[i];
    }
}
