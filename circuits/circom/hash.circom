// The tagged Poseidon hash H_tag of circuits/README.md §1.
pragma circom 2.2.3;

include "circomlib/circuits/poseidon_constants.circom";

// Statement: out = first element of Permutation(n + 1)(tag, inputs).
//
// The function of circomlib's PoseidonEx(n, 1) with initialState = tag, and its constants (sparse partial rounds).
// Linear layers stay in `var`, so nearly every row is one multiplication of an S-box. Two choices keep the
// rows short as well: the third row of a partial S-box defines the next round's first element, so that only one side
// of one row is long; and the state gets signals of its own once, between the partial and the last full rounds.
template Hash(n, tag) {
    signal input inputs[n];

    signal output out;

    var PARTIAL_ROUNDS[16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];
    var t = n + 1;
    var F = 8; // full rounds, half of them on either side
    var P = PARTIAL_ROUNDS[n - 1];
    var C[F * t + P] = POSEIDON_C(t);
    var S[P * (2 * t - 1)] = POSEIDON_S(t);
    var M[t][t] = POSEIDON_M(t);
    var PRE_SPARSE[t][t] = POSEIDON_P(t);
    var CORNER = S[0]; // of every sparse matrix, and of M
    var INVERSE = 1 / CORNER;

    // S-boxes in order of evaluation, without the one on the tag, which is a constant.
    var BOXES = F * t + P - 1;
    signal square[BOXES];
    signal fourth[BOXES];
    signal fifth[F * t - 2]; // of full rounds only; the last one of all is part of out
    signal head[P];
    signal middle[n];

    var state[t];
    var power[t];
    var box = 0;
    var full = 0;

    state[0] = tag + C[0];
    for (var i = 1; i < t; i++) state[i] = inputs[i - 1] + C[i];

    for (var round = 0; round < F \ 2; round++) {
        for (var i = 0; i < t; i++) {
            if (round == 0 && i == 0) {
                power[0] = state[0] ** 5;
            } else {
                square[box] <== state[i] * state[i];
                fourth[box] <== square[box] * square[box];
                fifth[full] <== fourth[box] * state[i];
                power[i] = fifth[full];
                box++;
                full++;
            }
        }
        for (var i = 0; i < t; i++) {
            state[i] = 0;
            for (var j = 0; j < t; j++) {
                var weight = round == F \ 2 - 1 ? PRE_SPARSE[j][i] : M[j][i];
                state[i] += weight * (power[j] + C[(round + 1) * t + j]);
            }
        }
    }

    for (var round = 0; round < P; round++) {
        var base = (2 * t - 1) * round;
        var others = 0;
        for (var i = 1; i < t; i++) others += S[base + i] * state[i];

        square[box] <== state[0] * state[0];
        fourth[box] <== square[box] * square[box];
        assert(S[base] == CORNER);
        head[round] <== CORNER * (fourth[box] * state[0] + C[(F \ 2 + 1) * t + round]) + others;
        box++;

        var boxed = (head[round] - others) * INVERSE; // the S-box's output, in terms of head
        for (var i = 1; i < t; i++) state[i] += boxed * S[base + t + i - 1];
        state[0] = head[round];
    }
    for (var i = 1; i < t; i++) {
        middle[i - 1] <== state[i];
        state[i] = middle[i - 1];
    }

    for (var round = F \ 2; round < F - 1; round++) {
        for (var i = 0; i < t; i++) {
            square[box] <== state[i] * state[i];
            fourth[box] <== square[box] * square[box];
            fifth[full] <== fourth[box] * state[i];
            power[i] = fifth[full] + C[(round + 1) * t + P + i];
            box++;
            full++;
        }
        for (var i = 0; i < t; i++) {
            state[i] = 0;
            for (var j = 0; j < t; j++) state[i] += M[j][i] * power[j];
        }
    }

    var sum = 0;
    for (var i = 0; i < t - 1; i++) {
        square[box] <== state[i] * state[i];
        fourth[box] <== square[box] * square[box];
        fifth[full] <== fourth[box] * state[i];
        sum += M[i][0] * fifth[full];
        box++;
        full++;
    }
    square[box] <== state[t - 1] * state[t - 1];
    fourth[box] <== square[box] * square[box];
    out <== M[t - 1][0] * (fourth[box] * state[t - 1]) + sum;
}
