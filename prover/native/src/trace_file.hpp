// The file of a finished trace: written durably once, fully checked whenever it is read.
//
// Little-endian: magic "pocpstrc", u32 version, seven u32 parameters, dataset seed, challenge, trace root (32 bytes
// each), u64 steps, the leaves (32 bytes each), u64 CRC-64/XZ of everything before it.
#pragma once

#include <string>
#include <vector>

#include "field.hpp"
#include "profile.hpp"

namespace pocps {

struct Trace {
    Profile profile;
    Bytes32 dataset_seed{};
    Fr challenge;
    Fr root;
    std::vector<Fr> leaves;
};

/// Writes a temporary file beside `path`, syncs it, renames it and syncs the folder: after a crash at any moment `path`
/// is the old file or the whole new one. Throws Error(kDiskFull) or Error(kIo); no temporary file is left then.
void write_trace(const std::string& path, const Trace& trace);

/// Throws Error(kTraceMissing), Error(kTraceCorrupt) or Error(kIo). That `root` belongs to `leaves` is not checked
/// here.
Trace read_trace(const std::string& path);

}  // namespace pocps
