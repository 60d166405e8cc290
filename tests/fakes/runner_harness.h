// A ProcessHookRunner with its surroundings, for tests: starts runs and waits for outcomes.
#pragma once

#include <algorithm>
#include <thread>

#include "runner/process_hook_runner.h"
#include "tests/fakes/effect_store.h"
#include "tests/fakes/fake_watcher_control.h"
#include "tests/fakes/memory_store.h"

namespace sloth {

class SteadyClock final : public Clock {
 public:
    WallTime wall() override {
        return std::chrono::floor<Micros>(std::chrono::system_clock::now());
    }
    MonoTime mono() override { return std::chrono::steady_clock::now(); }
};

class CountingRandom final : public Random {
 public:
    uint64_t next() override { return ++n_; }

 private:
    uint64_t n_ = 0;
};

class RunnerHarness final : public RunSink {
 public:
    explicit RunnerHarness(WorkerSource& workers, RunnerOptions options = {})
        : runner_(std::make_unique<ProcessHookRunner>(
              std::move(options), ProcessHookRunner::Ports{workers, store, store, memory.secrets(),
                                                           watchers, clock, random_, log_})) {
        runner_->set_sink(this);
    }

    static RunnerOptions options(size_t workers) {
        RunnerOptions out;
        out.workers = workers;
        out.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", "/tmp"}};
        out.generation = [] { return int64_t{7}; };
        return out;
    }

    std::shared_ptr<RunnableHook> hook(std::string source, Micros timeout = 60s) {
        auto out = std::make_shared<RunnableHook>();
        out->key = ++keys_;
        out->name = "hook-" + std::to_string(keys_);
        out->id = out->name;
        out->delivery_suffix = delivery_suffix(out->id);
        out->limits.timeout = timeout;
        out->source = std::move(source);
        return out;
    }
    RunRequest request(std::shared_ptr<const RunnableHook> hook) {
        auto event = std::make_shared<Event>();
        event->id = "event-" + std::to_string(++runs_);
        event->root_id = event->id;
        event->type = "custom.test";
        event->stack = "blue";
        RunRequest out;
        out.run = runs_;
        out.event = std::move(event);
        out.hook = std::move(hook);
        return out;
    }
    RunId start(std::shared_ptr<const RunnableHook> hook) {
        std::vector<RunRequest> batch{request(std::move(hook))};
        const RunId run = batch.front().run;
        runner_->start(std::move(batch));
        return run;
    }
    RunId start(std::string source, Micros timeout = 60s) {
        return start(hook(std::move(source), timeout));
    }

    void completed(std::vector<RunOutcome> outcomes) override {
        outcomes_.update([&](std::vector<RunOutcome>& all) {
            for (RunOutcome& outcome : outcomes) {
                if (!outcome.effects.journal) (void)store.apply(outcome.effects);
                all.push_back(std::move(outcome));
            }
        });
    }
    // Until there are `count` outcomes in all; what there is after kPatience.
    std::vector<RunOutcome> wait(size_t count) {
        return outcomes_.wait_for(
            kPatience, [&](const auto& all) { return all.size() >= count; },
            [](const auto& all) { return all; });
    }
    // The last outcome of `run`.
    RunOutcome final(RunId run) {
        const auto is_final = [&](const RunOutcome& o) {
            return o.run == run && (o.last || o.handed_back);
        };
        return outcomes_.wait_for(
            kPatience, [&](const auto& all) { return std::ranges::any_of(all, is_final); },
            [&](const auto& all) {
                const auto found = std::ranges::find_if(all, is_final);
                return found == all.end() ? RunOutcome{.error = "no outcome"} : *found;
            });
    }
    std::vector<RunOutcome> all() { return wait(0); }

    Result<std::string> load(std::string source,
                             HookRunner::Purpose purpose = HookRunner::Purpose::metadata) {
        const auto answer = std::make_shared<Signal<std::optional<Result<std::string>>>>();
        runner_->load("x.lua", std::move(source), purpose, [answer](Result<std::string> result) {
            answer->update([&](auto& value) { value = std::move(result); });
        });
        return answer->wait_for(
            kPatience, [](const auto& value) { return value.has_value(); },
            [](const auto& value) {
                return value.value_or(fail(Code::timed_out, "no answer to load"));
            });
    }
    // Runs `ready` on the statuses until it says true, for up to kPatience.
    template <class Ready>
    bool until(Ready ready) {
        for (const MonoTime end = clock.mono() + kPatience; clock.mono() < end;) {
            if (ready(runner_->workers())) return true;
            std::this_thread::yield();
        }
        return false;
    }

    ProcessHookRunner& runner() { return *runner_; }
    EffectStore store;
    SteadyClock clock;
    MemoryStore memory{clock};  // its secrets
    FakeWatcherControl watchers;

 private:
    // For what always comes, on a busy machine and with a sanitizer's slowness too.
    static constexpr std::chrono::seconds kPatience{120};

    CountingRandom random_;
    Log log_{Log::Options{.level = LogLevel::error}};
    uint64_t keys_ = 0;
    RunId runs_ = 0;
    Signal<std::vector<RunOutcome>> outcomes_;
    std::unique_ptr<ProcessHookRunner> runner_;
};

}  // namespace sloth
