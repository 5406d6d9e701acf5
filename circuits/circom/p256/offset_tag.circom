// The domain tag of the joint multiplication's offset (circuits/README.md §1).
pragma circom 2.2.3;

function TAG_P256() { return 530959800027232458650934; } // "pocps.p256"
