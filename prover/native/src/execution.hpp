// Running the kernel for a window of time, and opening sampled places of what it left.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "backend.hpp"
#include "kernel.hpp"
#include "trace_file.hpp"

namespace pocps {

struct RunRequest {
    Profile profile;
    Bytes32 dataset_seed{};
    Fr challenge;
    std::chrono::steady_clock::time_point start;
    std::chrono::microseconds window{0};
    std::uint64_t max_steps = 0;
    std::string trace_path;
};

struct RunResult {
    Fr root;
    std::uint64_t steps = 0;
    std::chrono::microseconds elapsed{0};  // from the request's start to the end of the last step
};

/// Called at most ten times a second.
using RunProgress = std::function<void(std::uint64_t steps, std::chrono::microseconds elapsed)>;

/// Runs steps until one more would end after the window, judged by the longest of the last eight steps and, before the
/// first, by a trial step. The trace is durable on return. Throws Error(kWindowTooShort) when no step fits.
RunResult run_kernel(Backend& backend, const RunRequest& request, const CancelToken& cancel,
                     const RunProgress& progress);

struct OpenRequest {
    Profile profile;
    Bytes32 dataset_seed{};
    Fr challenge;
    Fr sample_seed;
    std::uint64_t sample_index = 0;
    std::string trace_path;
};

/// The private inputs of one proof, for one sampled column (circuits/README.md section 4).
struct OpenedPlace {
    Place place;
    std::vector<Fr> trace_path;
    std::vector<Fr> column_path;
    std::vector<Fr> row_elements;
    std::vector<Fr> row_path;
    std::vector<std::vector<Fr>> weight_elements;  // by neuron
    std::vector<std::vector<Fr>> weight_path;
    std::vector<Fr> output_elements;
};

/// Throws Error(kTraceMismatch) for a trace of something else, Error(kTraceCorrupt) when its root does not belong to
/// its leaves, Error(kTraceFalse) when a sampled leaf is not what the kernel computes, and what read_trace throws.
std::vector<OpenedPlace> open_samples(Backend& backend, const OpenRequest& request, const Watch& watch);

}  // namespace pocps
