// Tests of Poseidon: known answers, and that all arithmetics agree.
#include "harness.hpp"
#include "json.hpp"
#include "poseidon.hpp"

namespace pocps {

namespace {

TEST("poseidon", "gives circomlib's known answers without a tag") {
    // circomlibjs, test/poseidon.js.
    const Hasher hasher(true);
    const Fr zero{};
    CHECK(to_decimal(hasher.hash(zero, field_element(1), field_element(2))) ==
          "7853200120776062878684798364095072458815029376092732009249414926327459813530");
    const Fr four[] = {field_element(1), field_element(2), field_element(3), field_element(4)};
    CHECK(to_decimal(hasher.hash(zero, four)) ==
          "18821383157269793795438455681495246036402687001665670618754263018637548127333");
}

TEST("poseidon", "gives the answers of the shared vectors, and refuses widths it has no constants for") {
    const auto vectors = test::Json::parse_file(test::vectors_path());
    std::size_t refused = 0;
    for (const bool fast : {false, true}) {
        const Hasher hasher(fast);
        for (const auto& vector : vectors["poseidon"].items()) {
            const auto inputs = vector["inputs"].elements();
            const Fr tag = tag_element(vector["tag"].text());
            if (!has_poseidon(inputs.size())) {
                CHECK_CODE(Code::kBadProfile, hasher.hash(tag, inputs));
                refused++;
                continue;
            }
            CHECK(hasher.hash(tag, inputs) == vector["output"].element());
        }
    }
    CHECK(refused < 2 * vectors["poseidon"].size());
}

TEST("poseidon", "is the same one at a time and four at a time, for every count") {
    const Hasher portable(false), fast(true);
    for (const std::size_t arity : {2u, 3u, 4u, 8u, 16u}) {
        for (std::size_t count = 0; count <= 9; count++) {
            std::vector<Fr> inputs;
            // Elements with the largest limbs too: r - 1 - i as Montgomery form.
            for (std::uint64_t i = 0; i < count * arity; i++) {
                std::uint64_t borrow = 0;
                inputs.push_back(i % 3 == 0 ? Fr{subtract_limbs(kModulus, {1 + i, 0, 0, 0}, borrow)}
                                            : field_element(i));
            }
            std::vector<Fr> expected(count), actual(count);
            portable.hash_many(tags::kOutput, arity, inputs, expected);
            fast.hash_many(tags::kOutput, arity, inputs, actual);
            CHECK(expected == actual);
            for (std::size_t i = 0; i < count; i++) {
                CHECK(fast.hash(tags::kOutput, std::span(inputs).subspan(i * arity, arity)) == expected[i]);
            }
        }
    }
}

TEST("poseidon", "separates domains") {
    const Hasher hasher(true);
    CHECK(!(hasher.hash(tags::kTrace, Fr{}, Fr{}) == hasher.hash(tags::kColumns, Fr{}, Fr{})));
}

}  // namespace

}  // namespace pocps
