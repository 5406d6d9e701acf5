// Reads .zkey and .wtns files as hostile bytes: what these types hold is inside its bounds, but points are not checked yet.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "../error.hpp"
#include "../field.hpp"
#include "secret.hpp"

namespace pocps::groth16 {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::size_t kG1Bytes = 64;
inline constexpr std::size_t kG2Bytes = 128;
inline constexpr std::size_t kCoefficientBytes = 44;  // u32 matrix, u32 constraint, u32 signal, element

/// A Groth16 proving key of snarkjs over BN254. Points and elements are little-endian Montgomery limbs; the sections' sizes
/// agree with the counts.
struct Zkey {
    std::uint32_t variables = 0;
    std::uint32_t publics = 0;
    unsigned domain_power = 0;
    Bytes alpha1, beta1, beta2, gamma2, delta1, delta2;
    Bytes ic;            // publics + 1 points
    Bytes coefficients;  // values are x 2^512 mod r
    Bytes a, b1, b2;     // one point a variable
    Bytes c;             // one point a private variable
    Bytes h;             // one point an element of the domain
};

/// The key refers into `file`. Throws Error(kBadKey) for anything that is not one whole key of the expected form.
Zkey parse_zkey(Bytes file);

using Witness = SecretVector<Limbs>;

/// Values below r, the first of which is 1. Throws Error(kBadWitness).
Witness parse_witness(Bytes file);

/// Throws Error(kIo) when the file cannot be read whole.
SecretVector<std::uint8_t> read_file(const std::string& path);

inline std::uint32_t load_u32(const std::uint8_t* bytes) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) value |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    return value;
}

inline Limbs load_limbs(const std::uint8_t* bytes) {
    Limbs limbs{};
    for (std::size_t i = 0; i < 32; i++) limbs[i / 8] |= static_cast<std::uint64_t>(bytes[i]) << (8 * (i % 8));
    return limbs;
}

}  // namespace pocps::groth16
