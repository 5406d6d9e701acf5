// Number-theoretic transforms over a domain of 2^k points: to coefficients and on to the odd points of twice the domain.
//
// The first goes from natural to bit-reversed order, the second back, so nothing is ever permuted. Both halve the block
// depth first, hence blocks that fit a cache stay there.
#pragma once

#include <algorithm>
#include <bit>

#include "../thread_pool.hpp"
#include "prime_field.hpp"
#include "secret.hpp"

namespace pocps::groth16 {

inline constexpr unsigned kTwoAdicity = 28;  // 2^28 divides r - 1

/// A root of unity of order 2^power, as ffjavascript chooses it: a power of 5, the least non-residue.
template <class R>
R root_of_unity(unsigned power) {
    const Limbs& r = ScalarPrime::kModulus;
    Limbs exponent{};  // (r - 1) / 2^28
    for (unsigned i = 0; i < 4; i++) exponent[i] = (r[i] >> kTwoAdicity) | (i < 3 ? r[i + 1] << (64 - kTwoAdicity) : 0);
    R root = R::one();
    for (int i = 255; i >= 0; i--) {
        root = root.squared();
        if (((exponent[i / 64] >> (i % 64)) & 1) != 0) root = root * R::of(5);
    }
    for (unsigned i = power; i < kTwoAdicity; i++) root = root.squared();
    return root;
}

template <class R>
class CosetTransform {
   public:
    /// `size` = 2^power values, power < kTwoAdicity.
    explicit CosetTransform(unsigned power) : size_(std::size_t{1} << power), roots_(std::max<std::size_t>(2, size_)), shifts_(size_) {
        // roots_[half + i] = w^i for the blocks of 2 half.
        std::size_t half = size_ / 2;
        const R root = root_of_unity<R>(power);
        if (half > 0) roots_[half] = R::one();
        for (std::size_t i = 1; i < half; i++) roots_[half + i] = roots_[half + i - 1] * root;
        for (half /= 2; half > 0; half /= 2) {
            for (std::size_t i = 0; i < half; i++) roots_[half + i] = roots_[2 * half + 2 * i];
        }
        const R shift = root_of_unity<R>(power + 1);
        R factor = R::of(size_).inverse();
        for (std::size_t i = 0; i < size_; i++, factor = factor * shift) shifts_[reversed(i, power)] = factor;
    }

    std::size_t size() const { return size_; }

    /// From a polynomial's values at w^i to its values at v w^i, where v^2 = w. In place.
    void apply(R* values, ThreadPool& threads) const {
        const std::size_t parts = std::min(size_, threads.threads() == 1 ? std::size_t{1} : 2 * std::bit_ceil<std::size_t>(threads.threads()));
        const std::size_t part = size_ / parts;
        for (std::size_t block = size_; block > part; block /= 2) {
            across(parts, block, threads, [&](std::size_t at, std::size_t from, std::size_t to) { split(values + at, block / 2, from, to); });
        }
        threads.parallel_for(parts, [&](std::size_t i, unsigned) {
            R* const own = values + i * part;
            analyse(own, part);
            for (std::size_t k = 0; k < part; k++) own[k] = own[k] * shifts_[i * part + k];
            synthesise(own, part);
        });
        for (std::size_t block = 2 * part; block <= size_; block *= 2) {
            across(parts, block, threads, [&](std::size_t at, std::size_t from, std::size_t to) { join(values + at, block / 2, from, to); });
        }
    }

   private:
    static constexpr std::size_t kCached = 2048;  // elements, 64 KiB with their roots nearby

    static std::size_t reversed(std::size_t index, unsigned bits) {
        std::size_t result = 0;
        for (unsigned i = 0; i < bits; i++) result |= ((index >> i) & 1) << (bits - 1 - i);
        return result;
    }

    /// One layer of blocks, cut into `parts` pieces.
    template <class Body>
    void across(std::size_t parts, std::size_t block, ThreadPool& threads, const Body& body) const {
        const std::size_t blocks = size_ / block, pieces = parts / blocks, half = block / 2;
        threads.parallel_for(parts, [&](std::size_t i, unsigned) {
            const std::size_t piece = i % pieces;
            body(i / pieces * block, half * piece / pieces, half * (piece + 1) / pieces);
        });
    }

    /// (a, b) -> (a + b, (a - b) w^-i); w^-i = -w^(half - i).
    void split(R* values, std::size_t half, std::size_t from, std::size_t to) const {
        for (std::size_t i = from; i < to; i++) {
            const R a = values[i], b = values[half + i];
            values[i] = a + b;
            values[half + i] = i == 0 ? a - b : (b - a) * roots_[2 * half - i];
        }
    }

    /// (a, b) -> (a + w^i b, a - w^i b).
    void join(R* values, std::size_t half, std::size_t from, std::size_t to) const {
        for (std::size_t i = from; i < to; i++) {
            const R a = values[i], b = i == 0 ? values[half] : values[half + i] * roots_[half + i];
            values[i] = a + b;
            values[half + i] = a - b;
        }
    }

    void analyse(R* values, std::size_t size) const {
        if (size > kCached) {
            split(values, size / 2, 0, size / 2);
            analyse(values, size / 2);
            analyse(values + size / 2, size / 2);
            return;
        }
        for (std::size_t block = size; block > 1; block /= 2) {
            for (std::size_t at = 0; at < size; at += block) split(values + at, block / 2, 0, block / 2);
        }
    }

    void synthesise(R* values, std::size_t size) const {
        if (size > kCached) {
            synthesise(values, size / 2);
            synthesise(values + size / 2, size / 2);
            join(values, size / 2, 0, size / 2);
            return;
        }
        for (std::size_t block = 2; block <= size; block *= 2) {
            for (std::size_t at = 0; at < size; at += block) join(values + at, block / 2, 0, block / 2);
        }
    }

    std::size_t size_;
    std::vector<R> roots_;
    std::vector<R> shifts_;  // v^i / size, in bit-reversed order
};

}  // namespace pocps::groth16
