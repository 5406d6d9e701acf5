// Multi-scalar multiplication: signed windows whose buckets are summed in affine coordinates with shared inversions.
//
// The points of a window are sorted by bucket, and each bucket is summed as a tree: in every round neighbours within a
// bucket are added, so no point takes part twice and all additions of a round share one inversion. A bucket of any load
// costs the same per point, hence neither equal scalars nor a short top window hurt.
#pragma once

#include <cstring>
#include <span>

#include "../thread_pool.hpp"
#include "curve.hpp"
#include "secret.hpp"

namespace pocps::groth16 {

/// Sums lists of affine points. One object a thread.
template <class F>
class ListSums {
   public:
    ListSums() : values_(kChunk), denominators_(kChunk / 2), prefixes_(kChunk / 2) {}

    /// sums[k] = sum of the points that entries[starts[k] .. starts[k + 1]) name. An entry is twice a point's index, plus one
    /// when it is subtracted. Points are not infinite.
    void sum(const Affine<F>* points, const std::uint32_t* entries, std::span<const std::uint32_t> starts, Affine<F>* sums) {
        points_ = points;
        const std::size_t lists = starts.size() - 1;
        for (std::size_t k = 0; k < lists; k++) sums[k] = Affine<F>::infinity();
        std::size_t held = 0;
        first_ = entries + starts[0];
        for (std::size_t k = 0; k < lists; k++) {
            for (std::size_t at = starts[k]; at < starts[k + 1];) {
                const std::size_t taken = std::min<std::size_t>(starts[k + 1] - at, kChunk - held);
                lists_.push_back({static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(taken)});
                at += taken;
                held += taken;
                if (held == kChunk) {
                    sum_chunk(sums);
                    first_ = entries + at;
                    held = 0;
                }
            }
        }
        if (held > 0) sum_chunk(sums);
    }

   private:
    static constexpr std::size_t kChunk = 16384;  // points summed together; an inversion a round is then a few per cent

    struct List {
        std::uint32_t target;
        std::uint32_t size;
    };

    void sum_chunk(Affine<F>* sums) {
        infinities_ = false;
        round<true>();
        while (pairs_ > 0) round<false>();
        for (std::size_t i = 0; i < lists_.size(); i++) {
            Affine<F>& sum = sums[lists_[i].target];
            if (sum.is_infinity()) sum = values_[i];
            else sum = (Point<F>::of(sum) + values_[i]).to_affine();  // a list that spans chunks
        }
        lists_.clear();
        pairs_ = 0;
    }

    /// The chunk's i-th point. The sign is a coin toss, so it must not be a branch.
    template <bool kFirst>
    Affine<F> value(std::size_t i) const {
        if constexpr (!kFirst) return values_[i];
        const Affine<F>& p = points_[first_[i] >> 1];
        return {p.x, p.y.negated_if(first_[i] & 1)};
    }

    template <bool kFirst>
    const F& x_of(std::size_t i) const {
        if constexpr (kFirst) return points_[first_[i] >> 1].x;
        else return values_[i].x;
    }

    /// Halves every list.
    template <bool kFirst>
    void round() {
        const std::size_t pairs = multiply_denominators<kFirst>();
        if (pairs > 0) invert_denominators(pairs);
        add_pairs<kFirst>();
    }

    /// Two products run side by side, over even and odd pairs: one alone would wait for its own last factor.
    template <bool kFirst>
    std::size_t multiply_denominators() {
        exceptions_.clear();
        products_[0] = products_[1] = F::one();
        std::size_t at = 0, pair = 0;
        for (const List& list : lists_) {
            const std::size_t end = at + list.size;
            for (; at + 1 < end; at += 2, pair++) {
                if constexpr (kFirst) {
                    constexpr std::size_t kAhead = 12;
                    prefetch(at + kAhead);
                    prefetch(at + kAhead + 1);
                }
                F difference = x_of<kFirst>(at + 1) - x_of<kFirst>(at);
                if (difference.is_zero() || infinities_) {
                    difference = denominator(pair, difference, value<kFirst>(at), value<kFirst>(at + 1));
                }
                prefixes_[pair] = products_[pair & 1];
                denominators_[pair] = difference;
                products_[pair & 1] = products_[pair & 1] * difference;
            }
            at = end;
        }
        exceptions_.push_back(pair);  // there is none beyond
        return pair;
    }

    /// Leaves the denominators' inverses in prefixes_.
    void invert_denominators(std::size_t pairs) {
        const F inverse = (products_[0] * products_[1]).inverse();
        F inverses[2] = {inverse * products_[1], inverse * products_[0]};
        for (std::size_t i = pairs; i-- > 0;) {
            prefixes_[i] = prefixes_[i] * inverses[i & 1];
            inverses[i & 1] = inverses[i & 1] * denominators_[i];
        }
    }

    template <bool kFirst>
    void add_pairs() {
        std::size_t from = 0, to = 0, pair = 0, exception = 0;
        pairs_ = 0;
        for (List& list : lists_) {
            const std::size_t end = from + list.size;
            for (; from + 1 < end; from += 2, to++, pair++) {
                const Affine<F> a = value<kFirst>(from), b = value<kFirst>(from + 1);
                if (pair == exceptions_[exception]) {
                    values_[to] = exceptional_sum(a, b, prefixes_[pair]);
                    exception++;
                    continue;
                }
                const F slope = (b.y - a.y) * prefixes_[pair];
                const F x = slope.squared() - a.x - b.x;
                values_[to] = {x, slope * (a.x - x) - a.y};
            }
            if (from < end) values_[to++] = value<kFirst>(from++);
            list.size = (list.size + 1) / 2;
            pairs_ += list.size / 2;
        }
    }

    void prefetch(std::size_t i) const {
        const char* const point = reinterpret_cast<const char*>(points_ + (first_[i] >> 1));
        for (std::size_t byte = 0; byte < sizeof(Affine<F>); byte += 64) __builtin_prefetch(point + byte);
    }

    /// What the addition divides by; notes a pair that the chord does not add. Such a pair's factor is never 0.
    F denominator(std::size_t pair, const F& difference, const Affine<F>& a, const Affine<F>& b) {
        const bool chord = !difference.is_zero() && !a.is_infinity() && !b.is_infinity();
        if (chord) return difference;
        exceptions_.push_back(pair);
        if (a.is_infinity() || b.is_infinity() || a.y != b.y || a.y.is_zero()) {
            infinities_ = true;  // the sum may be one; from now on this chunk looks for them
            return F::one();
        }
        return a.y.doubled();
    }

    Affine<F> exceptional_sum(const Affine<F>& a, const Affine<F>& b, const F& inverse) const {
        if (a.is_infinity()) return b;
        if (b.is_infinity()) return a;
        if (a.y != b.y || a.y.is_zero()) return Affine<F>::infinity();
        const F xx = a.x.squared();
        const F slope = (xx.doubled() + xx) * inverse;
        const F x = slope.squared() - a.x.doubled();
        return {x, slope * (a.x - x) - a.y};
    }

    const Affine<F>* points_ = nullptr;
    const std::uint32_t* first_ = nullptr;  // the chunk's entries
    std::vector<List> lists_;               // the chunk's lists; values_ holds their points one after another
    SecretVector<Affine<F>> values_;
    SecretVector<F> denominators_, prefixes_;
    F products_[2];
    std::vector<std::size_t> exceptions_;
    std::size_t pairs_ = 0;
    bool infinities_ = false;
};

/// Bits of a window that make the sum of `count` multiples cheapest: each window adds every point once and every one of its
/// 2^(bits - 1) buckets twice.
inline unsigned window_bits(std::size_t count, unsigned scalar_bits) {
    constexpr std::size_t kFixed = 500;  // additions that a window's last sums are worth
    unsigned best = 0;
    std::size_t least = 0;
    for (unsigned bits = 2; bits <= 20; bits++) {
        const std::size_t cost = (scalar_bits / bits + 1) * (count + (std::size_t{1} << bits) + kFixed);
        if (best == 0 || cost < least) least = cost, best = bits;
    }
    return best;
}

/// Scalars and the points they multiply, without the zeros.
struct Terms {
    SecretVector<Limbs> scalars;             // plain integers below 2^scalar_bits
    SecretVector<std::uint32_t> point_of;    // index of each scalar's point
};

namespace detail {

inline std::uint32_t bits_at(const Limbs& limbs, unsigned from, unsigned count) {
    const unsigned word = from / 64, shift = from % 64;
    if (word >= 4) return 0;
    std::uint64_t value = limbs[word] >> shift;
    if (shift + count > 64 && word + 1 < 4) value |= limbs[word + 1] << (64 - shift);
    return static_cast<std::uint32_t>(value & ((std::uint64_t{1} << count) - 1));
}

/// One window: sorts, sums the buckets, then weighs them.
template <class F>
class Window {
   public:
    /// The sum of digit * point. Digits are from -half to half.
    Point<F> sum(const Affine<F>* points, std::span<const std::int32_t> digits, const std::uint32_t* point_of, std::uint32_t half) {
        starts_.assign(half + 2, 0);
        for (const std::int32_t digit : digits) starts_[static_cast<std::uint32_t>(digit < 0 ? -digit : digit)]++;
        starts_[0] = 0;  // the digit 0 adds nothing
        std::uint32_t total = 0;
        for (auto& start : starts_) {
            const std::uint32_t load = start;
            start = total;
            total += load;
        }
        if (total == 0) return Point<F>::infinity();
        entries_.resize(total + kSlack);
        for (std::size_t i = 0; i < digits.size(); i++) {
            const std::int32_t digit = digits[i];
            if (digit == 0) continue;
            const std::int32_t sign = digit >> 31;  // a coin toss, so no branch
            entries_[starts_[static_cast<std::size_t>((digit ^ sign) - sign)]++] = point_of[i] * 2 - static_cast<std::uint32_t>(sign);
        }
        for (std::size_t k = half + 1; k > 0; k--) starts_[k] = starts_[k - 1];  // each had moved to its end
        starts_[0] = 0;
        std::fill(entries_.begin() + total, entries_.end(), entries_[0]);
        buckets_.resize(half + 1);
        sums_.sum(points, entries_.data(), starts_, buckets_.data());
        return weighted(half + 1);
    }

   private:
    static constexpr std::size_t kSlack = 16;  // entries that are prefetched beyond the last

    /// Sum of k buckets_[k]: with k = 2^low_bits row + column, sums of rows and of columns weigh little.
    Point<F> weighted(std::uint32_t count) {
        unsigned low_bits = 0;
        while ((std::uint32_t{1} << (2 * low_bits + 2)) <= count) low_bits++;
        const std::uint32_t columns = std::uint32_t{1} << low_bits, rows = (count + columns - 1) / columns;
        Point<F> result = weighted_lines(rows, columns, columns, 1, count);
        for (unsigned i = 0; i < low_bits; i++) result = result.doubled();
        return result + weighted_lines(columns, rows, 1, columns, count);
    }

    /// Sum over lines k of k (sum over i of buckets_[k stride + i step]).
    Point<F> weighted_lines(std::uint32_t lines, std::uint32_t length, std::uint32_t stride, std::uint32_t step, std::uint32_t count) {
        starts_.assign(1, 0);
        entries_.clear();
        for (std::uint32_t line = 0; line < lines; line++) {
            for (std::uint32_t i = 0; line > 0 && i < length; i++) {
                const std::uint32_t k = line * stride + i * step;
                if (k < count && !buckets_[k].is_infinity()) entries_.push_back(2 * k);
            }
            starts_.push_back(static_cast<std::uint32_t>(entries_.size()));
        }
        entries_.resize(entries_.size() + kSlack, 0);
        lines_.resize(lines);
        sums_.sum(buckets_.data(), entries_.data(), starts_, lines_.data());
        Point<F> running = Point<F>::infinity(), total = Point<F>::infinity();
        for (std::size_t k = lines; k-- > 1;) {
            running = running + lines_[k];
            total = total + running;
        }
        return total;
    }

    ListSums<F> sums_;
    std::vector<std::uint32_t> starts_;
    SecretVector<std::uint32_t> entries_;
    SecretVector<Affine<F>> buckets_, lines_;
};

}  // namespace detail

/// Sum of scalars[i] points[point_of[i]]; scalars are below 2^scalar_bits <= 2^254, points not infinite. Exact for any
/// scalars and points, equal and opposite ones included. Time follows the scalars: zeros cost nothing and small ones little.
template <class F>
Point<F> multi_scalar_product(const Affine<F>* points, Terms terms, unsigned scalar_bits, ThreadPool& threads) {
    if (terms.scalars.empty()) return Point<F>::infinity();
    // Scalars of a single window first: they have no digits elsewhere.
    std::size_t small = 0;
    std::size_t wide_count = 0;
    for (const Limbs& s : terms.scalars) wide_count += (s[1] | s[2] | s[3]) != 0 || s[0] > 1 ? 1 : 0;
    const unsigned bits = window_bits(wide_count, scalar_bits);
    const std::uint32_t half = std::uint32_t{1} << (bits - 1);
    for (std::size_t i = 0; i < terms.scalars.size(); i++) {
        const Limbs s = terms.scalars[i];
        if ((s[1] | s[2] | s[3]) != 0 || s[0] > half) continue;
        std::swap(terms.scalars[i], terms.scalars[small]);
        std::swap(terms.point_of[i], terms.point_of[small]);
        small++;
    }
    // Window w of s + sum of half 2^(bits w) below the top, less half, is the signed digit; the top one needs no sign.
    const unsigned windows = scalar_bits / bits + 1;
    Limbs offset{};
    for (unsigned w = 0; w + 1 < windows; w++) offset[(w * bits + bits - 1) / 64] |= std::uint64_t{1} << ((w * bits + bits - 1) % 64);
    for (std::size_t i = small; i < terms.scalars.size(); i++) {
        std::uint64_t carry = 0;
        terms.scalars[i] = add_limbs(terms.scalars[i], offset, carry);
    }
    std::vector<Point<F>> sums(windows);
    std::vector<std::unique_ptr<detail::Window<F>>> scratch(threads.threads());
    std::vector<SecretVector<std::int32_t>> digits(threads.threads());
    threads.parallel_for(windows, [&](std::size_t w, unsigned thread) {
        if (!scratch[thread]) scratch[thread] = std::make_unique<detail::Window<F>>();
        const std::size_t first = w == 0 ? 0 : small;
        auto& own = digits[thread];
        own.resize(terms.scalars.size() - first);
        for (std::size_t i = first; i < terms.scalars.size(); i++) {
            const bool centred = i >= small && w + 1 < windows;
            own[i - first] = static_cast<std::int32_t>(detail::bits_at(terms.scalars[i], static_cast<unsigned>(w) * bits, bits)) -
                             (centred ? static_cast<std::int32_t>(half) : 0);
        }
        sums[w] = scratch[thread]->sum(points, own, terms.point_of.data() + first, half);
    });
    Point<F> result = sums[windows - 1];
    for (unsigned w = windows - 1; w-- > 0;) {
        for (unsigned i = 0; i < bits; i++) result = result.doubled();
        result = result + sums[w];
    }
    return result;
}

}  // namespace pocps::groth16
