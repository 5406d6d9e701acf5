// One output of a column's output vector.
pragma circom 2.2.3;

include "tags.circom";

// Statement: y is output j of the vector: bits 2 (j mod 62) and up of element j div 62, which is below 2^124.
//
// The position is a pair of one-hot selectors, of the element and of the slot in it. Exactly one pair satisfies
// 62 element + slot = j for j in [0, 992 blocks); for any other j there is none. The size of elements that are not asked for is
// not checked: they count as wrong outputs when they are.
template OutputAt(blocks) {
    signal input elements[16 * blocks];
    signal input j;

    signal output y;

    signal atElement[16 * blocks];
    signal chosen[16 * blocks]; // the element where it is selected, else 0
    signal atSlot[62];
    signal output_[62]; // the output where it is selected, else 0

    var ones = 0;
    var position = 0;
    var element = 0;
    for (var i = 0; i < 16 * blocks; i++) {
        atElement[i] <-- j \ 62 == i ? 1 : 0; // pinned by the next line and by the sums below
        atElement[i] * (atElement[i] - 1) === 0;
        chosen[i] <== atElement[i] * elements[i];
        ones += atElement[i];
        position += atElement[i] * 62 * i;
        element += chosen[i];
    }
    ones === 1;

    component opened = Bits(124);
    opened.in <== element;

    ones = 0;
    var sum = 0;
    for (var i = 0; i < 62; i++) {
        atSlot[i] <-- j % 62 == i ? 1 : 0; // pinned by the next line and by the sums below
        atSlot[i] * (atSlot[i] - 1) === 0;
        output_[i] <== atSlot[i] * (opened.bits[2 * i] + 2 * opened.bits[2 * i + 1]);
        ones += atSlot[i];
        position += atSlot[i] * i;
        sum += output_[i];
    }
    ones === 1;
    position === j;

    y <== sum;
}
