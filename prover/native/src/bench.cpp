// Times field products, hashes, the peak of the multiply-accumulate, and whole steps at two sizes.
#include "bench.hpp"

#include <chrono>

#include "backend.hpp"
#include "matrix.hpp"
#include "poseidon.hpp"

namespace pocps {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Seconds of one call of `body`, over at least a fifth of a second. Its best of three: other load only adds time.
template <class Body>
double best_seconds(const Body& body) {
    double best = 1e9;
    for (int repeat = 0; repeat < 3; repeat++) {
        std::uint64_t calls = 0;
        const auto start = Clock::now();
        do {
            body();
            calls++;
        } while (seconds_since(start) < 0.07);
        best = std::min(best, seconds_since(start) / static_cast<double>(calls));
    }
    return best;
}

double peak_rate(const MatrixPath& path, ThreadPool& pool) {
    if (path.peak_operations == nullptr) return 0;
    constexpr std::uint64_t kRounds = 1 << 20;
    double operations = 0;
    const double seconds = best_seconds([&] {
        pool.parallel_for(pool.threads(), [&](std::size_t index, unsigned) {
            const double done = path.peak_operations(kRounds);
            if (index == 0) operations = done;
        });
    });
    return operations * pool.threads() / seconds;
}

double hash_seconds(const Hasher& hasher) {
    constexpr std::size_t kHashes = 32;
    std::vector<Fr> inputs(kHashes * kBlockElements), outputs(kHashes);
    for (std::size_t i = 0; i < inputs.size(); i++) inputs[i] = field_element(i + 1) * tags::kRow;
    return best_seconds([&] { hasher.hash_many(tags::kRow, kBlockElements, inputs, outputs); }) / kHashes;
}

double product_seconds() {
    Fr value = tags::kRow;
    const double seconds = best_seconds([&] {
        for (int i = 0; i < 10000; i++) value = value * tags::kOutput;
        __asm__ volatile("" : : "m"(value) : "memory");
    });
    return seconds / 10000;
}

BenchRow bench_profile(Backend& backend, const std::string& name, const Profile& profile) {
    const CancelToken cancel;
    backend.load(profile, Bytes32{}, {cancel, {}});
    Fr seed = backend.execute_step(tags::kSeed, cancel);  // not counted: caches and page tables are cold
    const StepTimes before = backend.times();
    const auto start = Clock::now();
    unsigned steps = 0;
    do {
        seed = backend.execute_step(seed, cancel);
        steps++;
    } while (seconds_since(start) < 1.0);
    const double seconds = seconds_since(start);
    const StepTimes after = backend.times();
    const double product = after.product - before.product;
    const double hashing = after.hashing - before.hashing;
    const double operations = profile.operations_per_step() * steps;
    return {name,           profile.entries(),    profile.columns(),    steps,
            seconds / steps, operations / seconds, operations / product, product / seconds,
            hashing / seconds, (seconds - product - hashing) / seconds};
}

}  // namespace

BenchReport bench(unsigned threads) {
    BenchReport report;
    const auto backend = make_cpu_backend(threads);
    report.path = backend->path();
    report.threads = backend->threads();
    ThreadPool pool(threads);
    report.peak_operations_per_second = peak_rate(choose_matrix_path().path, pool);
    report.nanoseconds_per_field_product = 1e9 * product_seconds();
    report.microseconds_per_hash_scalar = 1e6 * hash_seconds(Hasher(false));
    const Hasher vectorised(report.path != path_name(Path::kScalar));
    report.hashing_vectorised = vectorised.vectorised();
    if (vectorised.vectorised()) report.microseconds_per_hash_vectorised = 1e6 * hash_seconds(vectorised);
    report.rows.push_back(bench_profile(*backend, "work-dev", parse_profile("work-dev")));
    report.rows.push_back(
        bench_profile(*backend, "K = 7936, small", checked_profile({8, 2, 1, 32, 16, 1, 1})));
    return report;
}

}  // namespace pocps
