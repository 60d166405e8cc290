// Many timers behind one alarm: an indexed heap, so that setting and cancelling are cheap in any
// number. Pure: `run_due` is told the time. Owned by the runner's thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"

namespace sloth {

class Timers;

// Embedded in what it wakes. Its function may destroy the timer itself.
class Timer {
 public:
    Timer() = default;
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // timer.bind<&Child::on_timeout>(this)
    template <auto method, class T>
    void bind(T* owner) {
        owner_ = owner;
        fire_ = [](void* p) { (static_cast<T*>(p)->*method)(); };
    }
    bool armed() const { return heap_ != nullptr; }

 private:
    friend class Timers;
    Timers* heap_ = nullptr;
    size_t index_ = 0;
    void* owner_ = nullptr;
    void (*fire_)(void*) = nullptr;
};

class Timers {
 public:
    // Arms, or moves an armed one. It must be bound.
    void set(Timer& timer, MonoTime at);
    void cancel(Timer& timer);

    std::optional<MonoTime> next() const;
    // Fires what is due, in order.
    void run_due(MonoTime now);
    size_t size() const { return heap_.size(); }

 private:
    struct Entry {
        MonoTime at;
        Timer* timer;
    };
    void put(size_t index, Entry entry);
    void sift_up(size_t index);
    void sift_down(size_t index);

    std::vector<Entry> heap_;
};

}  // namespace sloth
