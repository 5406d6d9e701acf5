// The loop of sequential steps, and the openings of a stored trace.
#include "execution.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cpu.hpp"
#include "merkle.hpp"

namespace pocps {

namespace {

using Clock = std::chrono::steady_clock;

/// Hashes of the sequence itself are few and small, so they stay on this side of the backend.
const Hasher& sequence_hasher() {
    static const Hasher hasher(allowed_paths().front() != Path::kScalar);
    return hasher;
}

/// The longest of the last eight measured steps.
class StepEstimate {
 public:
    void measured(Clock::duration duration) { last_[next_++ % last_.size()] = duration; }
    Clock::duration longest() const { return *std::ranges::max_element(last_); }

 private:
    std::array<Clock::duration, 8> last_{};
    std::size_t next_ = 0;
};

std::chrono::microseconds microseconds(Clock::duration duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration);
}

void require(bool holds, const char* what) {
    if (!holds) throw Error(Code::kTraceMismatch, std::string("the trace was made for another ") + what);
}

}  // namespace

RunResult run_kernel(Backend& backend, const RunRequest& request, const CancelToken& cancel,
                     const RunProgress& progress) {
    const Hasher& hasher = sequence_hasher();
    backend.load(request.profile, request.dataset_seed, {cancel, {}});

    const Clock::time_point end = request.start + request.window;
    StepEstimate estimate;
    const Clock::time_point trial = Clock::now();
    if (trial < end) backend.execute_step(Fr{}, cancel);
    estimate.measured(Clock::now() - trial);

    Frontier frontier(hasher, tags::kTrace, request.profile.trace_depth);
    Trace trace{request.profile, request.dataset_seed, request.challenge, {}, {}};
    Clock::time_point now = Clock::now();
    Clock::time_point reported = now;
    while (trace.leaves.size() < request.max_steps && now + estimate.longest() <= end) {
        cancel.check();
        const Fr seed = step_seed(hasher, request.challenge, frontier.count(), frontier.left_siblings());
        trace.leaves.push_back(backend.execute_step(seed, cancel));
        frontier.append(trace.leaves.back());
        const Clock::time_point before = std::exchange(now, Clock::now());
        estimate.measured(now - before);
        if (progress && now - reported >= std::chrono::milliseconds(100)) {
            progress(trace.leaves.size(), microseconds(now - request.start));
            reported = now;
        }
    }
    if (trace.leaves.empty()) {
        throw Error(Code::kWindowTooShort,
                    "no step fits: one takes about " + std::to_string(microseconds(estimate.longest()).count()) +
                        " us, " + std::to_string(microseconds(end - now).count()) + " us of the window are left");
    }
    trace.root = frontier.root();
    write_trace(request.trace_path, trace);
    return {trace.root, trace.leaves.size(), microseconds(now - request.start)};
}

std::vector<OpenedPlace> open_samples(Backend& backend, const OpenRequest& request, const Watch& watch) {
    const Hasher& hasher = sequence_hasher();
    const Trace trace = read_trace(request.trace_path);
    require(trace.profile == request.profile, "profile");
    require(trace.dataset_seed == request.dataset_seed, "dataset");
    require(trace.challenge == request.challenge, "challenge");

    ThreadPool pool(1);
    const MerkleTree tree(hasher, pool, watch.cancel, tags::kTrace, request.profile.trace_depth, trace.leaves);
    if (!(tree.root() == trace.root))
        throw Error(Code::kTraceCorrupt, "the trace's root does not belong to its leaves");

    backend.load(request.profile, request.dataset_seed, watch);
    backend.dataset_root(watch);

    std::vector<OpenedPlace> opened;
    for (Place& place :
         sampled_places(hasher, request.profile, trace.leaves.size(), request.sample_seed, request.sample_index)) {
        watch.cancel.check();
        OpenedPlace result;
        result.trace_path = tree.path(place.step);
        const Fr seed = step_seed(hasher, request.challenge, place.step, result.trace_path);
        OpenedColumn column = backend.open_column(seed, place.column, watch.cancel);
        if (!(column.leaf == trace.leaves[place.step])) {
            throw Error(Code::kTraceFalse,
                        "step " + std::to_string(place.step) + " computes to another leaf than the trace's");
        }
        result.column_path = std::move(column.path);
        result.output_elements = std::move(column.elements);
        const std::uint64_t row = drawn_row(hasher, request.profile, seed, place.column);
        result.row_elements = backend.dataset_row(row);
        result.row_path = backend.dataset_path(row);
        const std::uint64_t layer = drawn_layer(hasher, request.profile, seed, place.column / request.profile.width);
        for (const std::uint32_t neuron : place.neurons) {
            const std::uint64_t weight_row = layer * request.profile.entries() + neuron;
            result.weight_elements.push_back(backend.dataset_row(weight_row));
            result.weight_path.push_back(backend.dataset_path(weight_row));
        }
        result.place = std::move(place);
        opened.push_back(std::move(result));
    }
    return opened;
}

}  // namespace pocps
