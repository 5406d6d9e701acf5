// Tests of the served protocol: answers, strictness, cancellation, garbage.
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "execution.hpp"
#include "harness.hpp"
#include "protocol.hpp"
#include "server.hpp"

namespace pocps {

namespace {

struct Answer {
    std::uint8_t kind = 0;
    std::uint32_t id = 0;
    std::vector<std::uint8_t> body;

    std::string code() const {  // of an error frame
        const std::size_t length = body.at(1) | body.at(2) << 8;
        return {body.begin() + 3, body.begin() + 3 + static_cast<std::ptrdiff_t>(length)};
    }
};

/// A server on a socket pair, as a child process would be on its pipes.
class Session {
 public:
    Session() {
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_) != 0) throw test::Failure("no socket pair");
        server_ = std::thread([this] {
            const auto backend = make_cpu_backend(1);
            status_ = serve(*backend, ends_[1], ends_[1]);
            ::shutdown(ends_[1], SHUT_WR);
        });
    }
    ~Session() {
        finish();
        ::close(ends_[0]);
        ::close(ends_[1]);
    }

    void send_bytes(const std::vector<std::uint8_t>& bytes) {
        CHECK(::write(ends_[0], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    void send(std::uint8_t kind, std::uint32_t id, const std::vector<std::uint8_t>& body) {
        CHECK(write_frame(ends_[0], kind, id, body));
    }

    std::optional<Answer> receive_any() {
        std::uint8_t header[9];
        if (!read_exactly(header, sizeof header)) return std::nullopt;
        const auto u32 = [&](std::size_t at) {
            return static_cast<std::uint32_t>(header[at] | header[at + 1] << 8 | header[at + 2] << 16 |
                                              header[at + 3] << 24);
        };
        Answer answer{header[4], u32(5), std::vector<std::uint8_t>(u32(0) - 5)};
        if (!read_exactly(answer.body.data(), answer.body.size())) return std::nullopt;
        return answer;
    }
    /// The next frame that is no progress.
    Answer receive() {
        for (;;) {
            const auto answer = receive_any();
            if (!answer) throw test::Failure("the server ended");
            if (answer->kind != kProgressKind) return *answer;
        }
    }

    /// Ends the input and returns the exit status.
    int finish() {
        if (server_.joinable()) {
            ::shutdown(ends_[0], SHUT_WR);
            server_.join();
        }
        return status_;
    }

 private:
    bool read_exactly(std::uint8_t* out, std::size_t size) {
        while (size > 0) {
            const ssize_t count = ::read(ends_[0], out, size);
            if (count <= 0) return false;
            out += count;
            size -= static_cast<std::size_t>(count);
        }
        return true;
    }

    int ends_[2] = {-1, -1};
    int status_ = -1;
    std::thread server_;
};

void put_input(BodyWriter& body) {
    for (const std::uint32_t parameter : parse_profile("work-dev").parameters()) body.u32(parameter);
    for (int i = 0; i < 32; i++) body.u8(7);
}

std::vector<std::uint8_t> run_body(const std::string& path, std::uint64_t steps, std::uint64_t window = 60'000'000) {
    BodyWriter body;
    put_input(body);
    body.element(field_element(3));
    body.u64(window);
    body.u64(steps);
    body.text(path);
    return body.bytes();
}

std::vector<std::uint8_t> u32_body(std::uint32_t value) {
    BodyWriter body;
    body.u32(value);
    return body.bytes();
}

constexpr std::uint8_t kind_of(Kind kind) { return static_cast<std::uint8_t>(kind); }
constexpr std::uint8_t result_of(Kind kind) { return static_cast<std::uint8_t>(kind) | kResultBit; }

TEST("protocol", "answers info, run and open, and ends when its input does") {
    Session session;
    session.send(kind_of(Kind::kInfo), 1, {});
    CHECK(session.receive().kind == result_of(Kind::kInfo));
    const std::string path = test::scratch_folder() + "/t";
    session.send(kind_of(Kind::kRun), 2, run_body(path, 2));
    const Answer ran = session.receive();
    CHECK(ran.kind == result_of(Kind::kRun) && ran.id == 2 && ran.body.size() == 48);
    BodyWriter open;
    put_input(open);
    open.element(field_element(3));
    open.element(field_element(4));
    open.u64(0);
    open.text(path);
    session.send(kind_of(Kind::kOpen), 3, open.bytes());
    const Answer opened = session.receive();
    // 2 columns of 16 + 4 + 16 + 12 + 16 + 1 (16 + 12) elements.
    CHECK(opened.kind == result_of(Kind::kOpen) && opened.body.size() == 4 + 32 * 2 * 92);
    CHECK(session.finish() == 0);
}

TEST("protocol", "cancels a running and a waiting request, and knows when there is none") {
    Session session;
    const std::string path = test::scratch_folder() + "/t";
    session.send(kind_of(Kind::kRun), 1, run_body(path, 65536));
    session.send(kind_of(Kind::kRun), 2, run_body(path, 65536));
    CHECK(session.receive_any()->kind == kProgressKind);
    session.send(kind_of(Kind::kCancel), 3, u32_body(2));
    session.send(kind_of(Kind::kCancel), 4, u32_body(1));
    session.send(kind_of(Kind::kCancel), 5, u32_body(99));
    int cancelled = 0;
    int confirmed = 0;
    for (int i = 0; i < 5; i++) {
        const Answer answer = session.receive();
        if (answer.kind == kErrorKind) {
            CHECK(answer.code() == "RUNNER_CANCELLED");
            cancelled++;
        } else {
            CHECK(answer.kind == result_of(Kind::kCancel) && answer.body.size() == 1);
            CHECK(answer.body[0] == (answer.id == 5 ? 0 : 1));
            confirmed++;
        }
    }
    CHECK(cancelled == 2 && confirmed == 3);
    CHECK_CODE(Code::kTraceMissing, read_trace(path));
}

TEST("protocol", "stops a running request when its input ends") {
    Session session;
    session.send(kind_of(Kind::kRun), 1, run_body(test::scratch_folder() + "/t", 65536, 3'600'000'000));
    CHECK(session.receive_any()->kind == kProgressKind);
    CHECK(session.finish() == 0);
}

TEST("protocol", "answers wrong requests with a code and goes on") {
    Session session;
    const std::string path = test::scratch_folder() + "/t";
    const auto expect = [&](std::uint8_t kind, const std::vector<std::uint8_t>& body, const char* code) {
        session.send(kind, 9, body);
        const Answer answer = session.receive();
        CHECK(answer.kind == kErrorKind && answer.id == 9);
        CHECK(answer.code() == code);
    };
    const auto good = run_body(path, 1);
    for (const int kind : {0, 6, 0x40, 0x83, 0xff}) expect(static_cast<std::uint8_t>(kind), {}, "RUNNER_UNKNOWN_KIND");
    expect(kind_of(Kind::kInfo), {0}, "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kCancel), {1, 2, 3}, "RUNNER_BAD_REQUEST");
    for (std::size_t length = 0; length < good.size(); length++) {
        const auto end = good.begin() + static_cast<std::ptrdiff_t>(length);
        expect(kind_of(Kind::kRun), {good.begin(), end}, "RUNNER_BAD_REQUEST");
    }
    auto longer = good;
    longer.push_back(0);
    expect(kind_of(Kind::kRun), longer, "RUNNER_BAD_REQUEST");
    auto profile = good;
    profile[4] = 3;  // layers
    expect(kind_of(Kind::kRun), profile, "RUNNER_BAD_PROFILE");
    auto challenge = good;
    std::fill_n(challenge.begin() + 60, 32, 0xff);
    expect(kind_of(Kind::kRun), challenge, "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kRun), run_body(path, 0), "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kRun), run_body(path, 65537), "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kRun), run_body(path, 1, ~std::uint64_t{0}), "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kRun), run_body("", 1), "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kRun), run_body(std::string("a\0b", 3), 1), "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kRun), run_body(std::string(5000, 'a'), 1), "RUNNER_BAD_REQUEST");
    expect(kind_of(Kind::kRun), run_body("/no/such/folder/t", 1), "RUNNER_IO");
    session.send(kind_of(Kind::kRun), 10, good);
    CHECK(session.receive().kind == result_of(Kind::kRun));
}

TEST("protocol", "ends with an error frame after an impossible length or half a frame") {
    for (const std::vector<std::uint8_t>& bytes : {std::vector<std::uint8_t>{0, 0, 0, 0},
                                                   {4, 0, 0, 0},
                                                   {0xff, 0xff, 0xff, 0xff},
                                                   {1, 0x20, 0, 0},
                                                   {5, 0},
                                                   {5, 0, 0, 0, 1, 9}}) {
        Session session;
        session.send_bytes(bytes);
        CHECK(session.finish() == 2);
        const auto answer = session.receive_any();
        CHECK(answer && answer->kind == kErrorKind && answer->id == 0);
        CHECK(answer->code() == "RUNNER_BAD_FRAME");
        CHECK(!session.receive_any());
    }
}

TEST("protocol", "survives random frames") {
    std::mt19937 random(1);  // fixed, so that a failure repeats
    for (int round = 0; round < 50; round++) {
        Session session;
        std::vector<std::uint8_t> bytes;
        for (int frame = 0; frame < 20; frame++) {
            const auto length = static_cast<std::uint32_t>(5 + random() % 200);
            for (unsigned i = 0; i < 4; i++) bytes.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
            bytes.push_back(static_cast<std::uint8_t>(random() % 8));
            for (std::uint32_t i = 1; i < length; i++) bytes.push_back(static_cast<std::uint8_t>(random()));
        }
        if (round % 2 == 1) bytes.resize(random() % bytes.size());
        session.send_bytes(bytes);
        const int status = session.finish();
        CHECK(status == 0 || status == 2);
    }
}

TEST("protocol", "ends when the reader goes away") {
    int requests[2];
    int answers[2];
    CHECK(::pipe(requests) == 0 && ::pipe(answers) == 0);
    ::close(answers[0]);
    CHECK(write_frame(requests[1], kind_of(Kind::kInfo), 1, {}));
    ::close(requests[1]);
    const auto backend = make_cpu_backend(1);
    CHECK(serve(*backend, requests[0], answers[1]) == 0);
    ::close(requests[0]);
    ::close(answers[1]);
}

}  // namespace

}  // namespace pocps
