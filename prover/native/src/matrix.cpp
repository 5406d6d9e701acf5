// The scalar product, unpacking, and the choice among the paths.
#include "matrix.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "error.hpp"

namespace pocps {

void multiply_tile_scalar(const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                          std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums) {
    for (std::size_t row = 0; row < kTileRows; row++) {
        const std::uint8_t* const w = weights + row * stride;
        for (std::size_t column = 0; column < columns; column++) {
            const std::int8_t* const x = inputs + column * input_stride;
            std::int32_t sum = 0;
            for (std::size_t i = 0; i < length; i++) sum += std::int32_t{w[i]} * x[i];
            sums[row * columns + column] += sum;
        }
    }
}

MatrixPath matrix_path(Path path) {
    switch (path) {
        case Path::kScalar: return {path, unpack_weights_scalar, multiply_tile_scalar, nullptr};
#ifdef POCPS_X86
        case Path::kAvx2: return {path, unpack_weights_avx2, multiply_tile_avx2, peak_operations_avx2};
        case Path::kAvx512Vnni:
            return {path, unpack_weights_avx2, multiply_tile_avx512_vnni, peak_operations_avx512_vnni};
#else
        default: break;
#endif
    }
    throw Error(Code::kInternal, path_name(path) + " is not compiled in");
}

MatrixChoice choose_matrix_path() {
    std::string note;
    for (const Path path : allowed_paths()) {
        const MatrixPath candidate = matrix_path(path);
        if (path == Path::kScalar || agrees_with_scalar(candidate)) return {candidate, note};
        note += path_name(path) + " disagrees with the scalar product on this machine and is not used. ";
    }
    return {matrix_path(Path::kScalar), note};
}

bool agrees_with_scalar(const MatrixPath& path) {
    constexpr std::size_t kColumns = 8;
    std::uint64_t state = 0x9e3779b97f4a7c15;
    const auto random_byte = [&] {  // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return static_cast<std::uint8_t>(state >> 32);
    };
    for (const std::size_t length : {kEntryAlign, std::size_t{1024}, kTileEntries}) {
        AlignedVector<std::uint8_t> weights(kTileRows * length), again(length);
        AlignedVector<std::int8_t> inputs(kColumns * length);
        std::vector<std::uint8_t> packed(length / 2 - 16);  // ends within a vector, as a row of 992 entries does
        for (auto& byte : packed) byte = random_byte();
        unpack_weights_scalar(packed.data(), packed.size(), weights.data());
        path.unpack(packed.data(), packed.size(), again.data());
        if (!std::equal(again.begin(), again.end(), weights.begin())) return false;
        for (const bool extreme : {false, true}) {
            for (auto& weight : weights) weight = extreme ? 15 : random_byte() & 15;
            for (std::size_t i = 0; i < inputs.size(); i++) {
                const bool low = (i / length) % 2 == 0;
                inputs[i] = static_cast<std::int8_t>(extreme ? (low ? -8 : 7) : (random_byte() & 15) - 8);
            }
            // A start other than zero shows a path that overwrites instead of adding.
            std::vector<std::int32_t> expected(kTileRows * kColumns, -12345), actual(kTileRows * kColumns, -12345);
            multiply_tile_scalar(weights.data(), length, inputs.data(), length, kColumns, length, expected.data());
            path.multiply(weights.data(), length, inputs.data(), length, kColumns, length, actual.data());
            if (expected != actual) return false;
        }
    }
    return true;
}

void unpack_weights_scalar(const std::uint8_t* packed, std::size_t bytes, std::uint8_t* out) {
    constexpr std::size_t kHalf = kEntryAlign / 2;
    for (; bytes >= kHalf; bytes -= kHalf, packed += kHalf, out += kEntryAlign) {
        for (std::size_t i = 0; i < kHalf; i++) {
            out[i] = packed[i] & 15;
            out[kHalf + i] = packed[i] >> 4;
        }
    }
    if (bytes == 0) return;
    std::memset(out, 0, kEntryAlign);
    for (std::size_t i = 0; i < bytes; i++) {
        out[i] = packed[i] & 15;
        out[kHalf + i] = packed[i] >> 4;
    }
}

std::int32_t unpack_inputs(const std::uint8_t* packed, std::size_t bytes, std::int8_t* out) {
    constexpr std::size_t kHalf = kEntryAlign / 2;
    std::int32_t sum = 0;
    for (std::size_t done = 0; done < bytes; done += kHalf, out += kEntryAlign) {
        const std::size_t count = std::min(kHalf, bytes - done);
        if (count < kHalf) std::memset(out, 0, kEntryAlign);
        for (std::size_t i = 0; i < count; i++) {
            out[i] = static_cast<std::int8_t>((packed[done + i] & 15) - 8);
            out[kHalf + i] = static_cast<std::int8_t>((packed[done + i] >> 4) - 8);
            sum += out[i] + out[kHalf + i];
        }
    }
    return sum;
}

}  // namespace pocps
