// What is read of the signed part of a PCK certificate.
pragma circom 2.2.3;

include "tags.circom";
include "enclave/octets_at.circom";
include "enclave/pck_tcb.circom";

// Octets of the signed part with the most padding it may need: 1177 to 1195 for a certificate of the Platform CA, 1077 to 1095
// for one of the Processor CA.
function PCK_OCTETS(processor) {
    return processor ? 18 * 64 : 19 * 64;
}

// Statement: tbs is laid out as Intel's PCK certificates are, and the outputs are what it says.
//
// Intel's certificates are one fixed string of DER but for four things: the serial number, of 19, 20 or 21 octets, which moves all
// that follows; the two dates; the key; and the values in the SGX extension, which may move what follows by one octet each.
// The places after the serial number are selected by its length, which stands at a fixed place; those in the extension by
// walking it. Every header that a value is read behind is compared, octet by octet.
//
// Offsets are those for a serial number of 19 octets; names and URLs of the Processor CA are longer by one letter each.
// What is not checked: names, key usage and the other extensions (the authority that signed issues nothing else), that
// numbers are encoded in the shortest way. What follows the FMSPC is not read.
template PckCertificate(processor) {
    signal input {octet} tbs[PCK_OCTETS(processor)];

    signal output serial;
    signal output notAfterYear;
    signal output publicKey[2][2]; // of x and y the high and the low 128 bits
    signal output ppid;
    signal output tcb; // FMSPC (6 octets), PCEID (2), PCESVN (2)
    signal output cpuSvn; // the 16 component SVNs, an octet each

    var SERIAL = 11;
    var VALIDITY = 156 + processor;
    var KEY = 329 + processor;
    var PPID = 643 + 2 * processor;

    // 30 82 length, then version 3 and the head of the serial number: a revocation list, signed by the same key, begins otherwise.
    tbs[0] * 256 + tbs[1] === 0x3082;
    var version = 0;
    for (var i = 4; i < 10; i++) version = version * 256 + tbs[i];
    version === 0xA00302010202;

    component place = OneHot(3);
    place.index <== tbs[10] - 19;
    signal {oneHot} at[3];
    at <== place.at;

    signal chosen[3];
    for (var p = 0; p < 3; p++) {
        var number = 0;
        for (var i = 0; i < 19 + p; i++) number = number * 256 + tbs[SERIAL + i];
        chosen[p] <== at[p] * number;
    }
    serial <== chosen[0] + chosen[1] + chosen[2];

    // ecdsa-with-SHA256; the two dates as UTCTime; an EC key on P-256, uncompressed; the SGX extension with the PPID's head.
    component headers[7];
    headers[0] = ConstantAt(12, 3, 0x300A06082A8648CE3D040302);
    headers[1] = ConstantAt(4, 3, 0x301E170D);
    headers[2] = ConstantAt(2, 3, 0x170D);
    headers[3] = ConstantAt(27, 3, 0x3059301306072A8648CE3D020106082A8648CE3D03010703420004);
    headers[4] = ConstantAt(13, 3, 0x06092A864886F84D010D010482);
    headers[5] = ConstantAt(16, 3, 0x301E060A2A864886F84D010D01010410);
    headers[6] = ConstantAt(12, 3, 0x060A2A864886F84D010D0102);
    var HEADER_PLACES[7] = [SERIAL + 19, VALIDITY, VALIDITY + 17, KEY - 27, PPID - 35, PPID - 16, PPID + 20];
    var HEADER_SIZES[7] = [12, 4, 2, 27, 13, 16, 12];
    for (var k = 0; k < 7; k++) {
        headers[k].at <== at;
        for (var i = 0; i < HEADER_SIZES[k] + 2; i++) headers[k].octets[i] <== tbs[HEADER_PLACES[k] + i];
    }

    component digits[2]; // of the year, ASCII; UTCTime counts from 2000 here, as no such certificate is older
    for (var k = 0; k < 2; k++) {
        digits[k] = FieldAt(1, 3);
        digits[k].at <== at;
        for (var i = 0; i < 3; i++) digits[k].octets[i] <== tbs[VALIDITY + 19 + k + i];
    }
    notAfterYear <== 2000 + 10 * (digits[0].value - 48) + digits[1].value - 48;

    component fields[5];
    for (var k = 0; k < 5; k++) {
        fields[k] = FieldAt(16, 3);
        fields[k].at <== at;
        for (var i = 0; i < 18; i++) fields[k].octets[i] <== tbs[(k < 4 ? KEY + 16 * k : PPID) + i];
        if (k < 4) publicKey[k \ 2][k % 2] <== fields[k].value;
    }
    ppid <== fields[4].value;

    component extension = PckTcb();
    extension.at <== at;
    for (var i = 0; i < PCK_TCB_OCTETS(); i++) extension.octets[i] <== tbs[PPID + 36 + i];
    tcb <== extension.tcb;
    cpuSvn <== extension.cpuSvn;
}
