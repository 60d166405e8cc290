// Guarded<T>: a value that can be reached only through its lock. Hold it briefly: no callback, no
// I/O and no other Guarded inside `with`. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace sloth {

template <class T>
class Guarded {
 public:
    Guarded() = default;
    explicit Guarded(T value) : value_(std::move(value)) {}
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

    // Runs `fn(T&)` under the lock and returns what it returns.
    template <class Fn>
    decltype(auto) with(Fn&& fn) {
        const std::lock_guard lock(mutex_);
        return std::forward<Fn>(fn)(value_);
    }
    template <class Fn>
    decltype(auto) with(Fn&& fn) const {
        const std::lock_guard lock(mutex_);
        return std::forward<Fn>(fn)(value_);
    }

 private:
    mutable std::mutex mutex_;
    T value_{};
};

// A Guarded that can be waited on: `update` changes the value and wakes, `wait_for` sleeps until
// `ready(value)` or the time is over and then runs `fn(value)` under the lock.
template <class T>
class Signal {
 public:
    template <class Fn>
    decltype(auto) update(Fn&& fn) {
        // The lock is gone before the wake-up, so that the woken thread does not run into it.
        struct Wake {
            std::condition_variable& cv;
            ~Wake() { cv.notify_all(); }
        } wake{changed_};
        const std::lock_guard lock(mutex_);
        return std::forward<Fn>(fn)(value_);
    }

    template <class Ready, class Fn>
    decltype(auto) wait_for(std::chrono::steady_clock::duration limit, Ready&& ready, Fn&& fn) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, limit, [&] { return ready(value_); });
        return std::forward<Fn>(fn)(value_);
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    T value_{};
};

}  // namespace sloth
