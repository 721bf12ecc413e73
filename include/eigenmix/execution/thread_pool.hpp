// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXECUTION_THREAD_POOL_HPP
#define EIGENMIX_EXECUTION_THREAD_POOL_HPP

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <eigenmix/execution/first_exception.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

inline Index processor_count() {
  return std::max<Index>(1, static_cast<Index>(std::thread::hardware_concurrency()));
}

/// Threads that wait for a job, and the caller's thread, which works with them.
class ThreadPool {
 public:
  explicit ThreadPool(Index helpers) {
    try {
      for (Index i = 0; i < helpers; ++i) helpers_.emplace_back([this] { help(); });
    } catch (...) {
      stop();
      throw;
    }
  }
  ~ThreadPool() { stop(); }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// task(i) for every i in [0, count), each thread taking the next when it has finished one.
  template <class Task>
  void run(Index count, Task& task) {
    FirstException failure;
    if (count < 2 || helpers_.empty() || in_use_.exchange(true, std::memory_order_acquire)) {
      for (Index i = 0; i < count; ++i) failure.guard(i, task);
      return failure.rethrow();
    }
    std::atomic<Index> next{0};
    auto work = [&] {
      for (Index i = next++; i < count; i = next++) failure.guard(i, task);
    };
    start([](void* context) { (*static_cast<decltype(work)*>(context))(); }, &work);
    work();
    wait();
    in_use_.store(false, std::memory_order_release);
    failure.rethrow();
  }

 private:
  void start(void (*job)(void*), void* context) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      job_ = job;
      context_ = context;
      running_ = helpers_.size();
      ++round_;
    }
    wake_.notify_all();
  }

  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
  }

  /// What a helper does all its life.
  void help() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (std::size_t seen = 0;;) {
      wake_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
      seen = round_;
      const auto job = job_;
      void* const context = context_;
      lock.unlock();
      job(context);
      lock.lock();
      if (--running_ == 0) done_.notify_one();
    }
  }

  void stop() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& helper : helpers_) helper.join();
  }

  std::mutex mutex_;  // guards all below but in_use_
  std::condition_variable wake_, done_;
  std::size_t round_ = 0;    // jobs started
  std::size_t running_ = 0;  // helpers that have not finished the current one
  bool stopping_ = false;
  void (*job_)(void*) = nullptr;
  void* context_ = nullptr;
  std::atomic<bool> in_use_{false};
  std::vector<std::thread> helpers_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EXECUTION_THREAD_POOL_HPP
