// Serialises traces, with a checksum against bit rot and the write order that survives a crash.
#include "trace_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "error.hpp"

namespace pocps {

namespace {

constexpr std::string_view kMagic = "pocpstrc";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 8 + 4 + 7 * 4 + 3 * 32 + 8;
constexpr std::size_t kChecksumBytes = 8;

[[noreturn]] void fail_io(const std::string& what, const std::string& path) {
    // EFBIG: the process's file size limit, which is a quota too.
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    throw Error(full ? Code::kDiskFull : Code::kIo, what + " " + path + ": " + std::strerror(errno));
}

class File {
 public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return descriptor_; }
    bool open() const { return descriptor_ >= 0; }
    /// False when the close failed; some file systems report a full disk only then.
    bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
    int descriptor_;
};

/// CRC-64/XZ: reflected ECMA-182 polynomial, all ones before and after.
std::uint64_t crc64(std::span<const std::uint8_t> bytes) {
    static const auto table = [] {
        std::array<std::uint64_t, 256> entries{};
        for (std::uint64_t i = 0; i < 256; i++) {
            std::uint64_t crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xc96c5795d7870f42);
            entries[i] = crc;
        }
        return entries;
    }();
    std::uint64_t crc = ~std::uint64_t{0};
    for (const std::uint8_t byte : bytes) crc = table[(crc ^ byte) & 255] ^ (crc >> 8);
    return ~crc;
}

template <class Integer>
void put(std::vector<std::uint8_t>& out, Integer value) {
    for (std::size_t i = 0; i < sizeof value; i++) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put(std::vector<std::uint8_t>& out, const Bytes32& bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

/// Reads fields in order; the caller has checked that they are there.
struct Cursor {
    const std::uint8_t* at;

    template <class Integer>
    Integer integer() {
        Integer value = 0;
        for (std::size_t i = 0; i < sizeof value; i++)
            value |= static_cast<Integer>(static_cast<Integer>(*at++) << (8 * i));
        return value;
    }
    Bytes32 bytes() {
        Bytes32 value;
        std::copy_n(at, 32, value.begin());
        at += 32;
        return value;
    }
    Fr element() {
        const auto value = from_bytes(bytes());
        if (!value) throw Error(Code::kTraceCorrupt, "the trace holds a number that is not a field element");
        return *value;
    }
};

std::vector<std::uint8_t> serialise(const Trace& trace) {
    std::vector<std::uint8_t> out;
    out.reserve(kHeaderBytes + 32 * trace.leaves.size() + kChecksumBytes);
    out.insert(out.end(), kMagic.begin(), kMagic.end());
    put(out, kVersion);
    for (const std::uint32_t parameter : trace.profile.parameters()) put(out, parameter);
    put(out, trace.dataset_seed);
    put(out, to_bytes(trace.challenge));
    put(out, to_bytes(trace.root));
    put(out, static_cast<std::uint64_t>(trace.leaves.size()));
    for (const Fr& leaf : trace.leaves) put(out, to_bytes(leaf));
    put(out, crc64(out));
    return out;
}

void write_all(int descriptor, std::span<const std::uint8_t> bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_io("cannot write", path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void sync_folder(const std::string& folder) {
    const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.open() || ::fsync(opened.get()) != 0) fail_io("cannot sync the folder", folder);
}

}  // namespace

void write_trace(const std::string& path, const Trace& trace) {
    const std::vector<std::uint8_t> bytes = serialise(trace);
    const std::filesystem::path target(path);
    const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
    const std::string temporary =
        folder + "/." + target.filename().string() + "." + std::to_string(::getpid()) + ".tmp";
    try {
        File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!file.open()) fail_io("cannot create", temporary);
        write_all(file.get(), bytes, temporary);
        if (::fsync(file.get()) != 0) fail_io("cannot sync", temporary);
        if (!file.close()) fail_io("cannot close", temporary);
        if (::rename(temporary.c_str(), path.c_str()) != 0) fail_io("cannot rename to", path);
    } catch (const Error&) {
        ::unlink(temporary.c_str());
        throw;
    }
    sync_folder(folder);
}

Trace read_trace(const std::string& path) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) {
        if (errno == ENOENT) throw Error(Code::kTraceMissing, "no trace at " + path);
        fail_io("cannot open", path);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) fail_io("cannot stat", path);
    if (!S_ISREG(status.st_mode)) throw Error(Code::kTraceCorrupt, path + " is not a regular file");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size < kHeaderBytes + kChecksumBytes || (size - kHeaderBytes - kChecksumBytes) % 32 != 0) {
        throw Error(Code::kTraceCorrupt, "a trace cannot have " + std::to_string(size) + " bytes");
    }
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t have = 0; have < bytes.size();) {
        const ssize_t count = ::read(file.get(), bytes.data() + have, bytes.size() - have);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_io("cannot read", path);
        if (count == 0) throw Error(Code::kTraceCorrupt, path + " shrank while it was read");
        have += static_cast<std::size_t>(count);
    }
    const std::span<const std::uint8_t> checked(bytes.data(), bytes.size() - kChecksumBytes);
    if (Cursor{bytes.data() + checked.size()}.integer<std::uint64_t>() != crc64(checked)) {
        throw Error(Code::kTraceCorrupt, "the trace's checksum does not match");
    }
    if (!std::equal(kMagic.begin(), kMagic.end(), bytes.begin()))
        throw Error(Code::kTraceCorrupt, path + " is no trace");

    Cursor cursor{bytes.data() + kMagic.size()};
    if (const auto version = cursor.integer<std::uint32_t>(); version != kVersion) {
        throw Error(Code::kTraceCorrupt, "unknown trace version " + std::to_string(version));
    }
    Trace trace;
    Parameters parameters{};
    for (auto& parameter : parameters) parameter = cursor.integer<std::uint32_t>();
    try {
        trace.profile = checked_profile(parameters);
    } catch (const Error& error) {
        throw Error(Code::kTraceCorrupt, std::string("the trace's profile: ") + error.what());
    }
    trace.dataset_seed = cursor.bytes();
    trace.challenge = cursor.element();
    trace.root = cursor.element();
    const auto steps = cursor.integer<std::uint64_t>();
    if (steps != (size - kHeaderBytes - kChecksumBytes) / 32 || steps < 1 || steps > trace.profile.max_steps()) {
        throw Error(Code::kTraceCorrupt, "the trace's number of steps is not the number of its leaves");
    }
    trace.leaves.reserve(steps);
    for (std::uint64_t i = 0; i < steps; i++) trace.leaves.push_back(cursor.element());
    return trace;
}

}  // namespace pocps
