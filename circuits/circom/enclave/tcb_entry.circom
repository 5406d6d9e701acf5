// Whether the versions of a platform satisfy an entry of the accepted ones.
pragma circom 2.2.3;

include "hash.circom";
include "merkle_path.circom";
include "tags.circom";
include "enclave/platform_tags.circom";

// Statement: every version of the platform is at least what the entry demands, and the entry is in the tree under root.
//
// The entry is H_tcb(head, sgxMinima, tdxMinima, module, qe), where
//   head       tee (0 or 81 hex), FMSPC (6 octets), PCEID (2), least PCESVN (2)
//   sgxMinima  least component SVNs, 16 octets
//   tdxMinima  least octets of TEE_TCB_SVN, 16 of them; for SGX 0
//   module     the major version of the TDX module, the second octet of TEE_TCB_SVN, exactly; for SGX 0
//   qe         ISVPRODID of the quoting enclave (2 octets), its least ISVSVN (2)
// A TDX module of major version above 0 has identities of its own (tdxModuleIdentities): whoever makes the entry puts their least ISVSVN
// in the place of octet 0, and 0 in that of octet 1. Who makes entries answers for Intel's rule that the first level that fits counts.
//
// Each demanded version is an octet or two of its own: else two sets of minima could have one packed number.
template TcbEntry(tdx, depth) {
    signal input model; // FMSPC and PCEID of the platform
    signal input pceSvn;
    signal input {octet} components[16];
    signal input {octet} moduleVersions[16];
    signal input qeSvn;
    // The entry.
    signal input pceSvnMinimum;
    signal input sgxMinima[16];
    signal input tdxMinima[16];
    signal input qeSvnMinimum;
    signal input position;
    signal input siblings[depth]; // from the leaf upwards

    signal output root;

    _ <== Bits(16)(pceSvnMinimum);
    _ <== Bits(16)(pceSvn - pceSvnMinimum);
    _ <== Bits(16)(qeSvnMinimum);
    _ <== Bits(16)(qeSvn - qeSvnMinimum);

    component sgx = AtLeast(16);
    sgx.octets <== components;
    sgx.minima <== sgxMinima;
    component domain = AtLeast(16);
    domain.octets <== moduleVersions;
    domain.minima <== tdxMinima;

    component leaf = Hash(5, TAG_TCB());
    leaf.inputs[0] <== (tdx ? 0x81 : 0) * 2 ** 80 + model * 2 ** 16 + pceSvnMinimum;
    leaf.inputs[1] <== sgx.packed;
    leaf.inputs[2] <== domain.packed;
    leaf.inputs[3] <== moduleVersions[1];
    leaf.inputs[4] <== (tdx ? 2 : 1) * 2 ** 16 + qeSvnMinimum;

    component path = MerklePath(depth, TAG_TCB_NODE());
    path.leaf <== leaf.out;
    path.index <== Bits(depth)(position);
    path.siblings <== siblings;
    root <== path.root;
}

// Statement: each octet is at least its minimum, and packed is the minima's big-endian number.
template AtLeast(n) {
    signal input {octet} octets[n];
    signal input minima[n];

    signal output packed;

    component checked = Octets(n);
    checked.in <== minima;
    var number = 0;
    for (var i = 0; i < n; i++) {
        _ <== Bits(8)(octets[i] - checked.out[i]);
        number = number * 256 + checked.out[i];
    }
    packed <== number;
}
