// The matrix product with AVX2: vpmaddubsw on 32 entries, two rows by four columns at a time.
#include <immintrin.h>

#include "matrix.hpp"

namespace pocps {

namespace {

/// Four sums of 16 lanes of sixteen bits each.
__m128i sum_lanes(__m256i a, __m256i b, __m256i c, __m256i d) {
    const __m256i ones = _mm256_set1_epi16(1);
    const __m256i ab = _mm256_hadd_epi32(_mm256_madd_epi16(a, ones), _mm256_madd_epi16(b, ones));
    const __m256i cd = _mm256_hadd_epi32(_mm256_madd_epi16(c, ones), _mm256_madd_epi16(d, ones));
    const __m256i abcd = _mm256_hadd_epi32(ab, cd);
    return _mm_add_epi32(_mm256_castsi256_si128(abcd), _mm256_extracti128_si256(abcd, 1));
}

void add_to(std::int32_t* sums, __m128i more) {
    auto* const target = reinterpret_cast<__m128i*>(sums);
    _mm_storeu_si128(target, _mm_add_epi32(_mm_loadu_si128(target), more));
}

__m256i load(const void* bytes) { return _mm256_loadu_si256(static_cast<const __m256i*>(bytes)); }

/// a += wa x, b += wb x in lanes of sixteen bits. Assembly, because the compiler would load x twice or spill the sums,
/// and loads are what limits the loop.
void multiply_accumulate(__m256i& a, __m256i& b, __m256i wa, __m256i wb, const std::int8_t* x) {
    __m256i entries, product;
    __asm__(
        "vmovdqu %[x], %[entries]\n\t"
        "vpmaddubsw %[entries], %[wa], %[product]\n\t"
        "vpaddw %[product], %[a], %[a]\n\t"
        "vpmaddubsw %[entries], %[wb], %[entries]\n\t"
        "vpaddw %[entries], %[b], %[b]\n\t"
        : [a] "+x"(a), [b] "+x"(b), [entries] "=&x"(entries), [product] "=&x"(product)
        : [wa] "x"(wa), [wb] "x"(wb), [x] "m"(*reinterpret_cast<const __m256i_u*>(x)));
}

}  // namespace

void multiply_tile_avx2(const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                        std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums) {
    static_assert(kTileRows % 2 == 0 && kTileColumns == 4);
    for (std::size_t column = 0; column < columns; column += 4) {
        const std::int8_t* const x = inputs + column * input_stride;
        for (std::size_t row = 0; row < kTileRows; row += 2) {
            const std::uint8_t* const w = weights + row * stride;
            __m256i a0 = _mm256_setzero_si256(), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            for (std::size_t i = 0; i < length; i += 32) {
                const __m256i wa = load(w + i), wb = load(w + stride + i);
                multiply_accumulate(a0, b0, wa, wb, x + i);
                multiply_accumulate(a1, b1, wa, wb, x + input_stride + i);
                multiply_accumulate(a2, b2, wa, wb, x + 2 * input_stride + i);
                multiply_accumulate(a3, b3, wa, wb, x + 3 * input_stride + i);
            }
            add_to(sums + row * columns + column, sum_lanes(a0, a1, a2, a3));
            add_to(sums + (row + 1) * columns + column, sum_lanes(b0, b1, b2, b3));
        }
    }
}

void unpack_weights_avx2(const std::uint8_t* packed, std::size_t bytes, std::uint8_t* out) {
    const __m256i mask = _mm256_set1_epi8(15);
    const auto unpack = [&](__m256i nibbles) {
        auto* const target = reinterpret_cast<__m256i*>(out);
        _mm256_storeu_si256(target, _mm256_and_si256(nibbles, mask));
        _mm256_storeu_si256(target + 1, _mm256_and_si256(_mm256_srli_epi16(nibbles, 4), mask));
        out += kEntryAlign;
    };
    for (; bytes >= 32; bytes -= 32, packed += 32) unpack(load(packed));
    if (bytes == 0) return;
    alignas(32) std::uint8_t rest[32] = {};
    for (std::size_t i = 0; i < bytes; i++) rest[i] = packed[i];
    unpack(load(rest));
}

double peak_operations_avx2(std::uint64_t rounds) {
    // Eight independent sums, as in the product. Assembly, because the compiler would fold the loop.
    for (std::uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile(
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm10\n\t vpaddw %%ymm10, %%ymm0, %%ymm0\n\t"
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm11\n\t vpaddw %%ymm11, %%ymm1, %%ymm1\n\t"
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm12\n\t vpaddw %%ymm12, %%ymm2, %%ymm2\n\t"
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm13\n\t vpaddw %%ymm13, %%ymm3, %%ymm3\n\t"
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm10\n\t vpaddw %%ymm10, %%ymm4, %%ymm4\n\t"
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm11\n\t vpaddw %%ymm11, %%ymm5, %%ymm5\n\t"
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm12\n\t vpaddw %%ymm12, %%ymm6, %%ymm6\n\t"
            "vpmaddubsw %%ymm8, %%ymm9, %%ymm13\n\t vpaddw %%ymm13, %%ymm7, %%ymm7\n\t" ::
                : "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6", "ymm7", "ymm8", "ymm9", "ymm10", "ymm11",
                  "ymm12", "ymm13");
    }
    return 8.0 * 32 * 2 * static_cast<double>(rounds);
}

}  // namespace pocps
