// One worker process as the master sees it: its channel, what runs in it, which hook sources it
// has, and what its shared page says. Runner's thread only; made and ended by WorkerPool.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lua/worker_page.h"
#include "runner/channel.h"
#include "runner/zygote.h"

namespace sloth {

struct Run;
struct RunnableHook;
class Worker;

class WorkerPoolEvents {
 public:
    virtual ~WorkerPoolEvents() = default;
    virtual void on_frame(Worker& worker, const FrameView& frame) = 0;
    // It is out of the pool already; `how` is "worker process was killed by signal 9 (SIGKILL)".
    virtual void on_gone(Worker& worker, const std::string& how) = 0;
    // The slice of the run with the wire number `culprit` has lasted too long.
    virtual void on_stalled(Worker& worker, uint64_t culprit, Micros so_far) = 0;
    // There may be room for what waits.
    virtual void on_room() = 0;
};

// The shared page, mapped.
class PageView {
 public:
    explicit PageView(const Fd& memory);
    ~PageView();
    PageView(const PageView&) = delete;
    PageView& operator=(const PageView&) = delete;

    struct Slice {
        uint64_t run = 0;  // 0: none is on
        int64_t began_ns = 0;
        bool operator==(const Slice&) const = default;
    };
    Slice slice() const;

 private:
    const WorkerPage* page_ = nullptr;  // null if it could not be mapped: nothing is ever on
};

class Worker final : public ChannelEvents {
 public:
    enum class Duty : uint8_t { shared, solo, retiring };

    class Owner {
     public:
        virtual ~Owner() = default;
        virtual void on_frame(Worker& worker, const FrameView& frame) = 0;
        virtual void on_closed(Worker& worker, bool broken) = 0;
    };

    Worker(Loop& loop, uint64_t id, WorkerProcess process, Owner& owner);
    ~Worker();

    const uint64_t id;
    const WorkerProcess& process() const { return process_; }
    Channel& channel() { return *channel_; }
    PageView::Slice slice() const { return page_.slice(); }

    // Sends the source if the worker does not have it, and forgets those long unused.
    void provide(const RunnableHook& hook, MonoTime now, Micros unused_age);
    void cancel(uint64_t wire);

    Duty duty = Duty::shared;
    bool stalled = false;
    bool lowered = false;      // its priority
    PageView::Slice seen;      // at the last look
    uint64_t frames = 0;       // that came from it
    uint64_t frames_seen = 0;  // at the last look
    MonoTime quiet_since{};    // no slice and no frame since, though it has work; zero: none
    std::vector<Run*> runs;    // Run::worker_index is the place
    size_t active = 0;         // of them, those that do not wait for an effect
    uint64_t started = 0;      // runs in its life
    int death_looks = 0;
    bool broke = false;                   // it sent what is no frame
    bool gone = false;                    // closed; it only waits for the reason
    bool dirty = false;                   // the turn has written to it
    std::optional<Micros> used_at_sight;  // processor time when its slice was first seen to last

    void on_frame(const FrameView& frame) override {
        ++frames;
        owner_.on_frame(*this, frame);
    }
    void on_closed(bool broken) override { owner_.on_closed(*this, broken); }

 private:
    WorkerProcess process_;
    Owner& owner_;
    PageView page_;
    std::shared_ptr<Channel> channel_;
    std::unordered_map<uint64_t, MonoTime> hooks_;  // key -> last used
    MonoTime swept_{};
};

}  // namespace sloth
