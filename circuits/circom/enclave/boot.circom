// The proof that an accepted enclave runs on a registered platform, and that it chose a key.
pragma circom 2.2.3;

include "hash.circom";
include "merkle_path.circom";
include "p256/ecdsa.circom";
include "sha256/sha256.circom";
include "tags.circom";
include "enclave/bit_order.circom";
include "enclave/platform_tags.circom";
include "enclave/quote_body.circom";
include "enclave/quote_layout.circom";
include "enclave/session_tags.circom";
include "enclave/tcb_entry.circom";

// Statement: circuits/enclave.md §4. The attestation key of a platform under platformRoot signed a quote of this version, about
// software under measurementRoot with this level that cannot be debugged, on versions under tcbRoot; the quote's report
// data name the enclave's key and challenge; session and windowNullifier are those of that key and that platform.
//
// Outside the proof, the contract must
//   1. take the three roots from its own record, compute challenge itself, and take window from its clock;
//   2. refuse a window nullifier that is spent, and a level that is 0;
//   3. reject a public signal >= r.
// circuits/enclave.md §6 has the whole list.
template EnclaveBoot(version, platformDepth, tcbDepth, measurementDepth) {
    var OCTETS = SIGNED(version);
    // Public. Their order here is their order in the verifier.
    signal input session;
    signal input windowNullifier;
    signal input platformRoot;
    signal input tcbRoot;
    signal input measurementRoot;
    signal input challenge; // binds chain, registry, node and window
    signal input window;
    signal input level;
    // Private: the quote.
    signal input quote[OCTETS]; // what is signed of it
    signal input quoteSignature[64]; // r and s, big-endian
    signal input quoteHint[ECDSA_P256_HINT()];
    signal input attestationKey[64]; // x and y, big-endian
    // The platform, as its leaf holds it.
    signal input model; // FMSPC (6 octets), PCEID (2)
    signal input pceSvn;
    signal input components[16];
    signal input qeSvn;
    signal input nullifierKey;
    signal input platformPosition;
    signal input platformPath[platformDepth]; // siblings, from the leaf upwards; the other paths as well
    // The entry that accepts its versions.
    signal input pceSvnMinimum;
    signal input sgxMinima[16];
    signal input tdxMinima[16];
    signal input qeSvnMinimum;
    signal input tcbPosition;
    signal input tcbPath[tcbDepth];
    // The entry that accepts its software.
    signal input measurementPosition;
    signal input measurementPath[measurementDepth];
    // What the report data bind.
    signal input publicKey[2]; // the enclave's, on BabyJubJub
    signal input gpuCommitment; // 0 without evidence of a GPU

    // The quote.
    component octets = Octets(OCTETS);
    octets.in <== quote;
    component body = QuoteBody(version);
    body.quote <== octets.out;
    body.flags <== octets.bits[FLAGS(version)];
    component hash = Sha256(OCTETS);
    hash.message <== octets.bits;
    component rs = SignatureBits();
    rs.octets <== quoteSignature;
    component key = SignatureBits(); // two numbers of 32 octets as well
    key.octets <== attestationKey;
    component byAttestationKey = EcdsaP256();
    byAttestationKey.digest <== BigEndianBits()(hash.digest);
    byAttestationKey.r <== rs.r;
    byAttestationKey.s <== rs.s;
    byAttestationKey.publicKeyX <== key.r;
    byAttestationKey.publicKeyY <== key.s;
    byAttestationKey.hint <== quoteHint;

    // The platform. Each part of the leaf has its range: else one number could be split in two ways.
    _ <== Bits(64)(model);
    _ <== Bits(16)(pceSvn);
    _ <== Bits(16)(qeSvn);
    component versions = Octets(16);
    versions.in <== components;
    component leaf = Hash(8, TAG_LEAF());
    for (var part = 0; part < 4; part++) {
        var number = 0;
        for (var i = 0; i < 16; i++) number = number * 256 + attestationKey[16 * part + i];
        leaf.inputs[part] <== number;
    }
    var cpuSvn = 0;
    for (var i = 0; i < 16; i++) cpuSvn = cpuSvn * 256 + versions.out[i];
    leaf.inputs[4] <== model * 2 ** 16 + pceSvn;
    leaf.inputs[5] <== cpuSvn;
    leaf.inputs[6] <== (IS_TDX(version) ? 2 : 1) * 2 ** 16 + qeSvn;
    leaf.inputs[7] <== nullifierKey;
    component platform = MerklePath(platformDepth, 0); // plain Poseidon: this tree is computed on chain
    platform.leaf <== leaf.out;
    platform.index <== Bits(platformDepth)(platformPosition);
    platform.siblings <== platformPath;
    platform.root === platformRoot;

    component tcb = TcbEntry(IS_TDX(version), tcbDepth);
    tcb.model <== model;
    tcb.pceSvn <== pceSvn;
    tcb.components <== versions.out;
    tcb.moduleVersions <== body.moduleVersions;
    tcb.qeSvn <== qeSvn;
    tcb.pceSvnMinimum <== pceSvnMinimum;
    tcb.sgxMinima <== sgxMinima;
    tcb.tdxMinima <== tdxMinima;
    tcb.qeSvnMinimum <== qeSvnMinimum;
    tcb.position <== tcbPosition;
    tcb.siblings <== tcbPath;
    tcb.root === tcbRoot;

    component measurement = MerklePath(measurementDepth, TAG_MEASUREMENT_NODE());
    measurement.leaf <== Hash(2, TAG_MEASUREMENT())([body.registers, level]);
    measurement.index <== Bits(measurementDepth)(measurementPosition);
    measurement.siblings <== measurementPath;
    measurement.root === measurementRoot;

    component report = Hash(4, TAG_REPORT());
    report.inputs <== [publicKey[0], publicKey[1], gpuCommitment, challenge];
    report.out === body.reportData;
    component opened = Hash(5, TAG_SESSION());
    opened.inputs <== [publicKey[0], publicKey[1], level, window, nullifierKey];
    opened.out === session;
    component spent = Hash(2, TAG_WINDOW());
    spent.inputs <== [nullifierKey, window];
    spent.out === windowNullifier;
}
