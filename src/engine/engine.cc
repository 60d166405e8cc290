// The loop and the bookkeeping: outcomes in, records out, drain. How an event becomes runs is in
// engine_admit.cc.
#include "engine/engine.h"

#include <algorithm>
#include <iterator>

#include "engine/to_execution.h"

namespace sloth {
namespace {

constexpr size_t kRecordGroup = 4096;  // one record call holds at most about this many runs

std::string describe_failure(const RunnableHook& hook, const RunOutcome& outcome) {
    const std::string_view why = outcome.error;
    return fmt::format("hook '{}' {}: {}", hook.name,
                       outcome.status == RunStatus::timeout ? "timed out" : "failed",
                       why.substr(0, why.find('\n')));
}

}  // namespace

Engine::Engine(EventStore& store, ExecutionStore& executions, HookRunner& runner, Clock& clock,
               Observer& observer, Log& log, Options options, std::function<void(Error)> on_fatal)
    : store_(store),
      executions_(executions),
      runner_(runner),
      clock_(clock),
      observer_(observer),
      log_(log),
      options_(options),
      on_fatal_(std::move(on_fatal)),
      epoch_(store.epoch()),
      recover_to_(store.counts().value_or(EventCounts{}).last_seq),
      ready_(options.queue_size,
             [this] { inbox_.update([](Inbox& inbox) { inbox.woken = true; }); }),
      index_(std::make_shared<const HookIndex>()) {
    runner_.set_sink(this);
    store_.set_ready(&ready_);
}

bool Engine::Inbox::empty() const {
    return outcomes.empty() && acks.empty() && !woken && !drain && !hand_back;
}

void Engine::set_index(std::shared_ptr<const HookIndex> index) {
    const int64_t generation = index->generation();
    index_.with([&](auto& current) { current = std::move(index); });
    generation_ = generation;
}

std::shared_ptr<const HookIndex> Engine::index() const {
    return index_.with([](const auto& current) { return current; });
}

Engine::Stats Engine::stats() const { return {stat_events_, stat_runs_, ready_.size()}; }

void Engine::completed(std::vector<RunOutcome> outcomes) {
    inbox_.update([&](Inbox& inbox) {
        if (inbox.outcomes.empty()) {
            inbox.outcomes = std::move(outcomes);
        } else {
            std::ranges::move(outcomes, std::back_inserter(inbox.outcomes));
        }
    });
}

void Engine::drain() {
    inbox_.update([](Inbox& inbox) { inbox.drain = true; });
}

void Engine::hand_back_now() {
    inbox_.update([](Inbox& inbox) { inbox.hand_back = true; });
}

void Engine::step(Micros patience) {
    if (ready_.store_has_more() && has_room() && !draining_)
        patience = std::min(patience, Micros(1ms));
    Inbox inbox = inbox_.wait_for(
        patience, [](const Inbox& i) { return !i.empty(); },
        [](Inbox& i) { return std::exchange(i, {}); });
    const MonoTime now = clock_.mono();
    for (RecordAck& ack : inbox.acks) take_ack(std::move(ack));
    take_outcomes(std::move(inbox.outcomes));
    step_drain(now, inbox.drain, inbox.hand_back);
    take_events();
    start_runs();
    show_long_ones(now);
    std::erase_if(retries_, [&](auto& retry) {
        if (retry.first > now) return false;
        send(std::move(retry.second));
        return true;
    });
    submit_records();
    stat_events_ = live_.size();
    stat_runs_ = runs_.size();
    if (draining_ && runs_.empty() && acks_due_ == 0 && retries_.empty()) drained_ = true;
}

void Engine::take_outcomes(std::vector<RunOutcome> outcomes) {
    for (RunOutcome& outcome : outcomes) {
        take_outcome(std::move(outcome));
        if (records_.runs.size() >= kRecordGroup) submit_records();
    }
}

void Engine::take_outcome(RunOutcome outcome) {
    const auto found = runs_.find(outcome.run);
    if (found == runs_.end()) return;
    LiveEvent& live = *found->second.live;
    const RunnableHook& hook = *found->second.hook;
    if (outcome.started != MonoTime{}) observer_.run_started(*live.event, outcome.started);
    if (outcome.handed_back) {
        live.handed_back = true;
        save_log(std::exchange(outcome.effects, {.delivery_id = outcome.effects.delivery_id}));
    } else if (outcome.status == RunStatus::failed || outcome.status == RunStatus::timeout) {
        if (!live.errors.empty()) live.errors += "; ";
        live.errors += describe_failure(hook, outcome);
    }
    const bool over = outcome.last || outcome.handed_back;
    RunRecord record;
    record.last = outcome.last && !outcome.handed_back;
    record.effects = std::move(outcome.effects);
    record.execution = to_execution(*live.event, hook, std::move(outcome));
    records_.runs.push_back(std::move(record));
    ++unrecorded_;
    if (!over) return;
    const PlannedRun ended = std::move(found->second);
    runs_.erase(found);
    leave_lines(ended);
    if (--live.open == 0) finish(live);
}

// What a handed-back run was told: its next attempt will not do it again.
void Engine::save_log(EffectBatch log) {
    ++acks_due_;
    store_.flush(std::move(log), [this](Result<std::vector<std::string>> flushed) {
        Result<void> result;
        if (!flushed) result = std::unexpected(std::move(flushed).error());
        inbox_.update([&](Inbox& inbox) { inbox.acks.push_back({std::move(result), {}}); });
    });
}

void Engine::finish(LiveEvent& live) {
    const int64_t seq = live.seq;
    if (live.parked) --parked_;
    if (live.handed_back) {
        records_.released.push_back(seq);
    } else {
        EventFinish end;
        end.seq = seq;
        end.status = live.errors.empty() ? EventStatus::completed : EventStatus::failed;
        end.error = std::move(live.errors);
        end.processed_at = clock_.wall();
        records_.finished.push_back(std::move(end));
        finished_.emplace(seq, std::move(live.event));
    }
    live_.erase(seq);
}

void Engine::submit_records() {
    if (records_.runs.empty() && records_.finished.empty() && records_.processing.empty() &&
        records_.released.empty() && records_.recovered.empty()) {
        return;
    }
    send(std::exchange(records_, {}));
}

void Engine::send(RecordBatch batch) {
    ++acks_due_;
    store_.record(std::move(batch), [this](Result<void> result, RecordBatch back) {
        inbox_.update(
            [&](Inbox& inbox) { inbox.acks.push_back({std::move(result), std::move(back)}); });
    });
}

void Engine::take_ack(RecordAck ack) {
    --acks_due_;
    if (ack.result) {
        unrecorded_ -= ack.batch.runs.size();
        announce(ack.batch);
        return;
    }
    const Error& error = ack.result.error();
    if (error.code == Code::exhausted) {
        log_.warn("record.no_room", {{"runs", ack.batch.runs.size()}, {"why", error.message}});
        retries_.emplace_back(clock_.mono() + options_.retry_after, std::move(ack.batch));
        return;
    }
    if (!fatal_) {
        fatal_ = true;
        log_.error("record.failed", {{"why", error.message}});
        on_fatal_(error);
    }
}

void Engine::announce(const RecordBatch& batch) {
    for (const RunRecord& run : batch.runs) observer_.run_recorded(run.execution);
    for (const EventFinish& end : batch.finished) {
        const auto found = finished_.find(end.seq);
        if (found == finished_.end()) continue;
        observer_.event_finished(*found->second, end);
        finished_.erase(found);
    }
    for (const int64_t seq : batch.recovered) start_recovered(seq);
}

void Engine::show_long_ones(MonoTime now) {
    while (!young_.empty()) {
        const auto found = live_.find(young_.front());
        if (found != live_.end()) {
            if (now - found->second.began < options_.show_processing_after) return;
            if (!found->second.parked) records_.processing.push_back(young_.front());
        }
        young_.pop_front();
    }
}

void Engine::step_drain(MonoTime now, bool asked, bool hand_back) {
    if (asked && !draining_) {
        draining_ = true;
        drain_deadline_ = now + options_.drain_timeout;
        ready_.close();
        // What has not started stays open in the store. What has, and has more hooks to come, is
        // handed back.
        const auto put_back = [this](PlannedRun& run) {
            run.live->handed_back = true;
            if (--run.live->open == 0) finish(*run.live);
        };
        for (PlannedRun& run : planned_) put_back(run);
        planned_.clear();
    }
    if (!draining_) return;
    if (hand_back) drain_deadline_ = now;
    if (now >= drain_deadline_ && !runs_.empty()) {
        runner_.hand_back();
        drain_deadline_ = MonoTime::max();
    }
}

bool Engine::has_room() const {
    return !fatal_ && retries_.empty() && planned_.empty() &&
           runs_.size() < options_.max_in_flight && unrecorded_ < options_.max_unrecorded &&
           live_.size() - parked_ < options_.max_in_flight + options_.queue_size &&
           parked_ < options_.max_parked;
}

}  // namespace sloth
