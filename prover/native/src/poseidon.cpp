// Builds the stream of constants of each width from the generated ones, and spreads hashes over the lanes.
#include "poseidon.hpp"

#include <algorithm>
#include <array>

#include "../generated/poseidon_constants.hpp"
#include "cpu.hpp"
#include "error.hpp"
#include "field_adx.hpp"
#include "permutation.hpp"
#include "poseidon_avx2.hpp"

namespace pocps {

namespace {

using generated::kPoseidonWidths;
using generated::PoseidonWidth;

static_assert(kMaxWidth - 1 + kBatch <= kMaxProducts);
// What poseidon_avx2.cpp's bound on the growth of values counts on.
static_assert(std::ranges::all_of(kPoseidonWidths,
                                  [](const PoseidonWidth& built) { return built.partial_rounds <= 12 * kBatch; }));

struct PortableEngine {
    using Element = Fr;
    using Constant = Fr;

    static Fr add(const Fr& a, const Fr& b) { return a + b; }
    static Fr fifth_power(const Fr& a) {
        const Fr square = a * a;
        return square * square * a;
    }
    static Fr dot(const Fr* a, const Fr* b, unsigned count) {
        Accumulator sum;
        for (unsigned i = 0; i < count; i++) sum.add_product(a[i], b[i]);
        return sum.reduce();
    }
};

struct AdxEngine {
    using Element = Fr;
    using Constant = Fr;

    static Fr add(const Fr& a, const Fr& b) { return a + b; }
    static Fr fifth_power(const Fr& a) {
        const Fr square = dot_adx(&a, &a, 1);
        const Fr fourth = dot_adx(&square, &square, 1);
        return dot_adx(&fourth, &a, 1);
    }
    static Fr dot(const Fr* a, const Fr* b, unsigned count) { return dot_adx(a, b, count); }
};

Fr load(const std::uint64_t (&limbs)[4]) { return {{limbs[0], limbs[1], limbs[2], limbs[3]}}; }

/// The constants in the order in which `permute` reads them.
///
/// In a batch of partial rounds, with p_l the S-box output of round l (its constant added), round i makes
///   state'[0] = v_i[0] p_i + sum_j v_i[j] (state[j] + sum_{l<i} p_l w_l[j]):
/// the coefficient of p_l is sum_j v_i[j] w_l[j], and state[j] gains sum_l p_l w_l[j] when the batch ends.
std::vector<Fr> constant_stream(const PoseidonWidth& source) {
    const unsigned width = source.width;
    const unsigned row = 2 * width - 1;
    std::vector<Fr> stream;
    const auto append = [&](const std::uint64_t(*values)[4], std::size_t count) {
        for (std::size_t i = 0; i < count; i++) stream.push_back(load(values[i]));
    };
    const auto row_of = [&](unsigned round) { return source.sparse + row * round; };
    const auto column_of = [&](unsigned round) { return source.sparse + row * round + width - 1; };

    append(source.round, width);
    for (unsigned round = 1; round <= 4; round++) {
        append(source.round + round * width, width);
        append(round < 4 ? source.mds : source.bridge, std::size_t{width} * width);
    }
    const auto* const partial_constants = source.round + 5 * width;
    for (unsigned first = 0; first < source.partial_rounds; first += kBatch) {
        const unsigned last = std::min(first + kBatch, source.partial_rounds);
        for (unsigned i = first; i < last; i++) {
            append(partial_constants + i, 1);
            append(row_of(i) + 1, width - 1);
            for (unsigned l = first; l < i; l++) {
                Accumulator coefficient;
                for (unsigned j = 1; j < width; j++) coefficient.add_product(load(row_of(i)[j]), load(column_of(l)[j]));
                stream.push_back(coefficient.reduce());
            }
            append(row_of(i), 1);
        }
        for (unsigned j = 1; j < width; j++) {
            for (unsigned l = first; l < last; l++) append(column_of(l) + j, 1);
        }
    }
    const auto* const last_constants = partial_constants + source.partial_rounds;
    for (unsigned round = 0; round < 3; round++) {
        append(last_constants + round * width, width);
        append(source.mds, std::size_t{width} * width);
    }
    // The last round adds no constant; a zero keeps one shape for all full rounds.
    stream.insert(stream.end(), width, Fr{});
    append(source.mds, width);
    return stream;
}

/// Limbs of 29 bits of 2^shift times an integer below 2^256.
template <class Word>
void split29(const Limbs& value, unsigned shift, Word* out) {
    for (unsigned i = 0; i < kLimbs29; i++) {
        const int bit = static_cast<int>(29 * i) - static_cast<int>(shift);
        std::uint64_t limb = 0;
        if (bit < 0) {
            limb = value[0] << -bit;
        } else {
            const unsigned word = static_cast<unsigned>(bit) / 64;
            const unsigned offset = static_cast<unsigned>(bit) % 64;
            if (word < 4) limb = value[word] >> offset;
            if (offset > 35 && word + 1 < 4) limb |= value[word + 1] << (64 - offset);
        }
        out[i] = static_cast<Word>(limb & ((1u << 29) - 1));
    }
}

/// From x 2^256 to x 2^261, reduced.
Packed29 pack29(const Fr& value) {
    Packed29 packed{};
    std::uint32_t* const limbs = packed.limbs;
    split29((value * field_element(32)).limbs, 0, limbs);
    for (unsigned i = 0; i < 3; i++) {
        limbs[9 + i] = limbs[i] + limbs[3 + i];
        limbs[12 + i] = limbs[i] + limbs[6 + i];
        limbs[15 + i] = limbs[3 + i] + limbs[6 + i];
    }
    return packed;
}

[[maybe_unused]] Fr join29(const std::uint64_t (*limbs)[4], unsigned lane) {
    Limbs value{};
    for (unsigned i = 0; i < kLimbs29; i++) {
        const unsigned bit = 29 * i;
        value[bit / 64] |= limbs[i][lane] << (bit % 64);
        if (bit % 64 > 35 && bit / 64 + 1 < 4) value[bit / 64 + 1] |= limbs[i][lane] >> (64 - bit % 64);
    }
    return {subtract_if_not_below(value, kModulus)};
}

}  // namespace

struct Hasher::Width {
    unsigned width;
    unsigned partial_rounds;
    std::vector<Fr> stream;
    std::vector<Packed29> packed;

    explicit Width(const PoseidonWidth& source)
        : width(source.width), partial_rounds(source.partial_rounds), stream(constant_stream(source)) {}

    Fr hash(const Fr& tag, const Fr* inputs, bool adx) const {
        std::array<Fr, kMaxWidth + kBatch> state;
        state[0] = tag;
        std::copy_n(inputs, width - 1, state.begin() + 1);
        const auto permutation = adx ? permute<AdxEngine> : permute<PortableEngine>;
        permutation(state.data(), width, partial_rounds, stream.data());
        return state[0];
    }

    /// `count` <= 4 hashes; idle lanes repeat the first.
    void hash_four(const Fr& tag, const Fr* inputs, std::size_t count, Fr* outputs) const {
#ifdef POCPS_X86
        alignas(32) std::uint64_t state[kMaxWidth][kLimbs29][4];
        alignas(32) std::uint64_t result[kLimbs29][4];
        for (unsigned i = 0; i < width; i++) {
            for (unsigned lane = 0; lane < 4; lane++) {
                const std::size_t input = lane < count ? lane : 0;
                const Fr& element = i == 0 ? tag : inputs[input * (width - 1) + i - 1];
                std::uint64_t limbs[kLimbs29];
                split29(element.limbs, 5, limbs);
                for (unsigned j = 0; j < kLimbs29; j++) state[i][j][lane] = limbs[j];
            }
        }
        permute_four_avx2(state, width, partial_rounds, packed.data(), result);
        for (unsigned lane = 0; lane < count; lane++) outputs[lane] = join29(result, lane);
#else
        for (std::size_t i = 0; i < count; i++) outputs[i] = hash(tag, inputs + i * (width - 1), false);
#endif
    }
};

bool has_poseidon(std::size_t inputs) {
    return std::ranges::any_of(kPoseidonWidths, [&](const auto& built) { return built.width == inputs + 1; });
}

Hasher::Hasher(bool fast) {
    for (const auto& source : kPoseidonWidths) widths_.push_back(std::make_unique<Width>(source));
    adx_ = fast && adx_available();
    vectorised_ = fast && path_available(Path::kAvx2);
    for (auto& built : widths_) {
        const std::size_t arity = built->width - 1;
        std::vector<Fr> inputs;
        for (std::uint64_t i = 0; i < 4 * arity; i++) inputs.push_back(field_element(i * i + 1) * tags::kRow);
        std::array<Fr, 4> expected, actual;
        for (std::size_t i = 0; i < 4; i++) expected[i] = built->hash(tags::kRow, inputs.data() + i * arity, false);
        // One wrong bit would make every digest worthless, so fast arithmetic proves itself on this machine first.
        if (adx_) {
            for (std::size_t i = 0; i < 4; i++) actual[i] = built->hash(tags::kRow, inputs.data() + i * arity, true);
            adx_ = actual == expected;
        }
        if (vectorised_) {
            for (const auto& constant : built->stream) built->packed.push_back(pack29(constant));
            built->hash_four(tags::kRow, inputs.data(), 4, actual.data());
            vectorised_ = actual == expected;
        }
    }
}

Hasher::~Hasher() = default;

const Hasher::Width& Hasher::width_of(std::size_t inputs) const {
    for (const auto& built : widths_) {
        if (built->width == inputs + 1) return *built;
    }
    throw Error(Code::kBadProfile, "no Poseidon constants for " + std::to_string(inputs) + " inputs");
}

Fr Hasher::hash(const Fr& tag, std::span<const Fr> inputs) const {
    return width_of(inputs.size()).hash(tag, inputs.data(), adx_);
}

Fr Hasher::hash(const Fr& tag, const Fr& a, const Fr& b) const { return hash(tag, std::array{a, b}); }

void Hasher::hash_many(const Fr& tag, std::size_t arity, std::span<const Fr> inputs, std::span<Fr> outputs) const {
    const Width& width = width_of(arity);
    if (inputs.size() != arity * outputs.size())
        throw Error(Code::kInternal, "hash_many: inputs do not fill the outputs");
    std::size_t done = 0;
    while (done < outputs.size()) {
        const std::size_t left = outputs.size() - done;
        // Four lanes cost about what two single hashes do.
        if (vectorised_ && left >= 2) {
            const std::size_t count = std::min<std::size_t>(left, 4);
            width.hash_four(tag, inputs.data() + done * arity, count, outputs.data() + done);
            done += count;
        } else {
            outputs[done] = width.hash(tag, inputs.data() + done * arity, adx_);
            done++;
        }
    }
}

void Hasher::digest_many(const Fr& tag, std::size_t blocks, std::span<const Fr> elements, std::span<Fr> outputs) const {
    if (blocks == 1) return hash_many(tag, kBlockElements, elements, outputs);
    std::vector<Fr> block_digests(elements.size() / kBlockElements);
    hash_many(tag, kBlockElements, elements, block_digests);
    hash_many(tag, blocks, block_digests, outputs);
}

Fr Hasher::digest(const Fr& tag, std::span<const Fr> elements) const {
    Fr result;
    digest_many(tag, elements.size() / kBlockElements, elements, {&result, 1});
    return result;
}

}  // namespace pocps
