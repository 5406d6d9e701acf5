// Strict reading and writing of frames and their fields.
#include "protocol.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace pocps {

namespace {

constexpr std::size_t kFrameHeaderBytes = 5;  // kind and id, which the length counts

/// Bytes read before the end of the stream, at most out.size().
std::size_t read_up_to(int descriptor, std::span<std::uint8_t> out) {
    std::size_t have = 0;
    while (have < out.size()) {
        const ssize_t count = ::read(descriptor, out.data() + have, out.size() - have);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        have += static_cast<std::size_t>(count);
    }
    return have;
}

std::uint32_t load_u32(const std::uint8_t* bytes) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) value |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    return value;
}

}  // namespace

std::optional<Frame> read_frame(int descriptor, std::uint32_t max_bytes) {
    std::uint8_t prefix[4];
    const std::size_t have = read_up_to(descriptor, prefix);
    if (have == 0) return std::nullopt;
    if (have < sizeof prefix) throw Error(Code::kBadFrame, "the stream ends within a frame's length");
    const std::uint32_t length = load_u32(prefix);
    if (length < kFrameHeaderBytes || length > max_bytes) {
        throw Error(Code::kBadFrame, "a frame cannot have " + std::to_string(length) + " bytes");
    }
    std::uint8_t header[kFrameHeaderBytes];
    Frame frame;
    frame.body.resize(length - kFrameHeaderBytes);
    if (read_up_to(descriptor, header) < sizeof header || read_up_to(descriptor, frame.body) < frame.body.size()) {
        throw Error(Code::kBadFrame, "the stream ends within a frame");
    }
    frame.kind = header[0];
    frame.id = load_u32(header + 1);
    return frame;
}

bool write_frame(int descriptor, std::uint8_t kind, std::uint32_t id, std::span<const std::uint8_t> body) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(4 + kFrameHeaderBytes + body.size());
    const auto put_u32 = [&](std::uint32_t value) {
        for (unsigned i = 0; i < 4; i++) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    };
    put_u32(static_cast<std::uint32_t>(kFrameHeaderBytes + body.size()));
    bytes.push_back(kind);
    put_u32(id);
    bytes.insert(bytes.end(), body.begin(), body.end());
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        done += static_cast<std::size_t>(count);
    }
    return true;
}

void BodyWriter::integer(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void BodyWriter::element(const Fr& value) {
    const Bytes32 bytes = to_bytes(value);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void BodyWriter::text(std::string_view value) {
    value = value.substr(0, 65535);
    integer(value.size(), 2);
    bytes_.insert(bytes_.end(), value.begin(), value.end());
}

std::span<const std::uint8_t> BodyReader::take(std::size_t size) {
    if (rest_.size() < size) throw Error(Code::kBadRequest, "the request is too short");
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

std::uint64_t BodyReader::integer(unsigned size) {
    const auto bytes = take(size);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; i++) value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    return value;
}

Bytes32 BodyReader::bytes32() {
    const auto bytes = take(32);
    Bytes32 value;
    std::copy(bytes.begin(), bytes.end(), value.begin());
    return value;
}

Fr BodyReader::element(const char* name) {
    const auto value = from_bytes(bytes32());
    if (!value) throw Error(Code::kBadRequest, std::string(name) + " is not below the field's order");
    return *value;
}

std::string BodyReader::path() {
    const auto bytes = take(integer(2));
    if (bytes.empty() || bytes.size() > kMaxPathBytes || std::ranges::find(bytes, 0) != bytes.end()) {
        throw Error(Code::kBadRequest, "the path is empty, too long or holds a zero byte");
    }
    return {bytes.begin(), bytes.end()};
}

Profile BodyReader::profile() {
    Parameters parameters{};
    for (auto& parameter : parameters) parameter = u32();
    return checked_profile(parameters);
}

void BodyReader::end() const {
    if (!rest_.empty()) throw Error(Code::kBadRequest, "the request is longer than its fields");
}

}  // namespace pocps
