// Indices drawn from a hash: draw(h, lane, n) of circuits/README.md §1.
//
// Both templates get the 64 bits u of one lane, and give (u n) >> 64 as bits. They ask for canonical bits because the
// other decomposition of h would be a second draw.
pragma circom 2.2.3;

include "tags.circom";

// Number of bits that hold every value in [0, n).
function INDEX_BITS(n) {
    var bits = 0;
    while (2 ** bits < n) bits++;
    return bits;
}

// Statement: index = (u n) >> 64, which is below n. For n a power of two it is the top of u and costs nothing.
template DrawConstant(n) {
    var SIZE = INDEX_BITS(n);
    signal input {binary, canonical} u[64]; // least significant bit first

    signal output {binary} index[SIZE];

    assert(1 <= n && n <= 2 ** 32);

    if (2 ** SIZE == n) {
        for (var i = 0; i < SIZE; i++) index[i] <== u[64 - SIZE + i];
    } else {
        var value = 0;
        for (var i = 0; i < 64; i++) value += u[i] * 2 ** i;
        component product = Bits(64 + SIZE);
        product.in <== value * n;
        for (var i = 0; i < SIZE; i++) index[i] <== product.bits[64 + i];
    }
}

// Statement: index = (u n) >> 64, which is below n. n must be at most 2^depth, or no witness exists.
template DrawBelow(depth) {
    signal input {binary, canonical} u[64]; // least significant bit first
    signal input {stepCount} n;

    signal output {binary} index[depth];

    var value = 0;
    for (var i = 0; i < 64; i++) value += u[i] * 2 ** i;
    component product = Bits(64 + depth); // u n < 2^96 by n's tag, so it cannot wrap
    product.in <== value * n;
    for (var i = 0; i < depth; i++) index[i] <== product.bits[64 + i];
}
