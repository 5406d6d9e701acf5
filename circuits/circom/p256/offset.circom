// The point at which the joint multiplication starts.
pragma circom 2.2.3;

include "hash.circom";
include "p256/base_comb.circom";
include "p256/offset_tag.circom";
include "tags.circom";

// Statement: (x, y) is h G, h being the sum of digits[t] 2^(9t): 126 bits of H_{pocps.p256} of everything that determines the
// points which the joint multiplication adds. README.md, "The offset", says what that is good for.
//
// No two of what is hashed are packed to the same field elements: limbs of a half lie in [-2^31, 2^33), so a half is within
// 2^130 of 0, and distinct halves are distinct elements.
template Offset() {
    var WINDOWS = OFFSET_WINDOWS();
    signal input q[2][8];
    signal input r[2][8];
    signal input alpha[4];
    signal input beta[4];
    signal input choice; // below 8
    signal input slopes[WINDOWS - 1][8];

    signal output digits[WINDOWS];
    signal output x[15];
    signal output y[22];

    component hash = Hash(10, TAG_P256());
    for (var half = 0; half < 2; half++) {
        for (var c = 0; c < 2; c++) {
            var qHalf = 0;
            var rHalf = 0;
            for (var k = 0; k < 4; k++) {
                qHalf += q[c][4 * half + k] * 2 ** (32 * k);
                rHalf += r[c][4 * half + k] * 2 ** (32 * k);
            }
            hash.inputs[2 * c + half] <== qHalf;
            hash.inputs[4 + 2 * c + half] <== rHalf;
        }
    }
    var alphaSum = 0;
    var betaSum = 0;
    for (var k = 0; k < 4; k++) {
        alphaSum += alpha[k] * 2 ** (32 * k);
        betaSum += beta[k] * 2 ** (32 * k);
    }
    hash.inputs[8] <== alphaSum;
    hash.inputs[9] <== betaSum + choice * 2 ** 140;

    component random = CanonicalBits();
    random.in <== hash.out;
    component comb = BaseComb(WINDOWS);
    for (var i = 0; i < WINDOWS * COMB_BITS(); i++) comb.bits[i] <== random.bits[i];
    comb.slopes <== slopes;
    digits <== comb.digits;
    x <== comb.sumX;
    y <== comb.sumY;
}
