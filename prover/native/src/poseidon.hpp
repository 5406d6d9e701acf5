// Poseidon with a domain tag in the capacity (circuits/README.md section 1), one hash or many at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "field.hpp"

namespace pocps {

/// The big-endian integer of a tag's ASCII bytes, at most 31 of them.
constexpr Fr tag_element(std::string_view tag) {
    Limbs integer{};
    for (std::size_t i = 0; i < tag.size(); i++) {
        const std::size_t bit = 8 * (tag.size() - 1 - i);
        integer[bit / 64] |= static_cast<std::uint64_t>(static_cast<unsigned char>(tag[i])) << (bit % 64);
    }
    return to_montgomery(integer);
}

namespace tags {
inline constexpr Fr kRow = tag_element("pocps.row");
inline constexpr Fr kOutput = tag_element("pocps.output");
inline constexpr Fr kFold = tag_element("pocps.fold");
inline constexpr Fr kDataset = tag_element("pocps.dataset");
inline constexpr Fr kColumns = tag_element("pocps.columns");
inline constexpr Fr kTrace = tag_element("pocps.trace");
inline constexpr Fr kSeed = tag_element("pocps.seed");
inline constexpr Fr kLayer = tag_element("pocps.layer");
inline constexpr Fr kInput = tag_element("pocps.input");
inline constexpr Fr kFresh = tag_element("pocps.fresh");
inline constexpr Fr kSample = tag_element("pocps.sample");
}  // namespace tags

inline constexpr std::size_t kBlockElements = 16;

/// True when the constants of a Poseidon with `inputs` inputs are built in.
bool has_poseidon(std::size_t inputs);

/// The constants of every built-in width, laid out for the arithmetic in use. Immutable: threads may share one.
class Hasher {
 public:
    /// `fast` allows MULX and ADX for single hashes and four hashes at a time on AVX2, each where the processor has it
    /// and it agrees with the portable arithmetic.
    explicit Hasher(bool fast);
    ~Hasher();
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;

    bool vectorised() const { return vectorised_; }

    /// H_tag(inputs). Throws Error(kBadProfile) when the width is not built in.
    Fr hash(const Fr& tag, std::span<const Fr> inputs) const;
    Fr hash(const Fr& tag, const Fr& a, const Fr& b) const;

    /// outputs[i] = H_tag(inputs[i arity .. i arity + arity)).
    void hash_many(const Fr& tag, std::size_t arity, std::span<const Fr> inputs, std::span<Fr> outputs) const;

    /// outputs[i] = digest_tag of the i-th vector of 16 `blocks` elements.
    void digest_many(const Fr& tag, std::size_t blocks, std::span<const Fr> elements, std::span<Fr> outputs) const;
    Fr digest(const Fr& tag, std::span<const Fr> elements) const;

 private:
    struct Width;
    const Width& width_of(std::size_t inputs) const;

    std::vector<std::unique_ptr<Width>> widths_;
    bool adx_ = false;
    bool vectorised_ = false;
};

}  // namespace pocps
