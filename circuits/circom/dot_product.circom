// The dot product of two nibble vectors, one row for six entries.
pragma circom 2.2.3;

include "tags.circom";

// Statement: a = sum_i (w_i - 8)(x_i - 8) + 2^20 over the K = 992 blocks nibbles w_i of weights and x_i of inputs, as bits.
//
// With B = 2^21, six entries are packed to one polynomial in B, of the weights upwards and of the inputs downwards:
//   (w0 + w1 B + … + w5 B^5)(x5 + x4 B + … + x0 B^5)   has the dot product of the six as its coefficient of B^5.
// The sum over all blocks of six has 11 coefficients, each a sum of at most 6 ceil(K / 6) products of size at most 64:
// 508,032 < 2^20 for K = 7936. So with 2^20 added to each, every coefficient is a digit in (0, 2^21), the total is below
// 2^231 < r, its 231 bits are unique, and digit 5 is a.
template DotProduct(blocks) {
    signal input {binary} weights[16 * blocks][248]; // bits of each element, least significant first
    signal input {binary} inputs[16 * blocks][248];

    signal output {binary} a[21];

    var DIGIT = 21;
    var PACKED = 6;
    var K = 992 * blocks;
    var ROWS = (K + PACKED - 1) \ PACKED;
    assert(PACKED * ROWS * 64 < 2 ** (DIGIT - 1));

    var BIT[4] = [1, 2, 4, 8];
    var POWER[2 * PACKED - 1]; // of B; computed once, for powers cost most of a witness program's time
    POWER[0] = 1;
    for (var k = 1; k < 2 * PACKED - 1; k++) POWER[k] = POWER[k - 1] * 2 ** DIGIT;

    signal product[ROWS];
    var total = 0;
    for (var row = 0; row < ROWS; row++) {
        var upwards = 0;
        var downwards = 0;
        for (var i = 0; i < PACKED; i++) {
            var entry = PACKED * row + i;
            if (entry < K) { // the last block is filled up with zeros
                var weight = -8;
                var input_ = -8;
                for (var b = 0; b < 4; b++) {
                    weight += weights[entry \ 62][4 * (entry % 62) + b] * BIT[b];
                    input_ += inputs[entry \ 62][4 * (entry % 62) + b] * BIT[b];
                }
                upwards += weight * POWER[i];
                downwards += input_ * POWER[PACKED - 1 - i];
            }
        }
        product[row] <== upwards * downwards;
        total += product[row];
    }
    for (var k = 0; k < 2 * PACKED - 1; k++) total += POWER[k] * 2 ** (DIGIT - 1);

    component digits = Bits(DIGIT * (2 * PACKED - 1));
    digits.in <== total;
    for (var i = 0; i < DIGIT; i++) a[i] <== digits.bits[DIGIT * (PACKED - 1) + i];
}
