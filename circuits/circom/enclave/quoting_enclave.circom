// What is demanded of the report of a quoting enclave, and read of it.
pragma circom 2.2.3;

include "tags.circom";

// MRSIGNER of Intel's quoting enclaves, a half each (Intel's enclave identities QE and TD_QE): for enclaves, then for domains.
function QE_SIGNER_HIGH(tdx) {
    return tdx ? 0xDC9E2A7C6F948F17474E34A7FC43ED03 : 0x8C4F5775D796503E96137F77C68A829A;
}
function QE_SIGNER_LOW(tdx) {
    return tdx ? 0x0F7C1563F1BABDDF6340C82E0E54A8C5 : 0x0056AC8DED70140B081B094490C57BFF;
}

// Statement: report is that of a production quoting enclave of Intel's, of product 1 (SGX) or 2 (TDX); kind is its
// ISVPRODID (2 octets) and ISVSVN (2), and its report data are the 32 octets of bound, then zeros.
//
// As in Intel's enclave identities: MISCSELECT 0; ATTRIBUTES 11 or 15 (initialised, provisioning key; 64 bit is masked), so the
// debug bit 02 is off; the extended features are masked there and are not checked here. Nor is MRENCLAVE, of which the
// identities say nothing, nor CPUSVN: that of the certificate counts.
template QuotingEnclave() {
    signal input {octet} report[384];

    signal output kind;
    signal output bound[2]; // high and low 128 bits

    var miscSelect = 0;
    for (var i = 16; i < 20; i++) miscSelect = miscSelect * 256 + report[i];
    miscSelect === 0;

    (report[48] - 0x11) * (report[48] - 0x15) === 0;
    var flags = 0;
    for (var i = 49; i < 56; i++) flags = flags * 256 + report[i];
    flags === 0;

    var product = report[256] + 256 * report[257];
    component tdx = Binary(1);
    tdx.in[0] <-- product == 2 ? 1 : 0; // pinned by the next line
    product === 1 + tdx.out[0];
    var signer[2] = [0, 0];
    for (var half = 0; half < 2; half++) {
        for (var i = 0; i < 16; i++) signer[half] = signer[half] * 256 + report[128 + 16 * half + i];
    }
    signer[0] === QE_SIGNER_HIGH(0) + tdx.out[0] * (QE_SIGNER_HIGH(1) - QE_SIGNER_HIGH(0));
    signer[1] === QE_SIGNER_LOW(0) + tdx.out[0] * (QE_SIGNER_LOW(1) - QE_SIGNER_LOW(0));

    kind <== product * 256 ** 2 + report[258] + 256 * report[259];

    for (var half = 0; half < 2; half++) {
        var number = 0;
        var zeros = 0;
        for (var i = 0; i < 16; i++) {
            number = number * 256 + report[320 + 16 * half + i];
            zeros = zeros * 256 + report[352 + 16 * half + i];
        }
        bound[half] <== number;
        zeros === 0;
    }
}
