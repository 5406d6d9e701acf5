// Where the fields of a quote stand, by its format: version 3 (an SGX enclave), 4 (a TDX domain) or 5 (a TDX 1.5 domain).
pragma circom 2.2.3;

function IS_TDX(version) {
    return version == 3 ? 0 : 1;
}

// The body begins after the header of 48 octets; version 5 says between them what it is.
function BODY(version) {
    return version == 5 ? 54 : 48;
}

// Octets that the attestation key signs: header and body.
function SIGNED(version) {
    if (version == 3) return BODY(version) + 384;
    if (version == 4) return BODY(version) + 584;
    return BODY(version) + 648;
}

// The first octet of TDATTRIBUTES, or of ATTRIBUTES, where DEBUG is.
function FLAGS(version) {
    return BODY(version) + (version == 3 ? 48 : 120);
}

function REPORT_DATA(version) {
    return BODY(version) + (version == 3 ? 320 : 520);
}

// The registers that say which software runs, and how: all of the body between its platform's versions and the report data.
// For an enclave from MISCSELECT on, for a domain from TDATTRIBUTES to RTMR3; TDX 1.5 has MRSERVICETD besides, which follows later.
function REGISTERS(version) {
    return BODY(version) + (version == 3 ? 16 : 120);
}

function REGISTER_OCTETS(version) {
    if (version == 3) return 304;
    return version == 4 ? 400 : 448;
}
