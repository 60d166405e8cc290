// The engine: takes runnable events, matches them, has their hooks run, and records what came of
// it. One thread ("engine") calls step() in a loop; everything that others tell it goes through its
// inbox. What is durable is told to the Observer.
//
// Order of a life: construct, set_index(), step()... ; at the end drain() and step() until
// drained().
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "domain/hook_index.h"
#include "engine/live_event.h"
#include "engine/ready_queue.h"
#include "engine/turnstile.h"
#include "ports/clock.h"
#include "ports/event_store.h"
#include "ports/execution_store.h"
#include "ports/hook_runner.h"
#include "ports/observer.h"

namespace sloth {

class Engine final : public RunSink {
 public:
    struct Options {
        size_t max_in_flight = 100;  // the specification's hundred workers
        size_t queue_size = 1000;    // the specification's channel
        size_t max_unrecorded =
            20'000;  // runs whose record waits for the disk; beyond it no new run starts
        size_t max_parked =
            100'000;  // events that wait for a hook's turn, some 300 bytes each: others go on
        int max_recoveries =
            10;  // masters that an event may outlive before it is taken for their killer
        Micros retry_after = 500ms;  // a record that found the disk full
        Micros show_processing_after = 1s;
        Micros drain_timeout = 30s;
        bool after_crash =
            true;  // the last owner did not end in order: what was open may have begun
    };

    struct Stats {
        size_t events_in_flight = 0;
        size_t runs_in_flight = 0;
        size_t ready = 0;
    };

    // `on_fatal`, once: the store can no longer be trusted, the process must end and start anew.
    Engine(EventStore& store, ExecutionStore& executions, HookRunner& runner, Clock& clock,
           Observer& observer, Log& log, Options options, std::function<void(Error)> on_fatal);

    // Any thread.
    void set_index(std::shared_ptr<const HookIndex> index);
    std::shared_ptr<const HookIndex> index() const;
    int64_t generation() const { return generation_; }
    Stats stats() const;  // each figure by itself is right
    void completed(std::vector<RunOutcome> outcomes) override;

    void step(Micros patience);  // does what there is to do, waiting so long for the first of it

    // Any thread. No new run starts; live ones end or are handed back at the deadline (or now).
    // drained() is true when nothing is live and every record is on disk.
    void drain();
    void hand_back_now();
    bool drained() const { return drained_; }

 private:
    struct RecordAck {
        Result<void> result;
        RecordBatch batch;
    };
    struct Inbox {
        std::vector<RunOutcome> outcomes;
        std::vector<RecordAck> acks;
        bool woken = false;
        bool drain = false;
        bool hand_back = false;
        bool empty() const;
    };

    void take_outcomes(std::vector<RunOutcome> outcomes);
    void take_outcome(RunOutcome outcome);
    void take_ack(RecordAck ack);
    void announce(const RecordBatch& batch);
    void take_events();
    void admit(Event event);
    void plan(LiveEvent& live, const Hooks& hooks, const Attempts& attempts = {});
    Hooks without_done(LiveEvent& live, Hooks hooks, Attempts& attempts);
    void line_up(PlannedRun run);
    void pass_gate(PlannedRun run);
    void leave_lines(const PlannedRun& ended);
    bool unpark(PlannedRun& run);
    void start_runs();
    void submit_records();
    void send(RecordBatch batch);
    void save_log(EffectBatch log);
    void finish(LiveEvent& live);
    void show_long_ones(MonoTime now);
    void step_drain(MonoTime now, bool asked, bool hand_back);
    bool has_room() const;
    void recover(LiveEvent& live);
    void start_recovered(int64_t seq);

    EventStore& store_;
    ExecutionStore& executions_;
    HookRunner& runner_;
    Clock& clock_;
    Observer& observer_;
    Log& log_;
    const Options options_;
    std::function<void(Error)> on_fatal_;
    const Epoch epoch_;
    const int64_t recover_to_;  // events up to this one were there before us

    Signal<Inbox> inbox_;
    ReadyQueue ready_;
    Guarded<std::shared_ptr<const HookIndex>> index_;

    // The engine thread's own.
    std::unordered_map<int64_t, LiveEvent> live_;  // by seq
    std::unordered_map<RunId, PlannedRun> runs_;
    std::deque<PlannedRun> planned_;
    Turnstile<PlannedRun> order_;  // by ordering key and hook
    Turnstile<PlannedRun> gate_;   // by hook, for those with max_concurrency
    size_t parked_ = 0;            // live events that only wait, without their data
    std::deque<int64_t> young_;    // live events not shown as processing yet, oldest first
    std::unordered_map<int64_t, std::shared_ptr<const Event>> finished_;  // record not durable yet
    std::unordered_map<int64_t, std::pair<Hooks, Attempts>>
        recovering_;  // being noted in the store
    RecordBatch records_;
    std::vector<std::pair<MonoTime, RecordBatch>> retries_;
    Hooks matched_;
    RunId next_run_ = 1;
    size_t unrecorded_ = 0;
    size_t acks_due_ = 0;
    bool draining_ = false;
    bool fatal_ = false;
    MonoTime drain_deadline_{};
    std::atomic<bool> drained_ = false;
    std::atomic<int64_t> generation_ = 0;
    std::atomic<size_t> stat_events_ = 0;
    std::atomic<size_t> stat_runs_ = 0;
};

}  // namespace sloth
