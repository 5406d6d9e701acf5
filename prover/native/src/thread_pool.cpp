// Threads that wait for a loop, take indices from one counter and report the first failure.
#include "thread_pool.hpp"

namespace pocps {

ThreadPool::ThreadPool(unsigned threads) {
    for (unsigned i = 1; i < threads; i++) workers_.emplace_back([this, i] { work(i); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    started_.notify_all();
    for (auto& worker : workers_) worker.join();
}

void ThreadPool::take_indices(unsigned thread) {
    try {
        for (std::size_t index = next_.fetch_add(1); index < count_; index = next_.fetch_add(1))
            (*body_)(index, thread);
    } catch (...) {
        next_.store(count_);
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
    }
}

void ThreadPool::work(unsigned thread) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
        started_.wait(lock, [&] { return stopping_ || generation_ != seen; });
        if (stopping_) return;
        seen = generation_;
        lock.unlock();
        take_indices(thread);
        lock.lock();
        if (--busy_ == 0) finished_.notify_one();
    }
}

void ThreadPool::parallel_for(std::size_t count, const std::function<void(std::size_t, unsigned)>& body) {
    if (count == 1 || workers_.empty()) {  // waking the others would cost more than it saves
        for (std::size_t index = 0; index < count; index++) body(index, 0);
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        body_ = &body;
        count_ = count;
        next_.store(0);
        failure_ = nullptr;
        busy_ = workers_.size();
        generation_++;
    }
    started_.notify_all();
    take_indices(0);
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [&] { return busy_ == 0; });
    if (failure_) std::rethrow_exception(failure_);
}

}  // namespace pocps
