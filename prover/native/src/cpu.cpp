// Detection of instruction sets by CPUID, limited by the environment.
#include "cpu.hpp"

#include <cstdlib>

#include "error.hpp"

namespace pocps {

namespace {

constexpr Path kFastestFirst[] = {Path::kAvx512Vnni, Path::kAvx2, Path::kScalar};

}  // namespace

std::string path_name(Path path) {
    switch (path) {
        case Path::kScalar: return "scalar";
        case Path::kAvx2: return "avx2";
        case Path::kAvx512Vnni: return "avx512-vnni";
    }
    return "scalar";
}

bool path_available(Path path) {
    if (path == Path::kScalar) return true;
#ifdef POCPS_X86
    if (path == Path::kAvx2) return __builtin_cpu_supports("avx2") != 0;
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("avx512f") != 0 &&
           __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vnni") != 0;
#else
    return false;
#endif
}

std::vector<Path> allowed_paths() {
    const char* const named = std::getenv("POCPS_RUNNER_PATH");
    std::vector<Path> paths;
    if (named == nullptr) {
        for (const Path path : kFastestFirst) {
            if (path_available(path)) paths.push_back(path);
        }
        return paths;
    }
    for (const Path path : kFastestFirst) {
        if (path_name(path) == named) {
            if (!path_available(path)) {
                throw Error(Code::kBadRequest, "POCPS_RUNNER_PATH: this processor or build has no " + path_name(path));
            }
            paths.push_back(path);
        }
    }
    if (paths.empty()) {
        throw Error(Code::kBadRequest,
                    "POCPS_RUNNER_PATH must be avx512-vnni, avx2 or scalar, not " + std::string(named));
    }
    if (paths.front() != Path::kScalar) paths.push_back(Path::kScalar);
    return paths;
}

}  // namespace pocps
