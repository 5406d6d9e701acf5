// The trusted computing base in the SGX extension of a PCK certificate.
pragma circom 2.2.3;

include "tags.circom";
include "enclave/octets_at.circom";
include "enclave/security_version.circom";

// From the first component to the end of the FMSPC, when the serial number and all 17 values move it as far as they can.
function PCK_TCB_OCTETS() {
    return 16 * 18 + 18 + 33 + 18 + 22 + 2 + 17;
}

// Statement: octets hold, from place p on where at[p] = 1, components 1 to 16, PCESVN, CPUSVN, PCEID and FMSPC.
//
// Intel's verification library compares the components, so they are read, and the 16 octets of CPUSVN, which repeat
// them, are not.
template PckTcb() {
    signal input {octet} octets[PCK_TCB_OCTETS()];
    signal input {oneHot} at[3];

    signal output tcb; // FMSPC (6 octets), PCEID (2), PCESVN (2)
    signal output cpuSvn; // the components, an octet each

    component versions[17];
    var components = 0;
    for (var k = 0; k < 17; k++) {
        versions[k] = SecurityVersionAt(k + 1, 3 + k);
        if (k == 0) versions[k].at <== at;
        else versions[k].at <== versions[k - 1].next;
        for (var i = 0; i < 3 + k + 18; i++) versions[k].octets[i] <== octets[18 * k + i];
        if (k < 16) {
            versions[k].high === 0;
            components = components * 256 + versions[k].low;
        }
    }
    cpuSvn <== components;

    var CPUSVN = 17 * 18;
    var PCEID = CPUSVN + 33;
    var FMSPC = PCEID + 18;
    var PLACES = 20;
    component headers[3];
    headers[0] = ConstantAt(17, PLACES, 0x301F060B2A864886F84D010D0102120410);
    headers[1] = ConstantAt(16, PLACES, 0x3010060A2A864886F84D010D01030402);
    headers[2] = ConstantAt(16, PLACES, 0x3014060A2A864886F84D010D01040406);
    var HEADER_PLACES[3] = [CPUSVN, PCEID, FMSPC];
    for (var k = 0; k < 3; k++) {
        headers[k].at <== versions[16].next;
        for (var i = 0; i < (k == 0 ? 17 : 16) + PLACES - 1; i++) headers[k].octets[i] <== octets[HEADER_PLACES[k] + i];
    }
    component pceId = FieldAt(2, PLACES);
    component fmspc = FieldAt(6, PLACES);
    pceId.at <== versions[16].next;
    fmspc.at <== versions[16].next;
    for (var i = 0; i < 2 + PLACES - 1; i++) pceId.octets[i] <== octets[PCEID + 16 + i];
    for (var i = 0; i < 6 + PLACES - 1; i++) fmspc.octets[i] <== octets[FMSPC + 16 + i];

    tcb <== (fmspc.value * 256 ** 2 + pceId.value) * 256 ** 2 + versions[16].high * 256 + versions[16].low;
}
