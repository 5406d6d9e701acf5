// Four independent Poseidon permutations in the lanes of AVX2: the door between its translation unit and the rest.
//
// Elements are x 2^261 mod r in nine limbs of 29 bits. Plain arrays only, because the two sides are compiled for
// different instruction sets.
#pragma once

#include <cstdint>

namespace pocps {

inline constexpr unsigned kLimbs29 = 9;

inline constexpr unsigned kSumLimbs29 = 9;

/// One constant: nine limbs, then limbs i and 3 + i added, i and 6 + i, 3 + i and 6 + i, for i < 3.
struct Packed29 {
    std::uint32_t limbs[kLimbs29 + kSumLimbs29];
};

/// Hashes four inputs: lane l starts from state elements `state[i][limb][l]` for i < width, each below 2^259, and
/// result[limb][l] is x 2^256 (not 2^261) below 2 r.
void permute_four_avx2(const std::uint64_t (*state)[kLimbs29][4], unsigned width, unsigned partial_rounds,
                       const Packed29* constants, std::uint64_t (*result)[4]);

}  // namespace pocps
