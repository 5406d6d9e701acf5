// Times field products, hashes, the peak of the multiply-accumulate, and whole steps at two sizes.
#include "bench.hpp"

#include <chrono>

#include "backend.hpp"
#include "field_adx.hpp"
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

/// Seconds of one Poseidon of 16 inputs, when `together` are hashed at once.
double hash_seconds(const Hasher& hasher, std::size_t together) {
    std::vector<Fr> inputs(together * kBlockElements), outputs(together);
    for (std::size_t i = 0; i < inputs.size(); i++) inputs[i] = field_element(i + 1) * tags::kRow;
    return best_seconds([&] { hasher.hash_many(tags::kRow, kBlockElements, inputs, outputs); }) /
           static_cast<double>(together);
}

double product_seconds() {
    constexpr int kProducts = 10000;
    Fr value = tags::kRow;
    return best_seconds([&] {
               for (int i = 0; i < kProducts; i++) value = value * tags::kOutput;
               __asm__ volatile("" : : "m"(value) : "memory");
           }) /
           kProducts;
}

double summed_product_seconds() {
    constexpr std::size_t kSums = 1000;
    constexpr std::size_t kTerms = 17;
    const std::vector<Fr> terms(kTerms, tags::kOutput);
    Fr value;
    const bool adx = adx_available();
    return best_seconds([&] {
               for (std::size_t i = 0; i < kSums; i++) {
                   if (adx) {
                       value = dot_adx(terms.data(), terms.data(), kTerms);
                   } else {
                       Accumulator sum;
                       for (const Fr& term : terms) sum.add_product(term, term);
                       value = sum.reduce();
                   }
                   __asm__ volatile("" : : "m"(value) : "memory");
               }
           }) /
           (kSums * kTerms);
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
    return {name,
            profile.entries(),
            profile.columns(),
            steps,
            seconds / steps,
            operations / seconds,
            operations / product,
            product / seconds,
            hashing / seconds,
            (seconds - product - hashing) / seconds};
}

}  // namespace

BenchReport bench(unsigned threads) {
    BenchReport report;
    const auto backend = make_cpu_backend(threads);
    report.path = backend->path();
    report.threads = backend->threads();
    ThreadPool pool(threads);
    report.peak_operations_per_second = peak_rate(choose_matrix_path().path, pool);
    report.nanoseconds_per_product = 1e9 * product_seconds();
    report.nanoseconds_per_summed_product = 1e9 * summed_product_seconds();
    const Hasher portable(false), fast(report.path != path_name(Path::kScalar));
    report.microseconds_per_hash_portable = 1e6 * hash_seconds(portable, 1);
    report.microseconds_per_hash = 1e6 * hash_seconds(fast, 1);
    if (fast.vectorised()) report.microseconds_per_hash_vectorised = 1e6 * hash_seconds(fast, 32);
    report.rows.push_back(bench_profile(*backend, "work-dev", parse_profile("work-dev")));
    report.rows.push_back(bench_profile(*backend, "K = 7936, small", checked_profile({8, 2, 1, 32, 16, 1, 1})));
    return report;
}

}  // namespace pocps
