// The scalar field of BN254 in Montgomery form, with an accumulator that reduces a sum of products once.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pocps {

using Limbs = std::array<std::uint64_t, 4>;  // little-endian 256-bit integer
using Bytes32 = std::array<std::uint8_t, 32>;

inline constexpr Limbs kModulus = {0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029};
inline constexpr std::uint64_t kMontgomeryInverse = 0xc2e1f593efffffff;  // -1/r mod 2^64

/// a + b mod 2^256; `carry` becomes bit 256.
constexpr Limbs add_limbs(const Limbs& a, const Limbs& b, std::uint64_t& carry) {
    Limbs sum{};
    unsigned __int128 acc = 0;
    for (std::size_t i = 0; i < 4; i++) {
        acc += static_cast<unsigned __int128>(a[i]) + b[i];
        sum[i] = static_cast<std::uint64_t>(acc);
        acc >>= 64;
    }
    carry = static_cast<std::uint64_t>(acc);
    return sum;
}

/// a - b mod 2^256; `borrow` becomes 1 when a < b.
constexpr Limbs subtract_limbs(const Limbs& a, const Limbs& b, std::uint64_t& borrow) {
    Limbs difference{};
    borrow = 0;
    for (std::size_t i = 0; i < 4; i++) {
        const unsigned __int128 d = static_cast<unsigned __int128>(a[i]) - b[i] - borrow;
        difference[i] = static_cast<std::uint64_t>(d);
        borrow = static_cast<std::uint64_t>(d >> 64) & 1;
    }
    return difference;
}

/// a - b when a >= b, else a.
constexpr Limbs subtract_if_not_below(const Limbs& a, const Limbs& b) {
    std::uint64_t borrow = 0;
    const Limbs difference = subtract_limbs(a, b, borrow);
    const std::uint64_t keep = 0 - borrow;
    Limbs result{};
    for (std::size_t i = 0; i < 4; i++) result[i] = (a[i] & keep) | (difference[i] & ~keep);
    return result;
}

constexpr bool below_modulus(const Limbs& a) {
    std::uint64_t borrow = 0;
    subtract_limbs(a, kModulus, borrow);
    return borrow == 1;
}

/// An element, always reduced: the integer x 2^256 mod r. Equality of limbs is equality of elements.
struct Fr {
    Limbs limbs{};

    friend constexpr bool operator==(const Fr&, const Fr&) = default;

    friend constexpr Fr operator+(const Fr& a, const Fr& b) {
        std::uint64_t carry = 0;  // stays 0: both are below r < 2^254
        return {subtract_if_not_below(add_limbs(a.limbs, b.limbs, carry), kModulus)};
    }

    /// One Montgomery product; the carry of the outer word stays in 64 bits because r < 2^254.
    friend constexpr Fr operator*(const Fr& a, const Fr& b) {
        std::uint64_t t[4] = {0, 0, 0, 0};
        for (std::size_t i = 0; i < 4; i++) {
            unsigned __int128 product = static_cast<unsigned __int128>(a.limbs[0]) * b.limbs[i] + t[0];
            const std::uint64_t m = static_cast<std::uint64_t>(product) * kMontgomeryInverse;
            unsigned __int128 reduction =
                static_cast<unsigned __int128>(m) * kModulus[0] + static_cast<std::uint64_t>(product);
            for (std::size_t j = 1; j < 4; j++) {
                product = static_cast<unsigned __int128>(a.limbs[j]) * b.limbs[i] + t[j] + (product >> 64);
                reduction = static_cast<unsigned __int128>(m) * kModulus[j] + static_cast<std::uint64_t>(product) +
                            (reduction >> 64);
                t[j - 1] = static_cast<std::uint64_t>(reduction);
            }
            t[3] = static_cast<std::uint64_t>(product >> 64) + static_cast<std::uint64_t>(reduction >> 64);
        }
        return {subtract_if_not_below({t[0], t[1], t[2], t[3]}, kModulus)};
    }
};

inline constexpr std::size_t kMaxProducts = 22;
inline constexpr Limbs kTwiceModulus = {0x87c3eb27e0000002, 0x5067d090f372e122, 0x70a08b6d0302b0ba, 0x60c89ce5c2634053};
inline constexpr Limbs kFourTimesModulus = {0x0f87d64fc0000004, 0xa0cfa121e6e5c245, 0xe14116da06056174,
                                            0xc19139cb84c680a6};

/// The element of a Montgomery-reduced sum of `count` products of elements: below 0.19 count r + r, at most 5.16 r.
inline Fr reduced_sum(Limbs sum, std::size_t count) {
    if (count > 15) sum = subtract_if_not_below(sum, kFourTimesModulus);
    if (count > 5) sum = subtract_if_not_below(sum, kTwiceModulus);
    return {subtract_if_not_below(sum, kModulus)};
}

/// Sum of at most kMaxProducts products of elements, unreduced in 512 bits (22 r^2 < 2^512).
class Accumulator {
 public:
    void add_product(const Fr& a, const Fr& b) {
        std::uint64_t product[8] = {};
        for (std::size_t i = 0; i < 4; i++) {
            unsigned __int128 acc = 0;
            for (std::size_t j = 0; j < 4; j++) {
                acc += static_cast<unsigned __int128>(a.limbs[i]) * b.limbs[j] + product[i + j];
                product[i + j] = static_cast<std::uint64_t>(acc);
                acc >>= 64;
            }
            product[i + 4] = static_cast<std::uint64_t>(acc);
        }
        unsigned __int128 carry = 0;
        for (std::size_t i = 0; i < 8; i++) {
            carry += static_cast<unsigned __int128>(words_[i]) + product[i];
            words_[i] = static_cast<std::uint64_t>(carry);
            carry >>= 64;
        }
    }

    /// The sum divided by 2^256 mod r: what the sum of the Montgomery products would be.
    Fr reduce() const;

 private:
    std::array<std::uint64_t, 8> words_{};
};

/// 2^512 mod r, the factor that takes an integer below r into Montgomery form.
inline constexpr Fr kMontgomerySquare = {
    {0x1bb8e645ae216da7, 0x53fe3ab1e35c59e3, 0x8c49833d53bb8085, 0x0216d0b17f4e44a5}};

/// The element of an integer below r.
constexpr Fr to_montgomery(const Limbs& integer) { return Fr{integer} * kMontgomerySquare; }
/// The representative in [0, r).
constexpr Limbs to_integer(const Fr& a) { return (a * Fr{{1, 0, 0, 0}}).limbs; }

constexpr Fr field_element(std::uint64_t value) { return to_montgomery({value, 0, 0, 0}); }

/// The element whose canonical representative is `bytes`, little-endian; nothing when it is not below r.
std::optional<Fr> from_bytes(std::span<const std::uint8_t, 32> bytes);
Bytes32 to_bytes(const Fr& a);

/// An integer of at most 31 bytes, little-endian: always below r.
Fr from_short_bytes(std::span<const std::uint8_t> bytes);

/// A canonical decimal (no sign, no leading zero) below r; nothing for anything else.
std::optional<Fr> from_decimal(std::string_view text);
std::string to_decimal(const Fr& a);
/// Of a plain integer.
std::string decimal_of(Limbs integer);

}  // namespace pocps
