// One window of a comb: a signed odd multiple of a constant point.
pragma circom 2.2.3;

// Statement: (x, y) is the point (1 - 2 sign)(2 index + 1) T, T being the window's point, and digit that factor.
//
// Each limb of a coordinate is a polynomial in the bits of index (circuits/p256/comb-table.ts): linear in the products of
// the six low bits, which all limbs share; the bits above, none or two, choose among such sums limb by limb.
template CombWindow(indexBits, table) {
    signal input {binary} index[indexBits]; // least significant first
    signal input {binary} sign;

    signal output x[8]; // reduced
    signal output y[8];
    signal output digit;

    var LOW_BITS = indexBits < 6 ? indexBits : 6;
    var LOW = 2 ** LOW_BITS;
    assert(indexBits == LOW_BITS || indexBits == 8);

    signal low[LOW]; // product of the low bits in the set of each number
    low[0] <== 1;
    for (var i = 1; i < LOW; i++) {
        var top = 0;
        while (2 ** (top + 1) <= i) top++;
        if (i == 2 ** top) {
            low[i] <== index[top];
        } else {
            low[i] <== low[i - 2 ** top] * index[top];
        }
    }

    signal absolute[16]; // limbs of x and of y before its sign
    if (indexBits == 8) {
        signal both <== index[6] * index[7];
        signal first[16];
        signal second[16];
        for (var limb = 0; limb < 16; limb++) {
            var sums[4];
            for (var top = 0; top < 4; top++) {
                // In parts of eight: circom copies a sum for each term that it adds.
                var sum = 0;
                var row[64] = table[limb][top];
                for (var from = 0; from < LOW; from += 8) {
                    var part = 0;
                    for (var i = from; i < from + 8; i++) part += row[i] * low[i];
                    sum += part;
                }
                sums[top] = sum;
            }
            first[limb] <== index[6] * sums[1];
            second[limb] <== index[7] * sums[2];
            absolute[limb] <== both * sums[3] + sums[0] + first[limb] + second[limb];
        }
    } else {
        for (var limb = 0; limb < 16; limb++) {
            var sum = 0;
            var row[LOW] = table[limb][0];
            for (var i = 0; i < LOW; i++) sum += row[i] * low[i];
            absolute[limb] <== sum;
        }
    }
    for (var k = 0; k < 8; k++) {
        x[k] <== absolute[k];
        y[k] <== (1 - 2 * sign) * absolute[8 + k];
    }

    var odd = 1;
    for (var i = 0; i < indexBits; i++) odd += index[i] * 2 ** (i + 1);
    digit <== (1 - 2 * sign) * odd;
}
