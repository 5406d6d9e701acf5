// The signature by which an enclave attests to a round.
pragma circom 2.2.3;

include "enclave/multiply.circom";
include "enclave/session_tags.circom";
include "hash.circom";
include "tags.circom";

// Statement: S B = R + e pk, a Schnorr signature over BabyJubJub, where e is the low 128 bits of the canonical
// H_attest(R, pk, challenge, traceRoot), and R and pk are on the curve.
//
// The key, hence its place in the subgroup of order l, is the enclave's: a measured enclave makes x and pk = x B. Then R = S B - e x B is
// in the subgroup too, and nothing is left to check. S is below 2^252, not below l: S + l is the same signature
// written otherwise, and nothing is keyed on it.
template Attestation() {
    signal input challenge;
    signal input traceRoot;
    signal input publicKey[2];
    signal input signaturePoint[2]; // R
    signal input signatureScalar;   // S

    component key = OnCurve();
    key.in <== publicKey;
    component point = OnCurve();
    point.in <== signaturePoint;

    component digest = CanonicalBits();
    digest.in <== Hash(6, TAG_ATTEST())(
        [signaturePoint[0], signaturePoint[1], publicKey[0], publicKey[1], challenge, traceRoot]
    );
    component product = MultiplyPoint(128);
    for (var i = 0; i < 128; i++) product.bits[i] <== digest.bits[i];
    product.p <== key.out;

    component claimed = PointAdd();
    claimed.p <== point.out;
    claimed.q <== product.out;

    component computed = MultiplyBase(84);
    computed.bits <== Bits(252)(signatureScalar);
    computed.out === claimed.out;
}
