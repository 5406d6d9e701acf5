// One thread reads requests, so that it sees the input end; another executes them in order.
#include "prover_server.hpp"

#include <cstdlib>
#include <deque>
#include <limits>

#include "../protocol.hpp"
#include "engine.hpp"

namespace pocps::groth16 {

namespace {

enum class Request : std::uint8_t { kInfo = 1, kLoad = 2, kProve = 3 };

class Server {
   public:
    Server(ThreadPool& threads, int output) : threads_(threads), output_(output), engine_(engines().front()) {}

    void push(Frame frame) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(frame));
        }
        arrived_.notify_one();
    }

    [[noreturn]] void execute_all() {
        for (;;) {
            std::unique_lock lock(mutex_);
            arrived_.wait(lock, [&] { return !waiting_.empty(); });
            Frame frame = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            execute(frame);
        }
    }

    void answer_error(std::uint32_t id, Code code, std::string_view message) {
        BodyWriter body;
        body.u8(code_info(code).retryable ? 1 : 0);
        body.text(code_name("PROVER", code));
        body.text(message.substr(0, 1000));
        write_frame(output_, kErrorKind, id, body.bytes());
    }

   private:
    void execute(Frame& frame) {
        try {
            const std::vector<std::uint8_t> result = result_of(frame);
            write_frame(output_, frame.kind | kResultBit, frame.id, result);
        } catch (const Error& error) {
            answer_error(frame.id, error.code(), error.what());
        } catch (const std::bad_alloc&) {
            answer_error(frame.id, Code::kOutOfMemory, "out of memory");
        } catch (const std::exception& error) {
            answer_error(frame.id, Code::kInternal, error.what());
        }
        clear_memory(frame.body.data(), frame.body.size());
    }

    std::vector<std::uint8_t> result_of(const Frame& frame) {
        BodyReader request(frame.body);
        BodyWriter result;
        switch (static_cast<Request>(frame.kind)) {
            case Request::kInfo:
                request.end();
                result.text(engine_.name);
                result.u32(threads_.threads());
                return result.bytes();
            case Request::kLoad:
                keys_.push_back(engine_.prepare(parse_zkey(request.rest()), threads_));
                result.u32(static_cast<std::uint32_t>(keys_.size() - 1));
                result.u32(keys_.back()->publics());
                return result.bytes();
            case Request::kProve: {
                const std::uint32_t key = request.u32();
                if (key >= keys_.size()) throw Error(Code::kBadRequest, "no such key is loaded");
                const Witness witness = parse_witness(request.rest());
                const Proof proof = keys_[key]->prove(witness, Blinding::draw(), threads_);
                const auto integer = [&](const Limbs& limbs) {
                    for (const std::uint64_t limb : limbs) result.u64(limb);
                };
                for (const auto& half : proof.a) integer(half);
                for (const auto& coordinate : proof.b) {
                    for (const auto& half : coordinate) integer(half);
                }
                for (const auto& half : proof.c) integer(half);
                for (std::uint32_t i = 1; i <= keys_[key]->publics(); i++) integer(witness[i]);
                return result.bytes();
            }
        }
        throw Error(Code::kUnknownKind, "unknown request kind " + std::to_string(frame.kind));
    }

    ThreadPool& threads_;
    const int output_;
    const Engine engine_;
    std::vector<std::unique_ptr<PreparedKey>> keys_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Frame> waiting_;
};

}  // namespace

int serve(ThreadPool& threads, int input, int output) {
    // Proofs of keys that never end must not keep the process: it ends under the executor's feet.
    static Server server(threads, output);
    std::thread([] { server.execute_all(); }).detach();
    try {
        while (auto frame = read_frame(input, std::numeric_limits<std::uint32_t>::max())) server.push(std::move(*frame));
    } catch (const Error& error) {
        server.answer_error(0, error.code(), error.what());
        std::_Exit(2);
    }
    std::_Exit(0);
}

}  // namespace pocps::groth16
