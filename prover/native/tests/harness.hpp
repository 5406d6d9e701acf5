// A list of named tests in groups, and checks that say where they failed.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "error.hpp"

namespace pocps::test {

struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Adds a test to `group`; `title` is a sentence about behaviour.
struct Register {
    Register(const char* group, const char* title, std::function<void()> body);
};

[[noreturn]] void fail(const char* file, int line, const std::string& what);

/// The path of work-dev.json.
const std::string& vectors_path();

/// A new folder for one test; removed by `runner_tests` at its end.
std::string scratch_folder();

template <class Body>
void expect_code(const char* file, int line, Code expected, const Body& body) {
    try {
        body();
    } catch (const Error& error) {
        if (error.code() == expected) return;
        fail(file, line, "threw " + std::string(code_info(error.code()).name) + ": " + error.what());
    }
    fail(file, line, "did not throw " + std::string(code_info(expected).name));
}

}  // namespace pocps::test

#define POCPS_JOIN2(a, b) a##b
#define POCPS_JOIN(a, b) POCPS_JOIN2(a, b)
#define TEST(group, title)                                                                                           \
    static void POCPS_JOIN(test_, __LINE__)();                                                                       \
    static const ::pocps::test::Register POCPS_JOIN(register_, __LINE__)(group, title, POCPS_JOIN(test_, __LINE__)); \
    static void POCPS_JOIN(test_, __LINE__)()
#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) ::pocps::test::fail(__FILE__, __LINE__, #condition); \
    } while (false)
#define CHECK_CODE(code, expression) ::pocps::test::expect_code(__FILE__, __LINE__, code, [&] { (void)(expression); })
