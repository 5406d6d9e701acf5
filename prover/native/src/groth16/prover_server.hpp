// Serves proofs over frames (protocol.hpp) until its input ends.
//
//   1 info   -                                  0x81  text path, u32 threads
//   2 load   the .zkey's bytes                  0x82  u32 key, u32 number of public signals
//   3 prove  u32 key, the .wtns's bytes         0x83  a (x, y), b (x re, x im, y re, y im), c (x, y): 32 bytes each,
//                                                     little-endian; then the public signals, likewise
//   instead of a result:                        0xff  u8 retryable, text code, text message
//
// Requests are executed one after another; a key stays loaded until the process ends. When the input ends, the process ends
// at once, in the middle of a proof too: its parent has gone or has given up. What it computes is not verified here.
#pragma once

#include "../thread_pool.hpp"

namespace pocps::groth16 {

/// Returns 2 after bytes that are no frame; never returns otherwise, but ends the process with status 0.
int serve(ThreadPool& threads, int input, int output);

}  // namespace pocps::groth16
