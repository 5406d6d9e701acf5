// The matrix product with AVX-512 VNNI: vpdpbusd on 64 entries, two rows by four columns at a time.
//
// Written and compiled on a machine without AVX-512: it has never been executed by its authors. That is why
// choose_matrix_path() compares it with the scalar product on every machine before it is used.
#include <immintrin.h>

#include "matrix.hpp"

namespace pocps {

namespace {

__m512i load(const void* bytes) { return _mm512_loadu_si512(bytes); }

}  // namespace

void multiply_tile_avx512_vnni(const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                               std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums) {
    static_assert(kTileRows % 2 == 0 && kTileColumns == 4 && kEntryAlign == 64);
    for (std::size_t column = 0; column < columns; column += 4) {
        const std::int8_t* const x = inputs + column * input_stride;
        for (std::size_t row = 0; row < kTileRows; row += 2) {
            const std::uint8_t* const w = weights + row * stride;
            __m512i a[4], b[4];
            for (std::size_t j = 0; j < 4; j++) a[j] = b[j] = _mm512_setzero_si512();
            for (std::size_t i = 0; i < length; i += 64) {
                const __m512i wa = load(w + i), wb = load(w + stride + i);
                for (std::size_t j = 0; j < 4; j++) {
                    const __m512i xj = load(x + j * input_stride + i);
                    a[j] = _mm512_dpbusd_epi32(a[j], wa, xj);
                    b[j] = _mm512_dpbusd_epi32(b[j], wb, xj);
                }
            }
            for (std::size_t j = 0; j < 4; j++) {
                sums[row * columns + column + j] += _mm512_reduce_add_epi32(a[j]);
                sums[(row + 1) * columns + column + j] += _mm512_reduce_add_epi32(b[j]);
            }
        }
    }
}

double peak_operations_avx512_vnni(std::uint64_t rounds) {
    for (std::uint64_t round = 0; round < rounds; round++) {
        __asm__ volatile(
            "vpdpbusd %%zmm12, %%zmm13, %%zmm0\n\t vpdpbusd %%zmm12, %%zmm13, %%zmm1\n\t"
            "vpdpbusd %%zmm12, %%zmm13, %%zmm2\n\t vpdpbusd %%zmm12, %%zmm13, %%zmm3\n\t"
            "vpdpbusd %%zmm12, %%zmm13, %%zmm4\n\t vpdpbusd %%zmm12, %%zmm13, %%zmm5\n\t"
            "vpdpbusd %%zmm12, %%zmm13, %%zmm6\n\t vpdpbusd %%zmm12, %%zmm13, %%zmm7\n\t"
            "vpdpbusd %%zmm12, %%zmm13, %%zmm8\n\t vpdpbusd %%zmm12, %%zmm13, %%zmm9\n\t"
            "vpdpbusd %%zmm12, %%zmm13, %%zmm10\n\t vpdpbusd %%zmm12, %%zmm13, %%zmm11\n\t" ::
                : "zmm0", "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7", "zmm8", "zmm9", "zmm10", "zmm11",
                  "zmm12", "zmm13");
    }
    return 12.0 * 64 * 2 * static_cast<double>(rounds);
}

}  // namespace pocps
