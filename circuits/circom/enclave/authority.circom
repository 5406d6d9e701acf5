// The authorities that sign PCK certificates, by their position in circuits/p256/keys.ts.
pragma circom 2.2.3;

include "hash.circom";
include "enclave/platform_tags.circom";

// x and y of the authority's key on P-256, a half each. SHA-256 of the subject public key info:
//   0  development CA, whose private key is public  a2746f3ac410bf5782d59fff7a5df6895c64abdd54ca3618ff891001476898c7
//   1  Intel SGX PCK Platform CA                    5af8709d23989004d46b7c02b1f88d0e65f100ce860eec10e94104a1f4d15594
//   2  Intel SGX PCK Processor CA                   cd7c95bd6ea4c67253a57b1de6ed47bd839ba5af102c5bbedf3fc414cd1a9cbc
// A test compares the keys with these, with circuits/p256/keys.ts, and with the certificates of samples where they are at hand.
function AUTHORITY_KEY(authority, part) {
    var keys[3][4] = [
        [
            0xD76A76D1D577784D4680D39980288040, 0x4C86FD2624F1B221BA994927139ACB9E,
            0x970C73552B894D7373C46D0D42A4624B, 0x75C599C40051C9759CFA1D3C34922E42
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

// Statement: out = H_authority(x and y by halves). A constant: it costs no row.
template Authority(authority) {
    signal output out;

    component hash = Hash(4, TAG_AUTHORITY());
    for (var i = 0; i < 4; i++) hash.inputs[i] <== AUTHORITY_KEY(authority, i);
    out <== hash.out;
}
