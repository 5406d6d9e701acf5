// The frames that the runner and its parent exchange over stdin and stdout.
//
// A frame is u32 length, u8 kind, u32 request id, body; `length` counts what follows it. All integers are
// little-endian, elements are 32 bytes, canonical; text is u16 length and UTF-8. Bodies have exactly the fields below.
//
//   1 info          -                                              0x81  text path, u32 threads, text note
//   2 dataset root  profile, seed[32]                              0x82  root
//   3 run           profile, seed[32], challenge, u64 window in    0x83  root, u64 steps, u64 elapsed microseconds
//                   microseconds, u64 maxSteps, text path
//   4 open          profile, seed[32], challenge, sampleSeed,      0x84  u32 count, elements: for each array of
//                   u64 sampleIndex, text path                           circuits/README.md section 4, in its order
//   5 cancel        u32 id of the request to cancel                0x85  u8 1 when it was running or waiting
//   during 2 to 4:                                                 0x40  u8 0 dataset | 1 steps, u64 done, u64 total,
//                                                                        u64 elapsed microseconds
//   instead of a result:                                           0xff  u8 retryable, text code, text message
//
// profile is seven u32 in the order of circuits.json. Requests are executed one after another; cancel and info are
// answered at once. A length outside 5 .. kMaxRequestBytes cannot be skipped safely: an error frame with id 0 follows
// and the process exits with status 2. Everything else that is wrong with a request is answered and the next one read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "error.hpp"
#include "field.hpp"
#include "profile.hpp"

namespace pocps {

inline constexpr std::uint32_t kMaxRequestBytes = 8192;
inline constexpr std::size_t kMaxPathBytes = 4095;

enum class Kind : std::uint8_t { kInfo = 1, kDatasetRoot = 2, kRun = 3, kOpen = 4, kCancel = 5 };
inline constexpr std::uint8_t kResultBit = 0x80;
inline constexpr std::uint8_t kProgressKind = 0x40;
inline constexpr std::uint8_t kErrorKind = 0xff;

struct Frame {
    std::uint8_t kind = 0;
    std::uint32_t id = 0;
    std::vector<std::uint8_t> body;
};

/// Reads the next frame; nothing at the end of the stream. Throws Error(kBadFrame) for a bad length or when the stream
/// ends within a frame.
std::optional<Frame> read_frame(int descriptor, std::uint32_t max_bytes = kMaxRequestBytes);

/// Writes one frame. False when the reader is gone.
bool write_frame(int descriptor, std::uint8_t kind, std::uint32_t id, std::span<const std::uint8_t> body);

class BodyWriter {
 public:
    void u8(std::uint8_t value) { bytes_.push_back(value); }
    void u32(std::uint32_t value) { integer(value, 4); }
    void u64(std::uint64_t value) { integer(value, 8); }
    void element(const Fr& value);
    /// Cut at 65535 bytes.
    void text(std::string_view value);
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
    void integer(std::uint64_t value, unsigned size);
    std::vector<std::uint8_t> bytes_;
};

/// Reads the fields of a body. Every method throws Error(kBadRequest) when the field is not there or not valid.
class BodyReader {
 public:
    explicit BodyReader(std::span<const std::uint8_t> body) : rest_(body) {}
    std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
    std::uint64_t u64() { return integer(8); }
    Bytes32 bytes32();
    /// All that is left.
    std::span<const std::uint8_t> rest() { return take(rest_.size()); }
    Fr element(const char* name);
    /// A path of 1 to kMaxPathBytes bytes without a zero byte.
    std::string path();
    Profile profile();
    /// Throws when bytes are left.
    void end() const;

 private:
    std::uint64_t integer(unsigned size);
    std::span<const std::uint8_t> take(std::size_t size);
    std::span<const std::uint8_t> rest_;
};

}  // namespace pocps
