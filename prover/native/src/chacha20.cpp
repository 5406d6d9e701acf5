// ChaCha20 blocks, one at a time.
#include "chacha20.hpp"

#include <algorithm>
#include <bit>

namespace pocps {

namespace {

using State = std::array<std::uint32_t, 16>;

std::uint32_t load32(const std::uint8_t* bytes) {
    return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
           static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

void quarter_round(State& x, std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
    x[a] += x[b], x[d] = std::rotl(x[d] ^ x[a], 16);
    x[c] += x[d], x[b] = std::rotl(x[b] ^ x[c], 12);
    x[a] += x[b], x[d] = std::rotl(x[d] ^ x[a], 8);
    x[c] += x[d], x[b] = std::rotl(x[b] ^ x[c], 7);
}

}  // namespace

std::array<std::uint8_t, 64> chacha20_block(const ChaChaKey& key, std::uint32_t counter, const ChaChaNonce& nonce) {
    State start = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    for (std::size_t i = 0; i < 8; i++) start[4 + i] = load32(key.data() + 4 * i);
    start[12] = counter;
    for (std::size_t i = 0; i < 3; i++) start[13 + i] = load32(nonce.data() + 4 * i);

    State x = start;
    for (int round = 0; round < 10; round++) {
        for (std::size_t i = 0; i < 4; i++) quarter_round(x, i, 4 + i, 8 + i, 12 + i);
        for (std::size_t i = 0; i < 4; i++) quarter_round(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
    }
    std::array<std::uint8_t, 64> block{};
    for (std::size_t i = 0; i < 64; i++) {
        block[i] = static_cast<std::uint8_t>((x[i / 4] + start[i / 4]) >> (8 * (i % 4)));
    }
    return block;
}

void chacha20_keystream(const ChaChaKey& key, const ChaChaNonce& nonce, std::span<std::uint8_t> out) {
    for (std::uint32_t counter = 0; std::size_t{64} * counter < out.size(); counter++) {
        const auto block = chacha20_block(key, counter, nonce);
        const std::size_t at = std::size_t{64} * counter;
        std::copy_n(block.begin(), std::min<std::size_t>(64, out.size() - at),
                    out.begin() + static_cast<std::ptrdiff_t>(at));
    }
}

}  // namespace pocps
