// The compression function of SHA-256.
pragma circom 2.2.3;

include "tags.circom";
include "sha256/round_pair.circom";
include "sha256/schedule.circom";

// Statement: after is the state that the block leads to from before (FIPS 180-4 §6.2.2).
//
// a[t + 4] and e[t + 4] are the working variables a and e after round t; the first four are the state before, oldest first.
template Compression() {
    signal input {binary} before[8][32]; // words; least significant bit first
    signal input {binary} block[16][32];

    signal output {binary} after[8][32];

    signal {binary} w[64][32];
    component schedule[48];
    for (var t = 0; t < 64; t++) {
        if (t < 16) {
            w[t] <== block[t];
        } else {
            schedule[t - 16] = ScheduleWord();
            schedule[t - 16].w2 <== w[t - 2];
            schedule[t - 16].w7 <== w[t - 7];
            schedule[t - 16].w15 <== w[t - 15];
            schedule[t - 16].w16 <== w[t - 16];
            w[t] <== schedule[t - 16].word;
        }
    }

    signal {binary} a[68][32];
    signal {binary} e[68][32];
    for (var k = 0; k < 4; k++) {
        a[k] <== before[3 - k];
        e[k] <== before[7 - k];
    }
    component rounds[32];
    for (var k = 0; k < 32; k++) {
        rounds[k] = RoundPair(2 * k);
        for (var i = 0; i < 4; i++) {
            rounds[k].a[i] <== a[2 * k + i];
            rounds[k].e[i] <== e[2 * k + i];
        }
        for (var j = 0; j < 2; j++) rounds[k].w[j] <== w[2 * k + j];
        for (var j = 0; j < 2; j++) {
            a[2 * k + 4 + j] <== rounds[k].nextA[j];
            e[2 * k + 4 + j] <== rounds[k].nextE[j];
        }
    }

    component chain[8];
    for (var j = 0; j < 8; j++) {
        chain[j] = AddWords();
        chain[j].x <== before[j];
        if (j < 4) chain[j].y <== a[67 - j];
        else chain[j].y <== e[71 - j];
        after[j] <== chain[j].sum;
    }
}

// Statement: sum = x + y mod 2^32.
//
// x + y = sum + 2^32 carry in one way; carry is what remains, and that it is a bit is the check.
template AddWords() {
    signal input {binary} x[32];
    signal input {binary} y[32];

    signal output {binary} sum[32];

    var total = 0;
    for (var i = 0; i < 32; i++) total += (x[i] + y[i]) * (1 << i);

    component bits = Binary(32);
    var rest = total;
    for (var i = 0; i < 32; i++) {
        bits.in[i] <-- (total >> i) & 1; // pinned by the rows of Binary and by the last line
        rest -= bits.in[i] * (1 << i);
    }
    var carry = rest / (1 << 32);
    carry * (carry - 1) === 0;

    sum <== bits.out;
}
