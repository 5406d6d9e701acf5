// The domain tags of an enclave's sessions, circuits/README.md §1: big-endian integers of their ASCII bytes.
//
// Apart from domain_tags.circom, so that the source of `work` stays what it is pinned as.
pragma circom 2.2.3;

function TAG_SESSION() { return 8908027252373685741765129760622; } // "pocps.session"
function TAG_EPOCH() { return 135925708806971463213998952; } // "pocps.epoch"
function TAG_WINDOW() { return 34796981454584714343911550839; } // "pocps.window"
function TAG_REPORT() { return 34796981454584708829207818868; } // "pocps.report"
function TAG_ATTEST() { return 34796981454584690202001109876; } // "pocps.attest"
