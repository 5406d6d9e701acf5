// Measures the kernel against what the instruction set could do.
#pragma once

#include <string>
#include <vector>

namespace pocps {

struct BenchRow {
    std::string profile;
    unsigned entries = 0;  // K
    unsigned columns = 0;
    unsigned steps = 0;
    double seconds_per_step = 0;
    /// Operations a second over whole steps, and over the time of the matrix product alone; all threads together.
    double operations_per_second = 0;
    double product_operations_per_second = 0;
    double product_share = 0;
    double hashing_share = 0;
    double rest_share = 0;
};

struct BenchReport {
    std::string path;
    unsigned threads = 0;
    /// Of the same multiply-accumulate instruction on registers alone, all threads together; 0 for the scalar path.
    double peak_operations_per_second = 0;
    /// One thread: a Montgomery product, portable, and a product within a sum of 17 that is reduced once.
    double nanoseconds_per_product = 0;
    double nanoseconds_per_summed_product = 0;
    /// One thread, Poseidon of 16 inputs: portable, the fastest for one hash, and four at a time (0 without AVX2).
    double microseconds_per_hash_portable = 0;
    double microseconds_per_hash = 0;
    double microseconds_per_hash_vectorised = 0;
    std::vector<BenchRow> rows;
};

/// K = 992 as `work-dev`, K = 7936 with few layers and columns. Takes a few seconds.
BenchReport bench(unsigned threads);

}  // namespace pocps
