// Serves the protocol until its input ends.
#pragma once

#include "backend.hpp"

namespace pocps {

/// Largest window and number of steps a request may name; beyond them arithmetic on time would need care.
inline constexpr std::uint64_t kMaxWindowMicroseconds = std::uint64_t{1} << 50;

/// The exit status: 0 when the input ended or the reader went away, 2 after bytes that are no frame.
int serve(Backend& backend, int input, int output);

}  // namespace pocps
