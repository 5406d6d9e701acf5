// The two bits of a neuron's output that are committed to.
pragma circom 2.2.3;

// Statement: y = ((a >> 3) ^ (a >> 9)) & 3.
template OutputBits() {
    signal input {binary} a[21]; // least significant bit first

    signal output y;

    signal both[2]; // bits that are set on either side of the exclusive or
    var value = 0;
    for (var i = 0; i < 2; i++) {
        both[i] <== a[3 + i] * a[9 + i];
        value += (a[3 + i] + a[9 + i] - 2 * both[i]) * 2 ** i;
    }
    y <== value;
}
