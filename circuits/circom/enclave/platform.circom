// The proof that an attestation key belongs to one genuine platform.
pragma circom 2.2.3;

include "hash.circom";
include "p256/ecdsa.circom";
include "p256/ecdsa_constant.circom";
include "sha256/sha256.circom";
include "tags.circom";
include "enclave/authority.circom";
include "enclave/bit_order.circom";
include "enclave/pck_certificate.circom";
include "enclave/pck_digest.circom";
include "enclave/platform_tags.circom";
include "enclave/quoting_enclave.circom";
include "enclave/revocation.circom";

// Statement: circuits/enclave.md §3. The authority signed a PCK certificate that is not revoked under revocationRoot and is
// valid beyond the year validThroughYear; its key signed the report of a production quoting enclave of Intel's, which
// vouches for an attestation key; platformNullifier is the certificate's platform, platformLeaf all that a session needs.
//
// Outside the proof, the contract must
//   1. take revocationRoot from its own record for the authority that this circuit is made for;
//   2. compute owner from the sender; refuse a nullifier that is live;
//   3. let the leaf die when validThroughYear has passed;
//   4. reject a public signal >= r.
// circuits/enclave.md §6 has the whole list.
template EnclavePlatform(authority, revocationDepth) {
    var PROCESSOR = authority % 2; // whose certificates are laid out a little differently
    var TBS = PCK_OCTETS(PROCESSOR);
    // Public. Their order here is their order in the verifier.
    signal input platformNullifier;
    signal input platformLeaf;
    signal input revocationRoot;
    signal input validThroughYear;
    signal input owner; // the registrant's address
    // Private.
    signal input tbs[TBS]; // the signed part of the certificate, padded as SHA-256 does
    signal input certificateSignature[64]; // r and s, big-endian
    signal input certificateHint[ECDSA_P256_CONSTANT_HINT()];
    signal input qeReport[384];
    signal input qeReportSignature[64];
    signal input qeReportHint[ECDSA_P256_HINT()];
    signal input attestationKey[64]; // x and y, big-endian
    signal input qeAuthData[32];
    signal input nullifierKey; // the platform's secret
    signal input revokedLow; // neighbours of the serial number in the sorted list of the revoked
    signal input revokedHigh;
    signal input revokedPosition;
    signal input revokedPath[revocationDepth];

    // The certificate.
    component tbsOctets = Octets(TBS);
    tbsOctets.in <== tbs;
    component certificate = PckCertificate(PROCESSOR);
    certificate.tbs <== tbsOctets.out;
    component tbsHash = PckDigest(PROCESSOR);
    tbsHash.tbs <== tbsOctets.out;
    tbsHash.bits <== tbsOctets.bits;
    component certificateRs = SignatureBits();
    certificateRs.octets <== certificateSignature;
    component byAuthority = EcdsaP256Constant(authority);
    byAuthority.digest <== BigEndianBits()(tbsHash.digest);
    byAuthority.r <== certificateRs.r;
    byAuthority.s <== certificateRs.s;
    byAuthority.hint <== certificateHint;

    component revocation = NotRevoked(revocationDepth);
    revocation.serial <== certificate.serial;
    revocation.low <== revokedLow;
    revocation.high <== revokedHigh;
    revocation.position <== revokedPosition;
    revocation.siblings <== revokedPath;
    revocation.root === revocationRoot;

    _ <== Bits(8)(certificate.notAfterYear - validThroughYear - 1);
    _ <== Bits(160)(owner);

    // The quoting enclave.
    component qeOctets = Octets(384);
    qeOctets.in <== qeReport;
    component qe = QuotingEnclave();
    qe.report <== qeOctets.out;
    component qeHash = Sha256(384);
    qeHash.message <== qeOctets.bits;
    component qeRs = SignatureBits();
    qeRs.octets <== qeReportSignature;
    component byCertificate = EcdsaP256();
    byCertificate.digest <== BigEndianBits()(qeHash.digest);
    byCertificate.r <== qeRs.r;
    byCertificate.s <== qeRs.s;
    byCertificate.hint <== qeReportHint;
    byCertificate.publicKeyX <== HalvesBits()(certificate.publicKey[0]);
    byCertificate.publicKeyY <== HalvesBits()(certificate.publicKey[1]);

    // The attestation key.
    component bound = Octets(96);
    for (var i = 0; i < 64; i++) bound.in[i] <== attestationKey[i];
    for (var i = 0; i < 32; i++) bound.in[64 + i] <== qeAuthData[i];
    component boundHash = Sha256(96);
    boundHash.message <== bound.bits;
    for (var half = 0; half < 2; half++) {
        var number = 0;
        for (var i = 0; i < 128; i++) number += boundHash.digest[16 * half + 15 - i \ 8][i % 8] * (1 << i);
        number === qe.bound[half];
    }

    component authorityHash = Authority(authority);
    component nullifier = Hash(2, TAG_PLATFORM());
    nullifier.inputs <== [authorityHash.out, certificate.ppid];
    nullifier.out === platformNullifier;

    component leaf = Hash(8, TAG_LEAF());
    for (var part = 0; part < 4; part++) {
        var number = 0;
        for (var i = 0; i < 16; i++) number = number * 256 + bound.out[16 * part + i];
        leaf.inputs[part] <== number;
    }
    leaf.inputs[4] <== certificate.tcb;
    leaf.inputs[5] <== certificate.cpuSvn;
    leaf.inputs[6] <== qe.kind;
    leaf.inputs[7] <== nullifierKey;
    leaf.out === platformLeaf;
}
