// The hash of the signed part of a PCK certificate, of one of the lengths that an authority's certificates have.
pragma circom 2.2.3;

include "sha256/sha256.circom";
include "tags.circom";
include "enclave/pck_certificate.circom";

// Statement: digest is the SHA-256 state after the blocks of tbs, whose last two octets say how long it is.
//
// Certificates of the Platform CA take 19 blocks. Those of the Processor CA take 17 or 18, depending on the serial number and the
// versions in them. Which it is, the length decides that the certificate states of itself; a signed digest leaves no choice anyhow.
template PckDigest(processor) {
    var OCTETS = PCK_OCTETS(processor);
    var BLOCKS = OCTETS \ 64;
    signal input {octet} tbs[OCTETS];
    signal input {binary} bits[OCTETS][8];

    signal output {binary} digest[32][8];

    var length = 8 * (4 + tbs[2] * 256 + tbs[3]); // in bits; the padding ends with it
    component hash = Sha256Blocks(BLOCKS);
    hash.bytes <== bits;
    if (!processor) {
        tbs[OCTETS - 2] * 256 + tbs[OCTETS - 1] === length;
        digest <== hash.digests[BLOCKS - 1];
    } else {
        component longer = Binary(1); // 18 blocks
        longer.in[0] <-- length > 8 * (OCTETS - 64 - 9) ? 1 : 0; // pinned by the next line
        var shortEnd = tbs[OCTETS - 66] * 256 + tbs[OCTETS - 65];
        var longEnd = tbs[OCTETS - 2] * 256 + tbs[OCTETS - 1];
        shortEnd + longer.out[0] * (longEnd - shortEnd) === length;

        component chosen = Binary(256);
        for (var i = 0; i < 256; i++) {
            var short = hash.digests[BLOCKS - 2][i \ 8][i % 8];
            chosen.in[i] <== short + longer.out[0] * (hash.digests[BLOCKS - 1][i \ 8][i % 8] - short);
        }
        for (var i = 0; i < 256; i++) digest[i \ 8][i % 8] <== chosen.out[i];
    }
}
