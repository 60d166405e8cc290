// A HookRunner that a test completes by hand. One thread.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "ports/hook_runner.h"

namespace sloth {

class FakeRunner final : public HookRunner {
 public:
    std::vector<RunRequest> live;  // started and not ended, oldest first
    size_t started = 0;
    // What every script says of itself, but one that is a JSON object: that says what it is.
    std::string metadata = R"({"event_type":"a.b","form":"table"})";

    void set_sink(RunSink* sink) override { sink_ = sink; }
    void start(std::vector<RunRequest> requests) override {
        started += requests.size();
        std::ranges::move(requests, std::back_inserter(live));
    }
    void hand_back() override {
        for (const RunRequest& request : std::exchange(live, {})) {
            RunOutcome outcome = outcome_of(request, RunStatus::interrupted);
            outcome.handed_back = true;
            outcome.effects.delivery_id = request.event->id + request.hook->delivery_suffix;
            send(std::move(outcome));
        }
    }
    void load(std::string, std::string source, Purpose, Loaded done) override {
        if (source.starts_with("bad")) return done(fail(Code::invalid, "hook.lua:1: syntax error"));
        done(source.starts_with("{") ? source : metadata);
    }

    // Ends the oldest live run.
    void end_first(RunStatus status = RunStatus::success, std::string error = "",
                   EffectBatch effects = {}) {
        const RunRequest request = std::move(live.front());
        live.erase(live.begin());
        RunOutcome outcome = outcome_of(request, status);
        outcome.error = std::move(error);
        outcome.effects = std::move(effects);
        send(std::move(outcome));
    }
    void interrupt_first() {
        RunOutcome outcome = outcome_of(live.front(), RunStatus::interrupted);
        outcome.last = false;
        ++live.front().attempt;
        send(std::move(outcome));
    }
    void end_all() {
        while (!live.empty()) end_first();
    }

 private:
    static RunOutcome outcome_of(const RunRequest& request, RunStatus status) {
        RunOutcome outcome;
        outcome.run = request.run;
        outcome.attempt = request.attempt;
        outcome.status = status;
        outcome.started = MonoTime(std::chrono::seconds(1));
        outcome.executed_at = from_micros(1);
        return outcome;
    }
    void send(RunOutcome outcome) {
        std::vector<RunOutcome> outcomes;
        outcomes.push_back(std::move(outcome));
        sink_->completed(std::move(outcomes));
    }

    RunSink* sink_ = nullptr;
};

}  // namespace sloth
