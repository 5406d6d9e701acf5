// The domain tags of enclave platforms and of what is accepted of them: big-endian integers of their ASCII bytes.
//
// A test recomputes each from the text beside it.
pragma circom 2.2.3;

function TAG_AUTHORITY() { return 583796474011561537884117127995683961; } // "pocps.authority"
function TAG_PLATFORM() { return 2280454976607663335669628977246829; } // "pocps.platform"
function TAG_LEAF() { return 530959800027232394895718; } // "pocps.leaf"
function TAG_REVOKED() { return 8908027252373685460302970971492; } // "pocps.revoked"
function TAG_REVOKED_NODE() { return 9794479544530359660285943442994454886048869; } // "pocps.revoked_node"
function TAG_TCB() { return 2074061718856377066338; } // "pocps.tcb"
function TAG_TCB_NODE() { return 2280454976607663621367739790091365; } // "pocps.tcb_node"
function TAG_REGISTERS() { return 583796474011561850322186818478764659; } // "pocps.registers"
function TAG_MEASUREMENT() { return 38259685720821711377975777934927414521460; } // "pocps.measurement"
function TAG_MEASUREMENT_NODE() { return 42066969325098863773480207593131945344897994558760037; } // "pocps.measurement_node"
