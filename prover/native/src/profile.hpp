// The parameters of the work statement and what follows from them (circuits/README.md section 2).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pocps {

/// In the order of circuits.json and of the protocol.
inline constexpr std::array<std::string_view, 7> kParameterNames = {
    "blocks", "layers", "groups", "width", "traceDepth", "sampledColumns", "sampledNeurons"};
using Parameters = std::array<std::uint32_t, kParameterNames.size()>;

inline constexpr std::uint32_t kNibblesPerElement = 62;
inline constexpr std::uint32_t kBytesPerElement = 31;
inline constexpr std::uint32_t kEntriesPerBlock = 992;

struct Profile {
    std::uint32_t blocks = 0;
    std::uint32_t layers = 0;
    std::uint32_t groups = 0;
    std::uint32_t width = 0;
    std::uint32_t trace_depth = 0;
    std::uint32_t sampled_columns = 0;
    std::uint32_t sampled_neurons = 0;

    std::uint32_t entries() const { return kEntriesPerBlock * blocks; }
    std::uint32_t elements() const { return 16 * blocks; }
    std::uint32_t row_bytes() const { return kBytesPerElement * elements(); }
    std::uint32_t columns() const { return groups * width; }
    std::uint32_t column_depth() const;
    std::uint64_t dataset_rows() const { return std::uint64_t{layers} * entries(); }
    std::uint32_t dataset_depth() const;
    std::uint64_t dataset_bytes() const { return dataset_rows() * row_bytes(); }
    std::uint64_t max_steps() const { return std::uint64_t{1} << trace_depth; }
    /// Multiplications and additions: 2 K^2 columns.
    double operations_per_step() const;

    Parameters parameters() const;
    friend bool operator==(const Profile&, const Profile&) = default;
};

/// Throws Error(kBadProfile) for parameters that the statement does not allow or that this build has no hash for.
Profile checked_profile(const Parameters& parameters);

/// A name of circuits.json, or `blocks=1,layers=4,...` with all seven in any order. Throws Error(kBadProfile).
Profile parse_profile(std::string_view text);

/// "work-dev, work-standard".
std::string profile_names();

}  // namespace pocps
