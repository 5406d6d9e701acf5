// One thread reads requests and answers what needs no backend; another executes the rest in order.
#include "server.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "execution.hpp"
#include "protocol.hpp"

namespace pocps {

namespace {

using Clock = std::chrono::steady_clock;

enum class Stage : std::uint8_t { kDataset = 0, kSteps = 1 };

struct Job {
    Frame frame;
    Clock::time_point received = Clock::now();
    CancelToken cancel;
};

void write_elements(BodyWriter& body, const std::vector<Fr>& elements) {
    for (const Fr& element : elements) body.element(element);
}

class Server {
 public:
    Server(Backend& backend, int input, int output) : backend_(backend), input_(input), output_(output) {}

    int serve() {
        std::thread executor([this] { execute_jobs(); });
        int status = 0;
        try {
            while (const auto frame = read_frame(input_)) receive(*frame);
        } catch (const Error& error) {
            answer_error(0, error.code(), error.what());
            status = 2;
        }
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
            for (const auto& job : jobs_) job->cancel.cancel();
            if (current_) current_->cancel.cancel();
        }
        changed_.notify_all();
        executor.join();
        return status;
    }

 private:
    void receive(const Frame& frame);
    void answer_info(std::uint32_t id);
    void answer_cancel(std::uint32_t id, std::uint32_t target);
    void execute_jobs();
    void execute(Job& job);
    std::vector<std::uint8_t> dataset_root(BodyReader& body, const Job& job);
    std::vector<std::uint8_t> run(BodyReader& body, const Job& job);
    std::vector<std::uint8_t> open(BodyReader& body, const Job& job);

    /// A reader that went away is noticed at the end of the input too, so a failed write only drops the frame.
    void answer(std::uint8_t kind, std::uint32_t id, const std::vector<std::uint8_t>& body) {
        const std::lock_guard lock(output_mutex_);
        write_frame(output_, kind, id, body);
    }

    void answer_error(std::uint32_t id, Code code, std::string_view message) {
        BodyWriter body;
        body.u8(code_info(code).retryable ? 1 : 0);
        body.text(code_name("RUNNER", code));
        body.text(message.substr(0, 1000));
        answer(kErrorKind, id, body.bytes());
    }

    void report(const Job& job, Stage stage, std::uint64_t done, std::uint64_t total,
                std::chrono::microseconds elapsed) {
        BodyWriter body;
        body.u8(static_cast<std::uint8_t>(stage));
        body.u64(done);
        body.u64(total);
        body.u64(static_cast<std::uint64_t>(elapsed.count()));
        answer(kProgressKind, job.frame.id, body.bytes());
    }

    Watch watch_dataset(const Job& job) {
        auto last = std::make_shared<Clock::time_point>(job.received);
        return {job.cancel, [this, &job, last](std::uint64_t done, std::uint64_t total) {
                    const auto now = Clock::now();
                    if (now - *last < std::chrono::milliseconds(100)) return;
                    *last = now;
                    report(job, Stage::kDataset, done, total,
                           std::chrono::duration_cast<std::chrono::microseconds>(now - job.received));
                }};
    }

    Backend& backend_;
    const int input_;
    const int output_;
    std::mutex output_mutex_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Job>> jobs_;
    std::shared_ptr<Job> current_;
    bool ended_ = false;
};

void Server::receive(const Frame& frame) {
    try {
        BodyReader body(frame.body);
        switch (static_cast<Kind>(frame.kind)) {
            case Kind::kInfo: body.end(); return answer_info(frame.id);
            case Kind::kCancel: {
                const std::uint32_t target = body.u32();
                body.end();
                return answer_cancel(frame.id, target);
            }
            case Kind::kDatasetRoot:
            case Kind::kRun:
            case Kind::kOpen: {
                constexpr std::size_t kMaxWaiting = 64;
                const std::lock_guard lock(mutex_);
                if (jobs_.size() >= kMaxWaiting) throw Error(Code::kBadRequest, "too many requests are waiting");
                jobs_.push_back(std::make_shared<Job>());
                jobs_.back()->frame = frame;
                changed_.notify_all();
                return;
            }
        }
        throw Error(Code::kUnknownKind, "unknown request kind " + std::to_string(frame.kind));
    } catch (const Error& error) {
        answer_error(frame.id, error.code(), error.what());
    }
}

void Server::answer_info(std::uint32_t id) {
    BodyWriter body;
    body.text(backend_.path());
    body.u32(backend_.threads());
    body.text(backend_.note());
    answer(static_cast<std::uint8_t>(Kind::kInfo) | kResultBit, id, body.bytes());
}

void Server::answer_cancel(std::uint32_t id, std::uint32_t target) {
    bool found = false;
    {
        const std::lock_guard lock(mutex_);
        const auto cancel = [&](const std::shared_ptr<Job>& job) {
            if (!job || job->frame.id != target) return;
            job->cancel.cancel();
            found = true;
        };
        for (const auto& job : jobs_) cancel(job);
        cancel(current_);
    }
    BodyWriter body;
    body.u8(found ? 1 : 0);
    answer(static_cast<std::uint8_t>(Kind::kCancel) | kResultBit, id, body.bytes());
}

void Server::execute_jobs() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return ended_ || !jobs_.empty(); });
        if (ended_) return;
        current_ = jobs_.front();
        jobs_.pop_front();
        const auto job = current_;
        lock.unlock();
        execute(*job);
        lock.lock();
        current_.reset();
    }
}

void Server::execute(Job& job) {
    try {
        job.cancel.check();
        BodyReader body(job.frame.body);
        std::vector<std::uint8_t> result;
        switch (static_cast<Kind>(job.frame.kind)) {
            case Kind::kDatasetRoot: result = dataset_root(body, job); break;
            case Kind::kRun: result = run(body, job); break;
            case Kind::kOpen: result = open(body, job); break;
            default: throw Error(Code::kInternal, "a request of this kind is not executed");
        }
        answer(job.frame.kind | kResultBit, job.frame.id, result);
    } catch (const Error& error) {
        answer_error(job.frame.id, error.code(), error.what());
    } catch (const std::bad_alloc&) {
        answer_error(job.frame.id, Code::kOutOfMemory, "out of memory");
    } catch (const std::exception& error) {
        answer_error(job.frame.id, Code::kInternal, error.what());
    }
}

std::vector<std::uint8_t> Server::dataset_root(BodyReader& body, const Job& job) {
    const Profile profile = body.profile();
    const Bytes32 seed = body.bytes32();
    body.end();
    const Watch watch = watch_dataset(job);
    backend_.load(profile, seed, watch);
    BodyWriter result;
    result.element(backend_.dataset_root(watch));
    return result.bytes();
}

std::vector<std::uint8_t> Server::run(BodyReader& body, const Job& job) {
    RunRequest request;
    request.profile = body.profile();
    request.dataset_seed = body.bytes32();
    request.challenge = body.element("challenge");
    request.start = job.received;
    const std::uint64_t window = body.u64();
    request.max_steps = body.u64();
    request.trace_path = body.path();
    body.end();
    if (window > kMaxWindowMicroseconds) throw Error(Code::kBadRequest, "the window is too long");
    if (request.max_steps < 1 || request.max_steps > request.profile.max_steps()) {
        throw Error(Code::kBadRequest, "maxSteps is not in 1.." + std::to_string(request.profile.max_steps()));
    }
    request.window = std::chrono::microseconds(window);
    const RunResult ran =
        run_kernel(backend_, request, job.cancel, [&](std::uint64_t steps, std::chrono::microseconds elapsed) {
            report(job, Stage::kSteps, steps, request.max_steps, elapsed);
        });
    BodyWriter result;
    result.element(ran.root);
    result.u64(ran.steps);
    result.u64(static_cast<std::uint64_t>(ran.elapsed.count()));
    return result.bytes();
}

std::vector<std::uint8_t> Server::open(BodyReader& body, const Job& job) {
    OpenRequest request;
    request.profile = body.profile();
    request.dataset_seed = body.bytes32();
    request.challenge = body.element("challenge");
    request.sample_seed = body.element("sampleSeed");
    request.sample_index = body.u64();
    request.trace_path = body.path();
    body.end();
    const auto places = open_samples(backend_, request, watch_dataset(job));
    BodyWriter elements;
    for (const auto& place : places) write_elements(elements, place.trace_path);
    for (const auto& place : places) write_elements(elements, place.column_path);
    for (const auto& place : places) write_elements(elements, place.row_elements);
    for (const auto& place : places) write_elements(elements, place.row_path);
    for (const auto& place : places) {
        for (const auto& row : place.weight_elements) write_elements(elements, row);
    }
    for (const auto& place : places) {
        for (const auto& path : place.weight_path) write_elements(elements, path);
    }
    for (const auto& place : places) write_elements(elements, place.output_elements);
    BodyWriter result;
    result.u32(static_cast<std::uint32_t>(elements.bytes().size() / 32));
    std::vector<std::uint8_t> bytes = result.bytes();
    bytes.insert(bytes.end(), elements.bytes().begin(), elements.bytes().end());
    return bytes;
}

}  // namespace

int serve(Backend& backend, int input, int output) { return Server(backend, input, output).serve(); }

}  // namespace pocps
