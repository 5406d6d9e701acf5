// The range checks, which are also the only templates that grant a tag.
//
//   {binary}     0 or 1
//   {octet}      an integer in [0, 256)
//   {oneHot}     of the array that carries it one element is 1 and all others are 0
//   {canonical}  one bit of the canonical representative, in [0, r), of a field element
//   {stepCount}  an integer in [1, 2^32]
//
// circom refuses an untagged signal where a tag is asked for, but does not check who grants one: a test does.
pragma circom 2.2.3;

// Statement: every in[i] is 0 or 1, and out is in. For hints whose sum is checked where they are made.
template Binary(n) {
    signal input in[n];

    signal output {binary} out[n];

    for (var i = 0; i < n; i++) in[i] * (in[i] - 1) === 0;
    out <== in;
}

// Statement: bits are those of the constant value, least significant first. It costs no row.
template ConstantBits(n, value) {
    signal output {binary} bits[n];

    assert(0 <= value && value < 2 ** n);
    for (var i = 0; i < n; i++) bits[i] <== (value >> i) & 1;
}

// Statement: in = sum of bits[i] 2^i with every bit 0 or 1. For n <= 253 there is one such decomposition.
template Bits(n) {
    signal input in;

    signal output {binary} bits[n];

    assert(n <= 253); // 2^254 > r: a longer sum could wrap and give in a second decomposition

    var rest = in; // shifted and doubled step by step: powers cost most of a witness program's time
    var power = 1;
    var sum = 0;
    for (var i = 0; i < n; i++) {
        bits[i] <-- rest & 1; // pinned by the next line and by the sum
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * power;
        power += power;
        rest = rest >> 1;
    }
    sum === in;
}

// Statement: bits are the 254 bits of the canonical representative of in, least significant first.
//
// 254 bits leave two decompositions, h and h + r, to every h below 2^254 - r. What tells them apart is the high part,
// so it must lie strictly below the high part of r: h >> 128 < r >> 128. That implies h < r, and costs 126 rows where
// a full comparison costs 262. It also refuses the r mod 2^128 values just below r: a hash falls there with
// probability below 2^-126, whoever chose its input, and the place it names then cannot be proven.
template CanonicalBits() {
    signal input in;

    signal output {binary, canonical} bits[254];

    var LOW = 128;
    var HIGH_OF_R = (-1) >> LOW; // of r - 1, and r is odd: the same as of r

    var rest = in;
    var power = 1;
    var sum = 0;
    var highPower = 1;
    var high = 0;
    for (var i = 0; i < 254; i++) {
        bits[i] <-- rest & 1; // pinned by the next line, the sum and the bound on its high part
        bits[i] * (bits[i] - 1) === 0;
        sum += bits[i] * power;
        power += power;
        rest = rest >> 1;
        if (i >= LOW) {
            high += bits[i] * highPower;
            highPower += highPower;
        }
    }
    sum === in;

    _ <== Bits(254 - LOW)(HIGH_OF_R - 1 - high);
}

// Statement: in is in [1, 2^depth], and depth <= 32.
template StepCount(depth) {
    signal input in;

    signal output {stepCount} out;

    assert(depth <= 32);

    _ <== Bits(depth)(in - 1);
    out <== in;
}

// Statement: every in[i] is an octet; out is in, and bits are its bits, least significant first.
template Octets(n) {
    signal input in[n];

    signal output {octet} out[n];
    signal output {binary} bits[n][8];

    for (var i = 0; i < n; i++) bits[i] <== Bits(8)(in[i]);
    out <== in;
}

// Statement: at[index] = 1, all others are 0, and index < n.
template OneHot(n) {
    signal input index;

    signal output {oneHot} at[n];

    var ones = 0;
    var position = 0;
    for (var i = 0; i < n; i++) {
        at[i] <-- index == i ? 1 : 0; // pinned by the next line and by the two sums
        at[i] * (at[i] - 1) === 0;
        ones += at[i];
        position += i * at[i];
    }
    ones === 1;
    position === index;
}

// Statement: the one of out stands by positions after the one of in; by is 0 or 1.
template MoveOneHot(n) {
    signal input {oneHot} in[n];
    signal input {binary} by;

    signal output {oneHot} out[n + 1];

    for (var i = 0; i <= n; i++) {
        var here = i < n ? in[i] : 0;
        var before = i > 0 ? in[i - 1] : 0;
        out[i] <== here + by * (before - here);
    }
}
