// One security version number of the TCB extension of a PCK certificate.
pragma circom 2.2.3;

include "tags.circom";
include "enclave/octets_at.circom";

// Statement: from place p on, where at[p] = 1, stands the DER of component index with the value 256 high + low:
//
//   30 L 06 0B 2A 86 48 86 F8 4D 01 0D 01 02 index 02 l value      L = 0F + l, l octets of value, l = 1 or 2
//
// and next marks the place after it, counted from 18 octets on, which is where it ends for l = 1.
//
// DER writes a value of 128 to 255 with two octets, the first of them 0, and so moves all that follows by one. Which it is
// is no free choice: the two octets that count lengths, checked with the whole header, must both agree with it.
template SecurityVersionAt(index, places) {
    signal input {octet} octets[places + 18];
    signal input {oneHot} at[places];

    signal output high;
    signal output low;
    signal output {oneHot} next[places + 1];

    var HEADER = 0x3010060B2A864886F84D010D0102000201 + index * 256 ** 2; // the 17 octets for l = 1
    var LONGER = 256 ** 15 + 1; // what l = 2 adds to them

    var selected = 0; // the second octet of the header, for the hint
    for (var p = 0; p < places; p++) selected += at[p] * octets[p + 1];
    component wide = Binary(1); // l = 2
    wide.in[0] <-- selected == 0x11 ? 1 : 0; // pinned by the header

    for (var p = 0; p < places; p++) {
        var number = 0;
        for (var i = 0; i < 17; i++) number = number * 256 + octets[p + i];
        at[p] * (number - HEADER - wide.out[0] * LONGER) === 0;
    }

    component first = FieldAt(1, places);
    component second = FieldAt(1, places);
    first.at <== at;
    second.at <== at;
    for (var p = 0; p < places; p++) {
        first.octets[p] <== octets[p + 17];
        second.octets[p] <== octets[p + 18];
    }
    high <== wide.out[0] * first.value;
    low <== first.value + wide.out[0] * (second.value - first.value);

    component move = MoveOneHot(places);
    move.in <== at;
    move.by <== wide.out[0];
    next <== move.out;
}
