// The rules of the benchmark kernel that every backend shares (circuits/README.md sections 1, 3 and 4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "field.hpp"
#include "poseidon.hpp"
#include "profile.hpp"

namespace pocps {

/// (u n) >> 64 with u the 64 bits of the canonical `hash` at `lane` in 0..2; 1 <= n <= 2^32.
std::uint64_t draw(const Fr& hash, unsigned lane, std::uint64_t n);

/// `siblings`: those on leaf t's path, from the leaf upwards; only the left ones count.
Fr step_seed(const Hasher& hasher, const Fr& challenge, std::uint64_t t, std::span<const Fr> siblings);

std::uint64_t drawn_layer(const Hasher& hasher, const Profile& profile, const Fr& seed, std::uint32_t group);
std::uint64_t drawn_row(const Hasher& hasher, const Profile& profile, const Fr& seed, std::uint32_t column);

/// y = ((a >> 3) ^ (a >> 9)) & 3 with a = dot + 2^20.
constexpr unsigned output_bits(std::int32_t dot) {
    const std::uint32_t a = static_cast<std::uint32_t>(dot + (1 << 20));
    return ((a >> 3) ^ (a >> 9)) & 3;
}

/// A place that one proof opens.
struct Place {
    std::uint64_t step;
    std::uint32_t column;
    std::vector<std::uint32_t> neurons;
};

std::vector<Place> sampled_places(const Hasher& hasher, const Profile& profile, std::uint64_t steps,
                                  const Fr& sample_seed, std::uint64_t sample_index);

}  // namespace pocps
