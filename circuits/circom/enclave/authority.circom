// The authorities that sign PCK certificates, by their position in circuits/p256/keys.ts.
pragma circom 2.2.3;

include "hash.circom";
include "enclave/platform_tags.circom";

// x and y of the authority's key on P-256, a half each. SHA-256 of the subject public key info:
//   0  development Platform CA, private key public   dc1657ec8e23b91a04adf12dc08c3400a79ae85fe6a592e62ef4bdbd260216b2
//   1  development Processor CA, private key public  e1b31bfdd5e4d3ae6bbe313bb226cb7d48c84e3de60d038fc08a0721952c33d4
//   2  Intel SGX PCK Platform CA                     5af8709d23989004d46b7c02b1f88d0e65f100ce860eec10e94104a1f4d15594
//   3  Intel SGX PCK Processor CA                    cd7c95bd6ea4c67253a57b1de6ed47bd839ba5af102c5bbedf3fc414cd1a9cbc
// A test compares the keys with these, with circuits/p256/keys.ts, and with the certificates of samples where they are at hand.
function AUTHORITY_KEY(authority, part) {
    var keys[4][4] = [
        [
            0x56C8B95C15848A33B2E9B57C20CD054C, 0x8D60A2E0D9F4BE4D9EEB8D548CE01CE3,
            0x86110AB650AF564B2A05DDB19F49D914, 0x8DD253719743B3CC06400496F9E0207E
        ],
        [
            0x32CA46CF67B0B7458B33B13F2221D9FB, 0xB9570C01B6EADB567CEE860E2B16A03F,
            0x3C5149E8D3649ED808E0ADAB25EA85EA, 0x5325324044A784D3A2AA5B2AAE79F4D4
        ],
        [
            0x35207FEEDDB595748ED82BB3A71C3BE1, 0xE241EF61320C6816E6B5C2B71DAD5532,
            0xEAEA12A4EB3F948916429EA47BA6C3AF, 0x82A15E4B19664E52657939A2D96633DE
        ],
        [
            0xBF6AF8D329D883A0B5D9756E4FEE599E, 0x7E4C6426F1A0A2F33EFC7ECF9F282437,
            0x77EB83CD79D54C04F66610C289FC88B8, 0x9C2F377C0D069F621C1492309309AC13
        ]
    ];
    return keys[authority][part];
}

// Statement: out = H_authority(x and y by halves). The compiler does not fold it, though it is a constant: 300 rows.
template Authority(authority) {
    signal output out;

    component hash = Hash(4, TAG_AUTHORITY());
    for (var i = 0; i < 4; i++) hash.inputs[i] <== AUTHORITY_KEY(authority, i);
    out <== hash.out;
}
