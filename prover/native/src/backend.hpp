// What a device must do for the runner: hold a dataset, execute a step, and recompute what an opening shows.
//
// This is the seam for a CUDA backend: everything heavy (keystream, unpacking, matrix product, all hashing of rows and
// columns) is behind it, and what crosses it is small: seeds, one leaf a step, and the few rows that are opened. The
// sequence of steps, the trace and its file stay with the caller. CpuBackend is the only one built.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "field.hpp"
#include "profile.hpp"
#include "thread_pool.hpp"

namespace pocps {

/// How a long operation is watched: `progress` may be empty and is called from one thread at a time.
struct Watch {
    const CancelToken& cancel;
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

/// Seconds of wall time since the backend was made, by what the time was spent on.
struct StepTimes {
    double product = 0;
    double hashing = 0;
    double rest = 0;
};

/// A column of a step, as an opening shows it.
struct OpenedColumn {
    Fr leaf;
    std::vector<Fr> path;      // siblings inside the leaf, from the column upwards
    std::vector<Fr> elements;  // its packed outputs
};

class Backend {
 public:
    virtual ~Backend() = default;

    /// The instruction set or device, as `info` shows it.
    virtual std::string path() const = 0;
    virtual unsigned threads() const = 0;
    /// What the operator should know about the choice of path; may be empty.
    virtual std::string note() const = 0;

    /// Makes the dataset resident; nothing happens when it is. Throws Error(kOutOfMemory) when it does not fit.
    virtual void load(const Profile& profile, const Bytes32& seed, const Watch& watch) = 0;

    // The following need a loaded dataset.

    /// The Merkle tree is built on the first call after a load and kept.
    virtual Fr dataset_root(const Watch& watch) = 0;
    /// Needs `dataset_root` before.
    virtual std::vector<Fr> dataset_path(std::uint64_t row) const = 0;
    virtual std::vector<Fr> dataset_row(std::uint64_t row) const = 0;

    /// Executes the step of `seed` and returns its leaf.
    virtual Fr execute_step(const Fr& seed, const CancelToken& cancel) = 0;
    /// Executes it again and shows one column.
    virtual OpenedColumn open_column(const Fr& seed, std::uint32_t column, const CancelToken& cancel) = 0;

    virtual StepTimes times() const = 0;
};

std::unique_ptr<Backend> make_cpu_backend(unsigned threads);

}  // namespace pocps
