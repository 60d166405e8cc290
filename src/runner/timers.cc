#include "runner/timers.h"

#include "base/check.h"

namespace sloth {

Timer::~Timer() {
    if (heap_ != nullptr) heap_->cancel(*this);
}

void Timers::put(size_t index, Entry entry) {
    entry.timer->index_ = index;
    heap_[index] = entry;
}

void Timers::sift_up(size_t index) {
    const Entry entry = heap_[index];
    while (index > 0 && entry.at < heap_[(index - 1) / 2].at) {
        put(index, heap_[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    put(index, entry);
}

void Timers::sift_down(size_t index) {
    const Entry entry = heap_[index];
    while (2 * index + 1 < heap_.size()) {
        size_t child = 2 * index + 1;
        if (child + 1 < heap_.size() && heap_[child + 1].at < heap_[child].at) ++child;
        if (entry.at <= heap_[child].at) break;
        put(index, heap_[child]);
        index = child;
    }
    put(index, entry);
}

void Timers::set(Timer& timer, MonoTime at) {
    CHECK(timer.fire_ != nullptr);
    cancel(timer);
    timer.heap_ = this;
    heap_.push_back({at, &timer});
    sift_up(heap_.size() - 1);
}

void Timers::cancel(Timer& timer) {
    if (timer.heap_ == nullptr) return;
    CHECK(timer.heap_ == this);
    timer.heap_ = nullptr;
    const size_t index = timer.index_;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (last.timer == &timer) return;
    put(index, last);
    sift_up(index);
    sift_down(last.timer->index_);
}

std::optional<MonoTime> Timers::next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().at;
}

void Timers::run_due(MonoTime now) {
    // A bounded number of rounds: a timer that sets itself to the past cannot hold the loop.
    for (size_t rounds = heap_.size(); rounds > 0; --rounds) {
        if (heap_.empty() || heap_.front().at > now) return;
        Timer& timer = *heap_.front().timer;
        cancel(timer);
        timer.fire_(timer.owner_);
    }
}

}  // namespace sloth
