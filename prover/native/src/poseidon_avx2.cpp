// Four Poseidon permutations at a time with AVX2: nine 29-bit limbs an element, one permutation in each 64-bit lane.
//
// Values are never fully reduced. R = 2^261 is 169 r: a Montgomery reduction of a sum of n products of values below x r
// with constants leaves less than (x n / 169 + 1) r. A batch of partial rounds adds less than 1.1 r to an element, and
// there are at most 12 batches, so values stay below 16 r; inputs may be 32 r, because their first step is a fifth
// power.
#include "poseidon_avx2.hpp"

#include <immintrin.h>

#include "permutation.hpp"

namespace pocps {

namespace {

using Vector = __m256i;

constexpr std::uint64_t kMask29 = (1u << 29) - 1;

/// r in 29-bit limbs.
constexpr std::uint32_t kModulus29[kLimbs29] = {0x10000001, 0x1f0fac9f, 0xe5c2450, 0x7d090f3, 0x1585d283,
                                                0x2db40c0,  0xa6e141,   0xe5c2634, 0x30644e};
/// -1/r mod 2^29.
constexpr std::uint32_t kInverse29 = 0xfffffff;
/// 2^256 mod r: takes x 2^261 to x 2^256.
constexpr std::uint32_t kLeaveRadix[kLimbs29] = {0xffffffb,  0x4b1a0e2,  0x18334a6b, 0x18ed2b3e, 0x1462e36f,
                                                 0x11b7bc3c, 0x1cbd99ba, 0x183340fb, 0xe0a77};

/// Nine limbs, then the sums of parts (three limbs each) that `dot` needs: 0 + 1, 0 + 2, 1 + 2. `add` and `dot` make
/// them; products of two elements go to `add` first.
struct Element {
    Vector limb[kLimbs29 + kSumLimbs29];
};

Vector broadcast(std::uint32_t value) { return _mm256_set1_epi32(static_cast<int>(value)); }

/// Limbs of up to 63 bits to 29 bits each; the last keeps what is left.
void carry(Vector* limbs, unsigned count) {
    const Vector mask = _mm256_set1_epi64x(static_cast<long long>(kMask29));
#pragma GCC unroll 18
    for (unsigned i = 0; i + 1 < count; i++) {
        limbs[i + 1] = _mm256_add_epi64(limbs[i + 1], _mm256_srli_epi64(limbs[i], 29));
        limbs[i] = _mm256_and_si256(limbs[i], mask);
    }
}

/// Montgomery reduction of 18 columns, each of which has room for nine more products.
Element reduce(Vector* t) {
    const Vector mask = _mm256_set1_epi64x(static_cast<long long>(kMask29));
    const Vector inverse = broadcast(kInverse29);
#pragma GCC unroll 18
    for (unsigned i = 0; i < kLimbs29; i++) {
        const Vector q = _mm256_and_si256(_mm256_mul_epu32(t[i], inverse), mask);
#pragma GCC unroll 18
        for (unsigned j = 0; j < kLimbs29; j++) {
            t[i + j] = _mm256_add_epi64(t[i + j], _mm256_mul_epu32(q, broadcast(kModulus29[j])));
        }
        t[i + 1] = _mm256_add_epi64(t[i + 1], _mm256_srli_epi64(t[i], 29));
    }
    Element result;
#pragma GCC unroll 18
    for (unsigned i = 0; i < kLimbs29; i++) result.limb[i] = t[kLimbs29 + i];
    carry(result.limb, kLimbs29);
    return result;
}

void fill_sums(Element& element) {
    Vector* const limb = element.limb;
#pragma GCC unroll 3
    for (unsigned i = 0; i < 3; i++) {
        limb[9 + i] = _mm256_add_epi64(limb[i], limb[3 + i]);
        limb[12 + i] = _mm256_add_epi64(limb[i], limb[6 + i]);
        limb[15 + i] = _mm256_add_epi64(limb[3 + i], limb[6 + i]);
    }
}

void add_to(Vector& sum, Vector more) { sum = _mm256_add_epi64(sum, more); }

/// Columns of the products of three limbs from `offset` on, summed over the terms. Five columns stay in registers.
void block_sum(const Element* a, const Packed29* b, unsigned first, unsigned last, unsigned offset, Vector* columns) {
    Vector c0 = _mm256_setzero_si256(), c1 = c0, c2 = c0, c3 = c0, c4 = c0;
    for (unsigned term = first; term < last; term++) {
        const Vector* const x = a[term].limb + offset;
        const std::uint32_t* const y = b[term].limbs + offset;
        const Vector y0 = broadcast(y[0]), y1 = broadcast(y[1]), y2 = broadcast(y[2]);
        add_to(c0, _mm256_mul_epu32(x[0], y0));
        add_to(c1, _mm256_mul_epu32(x[0], y1));
        add_to(c2, _mm256_mul_epu32(x[0], y2));
        add_to(c1, _mm256_mul_epu32(x[1], y0));
        add_to(c2, _mm256_mul_epu32(x[1], y1));
        add_to(c3, _mm256_mul_epu32(x[1], y2));
        add_to(c2, _mm256_mul_epu32(x[2], y0));
        add_to(c3, _mm256_mul_epu32(x[2], y1));
        add_to(c4, _mm256_mul_epu32(x[2], y2));
    }
    columns[0] = c0, columns[1] = c1, columns[2] = c2, columns[3] = c3, columns[4] = c4;
}

struct Avx2Engine {
    using Element = pocps::Element;
    using Constant = Packed29;

    static Element add(const Element& a, const Element& b) {
        Element sum;
#pragma GCC unroll 18
        for (unsigned i = 0; i < kLimbs29; i++) sum.limb[i] = _mm256_add_epi64(a.limb[i], b.limb[i]);
        carry(sum.limb, kLimbs29);
        fill_sums(sum);
        return sum;
    }

    static Element add(const Element& a, const Constant& b) {
        Element wide;
#pragma GCC unroll 18
        for (unsigned i = 0; i < kLimbs29; i++) wide.limb[i] = _mm256_set1_epi64x(b.limbs[i]);
        return add(a, wide);
    }

    static Element multiply(const Element& a, const Element& b) {
        Vector t[2 * kLimbs29] = {};
#pragma GCC unroll 18
        for (unsigned i = 0; i < kLimbs29; i++) {
#pragma GCC unroll 18
            for (unsigned j = 0; j < kLimbs29; j++) {
                t[i + j] = _mm256_add_epi64(t[i + j], _mm256_mul_epu32(a.limb[i], b.limb[j]));
            }
        }
        return reduce(t);
    }

    static Element square(const Element& a) {
        Vector t[2 * kLimbs29] = {};
#pragma GCC unroll 18
        for (unsigned i = 0; i < kLimbs29; i++) {
            const Vector twice = _mm256_add_epi64(a.limb[i], a.limb[i]);
            t[2 * i] = _mm256_add_epi64(t[2 * i], _mm256_mul_epu32(a.limb[i], a.limb[i]));
#pragma GCC unroll 18
            for (unsigned j = i + 1; j < kLimbs29; j++) {
                t[i + j] = _mm256_add_epi64(t[i + j], _mm256_mul_epu32(twice, a.limb[j]));
            }
        }
        return reduce(t);
    }

    static Element fifth_power(const Element& a) { return multiply(square(square(a)), a); }

    /// Multiplies by Karatsuba on three parts of three limbs, whose sums over all terms are combined once: six block
    /// products a term instead of nine. A column of the true sum collects from a term at most seven products of 58 bits
    /// and two with a top limb, together below 2^54.7 for values below 16 r; nine terms and what a carry leaves stay
    /// below 63.9 * 2^58. Block sums may wrap, their combination does not. The carry after the last group makes room
    /// for the reduction.
    static Element dot(const Element* a, const Constant* b, unsigned count) {
        constexpr unsigned kGroup = 9;
        Vector t[2 * kLimbs29] = {};
        for (unsigned first = 0; first < count; first += kGroup) {
            const unsigned last = first + kGroup < count ? first + kGroup : count;
            Vector block[6][5];
            for (unsigned part = 0; part < 6; part++) block_sum(a, b, first, last, 3 * part, block[part]);
#pragma GCC unroll 5
            for (unsigned i = 0; i < 5; i++) {
                const Vector low = block[0][i], middle = block[1][i], high = block[2][i];
                add_to(t[i], low);
                add_to(t[i + 3], _mm256_sub_epi64(block[3][i], _mm256_add_epi64(low, middle)));
                add_to(t[i + 6], _mm256_sub_epi64(_mm256_add_epi64(block[4][i], middle), _mm256_add_epi64(low, high)));
                add_to(t[i + 9], _mm256_sub_epi64(block[5][i], _mm256_add_epi64(middle, high)));
                add_to(t[i + 12], high);
            }
            carry(t, 2 * kLimbs29);
        }
        Element sum = reduce(t);
        fill_sums(sum);
        return sum;
    }
};

}  // namespace

void permute_four_avx2(const std::uint64_t (*state)[kLimbs29][4], unsigned width, unsigned partial_rounds,
                       const Packed29* constants, std::uint64_t (*result)[4]) {
    Element elements[kMaxWidth + kBatch];
#pragma GCC unroll 18
    for (unsigned i = 0; i < width; i++) {
#pragma GCC unroll 18
        for (unsigned j = 0; j < kLimbs29; j++) {
            elements[i].limb[j] = _mm256_loadu_si256(reinterpret_cast<const Vector*>(state[i][j]));
        }
    }
    permute<Avx2Engine>(elements, width, partial_rounds, constants);
    Element leave_radix;
    for (unsigned j = 0; j < kLimbs29; j++) leave_radix.limb[j] = broadcast(kLeaveRadix[j]);
    const Element out = Avx2Engine::multiply(elements[0], leave_radix);
#pragma GCC unroll 18
    for (unsigned j = 0; j < kLimbs29; j++) {
        _mm256_storeu_si256(reinterpret_cast<Vector*>(result[j]), out.limb[j]);
    }
}

}  // namespace pocps
