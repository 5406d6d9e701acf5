// The runner's errors: every failure a caller can see has one of these codes.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace pocps {

enum class Code {
    kBadFrame,        // the byte stream is not a sequence of frames
    kUnknownKind,     // a frame of a kind this runner does not know
    kBadRequest,      // a field is missing, too long or out of its range
    kBadProfile,      // parameters outside circuits/README.md section 2, or a block count without constants
    kOutOfMemory,     // the dataset does not fit the memory that is free
    kWindowTooShort,  // not one step fits the window
    kTraceMissing,    // no file at the path
    kTraceCorrupt,    // truncated, extended or altered since it was written
    kTraceMismatch,   // a sound trace of another profile, dataset or challenge
    kTraceFalse,      // the trace's leaf is not what the kernel computes
    kIo,              // the file system refused
    kDiskFull,        // no space or quota left
    kCancelled,       // the caller cancelled
    kInternal,        // a bug
};

struct CodeInfo {
    std::string_view name;
    bool retryable;
};

constexpr CodeInfo code_info(Code code) {
    switch (code) {
        case Code::kBadFrame: return {"RUNNER_BAD_FRAME", false};
        case Code::kUnknownKind: return {"RUNNER_UNKNOWN_KIND", false};
        case Code::kBadRequest: return {"RUNNER_BAD_REQUEST", false};
        case Code::kBadProfile: return {"RUNNER_BAD_PROFILE", false};
        case Code::kOutOfMemory: return {"RUNNER_OUT_OF_MEMORY", true};
        case Code::kWindowTooShort: return {"RUNNER_WINDOW_TOO_SHORT", false};
        case Code::kTraceMissing: return {"RUNNER_TRACE_MISSING", false};
        case Code::kTraceCorrupt: return {"RUNNER_TRACE_CORRUPT", false};
        case Code::kTraceMismatch: return {"RUNNER_TRACE_MISMATCH", false};
        case Code::kTraceFalse: return {"RUNNER_TRACE_FALSE", false};
        case Code::kIo: return {"RUNNER_IO", true};
        case Code::kDiskFull: return {"RUNNER_DISK_FULL", true};
        case Code::kCancelled: return {"RUNNER_CANCELLED", true};
        case Code::kInternal: return {"RUNNER_INTERNAL", false};
    }
    return {"RUNNER_INTERNAL", false};
}

class Error : public std::runtime_error {
 public:
    Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}
    Code code() const { return code_; }

 private:
    Code code_;
};

}  // namespace pocps
