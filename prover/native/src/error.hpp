// The errors of the runner and the prover: every failure a caller can see has one of these codes.
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
    kBadKey,          // not a proving key, or one with a false point
    kBadWitness,      // not a witness, or one of another circuit
    kInternal,        // a bug
};

struct CodeInfo {
    std::string_view name;  // programs put their own in front: RUNNER_IO, PROVER_IO
    bool retryable;
};

constexpr CodeInfo code_info(Code code) {
    switch (code) {
        case Code::kBadFrame: return {"BAD_FRAME", false};
        case Code::kUnknownKind: return {"UNKNOWN_KIND", false};
        case Code::kBadRequest: return {"BAD_REQUEST", false};
        case Code::kBadProfile: return {"BAD_PROFILE", false};
        case Code::kOutOfMemory: return {"OUT_OF_MEMORY", true};
        case Code::kWindowTooShort: return {"WINDOW_TOO_SHORT", false};
        case Code::kTraceMissing: return {"TRACE_MISSING", false};
        case Code::kTraceCorrupt: return {"TRACE_CORRUPT", false};
        case Code::kTraceMismatch: return {"TRACE_MISMATCH", false};
        case Code::kTraceFalse: return {"TRACE_FALSE", false};
        case Code::kIo: return {"IO", true};
        case Code::kDiskFull: return {"DISK_FULL", true};
        case Code::kCancelled: return {"CANCELLED", true};
        case Code::kBadKey: return {"BAD_KEY", false};
        case Code::kBadWitness: return {"BAD_WITNESS", false};
        case Code::kInternal: return {"INTERNAL", false};
    }
    return {"INTERNAL", false};
}

/// The code as `program` ("RUNNER", "PROVER") gives it to others.
inline std::string code_name(std::string_view program, Code code) {
    return std::string(program) + "_" + std::string(code_info(code).name);
}

class Error : public std::runtime_error {
 public:
    Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}
    Code code() const { return code_; }

 private:
    Code code_;
};

}  // namespace pocps
