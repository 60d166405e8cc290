// The worker processes: as many as there are cores, replaced when they die, watched for stalls, and
// a bounded number more for hooks that need one of their own. It knows processes and load, not what
// runs mean. Runner's thread only.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/log.h"
#include "runner/runner_options.h"
#include "runner/worker.h"
#include "runner/worker_source.h"
#include "runner/worker_status.h"

namespace sloth {

class WorkerPool final : public Worker::Owner {
 public:
    WorkerPool(Loop& loop, const RunnerOptions& options, WorkerSource& source, Log& log,
               WorkerPoolEvents& events);
    ~WorkerPool();

    void open();

    // The worker with the least to do; null: none can take anything now.
    Worker* pick();
    // One with nothing in it, for a single run; null: too many are in use.
    Worker* pick_solo();

    void attach(Worker& worker, Run& run);
    void detach(Run& run);
    // A run begins or ends to wait for an effect: those that wait cost the worker nothing.
    void set_active(Run& run, bool active);

    // It is gone with all that runs in it; no event follows. A new one takes its place.
    void kill(Worker& worker);

    // What it says makes no sense: ends it, as if it had died by itself.
    void distrust(Worker& worker);

    void mark_dirty(Worker& worker) {
        if (std::exchange(worker.dirty, true)) return;
        dirty_.push_back(&worker);
        loop_.touch();
    }
    // Sends what the turn has written, buries the dead.
    void end_turn();

    std::vector<WorkerStatus> status() const;
    const std::string& spawn_error() const { return spawn_error_; }

    void on_frame(Worker& worker, const FrameView& frame) override;
    void on_closed(Worker& worker, bool broken) override;

 private:
    Worker* spawn(Worker::Duty duty);
    void fill();
    size_t serving() const;
    size_t stalled() const;
    void remove(Worker& worker);
    void collect_deaths();
    void look_for_deaths();
    void watch();
    void look_at(Worker& worker, MonoTime now);
    bool is_starved(Worker& worker, Micros so_far);
    void look_at_quiet(Worker& worker, MonoTime now);
    void recover(Worker& worker);
    void became_idle(Worker& worker);

    Loop& loop_;
    const RunnerOptions& options_;
    WorkerSource& source_;
    Log& log_;
    WorkerPoolEvents& events_;
    size_t target_;
    uint64_t next_id_ = 1;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::unique_ptr<Worker>> dying_;   // closed; how they ended is not known yet
    std::vector<std::unique_ptr<Worker>> graves_;  // freed at the end of the turn
    std::vector<Worker*> dirty_;
    std::unordered_map<pid_t, int> deaths_;
    size_t active_ = 0;
    Timer watch_timer_;
    Timer death_timer_;
    Timer retry_timer_;
    std::string spawn_error_;  // of the last try, "" if it worked
};

}  // namespace sloth
