// What is demanded of a quote's signed part, and read of it.
pragma circom 2.2.3;

include "hash.circom";
include "tags.circom";
include "enclave/platform_tags.circom";
include "enclave/quote_layout.circom";

// Statement: quote is the header and body of a quote of this version, by an ECDSA P-256 key of an Intel quoting enclave,
// about an enclave or a domain that cannot be debugged; registers is the digest of what runs in it.
//
// Of a domain, the module must be Intel's production one: its signer and its attributes are 0. Its measurement is not
// checked, its version is (TcbEntry). The first octet of TDATTRIBUTES holds the bits that make a domain untrusted, DEBUG among
// them; what else is there, and all of XFAM, is part of the digest.
// Of an enclave, DEBUG is bit 1 of the first octet of ATTRIBUTES. All attributes are part of the digest, and ISVSVN exactly.
template QuoteBody(version) {
    signal input {octet} quote[SIGNED(version)];
    signal input {binary} flags[8]; // bits of the octet at FLAGS(version)

    signal output registers;
    signal output reportData; // its first 32 octets, modulo r
    signal output {octet} moduleVersions[16]; // TEE_TCB_SVN of a domain; of an enclave zeros

    // Version, key type 2, and the kind of environment; reserved in version 3, where it is 0 as well.
    var head = 0;
    for (var i = 0; i < 8; i++) head = head * 256 + quote[i];
    head === version * 256 ** 7 + 2 * 256 ** 5 + (IS_TDX(version) ? 0x81 * 256 ** 3 : 0);
    var vendor = 0;
    for (var i = 12; i < 28; i++) vendor = vendor * 256 + quote[i];
    vendor === 0x939A7233F79C4CA9940A0DB3957F0607;
    if (version == 5) { // a body of type 3, 648 octets
        var kind = 0;
        for (var i = 48; i < 54; i++) kind = kind * 256 + quote[i];
        kind === 3 * 256 ** 5 + 0x88 * 256 ** 3 + 0x02 * 256 ** 2;
    }

    if (IS_TDX(version)) {
        for (var i = 0; i < 8; i++) flags[i] === 0;
        var signerAndAttributes[2] = [0, 0];
        for (var half = 0; half < 2; half++) {
            for (var i = 0; i < 28; i++) {
                signerAndAttributes[half] = signerAndAttributes[half] * 256 + quote[BODY(version) + 64 + 28 * half + i];
            }
            signerAndAttributes[half] === 0;
        }
        for (var i = 0; i < 16; i++) moduleVersions[i] <== quote[BODY(version) + i];
    } else {
        flags[1] === 0;
        component none = Octets(16);
        for (var i = 0; i < 16; i++) none.in[i] <== 0;
        moduleVersions <== none.out;
    }

    var OCTETS = REGISTER_OCTETS(version);
    var ELEMENTS = (OCTETS + 30) \ 31;
    component digest = Hash(ELEMENTS, TAG_REGISTERS());
    for (var e = 0; e < ELEMENTS; e++) {
        var number = 0;
        for (var i = 31 * e; i < 31 * e + 31 && i < OCTETS; i++) {
            var place = REGISTERS(version) + i;
            if (i >= 400) place = BODY(version) + 600 + i - 400; // MRSERVICETD
            number = number * 256 + quote[place];
        }
        digest.inputs[e] <== number;
    }
    registers <== digest.out;

    var data = 0;
    for (var i = 0; i < 32; i++) data = data * 256 + quote[REPORT_DATA(version) + i];
    reportData <== data;
}
