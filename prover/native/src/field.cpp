// Reduction of the accumulator, and conversions of field elements to and from bytes and decimals.
#include "field.hpp"

#include <algorithm>
#include <cstring>

namespace pocps {

namespace {

Limbs load_limbs(const std::uint8_t* bytes, std::size_t size) {
    std::array<std::uint8_t, 32> padded{};
    std::copy_n(bytes, size, padded.begin());
    Limbs limbs{};
    for (std::size_t i = 0; i < 32; i++) limbs[i / 8] |= static_cast<std::uint64_t>(padded[i]) << (8 * (i % 8));
    return limbs;
}

}  // namespace

Fr Accumulator::reduce() const {
    std::array<std::uint64_t, 8> t = words_;
    std::uint64_t top = 0;  // carry out of the word above the four being cleared
    for (std::size_t i = 0; i < 4; i++) {
        const std::uint64_t m = t[i] * kMontgomeryInverse;
        unsigned __int128 acc = 0;
        for (std::size_t j = 0; j < 4; j++) {
            acc += static_cast<unsigned __int128>(m) * kModulus[j] + t[i + j];
            t[i + j] = static_cast<std::uint64_t>(acc);
            acc >>= 64;
        }
        acc += static_cast<unsigned __int128>(t[i + 4]) + top;
        t[i + 4] = static_cast<std::uint64_t>(acc);
        top = static_cast<std::uint64_t>(acc >> 64);
    }
    // 22 products leave less than 22 r (r / 2^256) + r < 5.17 r, and 2^256 > 5.28 r: `top` ends at 0.
    return reduced_sum({t[4], t[5], t[6], t[7]}, kMaxProducts);
}

std::optional<Fr> from_bytes(std::span<const std::uint8_t, 32> bytes) {
    const Limbs integer = load_limbs(bytes.data(), bytes.size());
    if (!below_modulus(integer)) return std::nullopt;
    return to_montgomery(integer);
}

Bytes32 to_bytes(const Fr& a) {
    const Limbs integer = to_integer(a);
    Bytes32 bytes{};
    for (std::size_t i = 0; i < 32; i++) bytes[i] = static_cast<std::uint8_t>(integer[i / 8] >> (8 * (i % 8)));
    return bytes;
}

Fr from_short_bytes(std::span<const std::uint8_t> bytes) {
    return to_montgomery(load_limbs(bytes.data(), std::min<std::size_t>(bytes.size(), 31)));
}

std::optional<Fr> from_decimal(std::string_view text) {
    if (text.empty() || text.size() > 77 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    Limbs value{};
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return std::nullopt;
        unsigned __int128 carry = static_cast<unsigned>(digit - '0');
        for (auto& limb : value) {
            carry += static_cast<unsigned __int128>(limb) * 10;
            limb = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
    }
    if (!below_modulus(value)) return std::nullopt;  // 77 digits are below 2^256: nothing was lost
    return to_montgomery(value);
}

std::string to_decimal(const Fr& a) { return decimal_of(to_integer(a)); }

std::string decimal_of(Limbs value) {
    std::string text;
    while (value != Limbs{}) {
        unsigned __int128 rest = 0;
        for (std::size_t i = 4; i-- > 0;) {
            const unsigned __int128 part = (rest << 64) | value[i];
            value[i] = static_cast<std::uint64_t>(part / 10);
            rest = part % 10;
        }
        text.push_back(static_cast<char>('0' + static_cast<int>(rest)));
    }
    if (text.empty()) return "0";
    std::reverse(text.begin(), text.end());
    return text;
}

}  // namespace pocps
