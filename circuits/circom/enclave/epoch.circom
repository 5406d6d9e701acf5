// The proof that an enclave stands behind a round.
pragma circom 2.2.3;

include "enclave/attestation.circom";
include "enclave/session_tags.circom";
include "hash.circom";

// Statement: circuits/README.md §10. The key that session holds signed challenge and traceRoot, session holds level, and
// epochNullifier is the one of the session's platform in this epoch.
//
// Outside the proof, the contract must
//   1. take session and level from a session that it opened for the node and that is still live;
//   2. compute challenge itself, and take traceRoot from the stored commitment;
//   3. accept epochNullifier for one node in an epoch;
//   4. reject a public signal >= r.
template EnclaveEpoch() {
    // Public. Their order here is their order in the verifier.
    signal input session;
    signal input challenge; // of the round: binds chain, contract, node, epoch and kernel
    signal input traceRoot;
    signal input epoch;
    signal input epochNullifier;
    signal input level;
    // Private.
    signal input window;         // in which the session was opened
    signal input nullifierKey;   // the platform's secret
    signal input publicKey[2];   // the enclave's
    signal input signaturePoint[2];
    signal input signatureScalar;

    component opened = Hash(5, TAG_SESSION());
    opened.inputs <== [publicKey[0], publicKey[1], level, window, nullifierKey];
    opened.out === session;
    component spent = Hash(2, TAG_EPOCH());
    spent.inputs <== [nullifierKey, epoch];
    spent.out === epochNullifier;

    component attestation = Attestation();
    attestation.challenge <== challenge;
    attestation.traceRoot <== traceRoot;
    attestation.publicKey <== publicKey;
    attestation.signaturePoint <== signaturePoint;
    attestation.signatureScalar <== signatureScalar;
}
