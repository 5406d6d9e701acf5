// The domain tags of circuits/README.md §1: big-endian integers of their ASCII bytes.
//
// A circuit has no strings, so the numbers stand here once; a test recomputes each from the text beside it.
pragma circom 2.2.3;

function TAG_ROW() { return 2074061718856376938359; } // "pocps.row"
function TAG_OUTPUT() { return 34796981454584705599459587444; } // "pocps.output"
function TAG_FOLD() { return 530959800027232294890596; } // "pocps.fold"
function TAG_DATASET() { return 8908027252373681515246426219892; } // "pocps.dataset"
function TAG_COLUMNS() { return 8908027252373681249130587713139; } // "pocps.columns"
function TAG_TRACE() { return 135925708806971527671145317; } // "pocps.trace"
function TAG_SEED() { return 530959800027232512337252; } // "pocps.seed"
function TAG_LAYER() { return 135925708806971493027767666; } // "pocps.layer"
function TAG_INPUT() { return 135925708806971480360383860; } // "pocps.input"
function TAG_FRESH() { return 135925708806971467541869416; } // "pocps.fresh"
function TAG_SAMPLE() { return 34796981454584709911489309797; } // "pocps.sample"
