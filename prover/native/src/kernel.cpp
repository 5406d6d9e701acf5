// Seeds, draws and sampled places of the benchmark kernel.
#include "kernel.hpp"

namespace pocps {

std::uint64_t draw(const Fr& hash, unsigned lane, std::uint64_t n) {
    const std::uint64_t u = to_integer(hash)[lane];
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(u) * n) >> 64);
}

Fr step_seed(const Hasher& hasher, const Fr& challenge, std::uint64_t t, std::span<const Fr> siblings) {
    std::vector<Fr> left(siblings.begin(), siblings.end());
    for (std::size_t height = 0; height < left.size(); height++) {
        if (((t >> height) & 1) == 0) left[height] = Fr{};
    }
    const Fr inputs[] = {challenge, field_element(t), hasher.digest(tags::kFold, left)};
    return hasher.hash(tags::kSeed, inputs);
}

std::uint64_t drawn_layer(const Hasher& hasher, const Profile& profile, const Fr& seed, std::uint32_t group) {
    return draw(hasher.hash(tags::kLayer, seed, field_element(group)), 0, profile.layers);
}

std::uint64_t drawn_row(const Hasher& hasher, const Profile& profile, const Fr& seed, std::uint32_t column) {
    return draw(hasher.hash(tags::kInput, seed, field_element(column)), 0, profile.dataset_rows());
}

std::vector<Place> sampled_places(const Hasher& hasher, const Profile& profile, std::uint64_t steps,
                                  const Fr& sample_seed, std::uint64_t sample_index) {
    std::vector<Place> places;
    for (std::uint32_t i = 0; i < profile.sampled_columns; i++) {
        std::vector<Fr> hashes;
        const auto drawn = [&](std::size_t d, std::uint64_t n) {
            while (hashes.size() <= d / 3) {
                const Fr inputs[] = {sample_seed, field_element(sample_index), field_element(i),
                                     field_element(hashes.size())};
                hashes.push_back(hasher.hash(tags::kSample, inputs));
            }
            return draw(hashes[d / 3], static_cast<unsigned>(d % 3), n);
        };
        Place place{drawn(0, steps), static_cast<std::uint32_t>(drawn(1, profile.columns())), {}};
        for (std::uint32_t k = 0; k < profile.sampled_neurons; k++) {
            place.neurons.push_back(static_cast<std::uint32_t>(drawn(2 + k, profile.entries())));
        }
        places.push_back(std::move(place));
    }
    return places;
}

}  // namespace pocps
