// The place that a sample asks about: a step, a column and some neurons.
pragma circom 2.2.3;

include "domain_tags.circom";
include "draw.circom";
include "hash.circom";
include "tags.circom";

// Statement: step, column and neuron are sample i of proof sampleIndex, circuits/README.md §4: draw d comes from lane d mod 3
// of H_sample(sampleSeed, sampleIndex, i, d div 3).
//
// Nothing here is chosen by the prover. Neurons are drawn with replacement.
template SamplePlace(i, traceDepth, columns, K, sampledNeurons) {
    signal input sampleSeed;
    signal input sampleIndex;
    signal input {stepCount} steps;

    // Each least significant bit first.
    signal output {binary} step[traceDepth];
    signal output {binary} column[INDEX_BITS(columns)];
    signal output {binary} neuron[sampledNeurons][INDEX_BITS(K)];

    var HASHES = (2 + sampledNeurons + 2) \ 3;
    component lanes[HASHES];
    for (var b = 0; b < HASHES; b++) {
        lanes[b] = CanonicalBits();
        lanes[b].in <== Hash(4, TAG_SAMPLE())([sampleSeed, sampleIndex, i, b]);
    }

    component drawStep = DrawBelow(traceDepth);
    component drawColumn = DrawConstant(columns);
    component drawNeuron[sampledNeurons];
    drawStep.n <== steps;
    for (var u = 0; u < 64; u++) {
        drawStep.u[u] <== lanes[0].bits[u];
        drawColumn.u[u] <== lanes[0].bits[64 + u];
    }
    step <== drawStep.index;
    column <== drawColumn.index;
    for (var k = 0; k < sampledNeurons; k++) {
        var d = 2 + k;
        drawNeuron[k] = DrawConstant(K);
        for (var u = 0; u < 64; u++) drawNeuron[k].u[u] <== lanes[d \ 3].bits[64 * (d % 3) + u];
        neuron[k] <== drawNeuron[k].index;
    }
}
