// Parses arguments, runs one command and prints its result as text or JSON.
#include "cli.hpp"

#include <unistd.h>
#include <csignal>

#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <thread>

#include "bench.hpp"
#include "execution.hpp"
#include "server.hpp"

namespace pocps {

namespace {

constexpr const char* kUsage = R"(usage: runner <command> [options]

  info           the instruction set and the number of threads
  bench          int-ops/s beside the machine's peak, and where the time goes
  dataset-root   --profile P --seed HEX
  run            --profile P --seed HEX --challenge N --window-ms N --max-steps N --trace FILE
  open           --profile P --seed HEX --challenge N --trace FILE --sample-seed N --sample-index N
  serve          frames on stdin and stdout (src/protocol.hpp) until stdin ends

  --threads N    1 to 1024; all processors when absent
  --json         one JSON object on stdout; elements as decimal strings
  --help         this text

P is a name of circuits.json or blocks=..,layers=..,groups=..,width=..,traceDepth=..,sampledColumns=..,sampledNeurons=..
HEX is the dataset seed, 32 bytes, with or without 0x; the other N are decimal.
POCPS_RUNNER_PATH=avx512-vnni|avx2|scalar limits the instruction set.
)";

class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Options given, each of which a command must ask for; what is left over is an error.
class Options {
 public:
    Options(int count, const char* const* arguments, int first) {
        for (int i = first; i < count; i++) {
            const std::string name = arguments[i];
            if (!name.starts_with("--")) throw UsageError("unexpected argument " + name);
            const bool flag = name == "--json" || name == "--help";
            if (!flag && i + 1 == count) throw UsageError(name + " needs a value");
            if (!values_.emplace(name, flag ? "" : arguments[i + 1]).second) throw UsageError(name + " is given twice");
            if (!flag) i++;
        }
    }

    std::optional<std::string> take(const std::string& name) {
        const auto found = values_.extract(name);
        if (found.empty()) return std::nullopt;
        return found.mapped();
    }

    std::string need(const std::string& name) {
        const auto value = take(name);
        if (!value) throw UsageError(name + " is missing");
        return *value;
    }

    std::uint64_t number(const std::string& name) {
        const std::string text = need(name);
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size())
            throw UsageError(name + " is not a number: " + text);
        return value;
    }

    Fr element(const std::string& name) {
        const std::string text = need(name);
        const auto value = from_decimal(text);
        if (!value) throw UsageError(name + " is not a decimal field element: " + text);
        return *value;
    }

    Bytes32 seed() {
        std::string text = need("--seed");
        if (text.starts_with("0x")) text.erase(0, 2);
        Bytes32 bytes{};
        bool valid = text.size() == 64;
        for (std::size_t i = 0; valid && i < 32; i++) {
            const char* const at = text.data() + 2 * i;
            const auto [end, error] = std::from_chars(at, at + 2, bytes[i], 16);
            valid = error == std::errc() && end == at + 2;
        }
        if (!valid) throw UsageError("--seed is not 32 bytes of hex");
        return bytes;
    }

    void finish() const {
        if (!values_.empty()) throw UsageError("unknown option " + values_.begin()->first);
    }

 private:
    std::map<std::string, std::string> values_;
};

struct Command {
    Options options;
    bool json;
    unsigned threads;

    std::unique_ptr<Backend> backend() {
        auto made = make_cpu_backend(threads);
        if (!made->note().empty()) std::fprintf(stderr, "note: %s\n", made->note().c_str());
        return made;
    }
};

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

std::string array_of(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const auto& item : items) out += (out.size() > 1 ? "," : "") + item;
    return out + "]";
}

std::string json_of(const std::vector<Fr>& elements) {
    std::vector<std::string> items;
    for (const Fr& element : elements) items.push_back(quoted(to_decimal(element)));
    return array_of(items);
}

std::string json_of(const std::vector<std::vector<Fr>>& rows) {
    std::vector<std::string> items;
    for (const auto& row : rows) items.push_back(json_of(row));
    return array_of(items);
}

template <class Member>
std::string json_of_places(const char* name, const std::vector<OpenedPlace>& places, Member member) {
    std::vector<std::string> items;
    for (const auto& place : places) items.push_back(json_of(place.*member));
    return quoted(name) + ":" + array_of(items);
}

void info(Command& command) {
    command.options.finish();
    const auto backend = command.backend();
    const char* const format = command.json ? "{\"path\":\"%s\",\"threads\":%u,\"profiles\":\"%s\"}\n"
                                            : "path      %s\nthreads   %u\nprofiles  %s\n";
    std::printf(format, backend->path().c_str(), backend->threads(), profile_names().c_str());
}

void print_bench(const BenchReport& report) {
    std::printf("path %s, %u threads\n", report.path.c_str(), report.threads);
    if (report.peak_operations_per_second > 0) {
        std::printf("peak of the multiply-accumulate  %.1f Gop/s\n", report.peak_operations_per_second / 1e9);
    } else {
        std::printf(
            "peak of the multiply-accumulate  not measured: the compiler chooses the scalar path's instructions\n");
    }
    std::printf("field product                    %.1f ns alone, %.1f ns in a sum of 17\n",
                report.nanoseconds_per_product, report.nanoseconds_per_summed_product);
    std::printf("Poseidon(16), one thread         %.1f us portable, %.1f us alone",
                report.microseconds_per_hash_portable, report.microseconds_per_hash);
    if (report.microseconds_per_hash_vectorised > 0) {
        std::printf(", %.1f us of four at a time", report.microseconds_per_hash_vectorised);
    }
    std::printf("\n");
    for (const auto& row : report.rows) {
        std::printf("\nK = %u, %u columns (%s), %u steps, %.3f ms a step\n", row.entries, row.columns,
                    row.profile.c_str(), row.steps, 1e3 * row.seconds_per_step);
        std::printf("  whole steps     %.1f Gop/s\n", row.operations_per_second / 1e9);
        std::printf("  matrix product  %.1f Gop/s", row.product_operations_per_second / 1e9);
        if (report.peak_operations_per_second > 0) {
            std::printf(" (%.0f %% of the peak)",
                        100 * row.product_operations_per_second / report.peak_operations_per_second);
        }
        std::printf("\n  time            %.1f %% matrix product, %.1f %% hashing, %.1f %% rest\n",
                    100 * row.product_share, 100 * row.hashing_share, 100 * row.rest_share);
    }
}

void print_bench_json(const BenchReport& report) {
    std::printf(
        "{\"path\":%s,\"threads\":%u,\"peakOpsPerSecond\":%.0f,\"productNs\":%.2f,\"summedProductNs\":%.2f,"
        "\"poseidon16PortableUs\":%.2f,\"poseidon16Us\":%.2f,\"poseidon16VectorisedUs\":%.2f,\"profiles\":[",
        quoted(report.path).c_str(), report.threads, report.peak_operations_per_second, report.nanoseconds_per_product,
        report.nanoseconds_per_summed_product, report.microseconds_per_hash_portable, report.microseconds_per_hash,
        report.microseconds_per_hash_vectorised);
    for (const auto& row : report.rows) {
        std::printf(
            "%s{\"profile\":%s,\"entries\":%u,\"columns\":%u,\"steps\":%u,\"msPerStep\":%.4f,\"opsPerSecond\":%.0f,"
            "\"productOpsPerSecond\":%.0f,\"productShare\":%.4f,\"hashingShare\":%.4f,\"restShare\":%.4f}",
            &row == &report.rows.front() ? "" : ",", quoted(row.profile).c_str(), row.entries, row.columns, row.steps,
            1e3 * row.seconds_per_step, row.operations_per_second, row.product_operations_per_second, row.product_share,
            row.hashing_share, row.rest_share);
    }
    std::printf("]}\n");
}

void run_bench(Command& command) {
    command.options.finish();
    const BenchReport report = bench(command.threads);
    command.json ? print_bench_json(report) : print_bench(report);
}

void dataset_root(Command& command) {
    const Profile profile = parse_profile(command.options.need("--profile"));
    const Bytes32 seed = command.options.seed();
    command.options.finish();
    const CancelToken cancel;
    const auto backend = command.backend();
    backend->load(profile, seed, {cancel, {}});
    const std::string root = to_decimal(backend->dataset_root({cancel, {}}));
    std::printf(command.json ? "{\"datasetRoot\":\"%s\"}\n" : "%s\n", root.c_str());
}

void run(Command& command) {
    RunRequest request;
    request.start = std::chrono::steady_clock::now();
    request.profile = parse_profile(command.options.need("--profile"));
    request.dataset_seed = command.options.seed();
    request.challenge = command.options.element("--challenge");
    const std::uint64_t window = command.options.number("--window-ms");
    request.max_steps = command.options.number("--max-steps");
    request.trace_path = command.options.need("--trace");
    command.options.finish();
    if (window > kMaxWindowMicroseconds / 1000) throw UsageError("--window-ms is too long");
    if (request.max_steps < 1 || request.max_steps > request.profile.max_steps()) {
        throw UsageError("--max-steps is not in 1.." + std::to_string(request.profile.max_steps()));
    }
    request.window = std::chrono::milliseconds(window);
    const CancelToken cancel;
    const RunResult result = run_kernel(*command.backend(), request, cancel, {});
    const double seconds = static_cast<double>(result.elapsed.count()) / 1e6;
    std::printf(command.json ? "{\"traceRoot\":\"%s\",\"steps\":%llu,\"elapsedMs\":%.3f}\n"
                             : "trace root  %s\nsteps       %llu\nelapsed     %.3f ms\n",
                to_decimal(result.root).c_str(), static_cast<unsigned long long>(result.steps), 1e3 * seconds);
}

void open(Command& command) {
    OpenRequest request;
    request.profile = parse_profile(command.options.need("--profile"));
    request.dataset_seed = command.options.seed();
    request.challenge = command.options.element("--challenge");
    request.sample_seed = command.options.element("--sample-seed");
    request.sample_index = command.options.number("--sample-index");
    request.trace_path = command.options.need("--trace");
    command.options.finish();
    const CancelToken cancel;
    const auto places = open_samples(*command.backend(), request, {cancel, {}});
    if (!command.json) {
        for (const auto& opened : places) {
            std::printf("step %llu, column %u, neurons", static_cast<unsigned long long>(opened.place.step),
                        opened.place.column);
            for (const std::uint32_t neuron : opened.place.neurons) std::printf(" %u", neuron);
            std::printf("\n");
        }
        return;
    }
    const std::vector<std::string> fields = {
        json_of_places("tracePath", places, &OpenedPlace::trace_path),
        json_of_places("columnPath", places, &OpenedPlace::column_path),
        json_of_places("rowElements", places, &OpenedPlace::row_elements),
        json_of_places("rowPath", places, &OpenedPlace::row_path),
        json_of_places("weightElements", places, &OpenedPlace::weight_elements),
        json_of_places("weightPath", places, &OpenedPlace::weight_path),
        json_of_places("outputElements", places, &OpenedPlace::output_elements),
    };
    std::string out = array_of(fields);
    out.front() = '{', out.back() = '}';
    std::printf("%s\n", out.c_str());
}

int dispatch(int count, const char* const* arguments) {
    const std::string name = count > 1 ? arguments[1] : "";
    if (name.empty() || name == "--help" || name == "help") {
        std::fputs(kUsage, name.empty() ? stderr : stdout);
        return name.empty() ? 2 : 0;
    }
    Command command{Options(count, arguments, 2), false, std::max(1u, std::thread::hardware_concurrency())};
    if (command.options.take("--help")) {
        std::fputs(kUsage, stdout);
        return 0;
    }
    command.json = command.options.take("--json").has_value();
    if (const auto threads = command.options.take("--threads")) {
        const auto [end, error] = std::from_chars(threads->data(), threads->data() + threads->size(), command.threads);
        if (error != std::errc() || end != threads->data() + threads->size() || command.threads < 1 ||
            command.threads > 1024) {
            throw UsageError("--threads is not in 1..1024");
        }
    }
    if (name == "serve") {
        command.options.finish();
        return serve(*command.backend(), STDIN_FILENO, STDOUT_FILENO);
    }
    const std::map<std::string, void (*)(Command&)> commands = {
        {"info", info}, {"bench", run_bench}, {"dataset-root", dataset_root}, {"run", run}, {"open", open}};
    const auto found = commands.find(name);
    if (found == commands.end()) throw UsageError("unknown command " + name);
    found->second(command);
    return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

int command_line(int count, const char* const* arguments) {
    std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is a failed write
    std::signal(SIGXFSZ, SIG_IGN);  // so is a file size limit
    try {
        return dispatch(count, arguments);
    } catch (const UsageError& error) {
        std::fprintf(stderr, "runner: %s (runner --help)\n", error.what());
        return 2;
    } catch (const Error& error) {
        std::fprintf(stderr, "runner: %s: %s\n", code_name("RUNNER", error.code()).c_str(), error.what());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "runner: RUNNER_INTERNAL: %s\n", error.what());
    }
    return 1;
}

}  // namespace pocps
