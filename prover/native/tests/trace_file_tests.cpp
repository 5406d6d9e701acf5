// Tests of the trace file: what it refuses, and that a failed write leaves nothing behind.
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness.hpp"
#include "trace_file.hpp"

namespace pocps {

namespace {

Trace small_trace(std::size_t steps = 3) {
    Trace trace;
    trace.profile = parse_profile("work-dev");
    trace.dataset_seed.fill(7);
    trace.challenge = field_element(11);
    trace.root = field_element(13);
    for (std::size_t i = 0; i < steps; i++) trace.leaves.push_back(field_element(100 + i));
    return trace;
}

std::vector<char> bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void store(const std::string& path, const std::vector<char>& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::size_t files_in(const std::string& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) count++;
    return count;
}

TEST("trace-file", "reads what was written, also over an older file") {
    const std::string folder = test::scratch_folder();
    write_trace(folder + "/t", small_trace(5));
    write_trace(folder + "/t", small_trace());
    const Trace trace = read_trace(folder + "/t");
    CHECK(trace.leaves == small_trace().leaves);
    CHECK(trace.profile == small_trace().profile);
    CHECK(trace.dataset_seed == small_trace().dataset_seed);
    CHECK(trace.challenge == small_trace().challenge && trace.root == small_trace().root);
    CHECK(files_in(folder) == 1);
}

TEST("trace-file", "refuses every truncation and every flipped bit") {
    const std::string path = test::scratch_folder() + "/t";
    write_trace(path, small_trace(2));
    const std::vector<char> good = bytes_of(path);
    for (std::size_t length = 0; length < good.size(); length++) {
        store(path, {good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)});
        CHECK_CODE(Code::kTraceCorrupt, read_trace(path));
    }
    for (std::size_t bit = 0; bit < 8 * good.size(); bit++) {
        std::vector<char> bad = good;
        bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
        store(path, bad);
        CHECK_CODE(Code::kTraceCorrupt, read_trace(path));
    }
    std::vector<char> longer = good;
    longer.insert(longer.end(), 32, '\0');
    store(path, longer);
    CHECK_CODE(Code::kTraceCorrupt, read_trace(path));
}

TEST("trace-file", "tells a missing file from a folder and from a path that cannot be") {
    const std::string folder = test::scratch_folder();
    CHECK_CODE(Code::kTraceMissing, read_trace(folder + "/none"));
    CHECK_CODE(Code::kTraceCorrupt, read_trace(folder));
    CHECK_CODE(Code::kIo, write_trace(folder + "/no/such/folder/t", small_trace()));
    CHECK_CODE(Code::kIo, write_trace(folder, small_trace()));  // a folder cannot be replaced by a file
    store(folder + "/file", {'x'});
    CHECK_CODE(Code::kIo, read_trace(folder + "/file/t"));
}

TEST("trace-file", "reports a full disk and leaves the older trace") {
    const std::string folder = test::scratch_folder();
    write_trace(folder + "/t", small_trace());
    rlimit before{};
    CHECK(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{1000, before.rlim_max};
    CHECK(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto write = [&] { write_trace(folder + "/t", small_trace(100)); };
    bool refused = false;
    try {
        write();
    } catch (const Error& error) {
        refused = error.code() == Code::kDiskFull;
    }
    CHECK(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(refused);
    CHECK(read_trace(folder + "/t").leaves.size() == 3);
    CHECK(files_in(folder) == 1);
}

}  // namespace

}  // namespace pocps
