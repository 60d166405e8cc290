// How an event becomes runs: recovery, matching, order, start.
#include <algorithm>

#include "engine/engine.h"

namespace sloth {

void Engine::take_events() {
    if (draining_) return;
    while (has_room()) {
        if (auto ok = ready_.refill(store_, epoch_); !ok) {
            log_.warn("events.claim_failed", {{"why", ok.error().message}});
            return;
        }
        // A few more than there is room for runs: many events want no hook at all.
        auto events = ready_.take(std::max<size_t>(options_.max_in_flight - runs_.size(), 16));
        if (events.empty()) return;
        for (Event& event : events) admit(std::move(event));
        start_runs();
        if (records_.finished.size() >= 4096) submit_records();
    }
}

void Engine::admit(Event event) {
    const int64_t seq = event.seq;
    const auto [found, fresh] = live_.try_emplace(seq);
    if (!fresh) return;
    LiveEvent& live = found->second;
    live.seq = seq;
    live.event = std::make_shared<const Event>(std::move(event));
    live.began = clock_.mono();
    if (seq <= recover_to_) return recover(live);
    matched_.clear();
    index()->match(*live.event, matched_);
    plan(live, matched_);
}

void Engine::plan(LiveEvent& live, const Hooks& hooks, const Attempts& attempts) {
    live.open = hooks.size();
    if (hooks.empty()) return finish(live);
    young_.push_back(live.seq);
    for (const auto& hook : hooks) {
        const auto made = attempts.find(hook->id);
        line_up({&live, hook, made == attempts.end() ? 1 : made->second + 1});
    }
    if (live.waiting < live.open) return;
    // Many of them must not keep others out: what they hold is in the store as well.
    live.parked = true;
    live.event.reset();
    ++parked_;
}

void Engine::line_up(PlannedRun run) {
    LiveEvent& live = *run.live;
    ++live.waiting;
    const std::string& key = live.event->ordering_key;
    if (key.empty()) return pass_gate(std::move(run));
    const std::string line = key + '\0' + run.hook->id;
    if (auto free = order_.enter(line, std::move(run))) pass_gate(std::move(*free));
}

void Engine::pass_gate(PlannedRun run) {
    const int width = run.hook->limits.max_concurrency;
    if (width > 0) {
        const std::string line = run.hook->id;
        auto free = gate_.enter(line, std::move(run), size_t(width));
        if (!free) return;
        run = std::move(*free);
        run.gated = true;
    }
    --run.live->waiting;
    planned_.push_back(std::move(run));
}

void Engine::leave_lines(const PlannedRun& ended) {
    if (ended.gated) {
        if (auto next = gate_.leave(ended.hook->id)) {
            next->gated = true;
            --next->live->waiting;
            planned_.push_front(std::move(*next));
        }
    }
    const std::string& key = ended.live->event->ordering_key;
    if (key.empty()) return;
    if (auto next = order_.leave(key + '\0' + ended.hook->id)) pass_gate(std::move(*next));
}

// False if the store cannot be read now. A hook that was edited meanwhile runs as it is now.
bool Engine::unpark(PlannedRun& run) {
    LiveEvent& live = *run.live;
    auto event = store_.get(live.seq);
    if (!event) {
        log_.warn("events.unreadable", {{"event", live.seq}, {"why", event.error().message}});
        return false;
    }
    live.event = std::make_shared<const Event>(std::move(*event));
    live.parked = false;
    --parked_;
    young_.push_back(live.seq);
    const auto current = index();
    for (const auto& hook : current->hooks()) {
        if (hook->id == run.hook->id) run.hook = hook;
    }
    return true;
}

void Engine::start_runs() {
    if (planned_.empty() || draining_ || fatal_ || !retries_.empty()) return;
    std::vector<RunRequest> requests;
    while (!planned_.empty() && runs_.size() < options_.max_in_flight &&
           unrecorded_ < options_.max_unrecorded) {
        if (planned_.front().live->parked && !unpark(planned_.front())) break;
        PlannedRun run = std::move(planned_.front());
        planned_.pop_front();
        const RunId id = next_run_++;
        RunRequest request;
        request.run = id;
        request.event = run.live->event;
        request.hook = run.hook;
        request.has_journal = run.live->recovered;
        request.attempt = run.attempt;
        requests.push_back(std::move(request));
        runs_.emplace(id, std::move(run));
    }
    if (!requests.empty()) runner_.start(std::move(requests));
}

// An event that was open when this master started: an earlier one may have run some of its hooks.
// Those stay done; the others run again, after the store has noted the recovery, so that an event
// that kills its master cannot do so for ever.
void Engine::recover(LiveEvent& live) {
    live.recovered = true;
    matched_.clear();
    index()->match(*live.event, matched_);
    Attempts attempts;
    auto hooks = without_done(live, matched_, attempts);
    if (hooks.empty()) return plan(live, hooks);
    if (live.event->recoveries >= options_.max_recoveries) {
        live.errors = fmt::format("given up: the master died {} times while this event was running",
                                  live.event->recoveries);
        return plan(live, {});
    }
    const int64_t seq = live.event->seq;
    recovering_.emplace(seq, std::pair(std::move(hooks), std::move(attempts)));
    records_.recovered.push_back(seq);
}

void Engine::start_recovered(int64_t seq) {
    const auto found = recovering_.find(seq);
    if (found == recovering_.end()) return;
    const auto [hooks, attempts] = std::move(found->second);
    recovering_.erase(found);
    const auto live = live_.find(seq);
    if (live == live_.end()) return;
    if (draining_) {
        live_.erase(live);
        return;
    }
    plan(live->second, hooks, attempts);
}

Hooks Engine::without_done(LiveEvent& live, Hooks hooks, Attempts& attempts) {
    // The attempt that a dead master took with it has left no row.
    const int unseen = live.event->recoveries + (options_.after_crash ? 1 : 0);
    for (const auto& hook : hooks) attempts[hook->id] = unseen;
    ExecutionFilter filter;
    filter.event_id = live.event->id;
    filter.interrupted = true;
    filter.limit = 10'000;
    const auto past = executions_.list(filter);
    if (!past) {
        log_.warn("events.history_unreadable",
                  {{"event", live.event->id}, {"why", past.error().message}});
        return hooks;
    }
    for (const Execution& run : *past) {
        if (run.status == RunStatus::interrupted) {
            int& made = attempts[run.hook_id];
            made = std::max(made, run.attempt);
            continue;
        }
        const bool known =
            std::erase_if(hooks, [&](const auto& hook) { return hook->id == run.hook_id; }) > 0;
        if (known && run.status != RunStatus::success) {
            if (!live.errors.empty()) live.errors += "; ";
            live.errors += fmt::format("hook '{}' {}: {}", run.hook_name, to_string(run.status),
                                       std::string_view(run.error).substr(0, run.error.find('\n')));
        }
    }
    return hooks;
}

}  // namespace sloth
