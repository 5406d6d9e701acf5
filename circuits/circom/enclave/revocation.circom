// Certificates that are not revoked.
pragma circom 2.2.3;

include "hash.circom";
include "merkle_path.circom";
include "tags.circom";
include "enclave/platform_tags.circom";

// Statement: serial is not among the serial numbers of the tree under root.
//
// The leaves are H_revoked(low, high) for every two neighbours of the sorted list 0, the revoked serial numbers, 2^160. A
// leaf with low < serial < high is there exactly when serial is not in the list. Whoever publishes a root answers for its
// being such a tree, with all numbers at most 2^160: then the two differences cannot wrap.
template NotRevoked(depth) {
    signal input serial;
    signal input low;
    signal input high;
    signal input position; // of the leaf
    signal input siblings[depth]; // from the leaf upwards

    signal output root;

    _ <== Bits(160)(serial - low - 1);
    _ <== Bits(160)(high - serial - 1);

    component path = MerklePath(depth, TAG_REVOKED_NODE());
    path.leaf <== Hash(2, TAG_REVOKED())([low, high]);
    path.index <== Bits(depth)(position);
    path.siblings <== siblings;
    root <== path.root;
}
