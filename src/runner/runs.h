// The life of runs: given to a worker, answered, moved, interrupted and rerun, timed out, handed
// back. The middle of the runner: the pool below it knows processes, the broker beside it effects.
// Runner's thread only. Source: architecture.md 3.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "runner/broker.h"
#include "runner/worker_pool.h"

namespace sloth {

struct RunsPorts {
    WorkerSource& workers;
    EventStore& events;
    StateStore& state;
    SecretStore& secrets;
    WatcherControl& watchers;
    Log& log;
    UuidGenerator ids;
};

class Runs final : private WorkerPoolEvents, private BrokerEvents {
 public:
    using Deliver = std::move_only_function<void(std::vector<RunOutcome>)>;
    using Warn = std::move_only_function<void(std::string)>;

    Runs(std::shared_ptr<Loop> loop, const RunnerOptions& options, RunsPorts ports, Deliver deliver,
         Warn warn);
    ~Runs();

    void open() { pool_.open(); }
    void start(std::vector<RunRequest> requests);
    void load(LoadJob job);
    void hand_back();
    std::vector<WorkerStatus> status() const { return pool_.status(); }

 private:
    friend struct Run;

    // runs.cc: the straight way
    Run& take_slot();
    void free_slot(Run& run);
    Run* find(uint64_t wire);
    void place(Run& run);
    void send(Run& run, Worker& worker);
    void send_hook(Run& run, Worker& worker, Micros timeout);
    void drain_queues();
    void on_done(Run& run, const DoneFrame& frame);
    void on_loaded(Run& run, FrameReader& in);
    void end_turn();

    // runs_end.cc: every way out, and back in
    RunOutcome outcome(const Run& run, RunStatus status, std::string error) const;
    void leave_worker(Run& run, bool cancel);
    void close(Run& run, RunOutcome outcome);
    void emit(Run& run, RunOutcome outcome);
    std::string cut_off(Run& run);
    void interrupted(Run& run, const std::string& how);
    void move(Run& run, Micros stall);
    void restart(Run& run);
    void on_deadline(Run& run);
    void time_out(Run& run, bool cancel);
    void no_worker(Run& run);
    void kill_worker_of(Run& culprit);
    void hand_back(Run& run);
    void end_load(Run& run, Result<std::string> result);
    void suspect(const Run& run);
    void behaved(const Run& run);

    void on_frame(Worker& worker, const FrameView& frame) override;
    void on_gone(Worker& worker, const std::string& how) override;
    void on_stalled(Worker& worker, uint64_t culprit, Micros so_far) override;
    void on_room() override { drain_queues(); }
    void on_answer(Run& run, uint32_t effect, const Answer& answer) override;
    void on_settled(Run& run) override;

    std::shared_ptr<Loop> loop_;
    const RunnerOptions& options_;
    Log& log_;
    Deliver deliver_;
    Warn warn_;
    WorkerPool pool_;
    Broker broker_;
    std::vector<std::unique_ptr<Run>> slots_;
    std::vector<uint32_t> free_;
    uint32_t incarnation_ = 0;
    std::deque<Run*> queue_;                  // for a shared worker
    std::unordered_set<uint64_t> alone_now_;  // hooks (by key) that have a worker of their own
    std::deque<Run*> solo_queue_;             // for one of their own
    bool draining_queues_ = false;
    std::unordered_set<uint64_t> suspects_;  // hooks (by key) that stalled or killed a worker
    std::vector<RunOutcome> outcomes_;       // of this turn
};

}  // namespace sloth
