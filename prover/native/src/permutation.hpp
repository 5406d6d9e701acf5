// The Poseidon permutation over any arithmetic: scalar elements, or vectors of independent ones.
//
// This header is compiled with different instruction sets. It uses no other header, so that no shared inline function
// is compiled twice and the linker cannot pick the wrong one.
#pragma once

namespace pocps {

inline constexpr unsigned kMaxWidth = 17;

/// Partial rounds are taken six at a time: their S-box outputs are kept beside the state, the rounds within a batch
/// read them through precomputed coefficients, and the other elements are updated once a batch, with one reduction
/// each.
inline constexpr unsigned kBatch = 6;

/// Permutes `state` (room for kMaxWidth + kBatch elements, `width` used) and leaves the first element of the result in
/// state[0]; the others are not computed.
///
/// `k` is the stream of constants that `constant_stream` (poseidon.cpp) makes, read once from front to back.
///
/// Engine offers Element, Constant, add(Element, Constant), add(Element, Element), fifth_power(Element) and
/// dot(const Element*, const Constant*, n) for n <= kMaxWidth - 1 + kBatch.
template <class Engine>
void permute(typename Engine::Element* state, unsigned width, unsigned partial_rounds,
             const typename Engine::Constant* k) {
    using Element = typename Engine::Element;
    Element next[kMaxWidth];

    const auto full_round = [&](unsigned outputs) {
        for (unsigned i = 0; i < width; i++) state[i] = Engine::add(Engine::fifth_power(state[i]), *k++);
        for (unsigned i = 0; i < outputs; i++, k += width) next[i] = Engine::dot(state, k, width);
        for (unsigned i = 0; i < outputs; i++) state[i] = next[i];
    };

    for (unsigned i = 0; i < width; i++) state[i] = Engine::add(state[i], *k++);
    for (unsigned round = 0; round < 4; round++) full_round(width);

    Element* const powers = state + width;
    for (unsigned done = 0; done < partial_rounds; done += kBatch) {
        const unsigned batch = partial_rounds - done < kBatch ? partial_rounds - done : kBatch;
        for (unsigned i = 0; i < batch; i++) {
            powers[i] = Engine::add(Engine::fifth_power(state[0]), *k++);
            state[0] = Engine::dot(state + 1, k, width + i);
            k += width + i;
        }
        for (unsigned i = 1; i < width; i++, k += batch) {
            state[i] = Engine::add(state[i], Engine::dot(powers, k, batch));
        }
    }

    for (unsigned round = 0; round < 3; round++) full_round(width);
    full_round(1);
}

}  // namespace pocps
