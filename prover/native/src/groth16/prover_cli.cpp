// Parses arguments and runs one command.
#include "prover_cli.hpp"

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <thread>

#include "engine.hpp"
#include "proof_json.hpp"
#include "prover_server.hpp"

namespace pocps::groth16 {

namespace {

constexpr const char* kUsage = R"(usage: prover <command> [--threads N]

  prove ZKEY WTNS PROOF PUBLIC  proves; writes the proof and the public signals as snarkjs's JSON
  bench ZKEY WTNS N             proves N times; one JSON object with CPU seconds and peak memory
  info                          the arithmetic and the number of threads
  serve                         frames on stdin and stdout (src/groth16/prover_server.hpp) until stdin ends

N threads work on one proof, 1 to 256; all processors when absent. The proof is not verified here.
POCPS_PROVER_PATH=adx|portable chooses the arithmetic.
)";

class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

unsigned number(const std::string& text, unsigned most) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > most) {
        throw UsageError(text + " is not in 1.." + std::to_string(most));
    }
    return value;
}

std::unique_ptr<PreparedKey> prepare(const std::string& path, ThreadPool& threads) {
    const auto file = read_file(path);
    return engines().front().prepare(parse_zkey(file), threads);
}

void prove(const std::vector<std::string>& paths, ThreadPool& threads) {
    const auto key = prepare(paths[0], threads);
    const Witness witness = parse_witness(read_file(paths[1]));
    const Proof proof = key->prove(witness, Blinding::draw(), threads);
    write_text(paths[2], proof_json(proof));
    write_text(paths[3], public_json(witness, key->publics()));
}

/// Processor seconds of all threads.
double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Of this program alone: getrusage() would count what its parent held when it started it.
long peak_mebibytes() {
    std::ifstream status("/proc/self/status");
    long kibibytes = 0;
    for (std::string word; status >> word;) {
        if (word == "VmHWM:") status >> kibibytes;
    }
    return kibibytes / 1024;
}

void bench(const std::vector<std::string>& arguments, ThreadPool& threads) {
    const unsigned proofs = number(arguments[2], 1000);
    const double start = processor_seconds();
    const auto key = prepare(arguments[0], threads);
    const Witness witness = parse_witness(read_file(arguments[1]));
    std::string seconds;
    const double prepared = processor_seconds();
    for (unsigned i = 0; i < proofs; i++) {
        const double before = processor_seconds();
        (void)key->prove(witness, Blinding::draw(), threads);
        seconds += (i > 0 ? "," : "") + std::to_string(processor_seconds() - before);
    }
    std::printf("{\"path\":\"%s\",\"threads\":%u,\"prepareCpu\":%.3f,\"proveCpu\":[%s],\"peakMb\":%ld}\n",
                engines().front().name.c_str(), threads.threads(), prepared - start, seconds.c_str(), peak_mebibytes());
}

int dispatch(int count, const char* const* arguments) {
    std::vector<std::string> operands;
    unsigned thread_count = std::max(1u, std::thread::hardware_concurrency());
    for (int i = 1; i < count; i++) {
        const std::string argument = arguments[i];
        if (argument == "--help") {
            std::fputs(kUsage, stdout);
            return 0;
        }
        if (argument == "--threads") {
            if (i + 1 == count) throw UsageError("--threads needs a value");
            thread_count = number(arguments[++i], 256);
        } else if (argument.starts_with("--")) {
            throw UsageError("unknown option " + argument);
        } else {
            operands.push_back(argument);
        }
    }
    if (operands.empty()) throw UsageError("no command");
    const std::string name = operands.front();
    operands.erase(operands.begin());
    const auto expect = [&](std::size_t expected) {
        if (operands.size() != expected) throw UsageError(name + " takes " + std::to_string(expected) + " arguments");
    };
    ThreadPool threads(thread_count);
    if (name == "prove") {
        expect(4);
        prove(operands, threads);
    } else if (name == "bench") {
        expect(3);
        bench(operands, threads);
    } else if (name == "info") {
        expect(0);
        std::printf("path      %s\nthreads   %u\n", engines().front().name.c_str(), threads.threads());
    } else if (name == "serve") {
        expect(0);
        return serve(threads, STDIN_FILENO, STDOUT_FILENO);
    } else {
        throw UsageError("unknown command " + name);
    }
    return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

int command_line(int count, const char* const* arguments) {
    std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is a failed write
    try {
        return dispatch(count, arguments);
    } catch (const UsageError& error) {
        std::fprintf(stderr, "prover: %s (prover --help)\n", error.what());
        return 2;
    } catch (const Error& error) {
        std::fprintf(stderr, "prover: %s: %s\n", code_name("PROVER", error.code()).c_str(), error.what());
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "prover: %s: out of memory\n", code_name("PROVER", Code::kOutOfMemory).c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "prover: %s: %s\n", code_name("PROVER", Code::kInternal).c_str(), error.what());
    }
    return 1;
}

}  // namespace pocps::groth16
