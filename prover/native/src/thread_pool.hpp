// A fixed set of threads that share the indices of a loop.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "error.hpp"

namespace pocps {

/// Set once by whoever cancels; checked between pieces of work.
class CancelToken {
 public:
    void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
    bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
    void check() const {
        if (cancelled()) throw Error(Code::kCancelled, "cancelled");
    }

 private:
    std::atomic<bool> cancelled_{false};
};

class ThreadPool {
 public:
    /// `threads` in all, the caller of `parallel_for` among them.
    explicit ThreadPool(unsigned threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    unsigned threads() const { return static_cast<unsigned>(workers_.size()) + 1; }

    /// Calls body(index, thread) for every index below `count`, in any order, and returns when all are done.
    /// `thread` is below threads() and never used twice at once. The first exception stops the loop and is rethrown.
    void parallel_for(std::size_t count, const std::function<void(std::size_t, unsigned)>& body);

 private:
    void work(unsigned thread);
    void take_indices(unsigned thread);

    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable started_;
    std::condition_variable finished_;
    std::uint64_t generation_ = 0;
    std::size_t busy_ = 0;
    bool stopping_ = false;

    const std::function<void(std::size_t, unsigned)>* body_ = nullptr;
    std::size_t count_ = 0;
    std::atomic<std::size_t> next_{0};
    std::exception_ptr failure_;
};

}  // namespace pocps
