// Which instruction sets this processor has and this build may use.
#pragma once

#include <string>
#include <vector>

namespace pocps {

enum class Path { kScalar, kAvx2, kAvx512Vnni };

std::string path_name(Path path);

/// True when the path is compiled in and the processor has its instructions.
bool path_available(Path path);

/// Fastest first, down to what the environment variable POCPS_RUNNER_PATH allows (a path's name; unset: all).
/// Throws Error(kBadRequest) for another value, or when the processor lacks the path it names.
std::vector<Path> allowed_paths();

}  // namespace pocps
