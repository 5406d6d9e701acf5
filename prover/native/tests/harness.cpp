// Runs the tests of one group and reports each.
#include "harness.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "cpu.hpp"

namespace pocps::test {

static std::string vectors;

namespace {

constexpr int kSkipped = 77;

struct Test {
    std::string group;
    std::string title;
    std::function<void()> body;
};

std::vector<Test>& tests() {
    static std::vector<Test> all;
    return all;
}

std::vector<std::filesystem::path> folders;

}  // namespace

Register::Register(const char* group, const char* title, std::function<void()> body) {
    tests().push_back({group, title, std::move(body)});
}

void fail(const char* file, int line, const std::string& what) {
    throw Failure(std::filesystem::path(file).filename().string() + ":" + std::to_string(line) + ": " + what);
}

const std::string& vectors_path() { return vectors; }

std::string scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "pocps-runner-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw Failure("cannot make a folder: " + name);
    folders.emplace_back(name);
    return name;
}

int run(const std::string& group) {
    try {
        allowed_paths();
    } catch (const Error& error) {
        std::printf("skipped: %s\n", error.what());
        return kSkipped;
    }
    int ran = 0;
    int failed = 0;
    for (const auto& test : tests()) {
        if (test.group != group) continue;
        ran++;
        try {
            test.body();
            std::printf("ok      %s\n", test.title.c_str());
        } catch (const std::exception& error) {
            failed++;
            std::printf("FAILED  %s\n        %s\n", test.title.c_str(), error.what());
        }
    }
    for (const auto& folder : folders) std::filesystem::remove_all(folder);
    if (ran == 0) std::printf("no test in group %s\n", group.c_str());
    return ran > 0 && failed == 0 ? 0 : 1;
}

}  // namespace pocps::test

int main(int count, char** arguments) {
    if (count != 3) {
        std::fprintf(stderr, "usage: runner_tests <group> <work-dev.json>\n");
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    pocps::test::vectors = arguments[2];
    return pocps::test::run(arguments[1]);
}
