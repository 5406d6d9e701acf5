// The ChaCha20 keystream (RFC 8439 section 2.4), from block 0.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace pocps {

using ChaChaKey = std::array<std::uint8_t, 32>;
using ChaChaNonce = std::array<std::uint8_t, 12>;

/// One 64-byte block (RFC 8439 section 2.3).
std::array<std::uint8_t, 64> chacha20_block(const ChaChaKey& key, std::uint32_t counter, const ChaChaNonce& nonce);

/// Fills `out` with the keystream from block 0.
void chacha20_keystream(const ChaChaKey& key, const ChaChaNonce& nonce, std::span<std::uint8_t> out);

}  // namespace pocps
