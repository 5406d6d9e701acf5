// The prover's command line.
#pragma once

namespace pocps::groth16 {

/// The exit status: 0, 1 after an error (printed with its code), 2 after wrong usage.
int command_line(int count, const char* const* arguments);

}  // namespace pocps::groth16
