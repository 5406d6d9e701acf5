// Tests of the matrix product: every path against the plain definition.
#include <vector>

#include "error.hpp"
#include "harness.hpp"
#include "matrix.hpp"

namespace pocps {

namespace {

constexpr Path kPaths[] = {Path::kScalar, Path::kAvx2, Path::kAvx512Vnni};

/// The byte of entries 2i (low) and 2i + 1 (high).
std::vector<std::uint8_t> packed_bytes(std::size_t count, std::uint32_t seed) {
    std::vector<std::uint8_t> bytes(count);
    for (auto& byte : bytes) {
        seed = seed * 1664525 + 1013904223;
        byte = static_cast<std::uint8_t>(seed >> 24);
    }
    return bytes;
}

int nibble(const std::vector<std::uint8_t>& packed, std::size_t entry) {
    return (packed[entry / 2] >> (4 * (entry % 2))) & 15;
}

/// Compares a path with sum (w - 8)(x - 8), from packed bytes on.
void check_product(Path path, std::size_t entries, std::uint8_t weight_fill, std::uint8_t input_fill) {
    constexpr std::size_t kColumns = 4;
    const std::size_t length = (entries + kEntryAlign - 1) / kEntryAlign * kEntryAlign;
    std::vector<std::vector<std::uint8_t>> rows, columns;
    std::vector<std::uint8_t> weights(kTileRows * length, 0xee);
    std::vector<std::int8_t> inputs(kColumns * length, 0);
    std::vector<std::int32_t> corrections;
    for (std::uint32_t r = 0; r < kTileRows; r++) {
        rows.push_back(weight_fill ? std::vector<std::uint8_t>(entries / 2, weight_fill)
                                   : packed_bytes(entries / 2, r));
        matrix_path(path).unpack(rows[r].data(), entries / 2, weights.data() + r * length);
    }
    for (std::uint32_t c = 0; c < kColumns; c++) {
        columns.push_back(input_fill ? std::vector<std::uint8_t>(entries / 2, input_fill)
                                     : packed_bytes(entries / 2, 99 + c));
        corrections.push_back(8 * unpack_inputs(columns[c].data(), entries / 2, inputs.data() + c * length));
    }
    std::vector<std::int32_t> sums(kTileRows * kColumns, 0);
    matrix_path(path).multiply(weights.data(), length, inputs.data(), length, kColumns, length, sums.data());
    for (std::size_t r = 0; r < kTileRows; r++) {
        for (std::size_t c = 0; c < kColumns; c++) {
            std::int32_t expected = 0;
            for (std::size_t i = 0; i < entries; i++)
                expected += (nibble(rows[r], i) - 8) * (nibble(columns[c], i) - 8);
            CHECK(sums[r * kColumns + c] - corrections[c] == expected);
        }
    }
}

TEST("matrix", "agrees with the definition for random and extreme nibbles on every path of this machine") {
    for (const Path path : kPaths) {
        if (!path_available(path)) continue;
        for (const std::size_t entries : {std::size_t{992}, kTileEntries}) {
            check_product(path, entries, 0, 0);
            for (const int weight : {0x11, 0x88, 0xff}) {  // a fill of 0 means random; 0x11 is next to the smallest
                for (const int input : {0x11, 0x88, 0xff, 0xf1}) {
                    check_product(path, entries, static_cast<std::uint8_t>(weight), static_cast<std::uint8_t>(input));
                }
            }
        }
    }
}

TEST("matrix", "proves every available path against the scalar one, and would notice a wrong one") {
    for (const Path path : kPaths) {
        if (path_available(path)) CHECK(agrees_with_scalar(matrix_path(path)));
    }
    MatrixPath wrong = matrix_path(Path::kScalar);
    wrong.multiply = [](const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                        std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums) {
        multiply_tile_scalar(weights, stride, inputs, input_stride, columns, length, sums);
        sums[kTileRows * columns - 1] += 1;
    };
    CHECK(!agrees_with_scalar(wrong));
    wrong = matrix_path(Path::kScalar);
    wrong.unpack = [](const std::uint8_t* packed, std::size_t bytes, std::uint8_t* out) {
        unpack_weights_scalar(packed, bytes, out);
        out[2 * bytes - 1] ^= 1;
    };
    CHECK(!agrees_with_scalar(wrong));
}

TEST("matrix", "takes the path that the environment names, and refuses an unknown one") {
    const char* const before = std::getenv("POCPS_RUNNER_PATH");
    const std::string saved = before ? before : "";
    ::setenv("POCPS_RUNNER_PATH", "scalar", 1);
    CHECK(choose_matrix_path().path.path == Path::kScalar);
    ::setenv("POCPS_RUNNER_PATH", "mmx", 1);
    CHECK_CODE(Code::kBadRequest, allowed_paths());
    if (before) {
        ::setenv("POCPS_RUNNER_PATH", saved.c_str(), 1);
    } else {
        ::unsetenv("POCPS_RUNNER_PATH");
    }
}

}  // namespace

}  // namespace pocps
