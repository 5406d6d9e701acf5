// Octets of a byte string at a place that a one-hot selector names.
//
// A place costs one row, however many octets are read there: the big-endian number of up to 31 octets is a linear sum.
pragma circom 2.2.3;

include "tags.circom";

// Statement: value is the big-endian number of the length octets from place p on, where at[p] = 1.
template FieldAt(length, places) {
    signal input {octet} octets[length + places - 1];
    signal input {oneHot} at[places];

    signal output value;

    assert(length <= 31); // below r: another string is another number

    signal chosen[places - 1];
    var sum = 0;
    for (var p = 0; p < places; p++) {
        var number = 0;
        for (var i = 0; i < length; i++) number = number * 256 + octets[p + i];
        if (p < places - 1) {
            chosen[p] <== at[p] * number;
            sum += chosen[p];
        } else {
            value <== at[p] * number + sum;
        }
    }
}

// Statement: the big-endian number of the length octets from place p on, where at[p] = 1, is constant.
template ConstantAt(length, places, constant) {
    signal input {octet} octets[length + places - 1];
    signal input {oneHot} at[places];

    assert(length <= 31 && constant < 256 ** length);

    for (var p = 0; p < places; p++) {
        var number = 0;
        for (var i = 0; i < length; i++) number = number * 256 + octets[p + i];
        at[p] * (number - constant) === 0;
    }
}
