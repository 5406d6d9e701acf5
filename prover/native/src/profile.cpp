// Checks and parses the parameters of the work statement.
#include "profile.hpp"

#include <bit>
#include <charconv>

#include "../generated/profiles.hpp"
#include "error.hpp"
#include "poseidon.hpp"

namespace pocps {

namespace {

/// Bounds of this implementation, beside those of the statement: they keep one step and one opening in memory.
constexpr std::uint32_t kMaxColumns = 1u << 16;
constexpr std::uint32_t kMaxSampled = 16;

[[noreturn]] void refuse(const std::string& why) { throw Error(Code::kBadProfile, why); }

void require_power_of_two(std::string_view name, std::uint32_t value) {
    if (!std::has_single_bit(value))
        refuse(std::string(name) + " = " + std::to_string(value) + " is not a power of two");
}

}  // namespace

std::uint32_t Profile::column_depth() const { return static_cast<std::uint32_t>(std::countr_zero(columns())); }

std::uint32_t Profile::dataset_depth() const { return static_cast<std::uint32_t>(std::bit_width(dataset_rows() - 1)); }

double Profile::operations_per_step() const { return 2.0 * entries() * entries() * columns(); }

Parameters Profile::parameters() const {
    return {blocks, layers, groups, width, trace_depth, sampled_columns, sampled_neurons};
}

Profile checked_profile(const Parameters& p) {
    const Profile profile{p[0], p[1], p[2], p[3], p[4], p[5], p[6]};
    if (profile.blocks < 1 || profile.blocks > 15)
        refuse("blocks = " + std::to_string(profile.blocks) + " is not in 1..15");
    if (profile.blocks > 1 && !has_poseidon(profile.blocks)) {
        refuse("blocks = " + std::to_string(profile.blocks) + ": this build has constants for 1, 2, 3, 4 and 8 blocks");
    }
    require_power_of_two("layers", profile.layers);
    require_power_of_two("groups", profile.groups);
    require_power_of_two("width", profile.width);
    if (profile.trace_depth != 16 && profile.trace_depth != 32) {
        refuse("traceDepth = " + std::to_string(profile.trace_depth) + " is not 16 or 32");
    }
    if (profile.dataset_rows() > (std::uint64_t{1} << 32)) {
        refuse("layers K = " + std::to_string(profile.dataset_rows()) + " is above 2^32");
    }
    if (std::uint64_t{profile.groups} * profile.width > kMaxColumns) {
        refuse("groups width is above " + std::to_string(kMaxColumns));
    }
    for (const std::size_t sampled : {5u, 6u}) {
        if (p[sampled] < 1 || p[sampled] > kMaxSampled) {
            refuse(std::string(kParameterNames[sampled]) + " = " + std::to_string(p[sampled]) + " is not in 1..16");
        }
    }
    return profile;
}

Profile parse_profile(std::string_view text) {
    for (const auto& named : generated::kProfiles) {
        if (named.name == text) return checked_profile(named.parameters);
    }
    Parameters parameters{};
    std::array<bool, kParameterNames.size()> seen{};
    while (!text.empty()) {
        const std::string_view field = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), field.size() + 1));
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos) refuse("no profile and no name=value: " + std::string(field));
        std::size_t at = 0;
        while (at < kParameterNames.size() && kParameterNames[at] != field.substr(0, equals)) at++;
        if (at == kParameterNames.size() || seen[at]) refuse("unknown or repeated parameter: " + std::string(field));
        const std::string_view value = field.substr(equals + 1);
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parameters[at]);
        if (error != std::errc() || end != value.data() + value.size()) refuse("not a number: " + std::string(field));
        seen[at] = true;
    }
    for (std::size_t at = 0; at < seen.size(); at++) {
        if (!seen[at]) refuse("the profile lacks " + std::string(kParameterNames[at]));
    }
    return checked_profile(parameters);
}

std::string profile_names() {
    std::string names;
    for (const auto& named : generated::kProfiles) names += (names.empty() ? "" : ", ") + std::string(named.name);
    return names;
}

}  // namespace pocps
