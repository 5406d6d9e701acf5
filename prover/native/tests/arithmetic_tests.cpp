// Tests of the field, the keystream and the threads.
#include <atomic>

#include "chacha20.hpp"
#include "field.hpp"
#include "field_adx.hpp"
#include "harness.hpp"
#include "thread_pool.hpp"

namespace pocps {

namespace {

constexpr const char* kMinusOne = "21888242871839275222246405745257275088548364400416034343698204186575808495616";

Fr decimal(const char* text) { return from_decimal(text).value(); }

std::array<std::uint8_t, 64> hex_block(const char* text) {
    std::array<std::uint8_t, 64> bytes{};
    for (std::size_t i = 0; i < 64; i++)
        bytes[i] = static_cast<std::uint8_t>(std::stoul(std::string(text + 2 * i, 2), nullptr, 16));
    return bytes;
}

TEST("field", "adds and multiplies at the edges of the field") {
    const Fr zero{}, one = field_element(1), minus_one = decimal(kMinusOne);
    CHECK(minus_one + one == zero);
    CHECK(minus_one * minus_one == one);
    CHECK(minus_one + minus_one ==
          decimal("21888242871839275222246405745257275088548364400416034343698204186575808495615"));
    CHECK(zero * minus_one == zero);
    CHECK(one * minus_one == minus_one);
    // Doubling 506 times is multiplying by 2^253 twice.
    Fr power = one;
    for (int i = 0; i < 506; i++) power = power + power;
    Fr half = one;
    for (int i = 0; i < 253; i++) half = half + half;
    CHECK(half * half == power);
}

TEST("field", "refuses what is not a canonical element") {
    CHECK(!from_decimal("21888242871839275222246405745257275088548364400416034343698204186575808495617"));
    for (const char* text : {"", "-1", "+1", "01", "1 ", "0x1", "1e3"}) CHECK(!from_decimal(text));
    CHECK(!from_decimal(std::string(78, '1')));
    CHECK(!from_decimal("115792089237316195423570985008687907853269984665640564039457584007913129639936"));
    Bytes32 order = to_bytes(decimal(kMinusOne));
    CHECK(from_bytes(order).value() == decimal(kMinusOne));
    order[0]++;
    CHECK(!from_bytes(order));
    order.fill(0xff);
    CHECK(!from_bytes(order));
}

TEST("field", "writes an element as it was read") {
    for (const char* text : {"0", "1", "18446744073709551616", kMinusOne}) {
        CHECK(to_decimal(decimal(text)) == text);
        CHECK(from_bytes(to_bytes(decimal(text))).value() == decimal(text));
    }
}

TEST("field", "reduces the largest sums of products as single products would") {
    const Fr minus_one = decimal(kMinusOne);
    // The largest limbs an element can have are those of r - 1 itself, here as the Montgomery form of something.
    std::uint64_t borrow = 0;
    const Fr largest{subtract_limbs(kModulus, {1, 0, 0, 0}, borrow)};
    for (std::size_t count = 1; count <= kMaxProducts; count++) {
        for (const Fr& value : {minus_one, largest, field_element(7)}) {
            const std::vector<Fr> values(count, value);
            Accumulator sum;
            Fr expected{};
            for (const Fr& element : values) {
                sum.add_product(element, element);
                expected = expected + element * element;
            }
            CHECK(sum.reduce() == expected);
            if (adx_available()) CHECK(dot_adx(values.data(), values.data(), count) == expected);
        }
    }
}

TEST("chacha20", "makes the block of RFC 8439 section 2.3.2") {
    ChaChaKey key;
    for (std::size_t i = 0; i < 32; i++) key[i] = static_cast<std::uint8_t>(i);
    const ChaChaNonce nonce = {0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0};
    CHECK(chacha20_block(key, 1, nonce) ==
          hex_block("10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
                    "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"));
}

TEST("chacha20", "makes the keystreams of RFC 8439 appendix A.1") {
    const ChaChaKey zero{};
    const ChaChaNonce zero_nonce{};
    const auto first = hex_block(
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
    const auto second = hex_block(
        "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
        "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
    CHECK(chacha20_block(zero, 0, zero_nonce) == first);
    CHECK(chacha20_block(zero, 1, zero_nonce) == second);
    ChaChaKey last_bit{};
    last_bit[31] = 1;
    CHECK(chacha20_block(last_bit, 1, zero_nonce) ==
          hex_block("3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
                    "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0"));
    // A row's keystream is cut in mid-block.
    std::vector<std::uint8_t> stream(100);
    chacha20_keystream(zero, zero_nonce, stream);
    CHECK(std::equal(first.begin(), first.end(), stream.begin()));
    CHECK(std::equal(stream.begin() + 64, stream.end(), second.begin()));
}

TEST("threads", "visits every index once, whatever the number of threads") {
    for (const unsigned threads : {1u, 2u, 7u}) {
        ThreadPool pool(threads);
        for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
            std::vector<std::atomic<int>> visits(count);
            pool.parallel_for(count, [&](std::size_t index, unsigned thread) {
                if (thread >= threads) throw Error(Code::kInternal, "a thread that does not exist");
                visits[index]++;
            });
            for (const auto& visited : visits) CHECK(visited == 1);
        }
    }
}

TEST("threads", "rethrows a failure and works again afterwards") {
    ThreadPool pool(3);
    for (int repeat = 0; repeat < 20; repeat++) {
        CHECK_CODE(Code::kCancelled, pool.parallel_for(100, [&](std::size_t index, unsigned) {
            if (index == 50) throw Error(Code::kCancelled, "cancelled");
        }));
        std::atomic<int> visits{0};
        pool.parallel_for(100, [&](std::size_t, unsigned) { visits++; });
        CHECK(visits == 100);
    }
}

}  // namespace

}  // namespace pocps
