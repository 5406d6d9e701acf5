// The product of 4-bit matrices, with an implementation for each instruction set.
//
// A tile multiplies 62 weight rows, one output element of every column, by all columns of a group, over at most 1984
// entries. Both sides are unpacked to bytes once: weights as v in 0..15, inputs as v - 8. Within each 64 entries the
// even ones come first, then the odd ones; the order does not change a dot product and makes unpacking two masks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include "cpu.hpp"

namespace pocps {

inline constexpr std::size_t kTileRows = 62;
/// 62 AVX2 vectors: sixteen-bit sums of products of 0..15 and -8..7 reach 62 * 2 * 15 * 8 = 14880, never 32767; and six
/// rows of a tile, two of weights and four of inputs, stay in 12 KB of a first-level cache.
inline constexpr std::size_t kTileEntries = 1984;
/// Lengths and strides are multiples of this, filled with zeros; columns are multiples of kTileColumns.
inline constexpr std::size_t kEntryAlign = 64;
inline constexpr std::size_t kTileColumns = 4;

/// Starts at a cache line, so that no vector load crosses one: with malloc's 16 bytes every second AVX2 load would.
template <class Value>
struct AlignedAllocator {
    using value_type = Value;
    static constexpr std::align_val_t kAlign{64};

    AlignedAllocator() = default;
    template <class Other>
    AlignedAllocator(const AlignedAllocator<Other>&) {}
    Value* allocate(std::size_t count) { return static_cast<Value*>(::operator new(count * sizeof(Value), kAlign)); }
    void deallocate(Value* values, std::size_t) { ::operator delete(values, kAlign); }
    friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};
template <class Value>
using AlignedVector = std::vector<Value, AlignedAllocator<Value>>;

/// Nibbles of `bytes` packed bytes as v, in the order above; the rest up to a multiple of kEntryAlign is zeroed.
using UnpackWeights = void (*)(const std::uint8_t* packed, std::size_t bytes, std::uint8_t* out);

void unpack_weights_scalar(const std::uint8_t* packed, std::size_t bytes, std::uint8_t* out);
void unpack_weights_avx2(const std::uint8_t* packed, std::size_t bytes, std::uint8_t* out);

/// The same as v - 8. Returns the sum of the entries.
std::int32_t unpack_inputs(const std::uint8_t* packed, std::size_t bytes, std::int8_t* out);

/// sums[r columns + c] += sum over i < length of weights[r stride + i] inputs[c input_stride + i], for r < kTileRows.
using MultiplyTile = void (*)(const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                              std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums);

void multiply_tile_scalar(const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                          std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums);
void multiply_tile_avx2(const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                        std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums);
void multiply_tile_avx512_vnni(const std::uint8_t* weights, std::size_t stride, const std::int8_t* inputs,
                               std::size_t input_stride, std::size_t columns, std::size_t length, std::int32_t* sums);

/// `rounds` rounds of the path's multiply-accumulate on registers alone; returns the operations done (2 an entry).
double peak_operations_avx2(std::uint64_t rounds);
double peak_operations_avx512_vnni(std::uint64_t rounds);

struct MatrixPath {
    Path path;
    UnpackWeights unpack;
    MultiplyTile multiply;
    /// Null for the scalar path: the compiler chooses its instructions, so there is none to measure.
    double (*peak_operations)(std::uint64_t rounds);
};

/// Throws Error(kInternal) when the path is not compiled in.
MatrixPath matrix_path(Path path);

struct MatrixChoice {
    MatrixPath path;
    /// Why a faster path was not taken; empty when there is nothing to tell.
    std::string note;
};

/// The fastest allowed path that agrees with the scalar one on this machine, checked now.
MatrixChoice choose_matrix_path();

/// True when the path agrees with the scalar one on random and on extreme entries.
bool agrees_with_scalar(const MatrixPath& path);

}  // namespace pocps
