// An engine with its surroundings in memory, for tests: events in, runs ended by hand, steps taken
// by hand.
#pragma once

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/intake.h"
#include "engine/waiters.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_runner.h"
#include "tests/fakes/memory_store.h"

namespace sloth {

struct SpreadRandom final : Random {
    uint64_t next() override { return ++state * 0x9e3779b97f4a7c15; }
    uint64_t state = 1;
};

struct Recorder final : Observer {
    std::vector<EventFinish> finished;
    std::vector<Execution> runs;
    void run_recorded(const Execution& run) override { runs.push_back(run); }
    void event_finished(const Event&, const EventFinish& end) override { finished.push_back(end); }
};

inline std::shared_ptr<const RunnableHook> a_hook(std::string name, std::string type,
                                                  std::string stack = "", int64_t since = 0) {
    RunnableHook hook;
    hook.id = "id-" + name;
    hook.name = std::move(name);
    hook.stack = std::move(stack);
    hook.wanted.push_back({std::move(type), since});
    hook.delivery_suffix = delivery_suffix(hook.id);
    return std::make_shared<const RunnableHook>(std::move(hook));
}

struct EngineTest : testing::Test {
    FakeClock clock;
    SpreadRandom random;
    MemoryStore store{clock};
    FakeRunner runner;
    Recorder recorder;
    Log log{{.level = LogLevel::error}};
    std::vector<Error> fatal;
    Engine::Options options{.max_in_flight = 4, .queue_size = 8};
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Intake> intake;
    std::vector<std::shared_ptr<const RunnableHook>> hooks;

    void start() {
        engine = std::make_unique<Engine>(
            store.events(), store.executions(), runner, clock, recorder, log, options,
            [this](Error error) { fatal.push_back(std::move(error)); });
        intake = std::make_unique<Intake>(
            store.events(), clock, random, [this] { return engine->generation(); },
            Intake::Options{});
        for (const auto& hook : hooks) add_row(*hook);
        engine->set_index(std::make_shared<const HookIndex>(1, hooks));
        steps();
    }
    void add_row(const RunnableHook& hook) {
        Hook row;
        row.id = hook.id;
        row.name = hook.name;
        row.event_types = {"x"};
        (void)store.hooks().add(row, "");
    }
    Result<Appended> send(std::string type, std::string key = "", std::string stack = "") {
        Event event;
        event.type = std::move(type);
        event.ordering_key = std::move(key);
        event.stack = std::move(stack);
        return intake->submit_one(std::move(event));
    }
    void steps(int count = 6) {
        for (int i = 0; i < count; ++i) engine->step(0us);
    }
    EventStatus status(int64_t seq) { return store.events().get(seq)->status; }
};

}  // namespace sloth
